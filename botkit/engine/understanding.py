"""What the bot's own hook has made of a message: one of what it was told, or nothing, and then the message is not understood."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.answers import Rejected
from botkit.engine.accepting import accept, not_understood
from botkit.engine.choosing import Choice, choose
from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.obeying import obey
from botkit.engine.offering import record_of
from botkit.engine.unclear import commands_at
from botkit.model import MessageReceived, Unclear
from botkit.steps import Ask
from botkit.steps.ask import Field
from botkit.wire import Value

_ENOUGH = 200  # characters of what the hook named that are noted down


def answered(cursor: Cursor, unclear: Unclear, named: Value, failed: str = "") -> None:
    """Go on with the message that was *unclear*. *named* is what the hook gave: `{"option": id}`, `{"slot": name, "value": …}`,
    `{"command": name}`, `{"flow": name}`; anything else, and whatever was not offered, is nothing. *failed*: why it gave nothing."""
    cursor.unclear = None
    frame = cursor.top
    if (frame.entry if frame is not None else 0) != unclear.entry or (frame is not None and not frame.entry):
        cursor.note("ignored", detail="what a message meant is known, but its question is over")
        return
    message = MessageReceived(cursor.event.key, cursor.at, unclear.id, "text", unclear.text)
    cursor.message, cursor.answer = message, message.text
    found = {name: value for name, value in named.items() if value is not None} if isinstance(named, Mapping) else {}
    if failed:
        cursor.note("misunderstood", detail=failed)
    elif found:
        if _taken(cursor, frame, found):
            return
        cursor.note("misunderstood", detail=f"this was not offered, or does not fit: {_told(found)}")
    else:
        cursor.note("misunderstood", detail="nothing was named")
    ask = frame.step.ask if frame is not None else None
    if frame is None or ask is None:
        cursor.start(cursor.bot.start, {})
    else:
        not_understood(cursor, frame, ask, message)


def _taken(cursor: Cursor, frame: Draft | None, named: Mapping[str, Value]) -> bool:
    """Do what was *named*, if it is one of the things that were offered."""
    kind = next((kind for kind in ("option", "slot", "command", "flow") if kind in named), "")
    name = named.get(kind)
    ask = frame.step.ask if frame is not None else None
    match kind:
        case "option" if frame is not None and ask is not None and isinstance(name, str):
            choice = _choice(cursor, frame, ask, name)
            if choice is None:
                return False
            _understood(cursor, named)
            choose(cursor, frame, ask, choice)
        case "slot" if frame is not None and ask is not None:
            field = next((field for field in ask.fields if field.key.text == name), None)
            value = _value(cursor, field, named.get("value")) if field is not None else None
            if field is None or value is None:
                return False
            _understood(cursor, named)
            accept(cursor, frame, ask, field, value)
        case "command":
            step = frame.step if frame is not None else None
            found = next(((owner, command) for owner, command in commands_at(cursor, step) if command.name == name), None)
            if found is None:
                return False
            _understood(cursor, named)
            obey(cursor, found[1], found[0])
        case "flow" if frame is None and isinstance(name, str) and name in cursor.bot.flows and cursor.bot.flows[name].triggers:
            _understood(cursor, named)
            cursor.start(name, {})
        case _:
            return False
    return True


def _choice(cursor: Cursor, frame: Draft, ask: Ask, id_: str) -> Choice | None:
    option = ask.option(id_)
    if option is not None:
        return option if option.condition is None or cursor.evaluate(option.condition) else None
    return record_of(frame, id_)


def _value(cursor: Cursor, field: Field, given: Value) -> Value:
    """What was given for a variable of the question, held to its type: a text as if the contact had written it. None: it does not fit."""
    value = field.type.normal(given) if not isinstance(given, str) else _read(cursor, field, given)
    return None if isinstance(value, Rejected) else value


def _read(cursor: Cursor, field: Field, text: str) -> Value:
    read = field.type.read(MessageReceived(cursor.event.key, cursor.at, "", "text", text), cursor.reading())
    return field.type.normal(text) if isinstance(read, Rejected) else read


def _understood(cursor: Cursor, named: Mapping[str, Value]) -> None:
    cursor.note("understood", detail=_told(named))


def _told(named: Mapping[str, Value]) -> str:
    return " ".join(f"{kind} {value}" for kind, value in named.items())[:_ENOUGH]
