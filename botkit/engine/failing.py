"""What follows a failure: the step's `errors`, the flow's `on_error`, the callers', the bot's; never silence."""

from __future__ import annotations

from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.speaking import words
from botkit.engine.walking import BOT, called_by, come_back, onward, quit_all, take
from botkit.expressions import ExpressionError
from botkit.outcomes import END

_MOST = 5  # failures of one turn: handlers that fail themselves


def fail(cursor: Cursor, name: str, detail: str) -> None:
    """Take the handler that is nearest; *name* is what `errors` knows the failure by."""
    cursor.failures += 1
    cursor.entering = False
    cursor.note("error", detail=f"{name}: {detail}")
    if cursor.failures > _MOST:
        _give_up(cursor)
        return
    try:
        _handle(cursor, name)
    except (Failure, ExpressionError) as error:
        fail(cursor, error.name if isinstance(error, Failure) else "any", str(error))


def _handle(cursor: Cursor, name: str) -> None:
    while cursor.frames:
        owner = len(cursor.frames) - 1
        frame = cursor.frames[owner]
        if frame.state != END:
            verb = frame.step.verb
            errors = verb.errors if verb is not None else {}
            handler = errors.get(name) or errors.get("any")
            if handler is not None and cursor.failures <= 2:
                frame.leave()
                if not take(cursor, "error", handler, owner):
                    onward(cursor, "error", handler, then=False)
                return
            on_error = frame.flow.on_error
            if not on_error.empty and cursor.failures <= 3:
                frame.leave()
                if take(cursor, "error", on_error, owner):
                    return
        gone = cursor.frames.pop()
        name = "failed"
        if gone.via and _caught(cursor, gone):
            return
    on_error = cursor.bot.settings.on_error
    if on_error.empty or cursor.failures > 4:
        _give_up(cursor)
        return
    before = len(cursor.effects)
    went = take(cursor, "error", on_error, BOT)
    if len(cursor.effects) == before and not cursor.entering:
        words(cursor, "failed")
    if not went:
        quit_all(cursor)


def _caught(cursor: Cursor, gone: Draft) -> bool:
    """Whether the outcome that called *gone*, which has failed, says what follows."""
    owner, _, errors = called_by(cursor, gone)
    handler = errors.get("failed") or errors.get("any")
    if handler is None or cursor.failures > 2:
        return False
    if not take(cursor, "error", handler, owner) and cursor.frames:
        come_back(cursor, True)
    return True


def _give_up(cursor: Cursor) -> None:
    cursor.frames.clear()
    words(cursor, "failed")
