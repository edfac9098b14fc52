"""The sender as the rest of the process sees it: what is to be sent, what was heard and told, start and drain.

Of one contact's messages one is on the way at a time, and the next follows when it was accepted, or never will be. Contacts do not
wait for one another. What is held is set aside: what may leave goes on, and the held goes out when the contact writes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from botkit.channels import Channel
from botkit.media.placing import Placing
from botkit.model import Identity, Inbound, StatusChanged
from botkit.pace import CONTACT
from botkit.ports import Ports
from botkit.providers.base import Outcome, Provider
from botkit.sender.caps import Caps
from botkit.sender.carrier import Carrier
from botkit.sender.client import Asking, Client
from botkit.sender.counts import Counts, Service
from botkit.sender.crew import Crew
from botkit.sender.ledger import Ledger
from botkit.sender.line import IN_DOUBT, Line
from botkit.sender.outlet import ChannelState, Outlet
from botkit.sender.placement import Placement
from botkit.sender.probes import Probes
from botkit.sender.queues import Queues
from botkit.sender.reach import Reach
from botkit.sender.statuses import Statuses
from botkit.sender.stops import Stops
from botkit.stores.base import OPEN, Outgoing, Received, Store, StoreError

log = logging.getLogger("botkit.sender")

_PAGE = 1000  # rows read at once at start
_PACED = timedelta(seconds=CONTACT.interval * CONTACT.burst)  # how far back a pace remembers


class Sender:
    """*receive* is the door of the inbox: it is told what can never leave. *in_doubt*: whether a message whose answer was lost, and of
    which no status came within *grace* seconds, is sent once more or given up. *deadline*: seconds for a request with its answer.
    *client*: who takes requests to the gateway; by HTTP if left out. *marketing*: whether the template of a name is marketing.
    *files*: who uploads what messages show of the bot's folder; None: nobody does."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], providers: Mapping[str, Provider], ports: Ports,
        receive: Callable[[Sequence[Inbound]], Awaitable[object]], *, in_doubt: Literal["resend", "hold"] = "resend", grace: float = 20.0,
        deadline: float = 15.0, client: Asking | None = None, marketing: Callable[[str], bool] = lambda name: False,
        files: Placing | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._ports = ports
        self._outlets = {name: Outlet(channel, providers[name]) for name, channel in channels.items()}
        self._crew = Crew(ports)
        self._client = client or Client(ports, deadline)
        self._queues = Queues(self._outlets, ports, timedelta(seconds=grace), self._start)
        self._ledger = Ledger(store, ports, receive)
        self._stops = Stops(self._ledger, self._crew)
        self._probes = Probes(ports, self._client, self._crew, self._queues.pump, self._stops.note)
        caps = Caps(self._ledger, marketing)
        self._reach = Reach(self._ledger, ports, self._crew)
        self._placement = Placement(files)
        self._carrier = Carrier(self._ledger, ports, self._client, self._queues, self._probes, caps, self._reach, self._placement, in_doubt)
        self._statuses = Statuses(ports, self._crew, self._queues, self._probes, self._ledger, caps, self._reach, self._carrier)

    # ---- start and drain

    async def start(self) -> None:
        """Take up what an earlier process left: its pace, and every send that is not over.

        A send that was on its way is in doubt. Its grace begins anew, since no status could reach us while nobody listened.
        """
        await self._client.open()
        await self._reach.start()
        now, steady = self._ports.now(), self._ports.monotonic()
        for outlet in self._outlets.values():
            if (wait := await self._stops.restore(outlet, now)) is not None:
                self._probes.restore(outlet, wait)
            outlet.counts.service = Service(await self._ledger.noted(outlet.counts.service.name(outlet.name)))
        for channel, contact, at in await self._store.sent_since(now - _PACED):
            if channel in self._outlets:
                moment = steady - max(0.0, (now - at).total_seconds())
                self._queues.leaves(self._queues.line(channel, contact), moment)
        after, foreign = 0, 0
        while rows := await self._store.sends(after, _PAGE):
            after = rows[-1].seq
            for row in rows:
                if row.channel in self._outlets:
                    line = self._queues.line(row.channel, row.contact)
                    if not line.has(row.id):
                        line.rows.append(replace(row, at=now) if row.state in IN_DOUBT else row)
                else:
                    foreign += 1
        if foreign:
            log.warning("%d messages wait for channels that this bot has not; they stay in the outbox", foreign)
        self._queues.closed = False
        for line in self._queues.lines():
            self._queues.place(line)

    async def drain(self, seconds: float = 10.0) -> None:
        """Start no new request, let those on the way end within *seconds*, and close. What is then still on the way is in doubt."""
        self._queues.closed = True
        self._probes.stop()
        over = False

        def end() -> None:
            nonlocal over
            over = True
            self._crew.changed()

        alarm = self._ports.later(seconds, end)
        while self._crew and not over:
            await self._crew.change()
        alarm.cancel()
        await self._crew.dismiss()
        await self._client.close()
        await self._placement.close()
        for outlet in self._outlets.values():
            if outlet.counts.service.stale:
                with suppress(StoreError):
                    await self._store.mark(outlet.counts.service.name(outlet.name), outlet.counts.service.dump(self._ports.now()))

    async def settled(self) -> None:
        """Until nothing is on the way and nothing could leave now; what waits for a later time, a window or a channel may still wait."""
        while self._crew:
            await self._crew.change()

    def state(self) -> Mapping[str, ChannelState]:
        """How each channel stands."""
        counts = {name: [0, 0, 0] for name in self._outlets}
        for line in self._queues.lines():
            count = counts[line.outlet.name]
            count[0] += len(line.rows) + (line.current is not None)
            count[1] += len(line.held)
            count[2] += bool(line.rows) and line.rows[0].state in IN_DOUBT
        now, steady = self._ports.now(), self._ports.monotonic()
        states: dict[str, ChannelState] = {}
        for name, o in self._outlets.items():
            queued, held, doubt = counts[name]
            rate, alerts = o.slowed(steady), o.alerts.lines(now)
            states[name] = ChannelState(not o.reason, o.reason, o.since, queued, held, doubt, rate, alerts, o.raised)
        return states

    def ahead(self, channel: str) -> int | None:
        """How many contacts' messages would leave before one that is put now; None: nothing leaves on this channel."""
        outlet = self._outlets.get(channel)
        return None if outlet is None or outlet.reason else len(outlet.ready) + outlet.flying

    def rate(self, channel: str) -> float:
        """Messages a second that leave on this channel at most, as of now."""
        outlet = self._outlets[channel]
        return outlet.slowed(self._ports.monotonic()) or outlet.rate

    # ---- what is to be sent

    def begin(
        self, channel: str, contact: str, rows: tuple[Outgoing, ...], last_inbound: datetime | None, opted_out: bool
    ) -> tuple[Outgoing, ...]:
        """*rows* as they are to be committed. Where the first of them can leave at once it is "trying", so that its intent is written with
        them; its place is kept until `put`, or `abandon` when the commit failed."""
        if channel not in self._outlets or not rows:
            return rows
        line = self._queues.line(channel, contact)
        line.said(last_inbound, opted_out)
        begun = self._queues.begin(line, rows[0])
        return rows if begun is None else (begun, *rows[1:])

    def abandon(self, rows: Sequence[Outgoing]) -> None:
        """The commit of *rows*, as `begin` gave them, failed."""
        if rows and rows[0].channel in self._outlets:
            line = self._queues.line(rows[0].channel, rows[0].contact)
            if line.begun == rows[0].id:
                line.begun = ""
                self._queues.give_back(line)
                self._queues.landed(line)

    def put(self, rows: Sequence[Outgoing], last_inbound: datetime | None, opted_out: bool) -> None:
        """*rows*, of one contact, are committed: send them."""
        if not rows or rows[0].channel not in self._outlets:
            return
        line = self._queues.line(rows[0].channel, rows[0].contact)
        line.said(last_inbound, opted_out)
        begun = line.begun == rows[0].id
        line.rows.extend(row for row in rows[begun:] if row.state in OPEN)
        if begun:
            line.begun = ""
            self._start(line, intended=True)
        else:
            self._queues.place(line)

    def _start(self, line: Line, intended: bool = False) -> None:
        self._crew.spawn(self._carrier.carry(line, intended), "sender")

    # ---- what comes in

    def heard(self, channel: str, contact: str, at: datetime, wa: Identity | None = None) -> None:
        """The contact wrote, at *at* by the message's own time: what is held goes out. *wa*: who wrote, as far as the provider says."""
        if channel not in self._outlets:
            return
        line = self._queues.line(channel, contact)
        self._reach.met(channel, contact)
        if wa is not None and wa.wa_id is not None:
            line.identity = wa
        for one in (line, *self._queues.left(channel, contact)):
            one.heard(at)
            if one.held and one.is_open(self._ports.now()):
                one.release()
                self._queues.place(one)

    def moved(self, channel: str, contact: str, main: str = "") -> None:
        """The contact is known by another number or id from now on: what waits goes there. *main*: it turned out to be this contact, whose
        wishes hold for what waits, and who lets out what is held by writing."""
        if channel not in self._outlets:
            return
        line = self._queues.line(channel, contact)
        if main:
            self._queues.join(line, main)
            line.known = False
        for one in (line, *self._queues.left(channel, contact)):
            one.identity = None

    def wishes(self, channel: str, contact: str, opted_out: bool) -> None:
        """The contact wants templates no more, or again: that holds for what waits, too."""
        if channel in self._outlets:
            self._queues.line(channel, contact).opted_out = opted_out
            for line in self._queues.left(channel, contact):
                if opted_out:
                    line.opted_out = True
                else:
                    line.known = False  # it may have opted out itself, before it was known who that is

    def told(self, received: Received) -> None:
        """A status was applied by the store. May be told once more of one whose work was not done when a process ended."""
        event, row = received.inbound.event, received.after
        if row is None or row.channel not in self._outlets or not isinstance(event, StatusChanged) or event.status == "unsent":
            return
        self._statuses.told(received, row, event)

    def counts(self) -> Mapping[str, Counts]:
        """What was counted of each channel since the start."""
        return {name: outlet.counts for name, outlet in self._outlets.items()}

    def rest(self, channel: str, template: str, language: str, why: str | None) -> None:
        """WhatsApp told by news that a template must not be sent, and *why*: it is not tried, and what the author said for a closed window
        is done. None: it may be sent again."""
        if channel in self._outlets:
            outcome = None if why is None else Outcome("template", detail=why)
            self._outlets[channel].resting.told((template, language), outcome)

    def upgraded(self, channel: str) -> None:
        """WhatsApp told by news that the number may send as fast as any (fact sheet §0, 13), unless botkit.yaml says otherwise."""
        if channel in self._outlets:
            self._outlets[channel].upgraded()

    def stop(self, channel: str, why: str) -> None:
        """WhatsApp told by news that the account must not send. One message is risked now and then, until a status says that it arrived."""
        if channel in self._outlets:
            self._probes.heed(self._outlets[channel], Outcome("stopped", detail=why), late=True)

    def goes_another_way(self, row: Outgoing) -> bool:
        """Whether *row*, of which a status says that it failed, is not done with: `told` sends it again, or its template, or holds or drops
        it as its author said. Then the bot need not be told that it failed."""
        return row.channel in self._outlets and Line(self._outlets[row.channel], row.contact).goes_another_way(row)
