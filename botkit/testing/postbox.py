"""The way of webhooks to a bot as it may go wrong: never, late, twice, together, out of order, and again until they are answered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from botkit.ports import Ports
from botkit.providers.signature import Signature
from botkit.testing import webhooks
from botkit.testing.webhooks import Change, Number, WebhookSender


class Posted(Struct, frozen=True):
    """A webhook that was posted, and the HTTP status it was answered with; 0: no answer."""

    at: datetime
    body: bytes
    status: int


class Postbox:
    """Sends webhooks one after the other. The attributes may be changed at any time and hold for what comes after."""

    def __init__(self, ports: Ports, number: Number) -> None:
        self.lose = 0  # so many of the next are never posted, as when the provider gave up
        self.repeat = 1  # how often each is posted
        self.together = 1  # changes that one POST carries; fewer wait for `flush`
        self.backwards = False  # what belongs together is told in the wrong order
        self.delay = 0.0  # seconds before a webhook is posted
        self.tries = 8  # posts of a webhook that is not answered 200 (the real one goes on for days, fact sheet §5.9)
        self.pause = 1.0  # seconds before the second try; doubled each time
        self.longest = 3600.0  # seconds between two tries
        self.posted: list[Posted] = []
        self.sender: WebhookSender | None = None
        self._ports = ports
        self._number = number
        self._senders: list[WebhookSender] = []
        self._waiting: list[Change] = []
        self._queue: deque[tuple[bytes, int]] = deque()
        self._posting = False
        self._empty = asyncio.Event()
        self._empty.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def to(self, url: str, headers: Mapping[str, str], signature: Signature | None = None) -> None:
        """The address of all that is posted from now on, with these headers and signed so; no address, and it is dropped."""
        if not url:
            self.sender = None
            return
        self.sender = WebhookSender(url, headers=headers, signature=signature)
        self._senders.append(self.sender)

    def put(self, changes: Sequence[Change]) -> None:
        """Tell what happened. Without an address it is dropped, as it is for a number without webhook."""
        if self.sender is None:
            return
        self._waiting += reversed(changes) if self.backwards else changes
        while len(self._waiting) >= max(1, self.together):
            self._post_waiting(max(1, self.together))

    def flush(self) -> None:
        """Post what waits for company."""
        if self._waiting:
            self._post_waiting(len(self._waiting))

    def _post_waiting(self, count: int) -> None:
        changes, self._waiting = self._waiting[:count], self._waiting[count:]
        if self.lose > 0:
            self.lose -= 1
            return
        data = webhooks.body(self._number, changes)
        for _ in range(self.repeat):
            if self.delay > 0:
                self._post_at(self._ports.now() + timedelta(seconds=self.delay), data, 1)
            else:
                self._enqueue(data, 1)

    def _enqueue(self, data: bytes, attempt: int) -> None:
        self._queue.append((data, attempt))
        if not self._posting:
            self._posting = True
            self._empty.clear()
            self._spawn(self._post())

    def _post_at(self, due: datetime, data: bytes, attempt: int) -> None:
        async def later() -> None:
            await self._ports.sleep((due - self._ports.now()).total_seconds())
            self._enqueue(data, attempt)

        self._spawn(later())

    async def _post(self) -> None:
        try:
            while self._queue and self.sender is not None:
                data, attempt = self._queue.popleft()
                at = self._ports.now()
                answered = await self.sender.post(data)
                self.posted.append(Posted(at, data, answered))
                if answered != 200 and attempt < self.tries:
                    due = self._ports.now() + timedelta(seconds=min(self.longest, self.pause * 2.0 ** min(attempt - 1, 30)))
                    self._post_at(due, data, attempt + 1)
        finally:
            self._posting = False
            self._empty.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._ports.spawn(work, "fake360 webhook")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Until everything that is to be posted now has been answered; not what waits for a later time or for company."""
        await self._empty.wait()

    async def close(self) -> None:
        """Stop, whatever still waits."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for sender in self._senders:
            await sender.close()
