"""A row of the outbox one step on: what every message goes through, spelled out, for `replace` takes four times as long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from botkit.model import Closed
from botkit.stores.base import Outgoing

_Said = tuple[str, str, str, bytes | None, bytes | None, Closed, str]

# What never changes, in the order in which Outgoing takes it.
_SAID: Callable[[Outgoing], _Said] = attrgetter("id", "channel", "contact", "payload", "template", "closed", "origin")


def trying(row: Outgoing, now: datetime) -> Outgoing:
    """*row* as a request for it is about to leave."""
    flags = row.resent, row.refused, row.wamid, row.status, row.code, row.detail
    return Outgoing(*_SAID(row), "trying", row.attempts + 1, *flags, now, row.seq, row.returned)


def sent(row: Outgoing, wamid: str | None) -> Outgoing:
    """*row* as WhatsApp accepted it."""
    flags = row.resent, row.refused, wamid, row.status, None, None
    return Outgoing(*_SAID(row), "sent", row.attempts, *flags, row.at, row.seq, row.returned)
