"""What the lanes ask of those around them: of the engine, of who sends and of who calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from botkit.model import Call, Contact, Conversation, Event, Identity, Turn
from botkit.stores.base import Outgoing, Received

# The engine, bound to a bot.
Advance = Callable[[Conversation, Event], Turn]

# What is said to a contact (the conversation is None where there is none, or none that can be read); "": nothing.
Words = Callable[[Conversation | None], str]


class Sends(Protocol):
    """Takes what is to be said to WhatsApp; `botkit.sender.Sender` is one."""

    def begin(
        self, channel: str, contact: str, rows: tuple[Outgoing, ...], last_inbound: datetime | None, opted_out: bool
    ) -> tuple[Outgoing, ...]:
        """*rows* as they are to be committed: the first perhaps "trying", so that its intent is written with them."""
        ...

    def abandon(self, rows: Sequence[Outgoing]) -> None:
        """The commit of *rows*, as `begin` gave them, failed."""
        ...

    def put(self, rows: Sequence[Outgoing], last_inbound: datetime | None, opted_out: bool) -> None:
        """*rows*, of one contact, are committed."""
        ...

    def heard(self, channel: str, contact: str, at: datetime, wa: Identity | None = None, /) -> None:
        """The contact wrote something that opens the window."""
        ...

    def moved(self, channel: str, contact: str, main: str = "", /) -> None:
        """The contact is known by another number or id from now on. *main*: it turned out to be this contact, which goes on."""
        ...

    def wishes(self, channel: str, contact: str, opted_out: bool, /) -> None:
        """The contact wants templates no more, or again."""
        ...

    def told(self, received: Received) -> None:
        """A status came in."""
        ...

    def goes_another_way(self, row: Outgoing) -> bool:
        """Whether a message that failed after it was accepted is not done with: it leaves again, or is held or dropped."""
        ...


class Calls(Protocol):
    """Runs actions; `botkit.actions.Caller` is one."""

    def put(self, channel: str, contact: Contact, calls: Sequence[Call]) -> None:
        """*calls* are committed."""
        ...
