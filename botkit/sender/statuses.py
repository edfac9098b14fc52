"""What statuses say of messages that left: they are counted, settle what others wait for, and send on its way what failed."""

from __future__ import annotations

import logging
from datetime import datetime

from botkit.model import StatusChanged
from botkit.ports import Ports
from botkit.providers.base import Outcome
from botkit.sender.caps import Caps
from botkit.sender.carrier import Carrier
from botkit.sender.counts import FREE, WARNED
from botkit.sender.crew import Crew
from botkit.sender.ledger import Ledger
from botkit.sender.line import Line
from botkit.sender.outlet import Outlet
from botkit.sender.probes import Probes
from botkit.sender.queues import Queues
from botkit.sender.reach import UNDELIVERABLE, Reach
from botkit.stores.base import OPEN, RANKS, Outgoing, Received

log = logging.getLogger("botkit.sender")

_ARRIVED = RANKS["delivered"]


class Statuses:
    def __init__(
        self, ports: Ports, crew: Crew, queues: Queues, probes: Probes, ledger: Ledger, caps: Caps, reach: Reach, carrier: Carrier
    ) -> None:  # fmt: skip
        self._ports = ports
        self._crew = crew
        self._queues = queues
        self._probes = probes
        self._ledger = ledger
        self._caps = caps
        self._reach = reach
        self._carrier = carrier

    def told(self, received: Received, row: Outgoing, event: StatusChanged) -> None:
        """The store applied *event* to *row*, which is as it was after that."""
        line = self._queues.line(row.channel, row.contact)
        wa = received.inbound.identity
        if line.identity is not None and line.identity.wa_id is None and wa is not None and wa.wa_id is not None:
            line.identity = None  # the store has learnt the number meanwhile
        if received.fresh and event.status in RANKS:
            self._count(line.outlet, row, event, received.before)
        self._queues.told(line, row.id)
        if RANKS.get(event.status, 0) >= _ARRIVED:
            self._reach.met(row.channel, row.contact)
        if row.state not in OPEN:
            self._queues.drop(line, row.id)
        if event.status == "failed" and row.status == "failed":
            outcome = line.outlet.provider.failure(event.code, event.detail)
            if received.fresh:
                self._heed(line.outlet, row, outcome)
                if outcome.code in UNDELIVERABLE:
                    self._reach.missed(row)
            if line.goes_another_way(row) and not (line.current is not None and line.current.id == row.id):  # who carries it sees to it
                if received.conversation is not None and not (received.conversation.became or line.main):
                    line.know(received.conversation)
                line.pins += 1
                self._crew.spawn(self._other_way(line, row, outcome), "sender")
        elif line.outlet.late and received.fresh and event.status in RANKS:
            self._probes.arrived(line.outlet, row.id)

    def _count(self, outlet: Outlet, row: Outgoing, event: StatusChanged, before: Outgoing | None) -> None:
        statuses = outlet.counts.statuses
        statuses[event.status] = statuses.get(event.status, 0) + 1
        if before is None or RANKS.get(row.status, 0) < _ARRIVED or RANKS.get(before.status, 0) >= _ARRIVED:
            return
        if event.category == "service":
            self._served(outlet, event.at)
        elif event.category is None and row.payload is not None and not row.refused:
            self._crew.spawn(self._unpriced(outlet, row, event.at), "sender")

    async def _unpriced(self, outlet: Outlet, row: Outgoing, at: datetime) -> None:
        """WhatsApp does not tell what a free text is counted as: as service, but where all is free after an advertisement."""
        conversation = await self._ledger.conversation(row)
        if conversation is None or conversation.free is None or at >= conversation.free:
            self._served(outlet, at)

    def _served(self, outlet: Outlet, at: datetime) -> None:
        service = outlet.counts.service
        used = service.add(at)
        if used in (WARNED, FREE):
            log.warning("channel %s: %d of the %d free service messages of this month are used", outlet.name, used, FREE)
        now = self._ports.now()
        if service.due(now):
            self._crew.spawn(self._ledger.note(service.name(outlet.name), service.dump(now)), "sender")

    def _heed(self, outlet: Outlet, row: Outgoing, outcome: Outcome) -> None:
        """Take from a late failure what it says of the channel and of the contact."""
        if outcome.verdict in ("stopped", "later"):
            self._probes.heed(outlet, outcome, row.id, late=True)
            return
        outlet.counts.refused(outcome.code)
        if outcome.alert:
            outlet.alerts.add(outcome, self._ports.now())
        self._probes.arrived(outlet, row.id)
        if outcome.verdict == "capped":
            self._crew.spawn(self._caps.refused(row, self._ports.now()), "sender")

    async def _other_way(self, line: Line, row: Outgoing, outcome: Outcome) -> None:
        try:
            if not line.known:
                self._queues.know(line, await self._ledger.conversation(row, line.main))
            await self._carrier.failed(line, row, outcome)
        finally:
            line.pins -= 1
            self._queues.place(line)
