"""What nothing has understood: the bot's own hook is told all that could be meant, and asked.

The answer comes back as an event, like that of an action; until then the contact's next messages wait.
"""

from __future__ import annotations

from collections.abc import Iterator

from botkit.commands import Command
from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.walking import BOT
from botkit.expressions import ExpressionError
from botkit.hook import HOOK
from botkit.model import Call, MessageReceived, Unclear
from botkit.replies import Reply
from botkit.steps import Ask, Step
from botkit.wire import Value

_LONGEST = 4_096  # characters of a message that the hook is told
_MOST = 100  # computed options that it is told


def ask_hook(cursor: Cursor, frame: Draft | None, message: MessageReceived) -> bool:
    """Ask what *message* means to the step of *frame*; None: no flow is running. Whether there is anything to ask, and anybody."""
    hook = cursor.bot.settings.understand
    if hook is None or message.type != "text" or not message.text.strip() or (frame is not None and frame.step.ask is None):
        return False
    heard: dict[str, Value] = {"text": message.text[:_LONGEST], "language": cursor.spoken, **_could_be_meant(cursor, frame)}
    if not any(heard[kind] for kind in ("options", "slots", "commands", "flows")):
        return False
    id_ = cursor.call_id()
    cursor.unclear = Unclear(id_, frame.entry if frame is not None else 0, message.id, message.text)
    origin = frame.step.path if frame is not None else ""
    cursor.effects.append(Call(id_, HOOK, {"heard": heard}, float(hook.timeout), 0, origin))
    cursor.note("call", detail=HOOK)
    return True


def _could_be_meant(cursor: Cursor, frame: Draft | None) -> dict[str, Value]:
    """The closed set of outcomes: what may be named, and nothing else will do."""
    commands = {command.name: command for _, command in commands_at(cursor, frame.step if frame is not None else None)}
    told = [_phrase(command.name, [word.text for word in command.match]) for command in commands.values()]
    if frame is None or frame.step.ask is None:
        flows = [_phrase(flow.name, [word.text for word in flow.triggers]) for flow in cursor.bot.flows.values() if flow.triggers]
        return {"question": "", "options": [], "slots": [], "commands": told, "flows": flows}
    ask = frame.step.ask
    slots = [_slot(one.key.text, one.type.word, getattr(one.type, "choices", ())) for one in ask.fields if one.type.kind != "record"]
    options, question = _options(cursor, frame, ask), _question(cursor, frame.step)
    return {"question": question, "options": options, "slots": slots, "commands": told, "flows": []}


def _phrase(name: str, words: list[str]) -> Value:
    return {"name": name, "words": words}


def _slot(name: str, type_: str, choices: tuple[str, ...]) -> Value:
    return {"name": name, "type": type_, "choices": list(choices)}


def _question(cursor: Cursor, step: Step) -> str:
    """What the step says, as far as it can be said now."""
    told = []
    for say in step.say:
        try:
            told += [cursor.render(say.text)] if say.text is not None and say.each is None else []
        except ExpressionError:
            continue
    return "\n".join(told)[:_LONGEST]


def _options(cursor: Cursor, frame: Draft, ask: Ask) -> list[Value]:
    found = [_option(cursor, option.id, option.label, option.description) for option in ask.offered(cursor)]
    if ask.computed is not None:
        before = cursor.item
        for id_, record in frame.choices[:_MOST]:
            cursor.item = record
            found.append(_option(cursor, id_, ask.computed.label, ask.computed.description))
        cursor.item = before
    return found


def _option(cursor: Cursor, id_: str, label: Reply, description: Reply | None) -> Value:
    return {"id": id_, "label": cursor.render(label), "description": cursor.render(description) if description is not None else ""}


def commands_at(cursor: Cursor, step: Step | None) -> Iterator[tuple[int, Command]]:
    """The commands that are understood at *step*, the top frame's, those that go before others first: (owner, command). None: no flow is
    running."""
    if step is not None and not step.deaf:
        top = len(cursor.frames) - 1
        yield from ((top, command) for command in step.commands)
        for owner in range(top, -1, -1):
            yield from ((owner, command) for command in cursor.frames[owner].flow.commands)
    for command in cursor.bot.settings.commands:
        if step is None or not step.deaf or command.opts_out:
            yield BOT, command
