"""What is put into a store: messages, statuses, turns, sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from botkit.model import (
    Call,
    Contact,
    Conversation,
    Frame,
    Identity,
    Inbound,
    MessageReceived,
    StatusChanged,
    Timer,
    TimerFired,
    dump_event,
)
from botkit.stores.base import Commit, Outgoing, Received, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA = Identity("491701", "DE.1", "Ana")


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)


def message(key: str, who: Identity = ANA, channel: str = "main", at: datetime = NOON) -> Inbound:
    return Inbound(channel, key, at, b"raw " + key.encode(), MessageReceived(key, at, key, "text", "hi"), who)


def changed(key: str, who: Identity, now: Identity, at: datetime = NOON) -> Inbound:
    """WhatsApp tells that *who* is *now* known by something else."""
    event = MessageReceived(key, at, key, "system", opens_window=False)
    return Inbound("main", key, at, b"raw " + key.encode(), event, who, moved=now)


def status(word: str, wamid: str = "wamid.1", opaque: str | None = None, who: Identity | None = None, code: int | None = None) -> Inbound:
    key = f"{wamid}:{word}"
    return Inbound("main", key, NOON, b"status", StatusChanged(key, NOON, wamid, word, opaque, code), who)


def timer_fired(timer: Timer, contact: str, key: str = "") -> Inbound:
    event = TimerFired(key or f"timer:{timer.id}", NOON, timer.id)
    return Inbound("main", event.key, NOON, dump_event(event), event, contact=contact, kind="event")


def moved(received: Received, *timers: Timer, **variables: object) -> Conversation:
    """The conversation of *received*, one turn on."""
    before = received.conversation or Conversation(received.inbound.channel, Contact(received.contact, "491701"))
    return replace(before, version=before.version + 1, timers=timers, frames=(Frame("booking", "ask_size", variables),))


def turn(received: Received, *sends: Outgoing, timers: tuple[Timer, ...] = (), calls: tuple[Call, ...] = ()) -> Commit:
    conversation = moved(received, *timers)
    return Commit(received.seq, conversation, conversation.version - 1, sends, calls)


def out(key: str, contact: str = "c1", **fields: object) -> Outgoing:
    return replace(Outgoing(key, "main", contact, b'{"type":"text"}'), **fields)  # type: ignore[arg-type]  # fields of Outgoing


async def said(store: Store, key: str, *sends: Outgoing) -> Received:
    """Have a message received and answered with *sends*."""
    (received,) = await store.receive([message(key)], NOON)
    await store.commit(turn(received, *sends), NOON)
    return received
