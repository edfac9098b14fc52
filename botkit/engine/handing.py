"""What a queue is told while a conversation is with it: that it begins, what the contact sends, what did not arrive, that it is over.

Each of these is a call under the name of the queue, so it is as durable as a call of an action. None holds up the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeGuard

from botkit.model import (
    QUEUE,
    ActionFailed,
    ActionFinished,
    Call,
    Effect,
    Event,
    MessageReceived,
    OperatorCommand,
    StatusChanged,
    TimerFired,
)
from botkit.settings import Queue
from botkit.steps import Handoff
from botkit.wire import Value

if TYPE_CHECKING:
    from botkit.engine.cursor import Cursor
    from botkit.engine.draft import Draft

_TIMEOUT = 15.0  # seconds of one attempt
_RETRIES = 1_000_000  # who delivers gives up by the clock, not by counting
_MARK = "told-"  # before the id of such a call


def is_answer(event: Event) -> TypeGuard[ActionFinished | ActionFailed]:
    """Whether *event* is what became of something that a queue was told."""
    return isinstance(event, ActionFinished | ActionFailed) and event.call.startswith(_MARK)


def opened(cursor: Cursor, queue: Queue, note: Value, given: Mapping[str, Value]) -> str:
    """Ask *queue* to take the conversation; the id of the handoff."""
    call = _MARK + cursor.call_id()
    cursor.effects.append(_told(cursor, queue.name, call, call, {"event": "opened", "note": note, "with": given}))
    return call


def pass_on(cursor: Cursor, message: MessageReceived) -> None:
    """The conversation is with a queue: it is told what the contact sends."""
    frame = _with_queue(cursor)
    if frame is not None:
        told: dict[str, Value] = {"id": message.id, "type": message.type, "text": message.text, "at": message.at.isoformat()}
        told |= {"data": message.data} if message.data else {}
        told |= {"reply_to": message.context} if message.context else {}
        _tell(cursor, frame, {"event": "message", "message": told})


def not_arrived(cursor: Cursor, event: StatusChanged) -> None:
    """The conversation is with a queue: it is told that a message did not reach the contact."""
    frame = _with_queue(cursor)
    if frame is not None:
        told: dict[str, Value] = {"id": event.id, "send": event.opaque, "code": event.code, "detail": event.detail}
        _tell(cursor, frame, {"event": "unsent", "message": told})


def answered(cursor: Cursor, event: ActionFinished | ActionFailed) -> int | None:
    """The place of the frame whose queue has taken the conversation, or will not; None: of something else the queue has heard, and nobody
    waits for that."""
    return next((n for n, frame in enumerate(cursor.frames) if frame.handed == event.call), None)


def over(cursor: Cursor, still: frozenset[str]) -> None:
    """Tell the queues of handoffs that this turn has ended. *still*: the ids of those that go on."""
    event = cursor.event
    for frame in cursor.before.frames:
        ended = frame.handed and frame.handed not in still
        if ended and not (isinstance(event, ActionFailed) and event.call == frame.handed):
            reason = "timeout" if isinstance(event, TimerFired) else "handed_back" if _handed_back(event) else "left"
            call = _MARK + cursor.call_id()
            cursor.effects.append(_told(cursor, frame.queue, frame.handed, call, {"event": "ended", "reason": reason}))


def _handed_back(event: Event) -> bool:
    return isinstance(event, OperatorCommand) and event.command == "handback"


def _with_queue(cursor: Cursor) -> Draft | None:
    return next((frame for frame in reversed(cursor.frames) if frame.handed and isinstance(frame.step.verb, Handoff)), None)


def _tell(cursor: Cursor, frame: Draft, told: dict[str, Value]) -> None:
    cursor.effects.append(_told(cursor, frame.queue, frame.handed, _MARK + cursor.call_id(), told))


def _told(cursor: Cursor, queue: str, handoff: str, call: str, told: dict[str, Value]) -> Effect:
    contact = cursor.contact
    who: dict[str, Value] = {
        "wa_id": contact.wa_id,
        "user_id": contact.bsuid,
        "name": cursor.attributes.get("name") or contact.profile,
        "language": cursor.language,
    }
    common: dict[str, Value] = {
        "id": call, "handoff": handoff, "queue": queue, "channel": cursor.before.channel, "at": cursor.at.isoformat(), "contact": who,
    }  # fmt: skip
    origin = f"{cursor.top.flow.name}.{cursor.top.state}" if cursor.top is not None else ""
    return Call(call, QUEUE + queue, {"told": {**common, **told}}, _TIMEOUT, _RETRIES, origin)


__all__ = ["answered", "is_answer", "not_arrived", "opened", "over", "pass_on"]
