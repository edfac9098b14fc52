"""What is counted of a channel: answers and statuses since the start, and the service messages of the month, which outlast a restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, field

from botkit import wire

FREE = 1000  # service messages a number and month that are not charged (fact sheet §5.6)
WARNED = 800  # of which the operator is told
_MONTHS = 12  # that are kept
_BETWEEN = timedelta(seconds=1)  # at least, between two times that the count is written down
_CODES = 200  # different codes that are counted by themselves


class Service:
    """Service messages (free texts) that reached their contacts, by month, UTC. *kept*: what `dump` gave; "": nothing."""

    def __init__(self, kept: str = "") -> None:
        self._months: dict[str, int] = wire.plain(kept.encode()) if kept else {}
        self._written: datetime | None = None
        self._stale = False

    @staticmethod
    def name(channel: str) -> str:
        """Of the mark that holds the count of a channel."""
        return f"service:{channel}"

    def add(self, at: datetime) -> int:
        """One more arrived; how many of this month that makes."""
        month = _month(at)
        if month not in self._months:
            self._months = dict(sorted([*self._months.items(), (month, 0)])[-_MONTHS:])
        self._months[month] = self._months.get(month, 0) + 1
        self._stale = True
        return self._months[month]

    def of(self, at: datetime) -> int:
        """How many in the month of *at*."""
        return self._months.get(_month(at), 0)

    def due(self, now: datetime) -> bool:
        """Whether it is time to write it down."""
        return self._stale and (self._written is None or now - self._written >= _BETWEEN)

    @property
    def stale(self) -> bool:
        """Whether something is not written down yet."""
        return self._stale

    def dump(self, now: datetime) -> str:
        """What is to be written down now."""
        self._written, self._stale = now, False
        return wire.dumps(self._months).decode()


class Counts(Struct):
    """*answers* by verdict, *statuses* by WhatsApp's word, *codes* of refusals, at once or later."""

    answers: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    codes: dict[int, int] = field(default_factory=dict)
    service: Service = field(default_factory=Service)

    def refused(self, code: int | None) -> None:
        if code is not None and (code in self.codes or len(self.codes) < _CODES):
            self.codes[code] = self.codes.get(code, 0) + 1


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"


__all__ = ["FREE", "WARNED", "Counts", "Service"]
