"""The contract of every store: the inbox, the conversations, the outbox, the calls and the timers, kept together.

What must happen together is one method and one transaction. Everything a method promises is durable when it returns; when it
raises, nothing of it happened (or, where a commit's answer was lost, it is told by what a later read shows).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from botkit.model import Call, Closed, Conversation, Identity, Inbound, News
from botkit.stores.broadcasts import BroadcastStore
from botkit.stores.recent import RecentStore


class StoreError(Exception):
    """The store cannot do its work now; *str* is one line for the operator, with what to do."""


class StoreUnavailable(StoreError):
    """Not now: the disk is full, the file is locked. Nothing was written; trying again later may succeed."""


class StoreUnusable(StoreError):
    """Not at all: a foreign or damaged file, a second process, a schema of a newer botkit."""


class StoreTaken(StoreUnusable):
    """Another process works with it."""


class Conflict(StoreError):
    """The conversation is not at the version that the turn began with: somebody else moved it."""


class NotOpen(Conflict):
    """The event is not open any more: its turn is on record already, or it was given up."""


class Corrupt(StoreError):
    """A record exists but cannot be read. It is never taken for a new one."""


# A send, as it goes through the outbox:
#   queued   waits for its turn, its pace, or its channel
#   trying   intended: a request may have left
#   doubt    a request left and its answer is unknown; waits for a status that carries its id
#   held     the window is closed and the author said hold
#   sent     WhatsApp accepted it; the status tells the rest
#   dropped  the author said drop, or the contact opted out
#   unsent   it can never leave; on record with the reason
SendState = Literal["queued", "trying", "doubt", "held", "sent", "dropped", "unsent"]
OPEN: frozenset[str] = frozenset({"queued", "trying", "doubt", "held"})

# What WhatsApp says of an accepted message only moves up this ladder; "failed" is taken only below "delivered".
RANKS: dict[str, int] = {"": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 5}


class Outgoing(Struct, frozen=True):
    """A row of the outbox."""

    id: str  # a function of (event key, index): never two rows for one reply; goes out as biz_opaque_callback_data
    channel: str
    contact: str
    payload: bytes | None  # the session message, JSON without recipient; None: only a template exists
    template: bytes | None = None  # JSON of the template that may stand in for it
    closed: Closed = "fail"
    origin: str = ""
    state: SendState = "queued"
    attempts: int = 0  # requests that may have left
    resent: bool = False  # the one resend after a doubt is used up
    refused: bool = False  # WhatsApp said that the window is closed: the template path is taken, once
    wamid: str | None = None
    status: str = ""  # highest rung of RANKS seen
    code: int | None = None
    detail: str | None = None  # in words, why it is held, dropped or unsent
    at: datetime | None = None  # when the state was last written, UTC; of a sent one, when the request left that was accepted
    seq: int = 0  # order over the whole outbox; given by the store
    returned: int = 0  # how often it was accepted, failed later, and was taken back to be sent again, or to be held

    @property
    def anew(self) -> bool:
        """Whether a message of it was accepted before and counts no more: what is still told of that one is not about this one."""
        return self.refused or self.returned > 0


class Received(Struct, frozen=True):
    """What became of an inbound element. *fresh* is false for a repeat: nothing more is to be done for it."""

    inbound: Inbound
    fresh: bool
    seq: int = 0  # order over the whole inbox
    contact: str = ""  # internal id; "" where none is concerned
    conversation: Conversation | None = None  # as it stood in the same transaction; None: not yet any, or not read
    corrupt: bool = False  # a conversation exists and cannot be read
    before: Outgoing | None = None  # for a status: the send it is about, before it was applied; None: unknown (parked)
    after: Outgoing | None = None


class Pending(Struct, frozen=True):
    """An event of the inbox that is not done yet, as found at start."""

    seq: int
    channel: str
    contact: str
    key: str
    kind: Literal["webhook", "event"]
    raw: bytes
    attempts: int  # that may have begun: one was counted when it came in, though it may have waited behind others
    late: bool = False  # it came by an alias that its contact has left


class Commit(Struct, frozen=True):
    """A turn to write down: the conversation (which must still be at *base*), what is to be sent and called, and the event's end."""

    seq: int  # of the event
    conversation: Conversation
    base: int  # version that the turn began with; 0: there was none
    sends: tuple[Outgoing, ...] = ()
    calls: tuple[Call, ...] = ()
    note: str = ""  # one line for the record
    rescheduled: bool = True  # false: its timers are those that it had at *base*, and need not be compared


class Dead(Struct, frozen=True):
    """A dead letter."""

    seq: int
    channel: str
    contact: str
    key: str
    reason: str
    at: datetime
    raw: bytes


class Quarantined(Struct, frozen=True):
    """A body, or an element of one, that nothing could be made of."""

    id: int
    channel: str
    reason: str
    at: datetime
    raw: bytes


class OpenCall(Struct, frozen=True):
    """A call whose answer is not in the inbox yet."""

    call: Call
    channel: str
    contact: str
    attempts: int = 0


class Due(Struct, frozen=True):
    """A timer that is due."""

    channel: str
    contact: str
    timer: str  # Timer.id
    due: datetime


