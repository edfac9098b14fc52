"""What is to be done: the effects of a turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from botkit.messages import Message
from botkit.model.memory import Conversation
from botkit.wire import Value

if TYPE_CHECKING:
    from botkit.model.events import Event

Closed = Literal["hold", "drop", "fail"]


class Send(Struct, frozen=True):
    """Say *message*; with the window closed *template* instead, or else do as *closed* says."""

    message: Message | None  # None: only the template
    template: Message | None = None
    closed: Closed = "fail"
    reply_to: str | None = None  # wamid to quote
    origin: str = ""  # flow.step that says it


QUEUE = "queue:"  # before the name of a queue: the action by which it is told something, in order for each contact


class Call(Struct, frozen=True):
    """Run an action of the bot; its answer comes back as ActionFinished or ActionFailed."""

    id: str  # also the idempotency key, the same at every attempt
    action: str
    arguments: Mapping[str, Value]
    timeout: float  # seconds, of one attempt
    retries: int = 0
    origin: str = ""


class Tell(Struct, frozen=True):
    """Something that is to happen to *contact* on the same channel, behind all that waits there: an event, with a key of its own."""

    contact: str
    event: Event


Effect = Send | Call | Tell


class Note(Struct, frozen=True):
    """One thing that a turn did, for tests, coverage, the trace and the log. *kind*: enter, skip, option, answer, refused, command,
    error, caught (the key of the handler), silence, timer, timeout, branch, call, return, stale, ignored, end, …"""

    kind: str
    flow: str = ""
    step: str = ""
    detail: str = ""


class Turn(Struct, frozen=True):
    """What one event led to: the conversation after it, and the effects in order."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    notes: tuple[Note, ...] = ()
