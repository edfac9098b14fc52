"""email, phone and url: how somebody or something is reached."""

from __future__ import annotations

import re
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.languages import digits
from botkit.model import MessageReceived
from botkit.wire import Value

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:{_LABEL}\.)+[^\W\d_][\w-]{{1,62}}"
_EMAIL = re.compile(rf"([\w!#$%&'*+/=?^`{{|}}~-]+(?:\.[\w!#$%&'*+/=?^`{{|}}~-]+)*)@({_HOST})")
_URL = re.compile(rf"(?:(https?)://)?({_HOST})(:\d{{1,5}})?([/?#]\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"(\+|00)([0-9][0-9 ().\-/\u00a0]{5,30})")


class Email(Answer, frozen=True):
    """email: the part behind @ in small letters."""

    kind: ClassVar[str] = "text"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        return self.normal(text)

    def normal(self, value: Value) -> Value | Rejected:
        if not isinstance(value, str) or len(value) > 260:
            return Rejected("not an e-mail address")
        match = _EMAIL.fullmatch(value.strip().removeprefix("mailto:").strip("<>."))
        if match is None or len(match[1]) > 64 or len(match[0]) > 254:
            return Rejected("not an e-mail address")
        return f"{match[1]}@{match[2].lower()}"


class Phone(Answer, frozen=True):
    """phone: E.164, with the country's prefix; a shared contact card counts."""

    kind: ClassVar[str] = "text"

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        if message.type == "contacts":
            cards = message.data.get("contacts")
            phones = (
                [phone for card in cards if isinstance(card, dict) for phone in _listed(card.get("phones"))]
                if isinstance(cards, list)
                else []
            )
            for phone in phones:
                for key, prefix in (("wa_id", "+"), ("phone", "")):
                    found = self.normal(f"{prefix}{phone.get(key)}") if isinstance(phone, dict) and phone.get(key) else None
                    if isinstance(found, str):
                        return found
            return Rejected("a contact card without a phone number")
        return Answer.read(self, message, reading)

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        return self.normal(text)

    def normal(self, value: Value) -> Value | Rejected:
        if not isinstance(value, str) or len(value) > 60:
            return Rejected("not a phone number")
        match = _PHONE.fullmatch(digits(value).strip())
        if match is None:
            return Rejected("not a phone number with the prefix of its country")
        # "(0)" is dialled only inside the country.
        number = re.sub(r"[^0-9]", "", match[2].replace("(0)", ""))
        return f"+{number}" if 8 <= len(number) <= 15 and number[0] != "0" else Rejected("not a phone number")


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


class Url(Answer, frozen=True):
    """url: of the web, with https:// where nothing else is written."""

    kind: ClassVar[str] = "text"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        return self.normal(text)

    def normal(self, value: Value) -> Value | Rejected:
        if not isinstance(value, str) or len(value) > 2_000:
            return Rejected("not a web address")
        match = _URL.fullmatch(value.strip())
        if match is None or len(match[2]) > 253:
            return Rejected("not a web address")
        return f"{(match[1] or 'https').lower()}://{match[2].lower()}{match[3] or ''}{match[4] or ''}"
