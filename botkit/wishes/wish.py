"""A wish: a text, a message, a template or a flow for somebody, read from what a request or a command holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, cast

from msgspec import Struct, field
from msgspec.structs import replace

from botkit.answers import Reading, Rejected
from botkit.bot import Bot
from botkit.engine.cursor import Cursor
from botkit.engine.outside import SAY, message_of, template_of
from botkit.messages import Fault
from botkit.messages.given import Unfit
from botkit.model import Consent, Contact, Conversation, Event, OperatorCommand, Started
from botkit.problems import did_you_mean
from botkit.triggers import KEEP
from botkit.wire import Value

_BUSY = ("over", "wait", "drop")
_CUT = frozenset({"title-too-long", "description-too-long", "group-too-long", "opener-too-long"})  # what a message cuts by itself
_SAYS = frozenset({"text", "message", "template", "with", "header", "buttons", "preview", "reply_to", "closed"})
_STARTS = frozenset({"flow", "params", "busy", "keep"})
_TAG = re.compile(r"[\s_-]+")


class BadWish(Exception):
    """It cannot be fulfilled, whoever it is for: one sentence, in the words of who asked."""


class Wish(Struct, frozen=True):
    """*say*: as the engine's command `say` takes it; or else *flow* begins with *params*. *opted_in*: who says that the contact wants it,
    where that is told; *language*: of a contact whose language nobody knows yet."""

    say: Mapping[str, Value] = field(default_factory=dict)
    flow: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)
    busy: Literal["over", "wait", "drop"] = "over"
    keep: int = KEEP
    opted_in: str = ""
    language: str = ""

    def event(self, key: str, at: datetime) -> Event:
        """What happens to the contact's conversation."""
        if self.flow:
            return Started(key, at, self.flow, self.params, self.busy, self.keep)
        return OperatorCommand(key, at, SAY, {**self.say, **self._facts()})

    def events(self, key: str, at: datetime) -> tuple[Event, ...]:
        """The same, where that has to be told in two, with what is put on record first."""
        facts = self._facts()
        known = (OperatorCommand(f"{key}:facts", at, SAY, facts),) if self.flow and facts else ()
        return (*known, self.event(key, at))

    def _facts(self) -> dict[str, Value]:
        """What is put on record of the contact."""
        return {name: value for name, value in (("opted_in", self.opted_in), ("language", self.language)) if value}

    def known(self, contact: Contact, at: datetime) -> Contact:
        """*contact* with what will be on record of it."""
        attributes = dict(contact.attributes)
        consent = contact.consent
        if self.opted_in and consent is None:
            consent, attributes["opted_in"] = Consent(True, at, self.opted_in), True
        if self.language and not attributes.get("language"):
            attributes["language"] = self.language
        return replace(contact, attributes=attributes, consent=consent)


def read_wish(bot: Bot, asked: Mapping[str, Any], conversation: Conversation, at: datetime) -> Wish:
    """The wish in *asked*, whole: for a conversation, since values are read in its language. Raises BadWish."""
    opted_in, language = _word(asked, "opted_in"), _word(asked, "language")
    if asked.get("flow"):
        if surplus := sorted(_SAYS & asked.keys()):
            raise BadWish(f'a flow is begun, or something is said; "{surplus[0]}" does not go with "flow"')
        name = _word(asked, "flow")
        if name not in bot.flows:
            hint = did_you_mean(name, bot.flows)
            raise BadWish(f'there is no flow "{name}"{f"; {hint}" if hint else ""}')
        busy = asked.get("busy") or "over"
        if busy not in _BUSY:
            raise BadWish(f'"busy" is over, wait or drop, not "{str(busy)[:40]}"')
        keep = asked.get("keep") or KEEP
        if not isinstance(keep, int) or not 0 < keep <= 30 * 86_400:
            raise BadWish('"keep" is a number of seconds, at most 30 days')
        params = typed(bot, name, asked.get("params") or {}, conversation, at)
        return Wish(flow=name, params=params, busy=cast(Any, busy), keep=keep, opted_in=opted_in, language=language)
    if surplus := sorted(_STARTS & asked.keys()):
        raise BadWish(f'"{surplus[0]}" goes with "flow", and there is none')
    wish = Wish(say=_said(asked), opted_in=opted_in, language=language)
    _made(bot, wish, conversation, at)
    return wish


