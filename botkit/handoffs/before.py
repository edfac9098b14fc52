"""What was said last in a conversation, for who takes it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botkit import wire
from botkit.model import MessageReceived
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.stores.base import Outgoing, Pending, Store

MOST = 10  # messages
_ROWS = 40  # that are looked at, of each side


async def before(
    store: Store, providers: Mapping[str, Provider], ports: Ports, channel: str, contact: str, until: datetime
) -> list[dict[str, Any]]:
    """The last messages of both sides, the oldest first: `from` (contact or bot), `id`, `at`, `type`, `text`. Nothing that the
    contact wrote after *until*. Raises StoreError."""
    events, sends = await store.recent(channel, contact, _ROWS)
    now = ports.now()
    heard = [one for pending in reversed(events) if (one := _heard(pending, providers[channel], now)) is not None and one[0] <= until]
    said = [_said(row) for row in reversed(sends) if row.state == "sent"]
    told = sorted((one for one in (*heard, *said) if one is not None), key=lambda one: one[0])
    return [{**what, "at": at.isoformat()} for at, what in told[-MOST:]]


def _heard(pending: Pending, provider: Provider, now: datetime) -> tuple[datetime, dict[str, Any]] | None:
    if pending.kind != "webhook":
        return None
    event = next((inbound.event for inbound in provider.events(pending.raw, now) if inbound.key == pending.key), None)
    if not isinstance(event, MessageReceived):
        return None
    return event.at, {"from": "contact", "id": event.id, "type": event.type, "text": event.text}


def _said(row: Outgoing) -> tuple[datetime, dict[str, Any]] | None:
    if row.at is None:
        return None
    body = wire.plain(row.payload) if row.payload is not None and not row.refused else wire.plain(row.template or b"{}")
    return row.at, {"from": "bot", "id": row.wamid, "type": body.get("type", "text"), "text": text_of(body)}


def text_of(body: Mapping[str, Any]) -> str:
    """The words of a message as the API takes it; of a template its name. "": it has none."""
    kind = str(body.get("type", "text"))
    inner = body.get(kind)
    if not isinstance(inner, dict):
        return ""
    found = inner.get("name") if kind == "template" else inner.get("caption", inner.get("body", ""))
    return str(found.get("text", "")) if isinstance(found, dict) else str(found or "")


__all__ = ["MOST", "before", "text_of"]
