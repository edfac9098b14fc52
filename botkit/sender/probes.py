"""What answers say of a whole channel: it pauses, or stops until a probe tells that it may go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from botkit.ports import Ports
from botkit.providers.base import Outcome
from botkit.sender.answer import Answer
from botkit.sender.client import Asking
from botkit.sender.crew import Crew
from botkit.sender.outlet import Outlet

log = logging.getLogger("botkit.sender")

_PATIENCE = 60.0  # seconds for a status of the one message that goes first, after which its silence is taken for a yes
_SOON = 2.0  # seconds after a start


class Probes:
    """*go_on* is called for a channel that may send again; *note* when what is on record of a stop has changed, with when the next probe is
    due, or None when nothing stops the channel any more."""

    def __init__(
        self, ports: Ports, client: Asking, crew: Crew, go_on: Callable[[Outlet], None], note: Callable[[Outlet, datetime | None], None]
    ) -> None:
        self._ports = ports
        self._client = client
        self._crew = crew
        self._go_on = go_on
        self._note = note
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def heed(self, outlet: Outlet, outcome: Outcome, id_: str = "", late: bool = False) -> None:
        """Take from what was said to the message *id_* what it says of all. *late*: a status said it."""
        outlet.counts.answers[outcome.verdict] = outlet.counts.answers.get(outcome.verdict, 0) + (not late)
        outlet.counts.refused(outcome.code)
        if outcome.alert:
            outlet.alerts.add(outcome, self._ports.now())
        match outcome.verdict:
            case "accepted":
                if outlet.accepted(id_):
                    self._ports.later(_PATIENCE, partial(self.arrived, outlet, id_))
                elif outlet.noted and not outlet.late and not outlet.reason:
                    self._forget(outlet)
            case "later" | "again":
                steady = self._ports.monotonic()
                outlet.pause(steady, self._ports.chance(), outcome.retry_after, outcome.least)
                if outcome.slow and outlet.slower(steady):
                    log.warning("channel %s goes on at %.3g messages a second: %s", outlet.name, outlet.rate, outcome.detail)
                log.info("channel %s waits: %s", outlet.name, outcome.detail)
            case "stopped":
                if outlet.stop(self._ports.now(), outcome.detail, outcome.least, late):
                    log.warning("channel %s is stopped, its messages are kept: %s", outlet.name, outcome.detail)
                    self._set(outlet)
                    if late or outcome.least:
                        outlet.noted = True
                        self._note(outlet, self._ports.now() + timedelta(seconds=outcome.least))
            case "doubt":
                if outlet.doubted(self._ports.now(), outcome.detail):
                    log.warning("channel %s pauses, its messages are kept: %s", outlet.name, outlet.reason)
                    self._set(outlet)
            case _:
                outlet.well()

    def arrived(self, outlet: Outlet, id_: str) -> None:
        """A status came of the message *id_*, or none came for a while: if the others waited for that, they go."""
        if outlet.arrived(id_):
            if outlet.noted:
                self._forget(outlet)
            log.warning("channel %s sends as before", outlet.name)
            self._go_on(outlet)

    def restore(self, outlet: Outlet, wait: float) -> None:
        """*outlet* is stopped by what an earlier process was told: have it probed in *wait* seconds."""
        outlet.noted = True
        log.warning("channel %s is still stopped, its messages are kept: %s", outlet.name, outlet.reason)
        self._set(outlet, max(_SOON, wait))

    def _forget(self, outlet: Outlet) -> None:
        outlet.noted = False
        self._note(outlet, None)

    def _set(self, outlet: Outlet, wait: float | None = None) -> None:
        """Have a probe made in time, or in *wait* seconds; one is enough."""
        if not outlet.probed:
            outlet.probed = True
            wait = outlet.until_probe(self._ports.chance()) if wait is None else wait
            self._ports.later(wait, partial(self._due, outlet))

    def _due(self, outlet: Outlet) -> None:
        if self._stopped:
            return
        task = self._crew.spawn(self._probe(outlet), "sender probe")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Let nobody wait for a probe."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def _probe(self, outlet: Outlet) -> None:
        answer = await self._client.ask(outlet.base, outlet.provider.probe())
        outlet.probed = False
        if isinstance(answer, Answer) and 200 <= answer.status < 300:
            log.warning("channel %s goes on", outlet.name)
            outlet.go_on()
            self._go_on(outlet)
            return
        if isinstance(answer, Answer) and answer.status in (401, 403):
            outlet.stop(self._ports.now(), f"the key is refused (HTTP {answer.status})")
        self._set(outlet)
