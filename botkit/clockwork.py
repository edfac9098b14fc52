"""The loop of whatever lives by the clock: it looks, waits until there may be more, and pauses while the store cannot work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from botkit.ports import Ports
from botkit.stores.base import StoreError
from botkit.where import where

LONGEST = 60.0  # seconds after which it looks again in any case: the clock may have been set
_PAUSE = (1.0, 30.0)  # seconds to the next look after one that failed: the first and the longest


class Clockwork:
    """*look* does what is due and gives the seconds until there may be more; 0: at once. What it raises is logged, and tried again.
    *name* is that of its task, and what the log calls it."""

    def __init__(self, name: str, ports: Ports, log: logging.Logger, look: Callable[[], Awaitable[float]]) -> None:
        self._name = name
        self._ports = ports
        self._log = log
        self._look = look
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.ending = False  # it has been told to stop
        self.resting = 0.0  # seconds for which it waits; 0: it is at work

    def start(self) -> None:
        self._task = self._ports.spawn(self._run(), self._name)

    def wake(self) -> None:
        """Look again now: something has changed."""
        self._woken.set()

    async def stop(self) -> None:
        """Look no more; the look under way is waited for."""
        self.ending = True
        self._woken.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        failures = 0
        while not self.ending:
            self._woken.clear()
            try:
                wait = await self._look()
                failures = 0
            except Exception as error:
                first, longest = _PAUSE
                wait = min(longest, first * 2.0**failures)
                failures = min(failures + 1, 10)
                self._log.warning("%s wait: %s", self._name, error if isinstance(error, StoreError) else where(error))
            if wait > 0 and not self.ending:
                alarm = self._ports.later(min(wait, LONGEST), self._woken.set)
                self.resting = wait
                await self._woken.wait()
                self.resting = 0.0
                alarm.cancel()
