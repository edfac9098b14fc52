"""An answer of several files: they are collected as they come, until there are as many as may be, or the contact says that it is all."""

from __future__ import annotations

from datetime import timedelta

from botkit.answers import Rejected
from botkit.answers.media import TYPES, Media, Several
from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.offering import collecting, enough, shown
from botkit.engine.speaking import words
from botkit.model import MessageReceived, Timer
from botkit.steps import Ask
from botkit.steps.ask import Field
from botkit.wire import Value

_HANDFUL = timedelta(seconds=10)  # within which files that were sent together come in


def collect(cursor: Cursor, frame: Draft, ask: Ask, field: Field, value: Value) -> tuple[Field, Value] | None:
    """The answer that *value*, which came for *field*, is; None where it is one file of several, and more may come."""
    kind = field.type
    before = [(name, file) for name, file in frame.collected if name == field.key.text]
    frame.collected = ()
    if not isinstance(kind, Several) or not isinstance(value, list):
        return field, value
    frame.collected = (*before, *((field.key.text, file) for file in value))[: kind.most]
    cursor.timers = [timer for timer in cursor.timers if (timer.entry, timer.name) != (frame.entry, "gather")]
    if len(frame.collected) == kind.most:
        cursor.full = cursor.at + _HANDFUL
        return collected(frame, ask)
    cursor.timers.append(Timer(frame.entry, "gather", cursor.at + timedelta(seconds=ask.quiet or 0)))
    cursor.note("collect", detail=field.key.text)
    return None


def collected(frame: Draft, ask: Ask) -> tuple[Field, Value] | None:
    """What has been collected, taken away; None when it is nothing."""
    field = collecting(frame, ask)
    files: Value = [file for _, file in frame.collected]
    frame.collected = ()
    return (field, files) if field is not None else None


def progress(cursor: Cursor, frame: Draft, ask: Ask) -> None:
    """No more has come for a while: say how many there are, and how the contact ends it."""
    field = collecting(frame, ask)
    if field is None or not isinstance(field.type, Several):
        return
    count = str(len(frame.collected))
    if enough(frame, ask):
        words(cursor, "collected", shown(cursor, frame, ask), n=count)
    else:
        words(cursor, "too_few", shown(cursor, frame, ask), n=count, least=str(field.type.least))


def is_surplus(cursor: Cursor, message: MessageReceived) -> bool:
    """Whether *message* is one file too many of those that were sent together, at a step that asks for none."""
    if cursor.full is None or message.type not in TYPES or cursor.at > cursor.full:
        return False
    ask = cursor.top.step.ask if cursor.top is not None else None
    files = [field.type for field in ask.fields if isinstance(field.type, Media)] if ask is not None else []
    return all(isinstance(kind.read(message, cursor.reading()), Rejected) for kind in files)  # a caption would be taken for a text
