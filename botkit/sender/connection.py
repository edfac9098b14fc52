"""A connection to a gateway: one request at a time, and kept for the next one."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import cast

import aiohappyeyeballs

from botkit.sender.answer import Answer, Reader, Unreadable

_DELAY = 0.25  # seconds that one address of a name is ahead of the next


class Cut(Exception):
    """The connection ended, or was of no use any more, before the answer was whole."""


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.open = False
        self.since = 0.0  # idle, by a clock of its owner's
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self._reader: Reader | None = None
        self._waiting: asyncio.Future[Answer] | None = None

    async def ask(self, data: bytes) -> Answer:
        """The answer to a request, in bytes. Raises Cut. Who is cancelled here must close the connection."""
        if self._transport is None or not self.open or self._waiting is not None:
            raise Cut("the connection is not free")
        self._reader = Reader()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        return await self._waiting

    def close(self) -> None:
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    # ---- what the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, and not of that class
        self.open = True

    def data_received(self, data: bytes) -> None:
        if self._reader is None or self._waiting is None:
            self.close()  # nobody has asked
            return
        try:
            answer = self._reader.feed(data)
        except Unreadable as error:
            self._cut(f"the answer cannot be read: {error}")
            self.close()
            return
        if answer is not None:
            if not self._reader.keep:
                self.close()
            self._answered(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        answer = self._reader.end() if self._reader is not None and exc is None else None
        if answer is not None:
            self._answered(answer)
        else:
            self._cut(f"the connection was lost before the answer{f': {type(exc).__name__}' if exc is not None else ''}")
        self._transport = None
        if not self.gone.done():
            self.gone.set_result(None)

    def _answered(self, answer: Answer) -> None:
        waiting, self._waiting, self._reader = self._waiting, None, None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _cut(self, detail: str) -> None:
        waiting, self._waiting, self._reader = self._waiting, None, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(Cut(detail))


async def connect(host: str, port: int, tls: ssl.SSLContext | None) -> Connection:
    """A new connection, agreed on with TLS where *tls* is given. Raises OSError, of which ssl.SSLError is one."""
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # Where an address does not answer, as with a broken IPv6, the next one is tried soon.
    opened = await aiohappyeyeballs.start_connection(addresses, happy_eyeballs_delay=_DELAY, interleave=1, loop=loop)
    try:
        _, connection = await loop.create_connection(Connection, sock=opened, ssl=tls, server_hostname=host if tls else None)
    except BaseException:
        opened.close()
        raise
    return connection
