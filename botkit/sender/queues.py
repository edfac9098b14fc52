"""Which contact's message leaves next: every line has a place, and an outlet takes the next from those that are ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from botkit.model import Conversation
from botkit.pace import CONTACT
from botkit.ports import Ports
from botkit.sender import rows
from botkit.sender.line import Line
from botkit.sender.outlet import Outlet
from botkit.sender.placement import has_files
from botkit.stores.base import Outgoing

_LINES = 4096  # lines that are kept before the unused ones are looked for


class Queues:
    """*start* sets the current message of a line on its way, with its pace paid for; the line comes back by `landed`."""

    def __init__(self, outlets: Mapping[str, Outlet], ports: Ports, grace: timedelta, start: Callable[[Line], None]) -> None:
        self.closed = True  # nothing new is started: before the start, and while it drains
        self._outlets = outlets
        self._ports = ports
        self._grace = grace
        self._start = start
        self._lines: dict[tuple[str, str], Line] = {}
        self._left: dict[tuple[str, str], list[Line]] = {}  # lines of contacts that turned out to be another one, by that one
        self._room = _LINES

    def lines(self) -> list[Line]:
        return list(self._lines.values())

    def line(self, channel: str, contact: str) -> Line:
        """The line of a contact; a new one where there is none. Unused ones are forgotten in the end, with what they know."""
        key = (channel, contact)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= self._room:
                steady = self._ports.monotonic()
                self._lines = {k: kept for k, kept in self._lines.items() if not kept.unused(steady)}
                self._left = {k: used for k, lines in self._left.items() if (used := [one for one in lines if not one.unused(steady)])}
                self._room = max(_LINES, 2 * len(self._lines))
            line = self._lines[key] = Line(self._outlets[channel], contact)
        return line

    def know(self, line: Line, conversation: Conversation | None) -> None:
        """*line* is told what the ledger has of its contact."""
        line.know(conversation)
        if line.main:
            self.join(line, line.main)

    def join(self, line: Line, main: str) -> None:
        """The contact of *line* turned out to be *main*."""
        line.main = main
        others = self._left.setdefault((line.outlet.name, main), [])
        if line not in others:
            others.append(line)

    def left(self, channel: str, main: str) -> list[Line]:
        """The lines of contacts that turned out to be *main*."""
        if not self._left:
            return []
        found = list(self._left.get((channel, main), ()))
        for line in found:  # who had turned out to be one of these
            found += [one for one in self._left.get((channel, line.contact), ()) if one not in found]
        return found

    # ---- places

    def place(self, line: Line) -> None:
        """Put an idle line where its first message belongs."""
        if line.place != "idle" or not line.rows or self.closed:
            return
        steady = self._ports.monotonic()
        wait = line.wait(self._ports.now(), steady, self._grace)
        if wait > 0:
            line.place = "waiting"
            line.alarm = self._ports.later(wait, partial(self._wake, line))
        else:
            line.place = "ready"
            line.outlet.ready.append(line)
            self.pump(line.outlet)

    def _wake(self, line: Line) -> None:
        line.leave()
        self.place(line)

    def drop(self, line: Line, id_: str) -> None:
        """Nothing is to be sent of the message *id_* any more."""
        if line.current is not None and line.current.id == id_:
            line.told = True
            return
        for index, row in enumerate(line.rows):
            if row.id == id_:
                del line.rows[index]
                if line.place == "waiting":
                    line.leave()
                    self.place(line)
                return

    def pump(self, outlet: Outlet) -> None:
        """Start what is ready, as far as *outlet* lets it."""
        steady = self._ports.monotonic()
        while outlet.ready and not self.closed:
            wait = outlet.wait(steady)
            if wait is None:
                return
            if wait > 0:
                if outlet.alarm is not None:
                    outlet.alarm.cancel()
                outlet.alarm = self._ports.later(wait, partial(self.pump, outlet))
                return
            line = outlet.ready.popleft()
            line.leave()
            if line.rows and line.wait(self._ports.now(), steady, self._grace) == 0:
                self._take(line, line.rows.popleft(), steady)
                self._start(line)
            else:
                self.place(line)

    def told(self, line: Line, id_: str) -> None:
        """WhatsApp said something of the message *id_*: nothing overtakes it any more."""
        if line.medium == id_:
            line.medium, line.settled = "", 0.0
            if line.place == "waiting":
                self._wake(line)

    # ---- on the way

    def _take(self, line: Line, row: Outgoing, steady: float) -> None:
        line.place, line.current, line.told = "busy", row, False
        line.outlet.flying += 1
        self.leaves(line, steady)

    def leaves(self, line: Line, steady: float) -> None:
        """One leaves, or left, at *steady*: count it for the pace of channel and contact."""
        line.outlet.take(steady)
        line.full = CONTACT.taken(line.full, steady)

    def give_back(self, line: Line) -> None:
        """What was paid for did not leave."""
        line.outlet.give_back()
        line.full = CONTACT.returned(line.full)

    def begin(self, line: Line, row: Outgoing) -> Outgoing | None:
        """Take *row*, which is not in the line yet, ahead of its commit. None: it has to wait for something."""
        outlet = line.outlet
        if self.closed or outlet.ready or line.place != "idle" or line.rows or line.main or row.state != "queued" or has_files(row):
            return None
        now, steady = self._ports.now(), self._ports.monotonic()
        if outlet.wait(steady) != 0 or line.pace(steady) > 0 or line.choose(row, now) not in ("message", "template"):
            return None
        begun = rows.trying(row, now)
        self._take(line, begun, steady)
        line.begun = begun.id
        return begun

    def following(self, line: Line) -> Outgoing | None:
        """The message after the one that was just accepted, taken and paid for, if it may leave this moment."""
        outlet = line.outlet
        if self.closed or outlet.ready or not (line.rows and line.known) or line.rows[0].state != "queued" or has_files(line.rows[0]):
            return None
        now, steady = self._ports.now(), self._ports.monotonic()
        if outlet.wait(steady, landing=1) != 0 or line.pace(steady) > 0 or line.choose(line.rows[0], now) not in ("message", "template"):
            return None
        line.current, line.told = line.rows.popleft(), False
        self.leaves(line, steady)
        return line.current

    def landed(self, line: Line) -> None:
        """Nothing of *line* is on the way any more."""
        line.leave()
        line.current = None
        line.outlet.flying -= 1
        self.place(line)
        self.pump(line.outlet)
