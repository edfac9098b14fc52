"""The one HTTP client: it asks, within a deadline, and tells of a lost request whether anything of it may have left."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from botkit.ports import Ports
from botkit.providers import clean
from botkit.providers.base import Request
from botkit.sender.answer import Answer
from botkit.sender.connection import Connection, Cut, connect

IDLE = 15.0  # seconds after which a connection that nobody used is not trusted any more


class Lost(Struct, frozen=True):
    """There was no answer. *left*: bytes of the request may have left; when it is false, surely none did."""

    left: bool
    detail: str


class Asking(Protocol):
    """Takes requests to a gateway; `Client` does by HTTP."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def ask(self, base: str, request: Request) -> Answer | Lost:
        """What the gateway at *base* says to *request*. Never raises for what can go wrong on the way."""
        ...


class _Gateway(Struct, eq=False):
    """Where requests go, the head that they begin with, and the connections that are free, the last one used at the end."""

    host: str
    port: int
    tls: bool
    path: str
    free: list[Connection]
    heads: dict[tuple[str, str], tuple[Mapping[str, str], bytes]]

    def written(self, request: Request) -> bytes:
        """*request* as it goes out. Raises ValueError for headers that cannot be written."""
        named, head = self.heads.get((request.method, request.path), (None, b""))
        if named is not request.headers:  # those of a channel are always the same
            head = self._head(request)
            self.heads[request.method, request.path] = request.headers, head
        if not request.body:
            return head + b"\r\n"
        return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(request.body), request.body)

    def _head(self, request: Request) -> bytes:
        host = f"[{self.host}]" if ":" in self.host else self.host
        at = host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"
        lines = [f"{request.method} {self.path}{request.path} HTTP/1.1", f"Host: {at}", "User-Agent: botkit"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if not all(line.isprintable() for line in lines) or " " in self.path + request.path:
            raise ValueError
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


class Client:
    """Asks as many at once as it is told to; its callers set the limits. *deadline*: seconds for a whole request with its answer.
    *tls*: whom it trusts; None: whom the system trusts.

    HTTP of its own and no library's: what is asked is one small request with one small answer, a sixth of a turn goes into it, and whether
    a byte of it has left has to be known exactly.
    """

    def __init__(self, ports: Ports, deadline: float, tls: ssl.SSLContext | None = None) -> None:
        self._ports = ports
        self._deadline = deadline
        self._tls = tls
        self._gateways: dict[str, _Gateway] = {}
        self._connections: set[Connection] = set()
        self._running = False
        # Who asks, since when. All have the same deadline, so the first is due first: one alarm does for all of them.
        self._asking: dict[asyncio.Task[Any], float] = {}
        self._expired: set[asyncio.Task[Any]] = set()
        self._watching = False

    async def open(self) -> None:
        self._running = True

    async def close(self) -> None:
        self._running = False
        connections = tuple(self._connections)
        for connection in connections:
            connection.close()
        await asyncio.gather(*(connection.gone for connection in connections))

    async def ask(self, base: str, request: Request) -> Answer | Lost:
        """What the gateway at *base* says to *request*. Never raises for what a network can do; to be called in a task of its own."""
        if not self._running:
            return Lost(False, "the client is not open")
        task = asyncio.current_task()
        if task is None:
            return Lost(False, "nobody asks")
        self._watch(task)
        connection: Connection | None = None
        left = False
        try:
            gateway = self._gateways.get(base) or self._gateway(base)
            data = gateway.written(request)
            connection = self._free(gateway) or await self._connect(gateway)
            left = True
            answer = await connection.ask(data)
            if connection.open:
                connection.since = self._ports.monotonic()
                gateway.free.append(connection)
                connection = None
            return answer
        except asyncio.CancelledError:
            if task not in self._expired:
                raise
            task.uncancel()
            return Lost(left, f"no answer within {self._deadline:g} s")
        except Cut as error:
            return Lost(left, str(error))
        except OSError as error:
            return Lost(left, f"no connection: {_why(error)}")
        except Exception as error:  # its text may hold what was to be sent
            return Lost(left, type(error).__name__)
        finally:
            if connection is not None:
                connection.close()
            self._expired.discard(task)
            del self._asking[task]

    def _gateway(self, base: str) -> _Gateway:
        parts = urlsplit(base)
        tls = parts.scheme == "https"
        gateway = _Gateway(parts.hostname or "", parts.port or (443 if tls else 80), tls, parts.path.rstrip("/"), [], {})
        self._gateways[base] = gateway
        return gateway

    def _free(self, gateway: _Gateway) -> Connection | None:
        """The connection that was used last, if the other side surely keeps it open."""
        oldest = self._ports.monotonic() - IDLE
        while gateway.free:
            connection = gateway.free.pop()
            if connection.open and connection.since > oldest:
                return connection
            connection.close()
        return None

    async def _connect(self, gateway: _Gateway) -> Connection:
        if gateway.tls and self._tls is None:
            self._tls = ssl.create_default_context()
        connection = await connect(gateway.host, gateway.port, self._tls if gateway.tls else None)
        self._connections.add(connection)
        connection.gone.add_done_callback(lambda _: self._connections.discard(connection))
        return connection

    def _watch(self, task: asyncio.Task[Any]) -> None:
        now = self._ports.monotonic()
        self._asking[task] = now
        if not self._watching:
            self._watching = True
            self._ports.later(self._deadline, self._look)

    def _look(self) -> None:
        """Give up who asks for too long."""
        now = self._ports.monotonic()
        for task, since in self._asking.items():
            if task in self._expired:
                continue
            left = since + self._deadline - now
            if left > 1e-3:
                self._ports.later(left, self._look)
                return
            self._expired.add(task)
            task.cancel()
        self._watching = False


def _why(error: OSError) -> str:
    """In the words of the system where it has some: those of a library tell the same three times over."""
    if (error.errno or 0) > 0 and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno or 0)
    return f"{type(error).__name__}: {clean.line(str(error))}"
