"""One exchange with a host of the internet: to the address that was looked at, without redirects, within limits of time and size."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from botkit.actions.addresses import Resolve, public
from botkit.actions.functions import Passing
from botkit.web import MAX_BODY, Url

if TYPE_CHECKING:
    import ssl

    import aiohttp


class Refused(Exception):
    """botkit does not ask that: a sentence."""


class Unreachable(Passing):
    """No answer came: a sentence."""


class Unreadable(Exception):
    """What came is no text and no JSON that could be kept: a sentence."""


class TooLarge(Exception):
    """More came than may come: a sentence."""


class Request(Struct, frozen=True):
    """What is asked. *shown* is the URL for a log: without its query, where secrets may stand."""

    method: str
    url: str
    where: Url
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    body: bytes | None = None

    @property
    def shown(self) -> str:
        return f"{self.method} {self.url.partition('?')[0].partition('#')[0]}"


class Received(Struct, frozen=True):
    """What came back, unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    charset: str | None
    content_type: str


async def addresses_of(request: Request, resolve: Resolve) -> Sequence[str]:
    """Where the host stands; all of its addresses must be public, or none is used. Raises Refused, Unreachable."""
    try:
        found = await resolve(request.where.host, request.where.port)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{request.shown}: no address is known for {request.where.host}") from error
    if not found:
        raise Unreachable(f"{request.shown}: no address is known for {request.where.host}")
    if not all(public(address) for address in found):
        raise Refused(f"{request.shown}: {request.where.host} has an address that is not of the public internet")
    return found


async def exchange(request: Request, addresses: Sequence[str], base: str | None = None, trust: ssl.SSLContext | None = None) -> Received:
    """Ask, at one of *addresses* and nowhere else. *base*: what stands in for the host on this machine, for tests; it may be http. *trust*
    None: the authorities that this machine trusts.

    Raises Unreachable, Unreadable, TooLarge. A redirect is an answer like another.
    """
    import aiohttp
    from yarl import URL

    url = URL(request.url)
    if url.host != request.where.host or url.user is not None or url.port != request.where.port:
        raise Refused(f"{request.shown}: the URL can be read in two ways")
    if request.query:
        url = url.extend_query(request.query)
    asked = url
    if base is not None:
        local = URL(base)
        asked = url.with_scheme(local.scheme).with_port(local.port)
    try:
        connector = aiohttp.TCPConnector(resolver=_pinned(addresses), use_dns_cache=False, force_close=True, limit=1)
        async with (
            # A session of its own for each exchange: no cookie and no connection goes from one contact to another.
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            ) as session,
            session.request(
                request.method, asked, headers=request.headers, data=request.body, allow_redirects=False, ssl=trust or True
            ) as response,
        ):  # fmt: skip
            body = await _read(request, response) if 200 <= response.status < 300 else b""
            headers = {name: value for name, value in response.headers.items() if name.lower() != "set-cookie"}
            return Received(response.status, headers, body, response.charset, response.content_type)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unreachable(f"{request.shown} failed: {type(error).__name__}") from error


async def _read(request: Request, response: aiohttp.ClientResponse) -> bytes:
    """The body, unpacked; neither what comes nor what it unpacks to is ever larger than allowed. Raises Unreadable, TooLarge."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Unreadable(f"{request.shown} was answered in a packing that was not asked for: {coding[:40]}")
    unpack = zlib.decompressobj(wbits=31) if coding in ("gzip", "x-gzip") else None
    body, came = bytearray(), 0
    async for chunk in response.content.iter_chunked(65_536):
        came += len(chunk)
        try:
            body += chunk if unpack is None else unpack.decompress(chunk, MAX_BODY + 1 - len(body))
        except zlib.error:
            raise Unreadable(f"{request.shown} was answered with what cannot be unpacked") from None
        if max(came, len(body)) > MAX_BODY:
            raise TooLarge(f"{request.shown} was answered with more than {MAX_BODY // 1024} KiB")
    if unpack is not None and came and not unpack.eof:
        raise Unreadable(f"{request.shown} was answered with what cannot be unpacked")
    return bytes(body)


def _pinned(addresses: Sequence[str]) -> aiohttp.abc.AbstractResolver:
    """Knows these addresses, whatever is asked: between the look at them and the connection nobody can change them."""
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Pinned(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_UNSPEC) -> list[ResolveResult]:
            families = [(one, socket.AF_INET6 if ":" in one else socket.AF_INET) for one in addresses]
            flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
            return [
                ResolveResult(hostname=host, host=one, port=port, family=kind, proto=socket.IPPROTO_TCP, flags=flags)
                for one, kind in families
                if family in (socket.AF_UNSPEC, kind)
            ]

        async def close(self) -> None:
            pass

    return Pinned()
