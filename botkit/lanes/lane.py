"""The order of one contact's events on one channel."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from botkit.model import (
    ActionFailed,
    ActionFinished,
    Call,
    Conversation,
    Event,
    Inbound,
    OperatorCommand,
    StatusChanged,
    TimerFired,
)
from botkit.stores.base import Outgoing


class Item(Struct, eq=False):
    """An event of the inbox on its way through a lane."""

    seq: int
    inbound: Inbound
    event: Event | None  # None: it can no longer be read
    attempts: int = 1  # counted in the store
    counted: bool = True  # the attempt to come is one of them
    doomed: str = ""  # why it is given up
    last_words: Literal["apology", "flood", ""] = "apology"  # what is said to a contact whose message is given up
    over: bool = False  # it turned out to be over already
    written: tuple[tuple[Outgoing, ...], Sequence[Call]] | None = None  # of a commit that failed and may be on the disk all the same


class Lane(Struct, eq=False):
    """One event at a time, in order of arrival. While a call is open only what concerns it, timers, statuses and operators go on."""

    channel: str
    contact: str
    conversation: Conversation | None = None  # None: there is none, or it is not known
    known: bool = False  # *conversation* is as the store has it
    broken: str = ""  # why the conversation on record cannot be read
    running: bool = False
    current: Item | None = None  # under way
    flooded: bool = False  # since it was last empty, more came than may wait
    waiting: deque[Item] = field(default_factory=deque)

    @property
    def calls(self) -> frozenset[str]:
        """The calls that are under way: of the flow that runs, or of one in the background."""
        if self.conversation is None or self.conversation.held is not None:  # somebody else answers: nothing waits for anything
            return frozenset()
        found = frozenset(frame.call for frame in self.conversation.frames if frame.call is not None)
        return found | {self.unclear} if self.unclear else found

    @property
    def unclear(self) -> str:
        """The call that asks what a message means; "": there is none. Until it is known no timer goes off: the contact has just written."""
        unclear = self.conversation.unclear if self.conversation is not None else None
        return unclear.call if unclear is not None else ""

    def ready(self) -> bool:
        """Whether there is work; a lane that is not known has some as soon as something waits."""
        return bool(self.waiting) and (not self.known or self._first() is not None)

    def take(self) -> Item | None:
        """The next event to work on, which no longer waits. None: none may go on."""
        place = self._first()
        if place is None:
            return None
        item = self.waiting[place]
        del self.waiting[place]
        return item

    def forget(self) -> None:
        """The conversation is to be read again."""
        self.conversation, self.known, self.broken = None, False, ""

    def _first(self) -> int | None:
        calls = self.calls
        if not calls:
            return 0 if self.waiting else None
        return next((place for place, item in enumerate(self.waiting) if _goes_on(item, calls, bool(self.unclear))), None)


def _goes_on(item: Item, calls: frozenset[str], unclear: bool) -> bool:
    """Whether an event may overtake those that wait for the answers of *calls*."""
    match item.event:
        case ActionFinished() | ActionFailed():
            return item.event.call in calls
        case TimerFired():
            return not unclear
        case StatusChanged() | OperatorCommand() | None:
            return True
    return bool(item.doomed)
