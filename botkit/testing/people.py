"""The people that a fake number knows: by number, by BSUID, and when they wrote last."""

from __future__ import annotations

from datetime import datetime, timedelta

from botkit.testing.gate.parts import BSUID
from botkit.testing.webhooks import Person

WINDOW = timedelta(hours=24)


class People:
    def __init__(self) -> None:
        self._known: dict[str, Person] = {}
        self._wrote: dict[str, datetime] = {}
        self._unwilling: set[str] = set()

    def copy(self) -> People:
        other = People()
        other._known, other._wrote, other._unwilling = dict(self._known), dict(self._wrote), set(self._unwilling)
        return other

    def person(self, alias: str) -> Person:
        """Who has this number or BSUID; somebody new where it is not known."""
        plain = alias.removeprefix("+")
        return self._known.get(plain) or (Person(bsuid=plain) if BSUID.fullmatch(plain) else Person(wa_id=plain))

    def know(self, person: Person) -> None:
        for alias in _aliases(person):
            self._known[alias] = person

    def wrote(self, person: Person, at: datetime) -> None:
        """The person sent what opens the 24-hour window."""
        for alias in _aliases(person):
            self._wrote[alias] = max(at, self._wrote.get(alias, at))

    def moved(self, before: Person, after: Person) -> None:
        """Somebody has another number: what was theirs goes with them."""
        self.know(after)
        moments = [self._wrote[alias] for alias in _aliases(before) if alias in self._wrote]
        if moments:
            self.wrote(after, max(moments))
        if self.unwilling(before):
            self.wants(after, False)

    def wants(self, person: Person, marketing: bool) -> None:
        """The person told WhatsApp whether they want marketing."""
        if marketing:
            self._unwilling -= {*_aliases(person)}
        else:
            self._unwilling |= {*_aliases(person)}

    def unwilling(self, person: Person) -> bool:
        return not self._unwilling.isdisjoint(_aliases(person))

    def forget(self, person: Person) -> None:
        """As if the person had not written for a day."""
        for alias in _aliases(person):
            self._wrote.pop(alias, None)

    def window_open(self, person: Person, now: datetime) -> bool:
        moments = [self._wrote[alias] for alias in _aliases(person) if alias in self._wrote]
        return bool(moments) and now - max(moments) < WINDOW


def _aliases(person: Person) -> list[str]:
    return [alias for alias in (person.wa_id, person.bsuid) if alias]
