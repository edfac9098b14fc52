"""An event loop that tells when nothing is left to do: so that whoever simulates a world knows that it has come to rest."""

from __future__ import annotations

import asyncio
import selectors
from selectors import SelectorKey


class _Selector(selectors.DefaultSelector):
    """The loop asks its selector to wait only when no callback is ready to run: then it is still."""

    def __init__(self) -> None:
        super().__init__()
        self.still: list[asyncio.Future[None]] = []  # who wants to know
        self.stirred: list[asyncio.Future[None]] = []  # who wants to know once more, after something has come from outside

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout == 0 or not self.still:
            events = super().select(timeout)
        else:
            events = super().select(0)
            if not events:
                waiting, self.still = self.still, []
                for future in waiting:
                    if not future.done():
                        future.set_result(None)
        if events and self.stirred:
            self.still += self.stirred
            self.stirred = []
        return events


class StillLoop(asyncio.SelectorEventLoop):
    """A usual event loop: sockets, threads and timers work as in any other."""

    def __init__(self) -> None:
        self._watched = _Selector()
        super().__init__(self._watched)

    async def still(self) -> None:
        """Until no task can go on by itself: all wait for a clock of their own, for a socket, a thread, or for one another."""
        future: asyncio.Future[None] = self.create_future()
        self._watched.still.append(future)
        await future

    def stirred(self) -> asyncio.Future[None]:
        """Done once something has come from outside, a socket or a thread, and what follows from it is worked off."""
        future: asyncio.Future[None] = self.create_future()
        self._watched.stirred.append(future)
        return future


def still_loop() -> StillLoop:
    """The loop that runs now. Raises RuntimeError when it is one of another kind."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, StillLoop):
        raise RuntimeError("a simulation runs on a StillLoop: asyncio.Runner(loop_factory=StillLoop)")
    return loop
