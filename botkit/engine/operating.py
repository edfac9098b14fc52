"""What operators do to a conversation: hand it back, set what it knows, put it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from botkit.engine import consent
from botkit.engine.cursor import Cursor
from botkit.engine.hearing import hear
from botkit.engine.held import given, let_go, taken
from botkit.engine.speaking import prompt
from botkit.engine.walking import onward, quit_all
from botkit.model import (
    Contact,
    Conversation,
    Event,
    ExternalEvent,
    MessageReceived,
    OperatorCommand,
    Scheduled,
    Started,
    Tell,
    dump_conversation,
    load_conversation,
)
from botkit.steps import Handoff


def operate(cursor: Cursor, event: OperatorCommand) -> None:
    """`handback`: people are done, the bot goes on behind the handoff. `set`: variables of the running flow, or contact.x. `goto`: enter
    the step *to* (flow.step), as if nothing had been before but the variables *with*. `taken`, `given`: somebody else answers, or no more.
    `opt_out`, `opt_in`: the contact has said so elsewhere. `left`, `joined`: two contacts are one. What does not fit is passed over."""
    match event.command:
        case "handback":
            owner = next((n for n, frame in enumerate(cursor.frames) if isinstance(frame.step.verb, Handoff) and frame.entry), None)
            if owner is not None:
                let_go(cursor)
                del cursor.frames[owner + 1 :]
                cursor.note("handback")
                cursor.happened = event.data
                onward(cursor)
                return
            if cursor.held is not None:
                _given(cursor)
                return
        case "taken":
            taken(cursor, event)
            return
        case "given":
            _given(cursor)
            return
        case "opt_out" | "opt_in":
            consent.wished(cursor, event)
            return
        case "left":
            _leave(cursor, str(event.data.get("main")))
            return
        case "joined":
            _join(cursor, load_conversation(str(event.data.get("conversation"))))
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


def _given(cursor: Cursor) -> None:
    said = given(cursor)
    if said:
        cursor.answer = said
        hear(cursor, MessageReceived(cursor.event.key, cursor.at, "", "text", said, opens_window=False))


def _leave(cursor: Cursor, main: str) -> None:
    """This contact is *main*, whose conversation goes on: it is told what this one knew, and this one is over."""
    told = dump_conversation(replace(cursor.before, frames=(), timers=(), kept=(), later=(), early=(), held=None)).decode()
    cursor.effects.append(Tell(main, OperatorCommand(f"joined:{cursor.event.key}", cursor.at, "joined", {"conversation": told})))
    quit_all(cursor)
    cursor.timers, cursor.kept, cursor.early, cursor.later, cursor.aside, cursor.rest = [], [], [], [], [], ()
    cursor.held, cursor.unclear, cursor.became = None, None, main
    out = cursor.attributes.get("opted_out") is True  # it holds on for what still waits to be sent
    cursor.contact, cursor.attributes = Contact(cursor.contact.id), {"opted_out": True} if out else {}
    cursor.note("left", detail=main)


def passed_on(cursor: Cursor, event: Event) -> bool:
    """Whether *event* is for the contact that this one turned out to be: it was on its way as that came out."""
    command = isinstance(event, OperatorCommand) and event.command != "left"
    if not (command or isinstance(event, Started | Scheduled | ExternalEvent)):
        return False
    cursor.effects.append(Tell(cursor.became, replace(event, key=f"again:{event.key}")))
    cursor.note("left", detail=cursor.became)
    return True


def _join(cursor: Cursor, other: Conversation) -> None:
    """The contact has written from a new number before we heard that it is theirs. The window is the later one, what is known of the
    contact is known here, too; what was begun there is over, and the question under way here is asked again."""
    for name, value in other.contact.attributes.items():
        if name not in ("opted_out", "opted_in") and cursor.attributes.get(name) is None:
            cursor.put(name, True, value)
    consent.joined(cursor, other)
    if other.last_inbound is not None:
        cursor.last_inbound = max(other.last_inbound, cursor.last_inbound or other.last_inbound)
    cursor.free = max((one for one in (cursor.free, other.free) if one is not None), default=None)
    cursor.note("joined", detail=other.contact.id)
    top = cursor.top
    if top is not None and top.step.ask is not None and top.entry and top.call is None and cursor.held is None:
        cursor.unasked = True
        prompt(cursor, top)
