"""What every type of answer can do: read what a contact sent as a value, or say why it is none."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import ClassVar

from msgspec import Struct

from botkit.expressions import Fault
from botkit.languages import Language, language
from botkit.model import MessageReceived
from botkit.wire import Value


class Reading(Struct, frozen=True):
    """For whom an answer is read: the contact's language, those of the bot, today and now (aware) in the bot's zone."""

    language: str
    languages: tuple[str, ...]
    today: date
    now: datetime

    @property
    def tongues(self) -> tuple[Language, ...]:
        """The languages to try, the contact's own first, English last."""
        return tuple(dict.fromkeys(language(code) for code in (self.language, *self.languages, "en")))


class Rejected(Struct, frozen=True):
    """An answer of another type; *reason* is for the trace: "not a date"."""

    reason: str


class Answer(Struct, frozen=True):
    """A type of answer. *word* is how the author wrote it, with its arguments; *kind* is the kind of its values."""

    word: str
    kind: ClassVar[str] = "any"

    @classmethod
    def of(cls, word: str, argument: str | None) -> Answer | Fault:
        """The type that *word* writes; *argument* is what stands in its brackets, None without any."""
        return cls(word) if argument is None else unwanted(word)

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        """The value that the contact sent. A caption and the label of a tap are read like a text."""
        text = message.text.strip() if message.type != "reaction" else ""
        return self.parse(text, reading) if text else Rejected(f"not a text but {message.type}")

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        """The value that *text*, not empty, writes in the contact's language."""
        return Rejected(f"no text is a {self.word}")

    def normal(self, value: Value) -> Value | Rejected:
        """A value of the author or of an action in its normal form; texts are read without regard to language: ISO dates, plain numbers."""
        return value


_BOUNDS = re.compile(r"[(\[]\s*(\d+)\s*(?:\.\.|-|–|,|to)\s*(\d+)\s*[)\]]$")  # integer(1-3), as many write it


def unwanted(word: str) -> Fault:
    name = word.partition("(")[0].partition("[")[0]
    inside = _BOUNDS.search(word) if name in ("integer", "number") else None
    hint = f'{name}, and beside "ask": check: [{{if: {inside[1]} <= answer <= {inside[2]}, else: …}}]' if inside is not None else name
    return Fault("type", len(name), max(1, len(word) - len(name)), f'"{name}" takes nothing in brackets', hint)
