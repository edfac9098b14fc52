"""The part of every store that keeps broadcasts: one wish for many people, and what became of each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct, field

# A broadcast:
#   draft    people are being added; nobody gets anything
#   running  it goes out, from `at` on
#   stopped  nobody further gets it, until it runs again
#   done     everybody has it, or never will
BroadcastState = Literal["draft", "running", "stopped", "done"]


class Broadcast(Struct, frozen=True):
    id: str
    channel: str
    name: str  # of its template or flow
    rate: float  # people a second
    made: datetime
    state: BroadcastState = "draft"
    at: datetime | None = None  # not before; None: at once


# One of the people of a broadcast:
#   send     is to get it
#   begun    the event that leads to the message is in the inbox, under a key that is a function of broadcast and person
#   sent, dropped, unsent, held    what became of the message, as in the outbox
#   done     the event is worked off and has led to no message
#   dead     the event was given up
# Anything else is the reason for which they do not get it.
BEGUN = "begun"
SEND = "send"
TWICE = "twice"


class Invited(Struct, frozen=True):
    row: int  # in the table that they come from; the order in which they are written to
    to: str  # wa_id or BSUID; "" where there is none
    state: str = SEND
    key: str = ""  # of the event
    send: str = ""  # id of the message in the outbox
    wish: bytes = b""  # as JSON
    detail: str = ""  # in words, why not; of those who are to get it, which template in which language


class Tally(Struct, frozen=True):
    """*states*: how many are in each. *details*: of a draft, how many of those in `send` have which detail. *failed*: of those sent, how
    many WhatsApp has told not to have arrived, and *read*, *delivered* how many at least so far."""

    states: Mapping[str, int] = field(default_factory=dict)
    details: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    delivered: int = 0
    read: int = 0

    @property
    def ahead(self) -> int:
        """So many are not over."""
        return self.states.get(SEND, 0) + self.states.get(BEGUN, 0)


class BroadcastStore(Protocol):
    async def draft(self, broadcast: Broadcast) -> None:
        """Keep a new broadcast. One with its id that is there already is left as it is."""
        ...

    async def broadcast(self, which: str, /) -> Broadcast | None: ...

    async def broadcasts(self, states: Sequence[BroadcastState], limit: int) -> list[Broadcast]:
        """Those in one of *states*, the newest first."""
        ...

    async def turn_broadcast(self, which: str, state: BroadcastState, /) -> None: ...

    async def forget_broadcast(self, which: str, /) -> None:
        """Take a broadcast, with its people, out of the store."""
        ...

    async def invite(self, which: str, people: Sequence[Invited], /) -> None:
        """Add people to a draft, in one transaction. A row that is there already is left as it is; whoever was to get it already under
        another row is "twice"."""
        ...

    async def invited(self, which: str, state: str, after: int, limit: int, /) -> list[Invited]:
        """Those in *state*, in order, from beyond row *after*."""
        ...

    async def mark_invited(self, which: str, rows: Mapping[int, tuple[str, str]], /) -> None:
        """Give people, by their row, another state and detail; only those that are in "send"."""
        ...

    async def settle_invited(self, which: str, /) -> int:
        """Give all "begun" whose message or event is over the state that tells so; how many."""
        ...

    async def tally(self, which: str, statuses: bool = False, /) -> Tally:
        """*statuses*: count what WhatsApp has told of those sent, too."""
        ...

    async def became(self, channel: str, key: str, /) -> str:
        """The state of an event: open, done, dead, unreadable; "": there is none."""
        ...
