"""What an action is given as `ctx`: an HTTP client, the contact, secrets, the time, a log, and the key of this call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from botkit.media.failures import MediaError
from botkit.media.library import READ
from botkit.wire import Value

if TYPE_CHECKING:
    from logging import LoggerAdapter

    from botkit.actions.http import Http
    from botkit.actions.saying import Mouth
    from botkit.media.library import Library
    from botkit.model import Contact

_FIELDS = ("type", "id", "mime_type", "sha256", "filename", "caption", "file", "size")
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


class Files:
    """The files that contacts sent, for async actions. *file* is what an answer of type image, audio, video, document, sticker or media
    holds. Raises MediaError, whose `reason` says why in one word."""

    __slots__ = ("_channel", "_contact", "_library")

    def __init__(self, library: Library | None, channel: str, contact: str) -> None:
        self._library = library
        self._channel = channel
        self._contact = contact

    async def read(self, file: Mapping[str, Any], most: int = READ) -> bytes:
        """All of its bytes, *most* at most."""
        return await self._there().read(self._channel, _record(file), most)

    async def save(self, file: Mapping[str, Any], path: str | Path | None = None) -> dict[str, Any]:
        """Keep it in media/in, under a name of botkit's, or as *path*, below the bot's folder; the record with `file`, where it is now, and
        `size`, its bytes. Never make a *path* of what a contact wrote, nor of the name that the file had."""
        return await self._there().save(self._channel, self._contact, _record(file), None if path is None else Path(path))

    def _there(self) -> Library:
        if self._library is None:
            raise MediaError("unreachable", "nothing is connected here that could fetch a file")
        return self._library


def _record(file: Any) -> Mapping[str, Any]:
    """*file* as a record; a class of the bot's own has its fields as attributes. Raises MediaError."""
    found = file if isinstance(file, Mapping) else {name: getattr(file, name) for name in _FIELDS if hasattr(file, name)}
    if not isinstance(found.get("id"), str):
        raise MediaError("gone", "that is no file that a contact sent: it has no id")
    return found


class Context(Struct, frozen=True):
    """The first parameter of an action, when its name is `ctx`."""

    http: Http  # for async actions
    media: Files  # what contacts sent
    idempotency_key: str  # the same at every attempt of this call: send it along, so that nothing is done twice
    contact: Person
    secrets: Mapping[str, str]
    now: datetime  # aware, in the bot's zone
    say: Mouth  # ctx.say("Nearly there."): leaves with the action's answer
    log: LoggerAdapter[Any]
