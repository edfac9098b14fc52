"""Connections are counted, and cut when they keep us waiting: aiohttp has no deadline for headers or bodies.

A usual request is answered here, by a shortcut. From the first one on that is not usual, a connection is aiohttp's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from math import inf
from typing import Any, cast

from aiohttp import web

from botkit.ports import Ports

log = logging.getLogger("botkit.server")

KEPT = 75.0  # seconds that a connection stays open without a request
_MOST_AHEAD = 64 * 1024  # bytes that may come in while a request is under way, before the connection is asked to wait
_LOOK = 1.0  # seconds between two looks for those who are late
_RESTED = 1.0  # seconds without a request after which a connection may have to make room: by then its last answer has surely left
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Connections:
    """All that are open. *header* and *body*: seconds from a request's first byte to its last header, and from there to its end.
    *most*: so many may be open; one more takes the place of the one that has rested longest, or is turned away where none rests."""

    def __init__(self, ports: Ports, *, header: float = 10.0, body: float = 10.0, most: int = 1000) -> None:
        self.header = header
        self.body = body
        self.most = most
        self.now = ports.monotonic
        self.open: set[Guard] = set()
        self.short: Callable[[bytes], Coroutine[Any, Any, bytes] | None] = lambda _: None  # the answer to come, if it has the shortcut
        self._ports = ports
        self._looking = False

    def guard(self, make: Callable[[], asyncio.Protocol]) -> Guard:
        """The protocol of a new connection, in front of the one that *make* makes."""
        return Guard(self, make)

    def add(self, guard: Guard) -> bool:
        """Whether there is room for it."""
        if len(self.open) >= self.most and not self._room():
            return False
        self.open.add(guard)
        if not self._looking:
            self._looking = True
            self._ports.later(_LOOK, self._look)
        return True

    def _room(self) -> bool:
        """Close the connection that rests longest between two requests; whether there was one."""
        until = self.now() - _RESTED
        longest = min((guard for guard in self.open if guard.rests <= until), key=lambda guard: guard.rests, default=None)
        if longest is not None:
            self.open.discard(longest)
            longest.make_room()
        return longest is not None

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._ports.spawn(work, "request")

    async def end(self) -> None:
        """Close those that rest, and let the answers under way be given."""
        for guard in tuple(self.open):
            guard.leave()
        while working := [guard.working for guard in self.open if guard.working is not None]:
            await asyncio.wait(working)

    def _look(self) -> None:
        # One look at all of them costs less than an alarm for each request.
        now = self.now()
        for guard in [guard for guard in self.open if guard.deadline <= now]:
            guard.cut()
        self._looking = bool(self.open)
        if self._looking:
            self._ports.later(_LOOK, self._look)


class Guard(asyncio.Protocol):
    """Passes all on to the protocol behind it. What reads a request says where it is: `headers_read`, `body_read`, `answered`."""

    def __init__(self, connections: Connections, make: Callable[[], asyncio.Protocol]) -> None:
        self.deadline = inf  # of the steady clock
        self.rests = inf  # of the steady clock: since when it is between two requests
        self.working: asyncio.Future[None] | None = None  # a shortcut is under way
        self._connections = connections
        self._make = make
        self._inner: asyncio.Protocol | None = None  # None: turned away
        self._long = False  # the protocol behind has the connection from now on; before that it must not know of it, or its clock ends it
        self._ahead = b""  # came in while the shortcut was under way
        self._idle = False  # between two requests
        self._transport: asyncio.Transport | None = None

    # ---- what is read

    def headers_read(self, whole: bool) -> None:
        """*whole*: the body is here, too."""
        self.deadline = inf if whole else self._connections.now() + self._connections.body

    def body_read(self) -> None:
        self.deadline = inf

    def answered(self) -> None:
        self._idle = True
        self.rests = self._connections.now()

    def cut(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def make_room(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def leave(self) -> None:
        """Close it if nothing is under way. What goes the long way ends as the protocol behind does."""
        if self._transport is not None and self.working is None and not self._long:
            self._transport.close()

    # ---- what the connection says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, and not of that class
        if not self._connections.add(self):
            self._transport.write(_FULL)
            self._transport.close()
            return
        self.deadline = self._connections.now() + self._connections.header
        self._inner = self._make()

    def data_received(self, data: bytes) -> None:
        if self._inner is None:
            return
        self.rests = inf
        if self.working is not None:
            self._ahead += data
            if len(self._ahead) > _MOST_AHEAD and self._transport is not None:
                self._transport.pause_reading()
            return
        if not self._long:
            answer = self._connections.short(data)
            if answer is not None:
                self.deadline = inf
                self.working = asyncio.get_running_loop().create_future()
                self._connections.begin(self._answer(answer, self.working))
                return
            self._long = True
            if self._transport is not None:
                self._inner.connection_made(self._transport)
        if self._idle:
            self._idle = False
            self.deadline = self._connections.now() + self._connections.header
        self._inner.data_received(data)

    async def _answer(self, answer: Coroutine[Any, Any, bytes], working: asyncio.Future[None]) -> None:
        data = await answer
        self.working = None
        working.set_result(None)
        if self._transport is None:
            return
        self._transport.write(data)
        self._idle = True
        self.rests = self._connections.now()
        self.deadline = self.rests + KEPT
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            if len(ahead) > _MOST_AHEAD:
                self._transport.resume_reading()
            self.data_received(ahead)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._long and self._inner is not None else None

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.open.discard(self)
        self._transport = None
        if self._long and self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        if self._long and self._inner is not None:
            self._inner.pause_writing()
        elif self._transport is not None:  # who does not read our answers is not read, either
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._long and self._inner is not None:
            self._inner.resume_writing()
        elif self._transport is not None:
            self._transport.resume_reading()


def guard_of(request: web.BaseRequest) -> Guard | None:
    """The guard of the connection that *request* came by; None when it is gone."""
    protocol = request.transport.get_protocol() if request.transport is not None else None
    return protocol if isinstance(protocol, Guard) else None
