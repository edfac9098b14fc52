"""An answer is kept, refused by a `check`, or not understood; bad ones are counted, until `retry` has had enough."""

from __future__ import annotations

from botkit.engine.collecting import collect
from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.offering import shown
from botkit.engine.speaking import prompt, speak, words
from botkit.engine.unclear import ask_hook
from botkit.engine.walking import onward, take
from botkit.model import MessageReceived
from botkit.steps import Ask
from botkit.steps.ask import Field
from botkit.wire import Value


def capture(cursor: Cursor, frame: Draft, ask: Ask, message: MessageReceived) -> None:
    found = ask.captured(message, cursor.reading())
    if found is not None:
        whole = collect(cursor, frame, ask, *found)
        if whole is not None:
            accept(cursor, frame, ask, *whole)
    elif not ask_hook(cursor, frame, message):
        not_understood(cursor, frame, ask, message)


def accept(cursor: Cursor, frame: Draft, ask: Ask, field: Field, value: Value) -> None:
    """Take an answer to *field*, unless a `check` refuses it."""
    cursor.answer = value
    if not passes_checks(cursor, frame, ask, (field.name, field.contact, value)):
        return
    cursor.note("answer", detail=field.key.text)
    onward(cursor)


def passes_checks(cursor: Cursor, frame: Draft, ask: Ask, filled: tuple[str, bool, Value] | None) -> bool:
    """Empty the step's variables and fill the one that the answer is for; a `check` that is not met takes all of it back."""
    variables, attributes = dict(frame.variables), dict(cursor.attributes)
    own = ask.variables
    for name, contact in own:
        cursor.put(name, contact, None)
    if filled is not None:
        (cursor.assign if filled[1] else cursor.put)(*filled)  # an attribute has the type that botkit.yaml declares
    there = filled[:2] if filled is not None else None
    for check in ask.checks:
        if all(read == there for read in check.reads & own) and not cursor.evaluate(check.condition):
            cursor.note("refused", detail=check.condition.expression.source)
            exhausted = _last(frame, ask)
            if not exhausted:
                speak(cursor, [check.otherwise], shown(cursor, frame, ask))  # sees the answer that it refuses
            frame.variables = variables
            cursor.restore(attributes)
            if exhausted:
                _exhaust(cursor, ask)
            return False
    return True


def not_understood(cursor: Cursor, frame: Draft, ask: Ask, message: MessageReceived) -> None:
    """Say so, and count it."""
    cursor.note("not_understood", detail=message.type)
    if _last(frame, ask):
        _exhaust(cursor, ask)
    elif message.type == "unsupported":
        words(cursor, "unreadable")
        prompt(cursor, frame)
    elif ask.retry.say:
        speak(cursor, ask.retry.say, shown(cursor, frame, ask))
    else:
        words(cursor, "not_understood")
        prompt(cursor, frame)


def _last(frame: Draft, ask: Ask) -> bool:
    """Count a bad answer; whether it is the last one that the step puts up with."""
    frame.retries += 1
    return ask.retry.max is not None and frame.retries >= ask.retry.max


def _exhaust(cursor: Cursor, ask: Ask) -> None:
    cursor.frames[-1].retries = 0
    cursor.note("exhausted", detail=ask.retry.outcome.key)
    if not take(cursor, "exhausted", ask.retry.outcome, len(cursor.frames) - 1):
        onward(cursor, "exhausted", ask.retry.outcome, then=False)
