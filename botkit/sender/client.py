"""The one HTTP client: it asks, within a deadline, and tells of a lost request whether anything of it may have left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from botkit.ports import Ports
from botkit.providers import clean
from botkit.providers.base import Request


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
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


class _Body(aiohttp.BytesPayload):
    """Bytes that know whether somebody began to write them. The headers are written together with them, so before that nothing left:
    no name was found, no connection made, no TLS agreed on."""

    left = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self.left = True
        await super().write_with_length(writer, content_length)


class Client:
    """Asks as many at once as it is told to; its callers set the limits. *deadline*: seconds for a whole request with its answer."""

    def __init__(self, ports: Ports, deadline: float) -> None:
        self._ports = ports
        self._deadline = deadline
        self._urls: dict[tuple[str, str], URL] = {}
        self._session: aiohttp.ClientSession | None = None
        # Who asks, since when. All have the same deadline, so the first is due first: one alarm does for all of them.
        self._asking: dict[asyncio.Task[Any], float] = {}
        self._expired: set[asyncio.Task[Any]] = set()
        self._watching = False

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            headers={"User-Agent": "botkit"},
            skip_auto_headers=("Accept", "Accept-Encoding"),
            trust_env=False,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, base: str, request: Request) -> Answer | Lost:
        """What the gateway at *base* says to *request*. Never raises for what a network can do; to be called in a task of its own."""
        if self._session is None:
            return Lost(False, "the client is not open")
        url = self._urls.get((base, request.path)) or self._url(base, request.path)
        body = _Body(request.body) if request.body else None
        task = asyncio.current_task()
        if task is None:
            return Lost(False, "nobody asks")
        self._watch(task)
        try:
            response = await self._session.request(request.method, url, data=body, headers=request.headers, allow_redirects=False)
            return Answer(response.status, response.headers, await response.read())
        except asyncio.CancelledError:
            if task not in self._expired:
                raise
            task.uncancel()
            return Lost(body is None or body.left, f"no answer within {self._deadline:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Lost(body is None or body.left, f"{type(error).__name__}: {clean.line(str(error))}")
        except Exception as error:  # its text may hold what was to be sent
            return Lost(body is None or body.left, type(error).__name__)
        finally:
            self._expired.discard(task)
            del self._asking[task]

    def _url(self, base: str, path: str) -> URL:
        url = self._urls[base, path] = URL(base.rstrip("/") + path)
        return url

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
