"""The only door to the clock, to chance and to background tasks: everything else asks here, so that everything can be simulated."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol


class Alarm(Protocol):
    """Something that is going to happen, unless it is cancelled before."""

    def cancel(self) -> None: ...


class Ports(Protocol):
    """What the world gives: the time of day (UTC), a steady clock (seconds), chance, a pause, an alarm, a task."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def chance(self) -> float:
        """A number from 0 to 1 (1 excluded), for jitter."""
        ...

    def token(self) -> str:
        """16 random bytes as text, safe to use as a secret."""
        ...

    async def sleep(self, seconds: float) -> None: ...

    def later(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        """Call *ring* once, *seconds* from now, and never within this call."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run *work* in the background; the port keeps the task alive until it ends."""
        ...


class RealPorts:
    """The ports of a running process."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def chance(self) -> float:
        return random.random()  # noqa: S311 - jitter needs no secrecy

    def token(self) -> str:
        return secrets.token_hex(16)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def pause(self, seconds: float) -> None:
        """Stand still, for a command that has nothing else to do; ended at once by Ctrl-C."""
        time.sleep(seconds)

    def later(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        return asyncio.get_running_loop().call_later(seconds, ring)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class FrozenPorts(RealPorts):
    """Ports whose clock stands still until it is told to move: for the simulator and for tests.

    A sleeper wakes, and an alarm rings, when `pass_` has moved the clock beyond its time; chance is always 0.5.
    """

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now
        self._start = now
        self._sleepers: list[_FrozenAlarm] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def chance(self) -> float:
        return 0.5

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        alarm = self.later(seconds, lambda: None if future.done() else future.set_result(None))
        try:
            await future
        finally:
            alarm.cancel()

    def later(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        if seconds <= 0:
            return asyncio.get_running_loop().call_soon(ring)
        alarm = _FrozenAlarm(self._sleepers, self._now + timedelta(seconds=seconds), ring)
        self._sleepers.append(alarm)
        return alarm

    @property
    def next_alarm(self) -> datetime | None:
        """When the next sleeper wakes or the next alarm rings; None: nothing waits for the clock."""
        return min((alarm.due for alarm in self._sleepers), default=None)

    def pass_(self, **span: float) -> None:
        """Move the clock on by `timedelta(**span)` and wake who was due on the way."""
        self.set(self._now + timedelta(**span))

    def set(self, now: datetime) -> None:
        self._now = now
        for alarm in sorted((a for a in self._sleepers if a.due <= now), key=lambda a: a.due):
            if alarm in self._sleepers:  # one that rang before it may have cancelled it
                self._sleepers.remove(alarm)
                alarm.ring()


class _FrozenAlarm:
    def __init__(self, among: list[_FrozenAlarm], due: datetime, ring: Callable[[], None]) -> None:
        self.due = due
        self.ring = ring
        self._among = among

    def cancel(self) -> None:
        if self in self._among:
            self._among.remove(self)
