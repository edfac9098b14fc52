"""A row of the inbox of a store in memory, and what it is to those who ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from botkit.model import Inbound
from botkit.stores.base import OPEN, Dead, OpenCall, Outgoing, Pending, Quarantined


class Entry(Struct):
    inbound: Inbound
    received: datetime
    contact: str = ""
    state: Literal["open", "done", "dead", "unreadable"] = "done"
    attempts: int = 0
    note: str = ""
    buried: datetime | None = None
    late: bool = False  # it came by an alias that its contact has left

    def pending(self, seq: int) -> Pending:
        inbound = self.inbound
        return Pending(seq, inbound.channel, self.contact, inbound.key, inbound.kind, inbound.raw, self.attempts, self.late)

    def dead(self, seq: int) -> Dead:
        inbound = self.inbound
        return Dead(seq, inbound.channel, self.contact, inbound.key, self.note, self.buried or self.received, inbound.raw)

    def quarantined(self, seq: int) -> Quarantined:
        return Quarantined(seq, self.inbound.channel, self.inbound.unreadable or "", self.received, self.inbound.raw)


def is_busy(lane: tuple[str, str], inbox: Mapping[int, Entry], outbox: Mapping[str, Outgoing], calls: Mapping[str, OpenCall]) -> bool:
    """Whether something is under way with a contact: channel and id."""
    return (
        any(entry.state == "open" and (entry.inbound.channel, entry.contact) == lane for entry in inbox.values())
        or any(row.state in OPEN and (row.channel, row.contact) == lane for row in outbox.values())
        or any((call.channel, call.contact) == lane for call in calls.values())
    )
