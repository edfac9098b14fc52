"""What an action has answered, or that it has failed: whoever waits for it goes on, or takes its `errors`."""

from __future__ import annotations

from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.handing import answered as queue_answered
from botkit.engine.speaking import pass_on, speak
from botkit.engine.understanding import answered
from botkit.engine.walking import onward
from botkit.model import ActionFailed, ActionFinished
from botkit.steps import Run


def finished(cursor: Cursor, event: ActionFinished) -> None:
    """The action of the step under way has returned, or the bot's own hook has said what a message means."""
    if cursor.unclear is not None and cursor.unclear.call == event.call:
        answered(cursor, cursor.unclear, event.value)
        return
    frame = _called(cursor, event.call)
    if frame is None:
        return
    verb = frame.step.verb
    pass_on(cursor, event.said)
    cursor.note("finished", detail=verb.action.text if isinstance(verb, Run) else "")
    cursor.answer = event.value
    if verb is not None and verb.save is not None:
        cursor.assign(verb.save.name, verb.save.contact, event.value)
    onward(cursor)


def failed(cursor: Cursor, event: ActionFailed) -> None:
    """Raises Failure where the action of the step under way has failed; a hook that failed has understood nothing."""
    if cursor.unclear is not None and cursor.unclear.call == event.call:
        answered(cursor, cursor.unclear, None, f"{event.error}: {event.detail}")
    elif _called(cursor, event.call) is not None:
        raise Failure(event.error, event.detail)


def _called(cursor: Cursor, call: str) -> Draft | None:
    """The frame that waits for the answer of *call*, on top; None when nobody does any more."""
    frame = next((frame for frame in cursor.frames if frame.call == call), None)
    if frame is None or frame is not cursor.top:
        cursor.note("ignored", detail="an action nobody waits for")
        return None
    frame.call = None
    frame.fingerprint = ""
    return frame


def heard_from_queue(cursor: Cursor, event: ActionFinished | ActionFailed) -> None:
    """A queue has answered a handoff. It takes the conversation: now the contact is told so. It does not: raises Failure, as if it were
    closed."""
    owner = queue_answered(cursor, event)
    if owner is None:
        cursor.note("told")
        return
    frame = cursor.frames[owner]
    if isinstance(event, ActionFinished):
        cursor.note("accepted", detail=frame.queue)
        with cursor.seen_by(frame):
            speak(cursor, frame.step.say)
        return
    del cursor.frames[owner + 1 :]
    raise Failure("closed", f"queue {frame.queue} does not take the conversation: {event.detail}")
