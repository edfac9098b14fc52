"""An event that an earlier process left in the inbox, made again of its raw bytes."""

from __future__ import annotations

from datetime import datetime

from botkit.lanes.lane import Item
from botkit.model import Inbound, load_event
from botkit.providers.base import Provider
from botkit.stores.base import Pending

DEATHS = 4  # so often a process may have ended at an event; the attempt counted when it came in may never have begun


def item(pending: Pending, provider: Provider, now: datetime) -> Item:
    inbound = _read(pending, provider, now)
    found = Item(pending.seq, inbound, inbound.event, pending.attempts, counted=False)
    if inbound.event is None:
        found.doomed = inbound.unreadable or "it can no longer be read"
    elif pending.attempts >= DEATHS:
        found.doomed = f"the process ended while it was worked on, {pending.attempts} times"
    return found


def _read(pending: Pending, provider: Provider, now: datetime) -> Inbound:
    bare = Inbound(pending.channel, pending.key, now, pending.raw, contact=pending.contact, kind=pending.kind)
    if pending.kind == "webhook":
        return next((inbound for inbound in provider.events(pending.raw, now) if inbound.key == pending.key), bare)
    try:
        event = load_event(pending.raw)
    except ValueError:
        return bare
    return Inbound(pending.channel, pending.key, event.at, pending.raw, event, contact=pending.contact, kind="event")