def _said(asked: Mapping[str, Any]) -> dict[str, Value]:
    """What is to be said, as far as its shape goes."""
    said = {name: asked[name] for name in sorted(_SAYS) if asked.get(name) not in (None, "")}
    kinds = [name for name in ("text", "message", "template") if name in said]
    if not kinds or {"text", "message"} <= set(kinds):
        raise BadWish("say what is to be sent: text, message or template; a template may stand beside one of the others")
    for name in ("text", "template", "reply_to", "closed"):
        if name in said and not isinstance(said[name], str):
            raise BadWish(f'"{name}" must be a text')
    if not str(said.get("text", "x")).strip():
        raise BadWish("the text is empty: WhatsApp takes none of blanks alone")
    if "with" in said and (not isinstance(said["with"], list | dict) or "template" not in said):
        raise BadWish('"with" holds the values of a template: a list, or an object with a name for each')
    if said.get("closed", "fail") not in ("hold", "drop", "fail"):
        raise BadWish('"closed" is hold, drop or fail')
    if "message" in said:
        said["message"] = _named(said["message"])
    return said


def _named(message: Any) -> dict[str, Value]:
    """A message with its kind as the class is called: LocationRequest for "location_request"."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise BadWish('"message" must be an object whose "type" names its kind: image, document, buttons, location, …')
    kind = message["type"]
    return {**message, "type": "".join(part[:1].upper() + part[1:] for part in _TAG.split(kind) if part)}


def _made(bot: Bot, wish: Wish, conversation: Conversation, at: datetime) -> None:
    """Raises BadWish for what WhatsApp would not take."""
    told = replace(conversation, contact=wish.known(conversation.contact, at))
    cursor = Cursor(bot, told, wish.event("", at))
    try:
        message = message_of(wish.say)
        template = template_of(cursor, wish.say) if wish.say.get("template") else None
    except Unfit as error:
        raise BadWish(str(error)) from None
    for one in (message, template):
        fault: Fault | None = next((fault for fault in one.faults() if fault.code not in _CUT), None) if one is not None else None
        if fault is not None:
            raise BadWish(str(fault))


def typed(bot: Bot, flow: str, given: Any, conversation: Conversation, at: datetime) -> dict[str, Value]:
    """The params of a flow, each in the normal form of its type: as an action would give them, or as the contact would write them. Raises
    BadWish for one that is lacking, unknown, or of another type."""
    if not isinstance(given, dict):
        raise BadWish('"params" must be an object')
    declared = {key.text: type_ for key, type_ in bot.flows[flow].params}
    for name in given:
        if name not in declared:
            known = f"it takes {', '.join(declared)}" if declared else "it takes none"
            raise BadWish(f'flow {flow} has no param "{str(name)[:60]}"; {did_you_mean(str(name), declared) or known}')
    cursor = Cursor(bot, conversation, Started("", at, flow))
    found: dict[str, Value] = {}
    for name, type_ in declared.items():
        if name not in given:
            raise BadWish(f"flow {flow} needs {name} ({type_.word})")
        value = given[name]
        if value is None or value == "":
            found[name] = None
            continue
        normal = type_.normal(value)
        if isinstance(normal, Rejected) and isinstance(value, str):
            reading: Reading = cursor.reading()
            normal = type_.parse(value.strip(), reading)
        if isinstance(normal, Rejected):
            raise BadWish(f"{name} of flow {flow} is {type_.word}, and {str(value)[:60]!r} is {normal.reason}")
        found[name] = normal
    return found


def _word(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name) or ""
    if not isinstance(value, str) or len(value) > 200:
        raise BadWish(f'"{name}" must be a text of at most 200 characters')
    return value
