"""A webhook that tells nothing, posted to the public address as the provider posts its own."""

from __future__ import annotations

import errno
import socket
import ssl
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from msgspec import Struct

from botkit.callback import obstacle
from botkit.callback.obstacle import Obstacle
from botkit.channels import Channel
from botkit.ports import Ports
from botkit.providers.callback import sent_along
from botkit.providers.signature import signature_of

EXAMPLE = b'{"object":"whatsapp_business_account","entry":[]}'  # an empty batch: it is acknowledged, and nothing follows
DEADLINE = 5.0  # seconds after which 360dialog gives up (fact sheet §5.9)
_MOST = 4096  # bytes of an answer that are looked at
_SLOW = 1.0  # seconds above which an answer is slow, but not too slow


class Tried(Struct, frozen=True):
    """How it went. *fault* None: the bot has taken it, in *seconds*. *notes*: what else there is to know."""

    url: str
    fault: Obstacle | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


def headers_of(channel: Channel) -> dict[str, str]:
    """What a provider sends along with every webhook of *channel*, but for the signature."""
    return {"Content-Type": "application/json", "User-Agent": "botkit webhook test", **sent_along(channel)}


async def try_out(url: str, channel: Channel, ports: Ports, *, deadline: float = DEADLINE, tls: ssl.SSLContext | None = None) -> Tried:
    """Post the example to *url*, over the public way only. *tls*: whom to trust; None: whom the system trusts. Never raises for what a
    network can do."""
    host = urlsplit(url).hostname or ""
    headers = headers_of(channel)
    signature = signature_of(channel)
    if signature is not None:
        headers[signature.name] = signature.of(EXAMPLE)
    resolver = _Resolver()
    timeout = aiohttp.ClientTimeout(total=2 * deadline, sock_connect=deadline, sock_read=deadline)
    connector = aiohttp.TCPConnector(resolver=resolver, ssl=tls or ssl.create_default_context(), use_dns_cache=False)
    begun = ports.monotonic()
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as session,
            session.post(url, data=EXAMPLE, headers=headers, allow_redirects=False) as answer,
        ):
            said = b""
            while len(said) < _MOST and (part := await answer.content.read(_MOST)):
                said += part
            kind, location = answer.headers.get("Content-Type", ""), answer.headers.get("Location", "")[:200]
            found = obstacle.answered(answer.status, kind, location, said.decode("utf-8", "replace"))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        found = _fault(url, host, error, deadline)
    seconds = ports.monotonic() - begun
    notes = []
    if found is None and seconds > _SLOW:
        notes.append(f"that is slow: after {DEADLINE:g} s a provider gives up and comes again")
    inner = [address for address in resolver.addresses if _inner(address)]
    if inner and host != "localhost":
        notes.append(f"here {host} leads to {inner[0]}, which only your own network reaches; the provider may reach another machine")
    return Tried(url, found, seconds, tuple(notes))


def _fault(url: str, host: str, error: BaseException, deadline: float) -> Obstacle:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return obstacle.nameless(host, getattr(error.os_error, "errno", None) == socket.EAI_AGAIN)
        case aiohttp.ClientConnectorCertificateError() if isinstance(error.certificate_error, ssl.SSLError):
            return obstacle.untrusted(host, error.certificate_error)
        case aiohttp.ClientConnectorSSLError() if isinstance(error.os_error, ssl.SSLError):
            return obstacle.untrusted(host, error.os_error)
        case aiohttp.ConnectionTimeoutError():
            return obstacle.unconnected(url, f"nothing comes back within {deadline:g} s")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionResetError) and url.startswith("https:"):
            return obstacle.disagreed(host)
        case aiohttp.ClientConnectorError():
            refused = error.os_error.errno == errno.ECONNREFUSED
            return obstacle.unconnected(url, "nobody listens there" if refused else error.os_error.strerror or "it failed")
        case TimeoutError():
            return obstacle.late(deadline)
        case ssl.SSLError():
            return obstacle.untrusted(host, error)
        case _:
            return obstacle.cut(type(error).__name__ if not isinstance(error, OSError) else error.strerror or type(error).__name__)


class _Resolver(aiohttp.ThreadedResolver):
    """Finds addresses as always, and remembers which."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        self.addresses += [one["host"] for one in found]
        return found


def _inner(address: str) -> bool:
    try:
        return not ip_address(address).is_global
    except ValueError:
        return False
