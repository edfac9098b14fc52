"""What follows a failure: the step's `errors`, the flow's `on_error`, the callers', the bot's; never silence."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.speaking import words
from botkit.engine.walking import BOT, called_by, come_back, onward, quit_all, take
from botkit.expressions import ExpressionError
from botkit.outcomes import END, Outcome
from botkit.web import names_of

_MOST = 10  # failures of one turn


def fail(cursor: Cursor, name: str, detail: str) -> None:
    """Take the handler that is nearest; *name* is what `errors` knows the failure by. In one turn each handler is taken once: one that
    fails itself, or leads to where it came from, leaves it to the next."""
    cursor.failures += 1
    cursor.steps = 0
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
            handler = _handler(cursor, verb.errors if verb is not None else {}, name)
            if handler is not None:
                frame.leave()
                if not take(cursor, "error", handler, owner):
                    onward(cursor, "error", handler, then=False)
                return
            on_error = frame.flow.on_error
            if not on_error.empty and _first_time(cursor, on_error):
                frame.leave()
                if take(cursor, "error", on_error, owner):
                    return
        gone = cursor.frames.pop()
        name = "failed"
        if gone.via and _caught(cursor, gone):
            return
    on_error = cursor.bot.settings.on_error
    if on_error.empty or not _first_time(cursor, on_error):
        _give_up(cursor)
        return
    before = len(cursor.effects)
    went = take(cursor, "error", on_error, BOT)
    if len(cursor.effects) == before and not cursor.entering:
        words(cursor, "failed")
    if not went:
        quit_all(cursor)


def _handler(cursor: Cursor, errors: Mapping[str, Outcome], name: str) -> Outcome | None:
    words = (*names_of(name), "any")
    return next((errors[word] for word in words if word in errors and _first_time(cursor, errors[word])), None)


def _first_time(cursor: Cursor, outcome: Outcome) -> bool:
    """Whether *outcome* has not handled a failure in this turn yet; from now on it has."""
    before = len(cursor.handled)
    cursor.handled.add(outcome)
    return len(cursor.handled) > before


def _caught(cursor: Cursor, gone: Draft) -> bool:
    """Whether the outcome that called *gone*, which has failed, says what follows."""
    owner, _, errors = called_by(cursor, gone)
    handler = _handler(cursor, errors, "failed")
    if handler is None:
        return False
    if not take(cursor, "error", handler, owner) and cursor.frames:
        come_back(cursor, True)
    return True


def _give_up(cursor: Cursor) -> None:
    cursor.frames.clear()
    words(cursor, "failed")
