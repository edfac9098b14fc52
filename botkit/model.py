"""What is remembered, what happens, and what is to be done: frozen, plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from botkit import wire
from botkit.messages import Message
from botkit.wire import Value

# ---------------------------------------------------------------- what is remembered


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, by an internal id; the aliases lead to it and may be missing, one or the other."""

    id: str
    wa_id: str | None = None  # WhatsApp's number, opaque text
    bsuid: str | None = None  # business-scoped user id, "US.…"
    profile: str | None = None  # the name that WhatsApp shows; anything may stand in it
    attributes: Mapping[str, Value] = field(default_factory=dict)  # contact.x: name, language, opted_out, and the author's own


@dataclass(frozen=True, slots=True)
class Waited:
    """A waiting entry that is behind us, for `back`: the step, and the variables as they were when it was entered."""

    step: str
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow under way."""

    flow: str
    step: str
    variables: Mapping[str, Value] = field(default_factory=dict)
    entry: int = 0  # number of the waiting entry it stands at; 0: it does not wait
    entered: datetime | None = None  # when that entry began; UTC
    retries: int = 0  # bad answers to it so far
    visits: Mapping[str, int] = field(default_factory=dict)  # step -> how often entered in this run
    history: tuple[Waited, ...] = ()
    digression: bool = False  # comes back and asks again
    via: str = ""  # key of the outcome that called it; "": a step, or nobody
    call: str | None = None  # id of the action under way
    fingerprint: str = ""  # of the step it waits at, under the release that it was entered in
    choices: tuple[tuple[str, Value], ...] = ()  # computed options as they were shown: (id, record)
    page: int = 0  # of computed options
    over: bool = False  # what it waits for has come while a digression was under way
    gathered: tuple[str, ...] = ()  # texts of a burst that are not taken as an answer yet


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that is to happen at *due* (UTC) unless the waiting *entry* is over by then.

    *name* is `silence:<n>`, `timeout`, `wait` or `call`.
    """

    entry: int
    name: str
    due: datetime

    @property
    def id(self) -> str:
        return f"{self.entry}:{self.name}:{int(self.due.timestamp() * 1000)}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A waiting entry that is over and whose buttons stay alive (`stale: follow`), with the run's variables as they were."""

    entry: int
    flow: str
    step: str
    variables: Mapping[str, Value]
    at: datetime


@dataclass(frozen=True, slots=True)
class Early:
    """An event from outside that nobody waited for when it came."""

    name: str
    about: str
    data: Mapping[str, Value]
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that is kept about one contact on one channel."""

    channel: str
    contact: Contact
    frames: tuple[Frame, ...] = ()  # the last one runs
    timers: tuple[Timer, ...] = ()
    entries: int = 0  # the number of the newest waiting entry
    last_inbound: datetime | None = None  # UTC, by the message's own time; opens the 24-hour window. None: the contact never wrote
    version: int = 0  # grows by one with every turn
    release: str = ""  # the release of the last turn
    kept: tuple[Kept, ...] = ()
    early: tuple[Early, ...] = ()


# ---------------------------------------------------------------- what happens


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The contact wrote, tapped or sent something. *type* is WhatsApp's word, with "tap" for all kinds of button."""

    key: str
    at: datetime  # by the message's own time; UTC
    id: str  # wamid
    type: str
    text: str = ""  # what was written; a caption; the label of a tap
    payload: str | None = None  # of a tap
    data: Mapping[str, Value] = field(default_factory=dict)  # of media, a location, an order, …
    context: str | None = None  # wamid of the message that it answers
    name: str | None = None  # profile name at that time
    referral: Mapping[str, Value] | None = None
    opens_window: bool = True


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """WhatsApp (or our sender, with status "unsent") tells what became of a message of ours."""

    key: str
    at: datetime
    id: str  # wamid; "" when it never left
    status: str
    opaque: str | None = None  # our outbox id
    code: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ActionFinished:
    key: str
    at: datetime
    call: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class ActionFailed:
    """*error* is the name of the exception, "timeout", or "any"."""

    key: str
    at: datetime
    call: str
    error: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TimerFired:
    key: str
    at: datetime
    timer: str  # Timer.id


@dataclass(frozen=True, slots=True)
class ExternalEvent:
    key: str
    at: datetime
    name: str
    data: Mapping[str, Value] = field(default_factory=dict)
    about: str = ""  # what it is about: the `key` that a step may wait for


@dataclass(frozen=True, slots=True)
class Started:
    """A flow is to begin, from outside."""

    key: str
    at: datetime
    flow: str
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OperatorCommand:
    key: str
    at: datetime
    command: str
    data: Mapping[str, Value] = field(default_factory=dict)


Event = MessageReceived | StatusChanged | ActionFinished | ActionFailed | TimerFired | ExternalEvent | Started | OperatorCommand

_EVENTS: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (MessageReceived, StatusChanged, ActionFinished, ActionFailed, TimerFired, ExternalEvent, Started, OperatorCommand)
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an event from outside is about, as far as the provider says. At least one of the two is known."""

    wa_id: str | None = None
    bsuid: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing on its way into the inbox, with the raw bytes it can be read from again.

    Exactly one of these holds: *event* is set; *unreadable* says why nothing could be made of it; both are None and it is only
    recorded (a notice that needs no work, or an event for another number).
    """

    channel: str
    key: str  # unique per channel for 30 days
    at: datetime
    raw: bytes  # kind "webhook": a body with this one element; kind "event": the event itself
    event: Event | None = None
    identity: Identity | None = None  # from outside
    contact: str | None = None  # internal id, for what comes from inside
    kind: Literal["webhook", "event"] = "webhook"
    unreadable: str | None = None


