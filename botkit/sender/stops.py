"""Stops of a channel that outlast a restart: what only a later status told, and what lasts for hours."""

from __future__ import annotations

from datetime import datetime

from botkit import wire
from botkit.sender.crew import Crew
from botkit.sender.ledger import Ledger
from botkit.sender.outlet import Outlet


class Stops:
    def __init__(self, ledger: Ledger, crew: Crew) -> None:
        self._ledger = ledger
        self._crew = crew

    def note(self, outlet: Outlet, until: datetime | None) -> None:
        """Write down that *outlet* is stopped and not to be probed before *until*; None: that it is not."""
        told = ""
        if until is not None and outlet.since is not None:
            kept = {"reason": outlet.reason, "since": outlet.since.isoformat(), "until": until.isoformat(), "late": outlet.late}
            told = wire.dumps(kept).decode()
        self._crew.spawn(self._ledger.note(_name(outlet), told), "sender")

    async def restore(self, outlet: Outlet, now: datetime) -> float | None:
        """Stop *outlet* if it was stopped; the seconds until it may be probed. None: it was not."""
        told = await self._ledger.noted(_name(outlet))
        if not told:
            return None
        kept = wire.plain(told.encode())
        since, until = (datetime.fromisoformat(kept[name]) for name in ("since", "until"))
        outlet.restore(kept["reason"], since, max(0.0, (until - since).total_seconds()), bool(kept["late"]))
        return (until - now).total_seconds()


def _name(outlet: Outlet) -> str:
    return f"stopped:{outlet.name}"
