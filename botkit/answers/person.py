"""contact: a contact card that was shared, a record of name, phone, wa_id and email."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.model import MessageReceived
from botkit.wire import Value


class Person(Answer, frozen=True):
    kind: ClassVar[str] = "record"

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        cards = message.data.get("contacts") if message.type == "contacts" else None
        card = cards[0] if isinstance(cards, list) and cards else None
        if not isinstance(card, Mapping):
            return Rejected(f"not a contact card but {message.type}")
        name, phone, email = card.get("name"), _first(card.get("phones")), _first(card.get("emails"))
        return {
            "name": _text(name, "formatted_name") or _text(name, "first_name"),
            "phone": _text(phone, "phone"),
            "wa_id": _text(phone, "wa_id"),
            "email": _text(email, "email"),
        }

    def normal(self, value: Value) -> Value | Rejected:
        if not isinstance(value, Mapping) or not (_text(value, "name") or _text(value, "phone")):
            return Rejected("not a contact card")
        return {name: _text(value, name) for name in ("name", "phone", "wa_id", "email")}


def _first(value: Value) -> Value:
    return value[0] if isinstance(value, list) and value else None


def _text(record: Value, name: str) -> str | None:
    found = record.get(name) if isinstance(record, Mapping) else None
    return found if isinstance(found, str) and found else None
