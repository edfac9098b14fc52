"""The way of files to a gateway and back: in pieces, never whole in memory, and never to where a redirect points."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from botkit.providers.base import Request
from botkit.providers.clean import line

if TYPE_CHECKING:
    import aiohttp  # only who carries a file waits for it

PIECE = 64 * 1024  # bytes
TOLD = 256 * 1024  # bytes of an answer that is no file
SILENCE = 20.0  # seconds without a byte, after which nobody is waited for any longer
_LEAST_SPEED = 16 * 1024  # bytes a second; what is slower is given up in the end
_REDIRECTS = 3  # within the same host


class Answer(Struct, frozen=True):
    """*body* is empty where a file came: its pieces were taken as they came."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes = b""


class Lost(Struct, frozen=True):
    """There is no answer, or only a part of it."""

    detail: str


Take = Callable[[bytes], None]  # a piece of a file; may raise what ends the transfer


class Transfer(Protocol):
    """Never raises for what a network can do, but lets through what a `Take` raises."""

    async def put(self, base: str, request: Request, file: Path, name: str, type_: str) -> Answer | Lost:
        """Upload *file* by the form that both gateways take (fact sheet §1.1). Raises OSError when it cannot be read."""
        ...

    async def ask(self, base: str, request: Request) -> Answer | Lost: ...

    async def get(self, base: str, request: Request, begin: Callable[[Answer], Take], most: int) -> Answer | Lost:
        """Fetch a file of *most* bytes at most. *begin* is told the head of an answer that is a 2xx, and gives what takes the pieces."""
        ...

    async def close(self) -> None: ...


class Web:
    """Carries files by HTTP."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def put(self, base: str, request: Request, file: Path, name: str, type_: str) -> Answer | Lost:
        import aiohttp

        with file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            form = aiohttp.FormData()
            form.add_field("messaging_product", "whatsapp")
            form.add_field("type", type_)
            form.add_field("file", opened, filename=name, content_type=type_)
            return await self._exchange(base, request, form, _longest(size), lambda _: None, TOLD)

    async def ask(self, base: str, request: Request) -> Answer | Lost:
        return await self._exchange(base, request, None, SILENCE, lambda _: None, TOLD)

    async def get(self, base: str, request: Request, begin: Callable[[Answer], Take], most: int) -> Answer | Lost:
        return await self._exchange(base, request, None, _longest(most), begin, TOLD)

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _exchange(
        self, base: str, request: Request, form: Any, seconds: float, begin: Callable[[Answer], Take | None], told: int
    ) -> Answer | Lost:
        import aiohttp
        from yarl import URL

        if self._closed:
            return Lost("the process is ending")
        address = base.rstrip("/") + request.path
        limits = aiohttp.ClientTimeout(total=seconds, sock_connect=SILENCE, sock_read=SILENCE)
        headers = {**request.headers, "Accept-Encoding": "identity", "User-Agent": "botkit"}
        try:
            for _ in range(_REDIRECTS):
                async with self._opened().request(
                    # As it stands: what is signed in a query must not be written anew.
                    request.method, URL(address, encoded=True), headers=headers, data=form, allow_redirects=False, timeout=limits,
                ) as response:  # fmt: skip
                    onward = _onward(address, response.headers.get("Location")) if 300 <= response.status < 400 and form is None else None
                    if onward is None:
                        return await _taken(response, begin, told)
                    address = onward
            return Lost("one redirect leads to another")
        except TimeoutError:
            return Lost(f"no answer within {seconds:g} s, or none for {SILENCE:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Lost(f"{type(error).__name__}: {line(str(error), 200)}")

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        return self._session


async def _taken(response: aiohttp.ClientResponse, begin: Callable[[Answer], Take | None], told: int) -> Answer:
    head = Answer(response.status, {name.lower(): value for name, value in response.headers.items()})
    take = begin(head) if 200 <= response.status < 300 else None
    if take is not None:
        async for piece in response.content.iter_chunked(PIECE):
            take(piece)
        return head
    body = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        body += piece
        if len(body) > told:
            break  # an error that long says nothing more at its end
    return Answer(head.status, head.headers, bytes(body[:told]))


def _onward(address: str, location: str | None) -> str | None:
    """Where a redirect within the same host leads; None: elsewhere, or nowhere. Then the redirect itself is the answer."""
    if not location or not location.isprintable() or " " in location or "\\" in location:
        return None
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    if location.startswith("/") and not location.startswith("//"):
        return origin + location
    return location if location.startswith(f"{origin}/") else None


def _longest(size: int) -> float:
    return SILENCE + size / _LEAST_SPEED
