"""The address of one channel: who may call it, what is too much, and 200 only for what is on the disk."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from aiohttp import hdrs, web
from msgspec.structs import replace

from botkit.callback import words
from botkit.channels import Channel
from botkit.lanes import Overloaded
from botkit.model import Inbound
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.providers.elements import digest
from botkit.providers.signature import signature_of
from botkit.server import answers
from botkit.server.access import Access
from botkit.server.guard import guard_of
from botkit.server.shortcut import Usual
from botkit.stores.base import StoreError
from botkit.where import where

log = logging.getLogger("botkit.server")

BODY = 4 * 1024 * 1024  # bytes; the largest webhooks have 3 MB (fact sheet §5.9)
RETRY_AFTER = "5"  # seconds

Receive = Callable[[Sequence[Inbound]], Awaitable[object]]


class Webhook:
    """Whoever has the password, or can sign, gets 200 for any body within the limits, once it is stored by *receive*; until it can be, 503.

    *called*: when somebody came with something to tell; *turned_away*: when somebody came who must not. None: nobody did since the start.
    """

    def __init__(self, channel: Channel, provider: Provider, ports: Ports, receive: Receive) -> None:
        self._name = channel.name
        self._access = Access(channel.webhook_auth)
        self._signature = signature_of(channel)
        self._signed_in = self._signature.name.lower().encode() if self._signature is not None else b""
        self._verify_token = channel.verify_token
        self.called: datetime | None = None
        self.turned_away: datetime | None = None
        self._provider = provider
        self._ports = ports
        self._receive = receive

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET" and self._verify_token:
            return self._challenged(request)
        if request.method != "POST":
            return answers.not_allowed(*(("GET", "POST") if self._verify_token else ("POST",)))
        headers = request.headers
        if not self._access.granted(headers.getall(hdrs.AUTHORIZATION, ())):
            self.turned_away = self._ports.now()
            return answers.line(401, words.NO_PASSWORD, {"WWW-Authenticate": 'Basic realm="botkit"'})
        signed = headers.getall(self._signature.name, ()) if self._signature is not None else ()
        if self._signature is not None and len(signed) != 1:
            return self._unsigned()
        if headers.get(hdrs.CONTENT_ENCODING, "").strip().lower() not in ("", "identity"):
            return answers.line(415, "bodies are taken uncompressed only")
        body = await read_body(request)
        if body is None:
            return answers.line(413, f"bodies have at most {BODY} bytes")
        if self._signature is not None and not self._signature.right(signed, body):
            return self._unsigned()
        why_not = await self.take(body)
        return answers.line(503, why_not, {"Retry-After": RETRY_AFTER}) if why_not else answers.stored()

    def lets_in(self, found: Usual) -> bool:
        """Whether who sent *found* knows the password, and has signed it."""
        if not self._access.granted(found.values(b"authorization")):
            return False
        return self._signature is None or self._signature.right(found.values(self._signed_in), found.body)

    def _unsigned(self) -> web.Response:
        self.turned_away = self._ports.now()
        return answers.line(403, words.NO_SIGNATURE)

    def _challenged(self, request: web.BaseRequest) -> web.Response:
        """Meta asks whether this address is ours before it uses it: who knows the token has the challenge back (fact sheet §1.2)."""
        query = request.query
        token = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(token, self._verify_token):
            self.turned_away = self._ports.now()
            return answers.line(403, words.NO_TOKEN)
        return answers.bare(query.get("hub.challenge", ""))

    async def take(self, body: bytes) -> str:
        """Store *body*; why it could not be stored now, "" when it is."""
        try:
            await self._store(body)
        except Overloaded:
            return words.TOO_MUCH
        except StoreError as error:
            log.error("channel %s: a webhook could not be stored: %s", self._name, error)
            return words.NOT_STORED
        return ""

    async def _store(self, body: bytes) -> None:
        now = self._ports.now()
        try:
            inbounds = self._provider.events(body, now)
        except Exception as error:
            log.error("channel %s: a webhook could not be read: %s", self._name, where(error))
            inbounds = [Inbound(self._name, digest(body), now, body, unreadable=type(error).__name__)]
        if inbounds:
            if self.called is None:
                log.info("channel %s: the first webhook since the start", self._name)
            self.called = now
        try:
            await self._receive(inbounds)
        except (Overloaded, StoreError):
            raise
        except Exception as error:
            log.error("channel %s: elements of a webhook are stored one by one: %s", self._name, where(error))
            for inbound in inbounds:
                await self._store_alone(inbound)

    async def _store_alone(self, inbound: Inbound) -> None:
        """What could not be stored with its neighbours: in quarantine when it was the cause."""
        try:
            await self._receive([inbound])
        except (Overloaded, StoreError):
            raise
        except Exception as error:
            reason = f"it cannot be stored: {type(error).__name__}"
            aside = replace(inbound, key=digest(inbound.raw), event=None, identity=None, unreadable=reason)
            await self._receive([aside])


async def read_body(request: web.BaseRequest) -> bytes | None:
    """The whole body; None when it is too large."""
    content, length = request.content, request.content_length
    if length is not None and length > BODY:
        return None
    if content.is_eof():
        body = content.read_nowait()
        return body if len(body) <= BODY else None
    if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    parts: list[bytes] = []
    size = 0
    while part := await content.readany():
        parts.append(part)
        size += len(part)
        if size > BODY:
            return None
    guard = guard_of(request)
    if guard is not None:
        guard.body_read()
    return b"".join(parts)
