"""Contacts who get no marketing for a while, since WhatsApp said that they get too much (131049)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from botkit import wire
from botkit.providers.base import Outcome
from botkit.sender.alerts import named
from botkit.sender.ledger import Ledger
from botkit.stores.base import Outgoing

_DAY = timedelta(hours=24)  # fact sheet §5.7: not again before that, then longer and longer
_MOST = 3  # the exponent at which the times end: 8 days
_FORGOTTEN = timedelta(days=30)  # after which it begins with a day again


class Caps:
    """Kept in the store, so that a restart does not forget them. *marketing* tells whether the template of a name is one."""

    def __init__(self, ledger: Ledger, marketing: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._marketing = marketing

    async def refused(self, row: Outgoing, now: datetime) -> None:
        """WhatsApp said so of *row*."""
        until, times = await self._kept(row)
        if until is not None and now < until:
            return  # of one that left before
        times = times + 1 if until is not None and now - until < _FORGOTTEN else 0
        until = now + _DAY * 2 ** min(times, _MOST)
        told = {"until": until.isoformat(), "times": times}
        await self._ledger.note(_name(row), wire.dumps(told).decode(), until + _FORGOTTEN)

    async def why(self, row: Outgoing, now: datetime) -> Outcome | None:
        """Why the template of *row* must not go to this contact now; None: it may."""
        if row.template is None or not self._marketing(named(row.template)[0]):
            return None
        until, _ = await self._kept(row)
        if until is None or until <= now:
            return None
        return Outcome("capped", code=131049, detail=f"this contact gets no marketing before {until:%Y-%m-%d %H:%M} UTC")

    async def _kept(self, row: Outgoing) -> tuple[datetime | None, int]:
        told = await self._ledger.noted(_name(row))
        if not told:
            return None, 0
        kept = wire.plain(told.encode())
        return datetime.fromisoformat(kept["until"]), int(kept["times"])


def _name(row: Outgoing) -> str:
    return f"capped:{row.channel}:{row.contact}"
