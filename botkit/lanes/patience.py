"""Waiting for a store that cannot work now; the wait ends at once when the process is to end."""

from __future__ import annotations

import asyncio

from botkit.ports import Ports

_FIRST = 0.05  # seconds
_LONGEST = 5.0


class Leaving(Exception):
    """The process is to end: what is not done stays in the inbox."""


class Patience:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._leaving = False
        self._waiting: set[asyncio.Future[None]] = set()

    async def wait(self, turn: int) -> None:
        """A pause that grows with *turn*, which counts from 1, with jitter. Raises Leaving."""
        if not self._leaving:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            span = min(_LONGEST, _FIRST * 2.0 ** min(turn, 10))
            alarm = self._ports.later(span * (0.5 + self._ports.chance() / 2), lambda: _end(future))
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
                alarm.cancel()
        if self._leaving:
            raise Leaving

    def leave(self) -> None:
        """End every wait, now and from now on."""
        self._leaving = True
        for future in self._waiting:
            _end(future)


def _end(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
