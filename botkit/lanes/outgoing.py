"""From what a turn says to rows of the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha1
from uuid import UUID

from botkit import wire
from botkit.messages import Fault, Message, Text
from botkit.messages.limits import fatal
from botkit.model import Inbound, Send, StatusChanged, Tell, Turn, dump_event
from botkit.stores.base import Outgoing

NAMESPACE = UUID("7a1c0f3e-52d4-5d0b-9c55-6f3f7a2be1d4")  # ours, once and for all: ids are the same after any restart
_PREFIX = NAMESPACE.bytes


def send_id(channel: str, key: str, which: int | str) -> str:
    """The id of the send that is number *which* of an event: the same however often the event is worked on. A uuid5, made by hand: that
    takes a third of the time, in every turn."""
    digest = sha1(_PREFIX + f"{channel}\n{key}\n{which}".encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def rows(turn: Turn, key: str) -> tuple[Outgoing, ...]:
    """A row for each Send of *turn*, in order; *key* is its event's. What breaks WhatsApp's limits is "unsent", with the reason."""
    conversation = turn.conversation
    sends = (effect for effect in turn.effects if type(effect) is Send)
    return tuple(_row(send, conversation.channel, conversation.contact.id, key, index) for index, send in enumerate(sends))


def note(text: str, channel: str, contact: str, key: str, which: str) -> Outgoing:
    """A row with words of the bot's own about the event *key*; never to be sent as a template."""
    return Outgoing(send_id(channel, key, which), channel, contact, wire.dumps(Text(text).payload()), closed="drop", origin=which)


def unsent(all_rows: tuple[Outgoing, ...], at: datetime) -> Iterator[Inbound]:
    """The event that tells the conversation of each row that can never leave."""
    for row in all_rows:
        if row.state == "unsent":
            event = StatusChanged(f"unsent:{row.id}", at, "", "unsent", row.id, None, row.detail)
            yield Inbound(row.channel, event.key, at, dump_event(event), event, contact=row.contact, kind="event")


def told(turn: Turn) -> Iterator[Inbound]:
    """What *turn* tells a contact, itself or another one."""
    channel = turn.conversation.channel
    for effect in turn.effects:
        if type(effect) is Tell:
            event = effect.event
            yield Inbound(channel, event.key, event.at, dump_event(event), event, contact=effect.contact, kind="event")


def _row(send: Send, channel: str, contact: str, key: str, index: int) -> Outgoing:
    id_ = send_id(channel, key, index)
    payload = None if send.message is None else _written(send.message, send.reply_to)
    template = None if send.template is None else _written(send.template, None)
    fault = None if send.message is None else _fault(send.message)
    if send.template is not None and fault is None and (broken := _fault(send.template)) is not None:
        template = None
        fault = broken if payload is None else None
    if fault is not None:
        return Outgoing(id_, channel, contact, payload, template, send.closed, send.origin, "unsent", detail=str(fault))
    return Outgoing(id_, channel, contact, payload, template, send.closed, send.origin)


def _written(message: Message, reply_to: str | None) -> bytes:
    payload = message.payload()
    return wire.dumps({**payload, "context": {"message_id": reply_to}} if reply_to else payload)


def _fault(message: Message) -> Fault | None:
    return fatal(message.faults())