class Store(BroadcastStore, RecentStore, Protocol):
    async def open(self) -> None:
        """Take the store for this process. Raises StoreUnusable with a line for the operator."""
        ...

    async def close(self) -> None:
        """Finish what was begun and give the store free."""
        ...

    # ---- the inbox

    async def receive(self, inbounds: Sequence[Inbound], now: datetime) -> list[Received]:
        """Write all of them down, in one transaction; repeats are told, not written.

        What is to be worked on has its first attempt counted here, for it follows at once: a write of its own would cost as much
        as the turn.

        For an event from outside the contact is found through its aliases (BSUID first, then wa_id; a new one is added to the
        contact found; unknown to both: a new contact). An alias that its contact has left (*moved*) leads to it for what was said before
        that, and then the inbound returned names the aliases of now; after that it is anybody's. Where the aliases that a contact has
        moved to lead to another one already, the earlier goes on, the aliases of the other are its own from then on, and a command
        "left" for the other follows behind all that was to be received. News takes the place of older news of the same.

        A StatusChanged with a send of ours is applied to it at once, only upwards, and is done; one for an unknown send is parked
        until its wamid or id becomes known (`settle`) or it is pruned. A status "failed" of a send of ours (and "unsent") also stays
        in the inbox as an event to work on. An unreadable one goes to quarantine. An ActionFinished/ActionFailed closes its call; a
        TimerFired, also a repeated one, takes its timer out of `due` until the next commit: the conversation's next timer takes its
        place.
        """
        ...

    async def claim(self, seq: int) -> int:
        """Count a further attempt at an event before it is tried; the number of attempts, this one included."""
        ...

    async def unfinished(self, after: int, limit: int) -> list[Pending]:
        """Events not done, in order of arrival, from beyond seq *after*."""
        ...

    async def bury(self, seq: int, reason: str, sends: Sequence[Outgoing], now: datetime) -> None:
        """Give an event up: it becomes a dead letter, and *sends* (the apology) go to the outbox, in one transaction."""
        ...

    async def dead(self, limit: int) -> list[Dead]: ...

    async def replay(self, seq: int) -> Pending | None:
        """Make a dead letter an unfinished event again, attempts at nought. None: there is no such letter."""
        ...

    async def quarantined(self, limit: int) -> list[Quarantined]: ...

    # ---- conversations

    async def load(self, channel: str, contact: str) -> Conversation | None:
        """Raises Corrupt when there is a record that cannot be read."""
        ...

    async def identity(self, channel: str, contact: str) -> Identity | None:
        """The aliases of a contact: what a message is addressed to; of one that has become another, those of the other. None: no such
        contact."""
        ...

    async def find(self, channel: str, alias: str) -> str | None:
        """The internal id of the contact with this wa_id or BSUID, or else of the one that had it before."""
        ...

    async def conversations(self, after: str, limit: int) -> list[tuple[str, Conversation | None]]:
        """A page of all conversations, each with its key, in the order of the keys, from beyond the key *after* ("": from the beginning).
        None: it is on record and cannot be read."""
        ...

    async def commit(self, commit: Commit, now: datetime) -> None:
        """Conversation, sends, calls, timers and the event's end, in one transaction. Raises NotOpen, Conflict, Corrupt."""
        ...

    # ---- the outbox

    async def intend(self, ids: Sequence[str], now: datetime) -> None:
        """Mark sends as trying, one attempt more, before their requests leave."""
        ...

    async def settle(self, outgoing: Outgoing, now: datetime) -> Outgoing:
        """Write what became of a send (state, wamid, attempts, flags, code, detail) and the row as it then is: a status that was parked
        for it is applied in the same transaction."""
        ...

    async def sends(self, after: int, limit: int) -> list[Outgoing]:
        """Sends in an OPEN state, in order, from beyond seq *after*."""
        ...

    async def send(self, key: str, /) -> Outgoing | None: ...

    async def sent_since(self, since: datetime, limit: int | None = None) -> list[tuple[str, str, datetime]]:
        """(channel, contact, when) of every request that left since, the oldest first: what the pace of a restarted process is made of.
        *limit*: so many at most."""
        ...

    # ---- calls and timers

    async def calls(self) -> list[OpenCall]: ...

    async def claim_call(self, key: str, /) -> int:
        """Count an attempt at a call before it is made."""
        ...

    async def due(self, now: datetime, limit: int) -> list[Due]: ...

    async def next_due(self) -> datetime | None: ...

    # ---- keeping

    async def standings(self) -> list[News]:
        """The last news of each template, number and account, by channel."""
        ...

    async def marked(self, name: str) -> str:
        """What was noted down under *name*; "": nothing."""
        ...

    async def marks(self, beginning: str) -> dict[str, str]:
        """All that is noted down under names that begin so."""
        ...

    async def mark(self, name: str, told: str, until: datetime | None = None) -> None:
        """Note *told* down under *name*, in the place of what stood there: how far work has come that is no event's. "": nothing is noted
        any more. *until*: from then on `prune` may forget it; None: it stays."""
        ...

    async def forget(self, conversation: Conversation, remainder: Conversation | None) -> bool:
        """Take out a contact: the conversation, its aliases and its dead letters; in its place *remainder*, with the aliases, where there
        is one. What is over of its events and sends goes by `prune`. False, and nothing happens, while something of it is under way, or
        where it is at another version than *conversation*."""
        ...

    async def prune(self, now: datetime) -> int:
        """Forget done and unreadable events, with their keys, older than 30 days, settled sends older than 8, parked statuses older
        than one, and marks whose time is over; how many rows went. The newest event and the newest send stay, so that no seq is given
        twice."""
        ...


__all__ = [
    "OPEN",
    "RANKS",
    "Commit",
    "Conflict",
    "Corrupt",
    "Dead",
    "Due",
    "NotOpen",
    "OpenCall",
    "Outgoing",
    "Pending",
    "Quarantined",
    "Received",
    "SendState",
    "Store",
    "StoreError",
    "StoreTaken",
    "StoreUnavailable",
    "StoreUnusable",
]
