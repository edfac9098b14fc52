"""Contacts to whom nothing could be delivered several times in a row (131026): templates are spared until one of them writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from botkit import wire
from botkit.ports import Ports
from botkit.providers.base import Outcome
from botkit.sender.crew import Crew
from botkit.sender.ledger import Ledger
from botkit.stores.base import Outgoing

UNDELIVERABLE = (131026, 1013, 1026)  # nobody is told why, but after some in a row there is no use in more (fact sheet §6.1)
_MOST = 3
_FORGOTTEN = timedelta(days=30)
_NAMES = "missed:"
_OUT = Outcome("refused", code=131026, detail="three messages in a row could not be delivered: the next template goes when they write")


class Reach:
    """Counts are kept in the store: a bot that is started anew every week would never come to three. All are read at the start, so that no
    message costs a look."""

    def __init__(self, ledger: Ledger, ports: Ports, crew: Crew) -> None:
        self._ledger = ledger
        self._ports = ports
        self._crew = crew
        self._missed: dict[str, tuple[int, datetime]] = {}  # by name of the mark: how often in a row, and when last

    async def start(self) -> None:
        for name, told in (await self._ledger.all_noted(_NAMES)).items():
            times, last = wire.plain(told.encode())
            self._missed[name] = int(times), datetime.fromisoformat(last)

    def missed(self, row: Outgoing) -> None:
        """*row* could not be delivered."""
        name, now = _name(row.channel, row.contact), self._ports.now()
        times, last = self._missed.get(name, (0, now))
        self._missed[name] = times + 1 if now - last < _FORGOTTEN else 1, now
        self._note(name)

    def met(self, channel: str, contact: str) -> None:
        """The contact wrote, or something arrived."""
        if self._missed and self._missed.pop(name := _name(channel, contact), None) is not None:
            self._note(name)

    def why(self, row: Outgoing) -> Outcome | None:
        """Why the template of *row* is not even tried; None: it may be."""
        times, last = self._missed.get(_name(row.channel, row.contact), (0, None)) if self._missed else (0, None)
        return _OUT if times >= _MOST and last is not None and self._ports.now() - last < _FORGOTTEN else None

    def _note(self, name: str) -> None:
        self._crew.spawn(self._write(name), "sender")

    async def _write(self, name: str) -> None:
        """Write down how it stands by now: of two writings the later may come first."""
        times, last = self._missed.get(name, (0, None))
        told = "" if last is None else wire.dumps([times, last.isoformat()]).decode()
        await self._ledger.note(name, told, None if last is None else last + _FORGOTTEN)


def _name(channel: str, contact: str) -> str:
    return f"{_NAMES}{channel}:{contact}"


__all__ = ["UNDELIVERABLE", "Reach"]
