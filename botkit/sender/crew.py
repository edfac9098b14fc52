"""The tasks that are under way, and those who wait until they are done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from botkit.ports import Ports

log = logging.getLogger("botkit.sender")


class Crew:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._tasks: set[asyncio.Task[None]] = set()
        self._change: asyncio.Future[None] | None = None

    def __bool__(self) -> bool:
        """Whether anybody is at work."""
        return bool(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = self._ports.spawn(work, name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)
        self.changed()

    def changed(self) -> None:
        if self._change is not None:
            if not self._change.done():
                self._change.set_result(None)
            self._change = None

    async def change(self) -> None:
        """Until a task ends or something else happens."""
        if self._change is None:
            self._change = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._change)

    async def dismiss(self) -> None:
        """Cancel all."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
