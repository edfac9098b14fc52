"""What an action is given as `ctx`: an HTTP client, the contact, secrets, the time, a log, and the key of this call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from botkit.wire import Value

if TYPE_CHECKING:
    from logging import LoggerAdapter

    from botkit.actions.http import Http
    from botkit.actions.saying import Mouth
    from botkit.model import Contact

_DIGITS = re.compile(r"[1-9][0-9]{7,14}")


class Person(Struct, frozen=True):
    """The contact as the turn left it. It cannot be changed from here: what is returned and saved to `contact.x` is."""

    id: str  # botkit's own, always there
    wa_id: str | None = None  # opaque; None: the person shows no number
    phone: str | None = None  # +491701234567
    name: str | None = None  # what the bot has set, else the name that WhatsApp shows
    language: str | None = None  # None: the bot's own
    attributes: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, contact: Contact) -> Person:
        known = contact.attributes
        number = f"+{contact.wa_id}" if contact.wa_id and _DIGITS.fullmatch(contact.wa_id) else None
        return cls(
            contact.id,
            contact.wa_id,
            number,
            known.get("name") or contact.profile,
            known.get("language"),
            MappingProxyType(dict(known)),
        )


class Secrets(Mapping[str, str]):
    """Secrets by the name of their variable: `ctx.secrets["CLINIC_KEY"]`. Never shown whole."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        try:
            return self._values[name]
        except KeyError:
            raise KeyError(f"{name} is not set: put it into the environment or into .env") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(f'{name}=•••' for name in self._values)})"

    def masked(self, text: str) -> str:
        """*text* without any of them; values under 6 characters are left, for they stand in ordinary words too."""
        for value in sorted(self._values.values(), key=len, reverse=True):
            if len(value) >= 6:
                text = text.replace(value, "•••")
        return text


class Context(Struct, frozen=True):
    """The first parameter of an action, when its name is `ctx`."""

    http: Http  # for async actions
    idempotency_key: str  # the same at every attempt of this call: send it along, so that nothing is done twice
    contact: Person
    secrets: Mapping[str, str]
    now: datetime  # aware, in the bot's zone
    say: Mouth  # ctx.say("Nearly there."): leaves with the action's answer
    log: LoggerAdapter[Any]
