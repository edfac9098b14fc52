"""Whether a contact wants messages: opt-out words before any flow, what WhatsApp tells of it, and the record of the last word."""

from __future__ import annotations

from msgspec.structs import replace

from botkit.consent import asks_to_start, asks_to_stop
from botkit.engine.cursor import Cursor
from botkit.engine.offering import named
from botkit.engine.speaking import words
from botkit.engine.taps import read_tap
from botkit.engine.walking import BOT, quit_all, take
from botkit.model import Conversation, MessageReceived, OperatorCommand, StatusChanged, Tell

STOPPED_MARKETING = 131050  # the contact has stopped marketing in WhatsApp itself (fact sheet §4.10, §6.1)


def heard(cursor: Cursor, message: MessageReceived, silent: bool = False) -> bool:
    """Take *message* as what it says of consent, if it does, before any flow sees it; whether it did. What the bot itself understands by
    such a word, a command or an option that is shown, goes before. *silent*: somebody else answers, so nothing is said."""
    own = message.type == "tap" and message.payload is not None and read_tap(message.payload) is not None
    text = message.text if message.type in ("text", "tap") and not own else ""
    languages = cursor.bot.settings.languages
    if not text:
        return False
    if asks_to_stop(text, languages):
        if not silent and _claimed(cursor, text):
            return False
        cursor.note("opted_out", detail=" ".join(text.split())[:40])
        _stop(cursor, silent)
        return True
    if cursor.attributes.get("opted_out") is True and asks_to_start(text, languages) and (silent or not _claimed(cursor, text)):
        cursor.note("opted_in", detail=" ".join(text.split())[:40])
        cursor.put("opted_out", True, False)
        if not silent:
            words(cursor, "opted_in")
        return True
    return False


def wished(cursor: Cursor, event: OperatorCommand) -> None:
    """The contact has said outside of the conversation that messages are wanted, or not. What is older than the last word is over."""
    last = cursor.contact.consent
    out = event.command == "opt_out"
    if last is not None and last.at > event.at:
        cursor.note("ignored", detail=f"{event.command}: it is older than the last word on that")
        return
    if out != (cursor.attributes.get("opted_out") is True):
        cursor.put("opted_out", True, out)
        cursor.note("opted_out" if out else "opted_in", detail=str(event.data.get("source") or "operator"))
    elif not out:
        cursor.put("opted_in", True, str(event.data.get("source") or "operator"))


def refused(cursor: Cursor, event: StatusChanged) -> None:
    """WhatsApp says of a message that its contact wants none of its kind."""
    if event.code != STOPPED_MARKETING:
        return
    source = f"WhatsApp ({STOPPED_MARKETING})"
    if cursor.became:  # who turned out to be another has said so with what was still on its way here
        command = OperatorCommand(f"again:{event.key}", event.at, "opt_out", {"source": source})
        cursor.effects.append(Tell(cursor.became, command))
    if cursor.attributes.get("opted_out") is not True:
        cursor.put("opted_out", True, True)
        cursor.note("opted_out", detail=source)


def joined(cursor: Cursor, other: Conversation) -> None:
    """The contact is *other* as well: of the two last words on consent the later holds; without words, an opt-out does."""
    mine, theirs = cursor.contact.consent, other.contact.consent
    out = other.contact.attributes.get("opted_out") is True
    if theirs is not None and (mine is None or theirs.at >= mine.at):
        cursor.put("opted_out", True, out)
        cursor.contact = replace(cursor.contact, consent=theirs)
    elif out and theirs is None and mine is None:
        cursor.put("opted_out", True, True)


def _stop(cursor: Cursor, silent: bool) -> None:
    command = next((command for command in cursor.bot.settings.commands if command.opts_out), None)
    cursor.put("opted_out", True, True)
    if silent:
        return
    if command is not None:  # the author has words for it
        take(cursor, "command", command.outcome, BOT)
        return
    quit_all(cursor)
    words(cursor, "opted_out")


def _claimed(cursor: Cursor, text: str) -> bool:
    """Whether the bot itself understands *text* where the contact stands: by a command, by an option, or as what starts a flow."""
    commands = cursor.bot.commands
    top = cursor.top
    places = ["", *(frame.flow.name for frame in cursor.frames), *([top.step.path] if top is not None else [])]
    if any(place in commands and commands[place].find(text) is not None for place in places):
        return True
    if top is None:
        return cursor.bot.triggers.find(text) is not None
    ask = top.step.ask
    return ask is not None and bool(top.entry) and named(cursor, top, ask, text) is not None


__all__ = ["heard", "joined", "refused", "wished"]
