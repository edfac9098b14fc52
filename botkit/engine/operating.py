"""What operators do to a conversation: hand it back, set what it knows, put it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.engine.cursor import Cursor
from botkit.engine.walking import onward, quit_all
from botkit.model import OperatorCommand
from botkit.steps import Handoff


def operate(cursor: Cursor, event: OperatorCommand) -> None:
    """`handback`: people are done, the bot goes on behind the handoff. `set`: variables of the running flow, or contact.x. `goto`: enter
    the step *to* (flow.step), as if nothing had been before but the variables *with*. What does not fit is passed over."""
    match event.command:
        case "handback":
            owner = next((n for n, frame in enumerate(cursor.frames) if isinstance(frame.step.verb, Handoff) and frame.entry), None)
            if owner is not None:
                del cursor.frames[owner + 1 :]
                cursor.note("handback")
                cursor.happened = event.data
                onward(cursor)
                return
        case "set":
            for name, value in event.data.items():
                cursor.assign(name.removeprefix("contact."), name.startswith("contact."), value)
            cursor.note("set", detail=", ".join(event.data))
            return
        case "goto":
            flow, _, step = str(event.data.get("to", "")).partition(".")
            if flow in cursor.bot.flows:
                quit_all(cursor)
                given = event.data.get("with")
                cursor.start(flow, given if isinstance(given, Mapping) else {}, step)
                return
    cursor.note("ignored", detail=event.command)
