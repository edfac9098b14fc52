"""Threads for plain functions: a few for each action, so that one that hangs holds up nothing but its own calls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Any

_Work = tuple["Future[_Done]", Callable[[], Any], Context]
_Done = tuple[Any, BaseException | None]  # what was returned; else what was raised


class Threads:
    """At most *most* threads for each name. They do not keep the process from ending: nobody can stop a function that hangs."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._crews: dict[str, _Crew] = {}

    async def run(self, name: str, work: Callable[[], Any]) -> Any:
        """What *work* returns or raises. Cancelled while it waits for a thread, it is never begun; later it runs on, unheard."""
        crew = self._crews.get(name)
        if crew is None:
            crew = self._crews[name] = _Crew(name, self._most)
        # Raised over there and returned here: some exceptions cannot be put into a future.
        value, error = await asyncio.wrap_future(crew.put(work))
        if error is not None:
            raise error
        return value

    def close(self) -> None:
        """Let idle threads end; those at work end after it."""
        for crew in self._crews.values():
            crew.close()
        self._crews.clear()


class _Crew:
    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0  # threads that wait, less the works on their way to them

    def put(self, work: Callable[[], Any]) -> Future[_Done]:
        future: Future[_Done] = Future()
        with self._lock:
            self._idle -= 1
            fresh = self._idle < 0 and self._threads < self._most
            if fresh:
                self._threads += 1
                self._idle += 1
        self._queue.put((future, work, copy_context()))
        if fresh:
            threading.Thread(target=self._serve, name=f"action {self._name}", daemon=True).start()
        return future

    def close(self) -> None:
        for _ in range(self._threads):
            self._queue.put(None)

    def _serve(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work, context = item
            if future.set_running_or_notify_cancel():
                future.set_result(_done(work, context))
            del item, future, work, context  # nothing of a call outlives it
            with self._lock:
                self._idle += 1


def _done(work: Callable[[], Any], context: Context) -> _Done:
    try:
        return context.run(work), None
    except BaseException as error:
        return None, error
