"""Cards of people, for the contact's address book (fact sheet §2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.limits import Fault

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Card(Struct, frozen=True):
    """Somebody. *whatsapp*: the phone is on WhatsApp too, so that the contact can write there; else there is an "Invite" under it."""

    name: str
    phone: str | None = None
    email: str | None = None
    company: str | None = None
    title: str | None = None
    url: str | None = None
    street: str | None = None
    city: str | None = None
    zip: str | None = None
    country: str | None = None
    birthday: str | None = None  # 1990-01-31
    whatsapp: bool = True

    def part(self) -> dict[str, Any]:
        first, _, last = self.name.strip().partition(" ")
        card: dict[str, Any] = {"name": {"formatted_name": self.name.strip(), "first_name": first, **({"last_name": last} if last else {})}}
        if self.phone:
            digits = "".join(c for c in self.phone if c.isdigit())
            card["phones"] = [{"phone": self.phone, **({"wa_id": digits} if self.whatsapp and digits else {})}]
        if self.email:
            card["emails"] = [{"email": self.email}]
        if self.company or self.title:
            card["org"] = _given(company=self.company, title=self.title)
        if self.url:
            card["urls"] = [{"url": self.url}]
        if self.street or self.city or self.zip or self.country:
            card["addresses"] = [_given(street=self.street, city=self.city, zip=self.zip, country=self.country)]
        if self.birthday:
            card["birthday"] = self.birthday
        return card


def _given(**parts: str | None) -> dict[str, str]:
    return {name: value for name, value in parts.items() if value}


class Contacts(Struct, frozen=True, tag=True):
    cards: tuple[Card, ...]

    def payload(self) -> dict[str, Any]:
        return {"type": "contacts", "contacts": [card.part() for card in self.cards]}

    def faults(self) -> Iterator[Fault]:
        if not 1 <= len(self.cards) <= limits.CARDS:
            yield Fault("bad-cards", "a message with cards", len(self.cards), limits.CARDS, "of them")
        for card in self.cards:
            yield from limits.empty("the name on a card", card.name)
            if card.birthday and not _DATE.fullmatch(card.birthday):
                yield Fault("bad-part", "a birthday", told=f"a birthday is written like 1990-01-31, not {card.birthday[:40]!r}")

    def shown(self) -> str:
        return ", ".join(card.name for card in self.cards)
