"""What happens: to a contact, to a message, outside; and how it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from botkit.model.effects import Send
from botkit.model.news import News
from botkit.wire import Value


class MessageReceived(Struct, frozen=True):
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
    standby: bool = False  # somebody else answers: it is told for the record only


class StatusChanged(Struct, frozen=True):
    """WhatsApp (or our sender, with status "unsent") tells what became of a message of ours."""

    key: str
    at: datetime
    id: str  # wamid; "" when it never left
    status: str
    opaque: str | None = None  # our outbox id
    code: int | None = None
    detail: str | None = None
    category: str | None = None  # that it is priced in, "service", "utility", …; "free_entry_point": after an advertisement; None: not told


class ActionFinished(Struct, frozen=True):
    key: str
    at: datetime
    call: str
    value: Value = None
    said: tuple[Send, ...] = ()  # what the action says, before its step goes on


class ActionFailed(Struct, frozen=True):
    """*error* is the name of the exception, "timeout", or "any"."""

    key: str
    at: datetime
    call: str
    error: str
    detail: str = ""


class TimerFired(Struct, frozen=True):
    key: str
    at: datetime
    timer: str  # Timer.id


class ExternalEvent(Struct, frozen=True):
    key: str
    at: datetime
    name: str
    data: Mapping[str, Value] = field(default_factory=dict)
    about: str = ""  # what it is about: the `key` that a step may wait for


class Started(Struct, frozen=True):
    """A flow is to begin, from outside. *busy*: over, wait (at most *keep* seconds) or drop, as at a trigger, and then it waits in the
    background for an answer; "": it comes over whatever is under way, and is what the contact answers."""

    key: str
    at: datetime
    flow: str
    params: Mapping[str, Value] = field(default_factory=dict)
    busy: str = ""
    keep: int = 0


class Scheduled(Struct, frozen=True):
    """The schedule *cron* of *flow* has come, for *moment* (UTC); it may be worked on later. *flow* "": nothing begins, but what is to come
    by the contact's dates is reckoned anew, for the bot has changed."""

    key: str
    at: datetime
    flow: str = ""
    cron: str = ""
    moment: datetime | None = None


class OperatorCommand(Struct, frozen=True):
    key: str
    at: datetime
    command: str
    data: Mapping[str, Value] = field(default_factory=dict)


Event = (
    MessageReceived | StatusChanged | ActionFinished | ActionFailed | TimerFired | ExternalEvent | Started | Scheduled | OperatorCommand
)

EVENTS: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        MessageReceived, StatusChanged, ActionFinished, ActionFailed, TimerFired, ExternalEvent, Started, Scheduled, OperatorCommand,
    )
}  # fmt: skip


class Identity(Struct, frozen=True):
    """Who an event from outside is about, as far as the provider says. At least one of the two is known."""

    wa_id: str | None = None
    bsuid: str | None = None
    profile: str | None = None


class Inbound(Struct, frozen=True):
    """One thing on its way into the inbox, with the raw bytes it can be read from again.

    Exactly one of these holds: *event* is set; *unreadable* says why nothing could be made of it; both are None and it is only
    recorded (news, a notice that needs no work, or an event for another number).
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
    moved: Identity | None = None  # by what the contact is known from now on; *identity* is of before, *at* is when that changed
    news: News | None = None  # for whoever operates the bot; nothing is to be worked on
    strange: str = ""  # a type or a key in it that this version does not know; it is kept, and told once
