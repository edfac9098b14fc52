"""What answers say of a whole channel: it pauses, or stops until a probe tells that it may go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from botkit.ports import Ports
from botkit.providers.base import Outcome
from botkit.sender.answer import Answer
from botkit.sender.client import Asking
from botkit.sender.crew import Crew
from botkit.sender.outlet import Outlet

log = logging.getLogger("botkit.sender")


class Probes:
    """*go_on* is called for a channel that may send again."""

    def __init__(self, ports: Ports, client: Asking, crew: Crew, go_on: Callable[[Outlet], None]) -> None:
        self._ports = ports
        self._client = client
        self._crew = crew
        self._go_on = go_on
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def heed(self, outlet: Outlet, outcome: Outcome) -> None:
        """Take from what was said to one message what it says of all."""
        match outcome.verdict:
            case "later" | "again":
                outlet.pause(self._ports.monotonic(), self._ports.chance(), outcome.retry_after)
                log.info("channel %s waits: %s", outlet.name, outcome.detail)
            case "stopped":
                if outlet.stop(self._ports.now(), outcome.detail):
                    log.warning("channel %s is stopped, its messages are kept: %s", outlet.name, outcome.detail)
                    self._set(outlet)
            case "doubt":
                if outlet.doubted(self._ports.now(), outcome.detail):
                    log.warning("channel %s pauses, its messages are kept: %s", outlet.name, outlet.reason)
                    self._set(outlet)
            case _:
                outlet.well()

    def _set(self, outlet: Outlet) -> None:
        """Have a probe made in time; one is enough."""
        if not outlet.probed:
            outlet.probed = True
            self._ports.later(outlet.until_probe(self._ports.chance()), partial(self._due, outlet))

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