# ---------------------------------------------------------------- what is to be done

Closed = Literal["hold", "drop", "fail"]


@dataclass(frozen=True, slots=True)
class Send:
    """Say *message*; with the window closed *template* instead, or else do as *closed* says."""

    message: Message | None  # None: only the template
    template: Message | None = None
    closed: Closed = "fail"
    reply_to: str | None = None  # wamid to quote
    origin: str = ""  # flow.step that says it


@dataclass(frozen=True, slots=True)
class Call:
    """Run an action of the bot; its answer comes back as ActionFinished or ActionFailed."""

    id: str  # also the idempotency key, the same at every attempt
    action: str
    arguments: Mapping[str, Value]
    timeout: float  # seconds, of one attempt
    retries: int = 0
    origin: str = ""


Effect = Send | Call


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a turn did, for tests, coverage, the trace and the log. *kind*: enter, skip, option, answer, refused, command,
    error, silence, timer, timeout, branch, call, return, stale, ignored, end, …"""

    kind: str
    flow: str = ""
    step: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event led to: the conversation after it, and the effects in order."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    notes: tuple[Note, ...] = ()


# ---------------------------------------------------------------- written down


def _frame_as_json(frame: Frame) -> dict[str, Any]:
    """Only what differs from a new frame: most conversations are short, and all of them are kept."""
    kept: dict[str, Any] = {"flow": frame.flow, "step": frame.step}
    if frame.variables:
        kept["variables"] = wire.escaped(frame.variables)
    if frame.entry:
        kept["entry"] = frame.entry
    if frame.entered:
        kept["entered"] = frame.entered
    if frame.retries:
        kept["retries"] = frame.retries
    if frame.visits:
        kept["visits"] = frame.visits
    if frame.history:
        kept["history"] = [[w.step, wire.escaped(w.variables)] for w in frame.history]
    if frame.digression:
        kept["digression"] = True
    if frame.via:
        kept["via"] = frame.via
    if frame.call:
        kept["call"] = frame.call
    if frame.fingerprint:
        kept["fingerprint"] = frame.fingerprint
    if frame.choices:
        kept["choices"] = [[id_, wire.escaped(record)] for id_, record in frame.choices]
    if frame.page:
        kept["page"] = frame.page
    if frame.over:
        kept["over"] = True
    if frame.gathered:
        kept["gathered"] = frame.gathered
    return kept


def _frame_from_json(kept: dict[str, Any]) -> Frame:
    history = tuple(Waited(step, variables) for step, variables in kept.pop("history", ()))
    choices = tuple((id_, record) for id_, record in kept.pop("choices", ()))
    gathered = tuple(kept.pop("gathered", ()))
    return Frame(history=history, choices=choices, gathered=gathered, **kept)


def dump_conversation(conversation: Conversation) -> bytes:
    contact = conversation.contact
    return wire.dumps(
        {
            "channel": conversation.channel,
            "contact": {
                "id": contact.id,
                "wa_id": contact.wa_id,
                "bsuid": contact.bsuid,
                "profile": contact.profile,
                "attributes": wire.escaped(contact.attributes),
            },
            "frames": [_frame_as_json(f) for f in conversation.frames],
            "timers": [[t.entry, t.name, t.due] for t in conversation.timers],
            "entries": conversation.entries,
            "last_inbound": conversation.last_inbound,
            "version": conversation.version,
            "release": conversation.release,
            "early": [[e.name, e.about, wire.escaped(e.data), e.at] for e in conversation.early],
            "kept": [[k.entry, k.flow, k.step, wire.escaped(k.variables), k.at] for k in conversation.kept],
        }
    )


def load_conversation(data: bytes | str) -> Conversation:
    """What `dump_conversation` wrote. Raises ValueError when it is not that."""
    try:
        kept = wire.loads(data)
        return Conversation(
            channel=kept["channel"],
            contact=Contact(**kept["contact"]),
            frames=tuple(_frame_from_json(f) for f in kept["frames"]),
            timers=tuple(Timer(*t) for t in kept["timers"]),
            entries=kept["entries"],
            last_inbound=kept["last_inbound"],
            version=kept["version"],
            release=kept["release"],
            kept=tuple(Kept(*k) for k in kept.get("kept", ())),
            early=tuple(Early(*e) for e in kept.get("early", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a conversation: {error!r}") from None


def dump_event(event: Event) -> bytes:
    kept = {name: getattr(event, name) for name in event.__dataclass_fields__}
    for name in ("data", "params", "value", "referral"):
        if name in kept:
            kept[name] = wire.escaped(kept[name])
    return wire.dumps({"event": type(event).__name__, **kept})


def load_event(data: bytes | str) -> Event:
    """What `dump_event` wrote. Raises ValueError when it is not that."""
    try:
        kept = wire.loads(data)
        event: Event = _EVENTS[kept.pop("event")](**kept)
        return event
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an event: {error!r}") from None
