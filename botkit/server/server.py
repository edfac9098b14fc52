"""The HTTP server: which address leads where, when it is ready, and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, cast

from aiohttp import web
from msgspec import Struct

from botkit.callback import words
from botkit.channels import Channel
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.server import answers
from botkit.server.guard import KEPT, Connections, guard_of
from botkit.server.shortcut import answer, usual
from botkit.server.webhook import RETRY_AFTER, Receive, Webhook
from botkit.where import where

log = logging.getLogger("botkit.server")

_WEBHOOK = "/webhook/"
_LINGER = 2.0  # seconds in which what nobody wants of a body is read, so that the answer can be

Endpoint = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Health(Struct, frozen=True):
    """*storing*: why events cannot be stored; "": they can. *reasons*: what else does not go as it should."""

    storing: str = ""
    reasons: tuple[str, ...] = ()


class Server:
    """*receive* is the door of all events, *health* tells how things stand. `endpoints` (path -> endpoint; one that ends with "/"
    is for all names below it) may be added to."""

    def __init__(
        self, channels: Mapping[str, Channel], providers: Mapping[str, Provider], ports: Ports, receive: Receive,
        health: Callable[[], Awaitable[Health]], *, connections: Connections | None = None, ending: float = 5.0,
    ) -> None:  # fmt: skip
        self.endpoints: dict[str, Endpoint] = {"/health/live": self._live, "/health/ready": self._ready}
        self._webhooks = {f"{_WEBHOOK}{name}": Webhook(channel, providers[name], ports, receive) for name, channel in channels.items()}
        self.endpoints |= {path: webhook.answer for path, webhook in self._webhooks.items()}
        self._ports = ports
        self._since = ports.now()
        self.leaving = False  # not ready any more, so that nobody is sent here; who comes is served
        self._draining = False
        self._health = health
        self._connections = connections or Connections(ports)
        self._connections.short = self._short
        self._ending = ending  # seconds for the requests under way to end
        self._runner: web.ServerRunner | None = None
        self._listening: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 8080) -> int:
        """Listen; the port, which is any free one for 0. Raises OSError when the address cannot be had."""
        server = web.Server(self._answer, access_log=None, auto_decompress=False, keepalive_timeout=KEPT, lingering_time=_LINGER)
        self._runner = web.ServerRunner(server, shutdown_timeout=self._ending)
        self._since = self._ports.now()
        await self._runner.setup()
        guard = partial(self._connections.guard, cast(Callable[[], asyncio.Protocol], self._runner.server))
        self._listening = await asyncio.get_running_loop().create_server(guard, host, port, backlog=1024)
        found: int = self._listening.sockets[0].getsockname()[1]
        return found

    async def stop(self) -> None:
        """Accept nothing more, answer the requests under way, and close."""
        self.leaving = self._draining = True
        if self._listening is not None:
            self._listening.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._ending):
                await self._connections.end()
        if self._runner is not None:
            await self._runner.cleanup()

    def _short(self, data: bytes) -> Coroutine[Any, Any, bytes] | None:
        """The answer to *data* when it is a usual webhook, of somebody who may call."""
        found = None if self._draining else usual(data)
        webhook = self._webhooks.get(found.path) if found is not None else None
        return self._at_once(webhook, found.body) if webhook is not None and found and webhook.lets_in(found) else None

    async def _at_once(self, webhook: Webhook, body: bytes) -> bytes:
        try:
            why_not = await webhook.take(body)
        except Exception as error:
            log.error("a webhook failed: %s", where(error))
            why_not = words.NOT_NOW
        if why_not:
            return answer("503 Service Unavailable", why_not, self._ports.now(), f"Retry-After: {RETRY_AFTER}\r\n")
        return answer("200 OK", words.STORED, self._ports.now())

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        guard = guard_of(request)
        if guard is not None:
            guard.headers_read(request.content.is_eof())
        path = request.path
        endpoint = self.endpoints.get(request.raw_path) or self.endpoints.get(path) or self.endpoints.get(f"{path.rpartition('/')[0]}/")
        try:
            if endpoint is None:
                response: web.StreamResponse = answers.line(404, words.NOWHERE)
            elif self._draining:
                response = answers.line(503, words.ENDING)
            else:
                response = await endpoint(request)
        except (ConnectionError, web.RequestPayloadError):
            response = answers.line(400, "the request did not come whole")
        except Exception as error:
            log.error("a request to %r failed: %s", request.path, where(error))
            response = answers.line(503, words.NOT_NOW)
        if guard is not None:
            guard.answered()
        if self._draining:
            response.force_close()
        return response

    async def _live(self, request: web.BaseRequest) -> web.StreamResponse:
        return answers.line(200, "live") if request.method in ("GET", "HEAD") else answers.not_allowed("GET", "HEAD")

    async def _ready(self, request: web.BaseRequest) -> web.StreamResponse:
        """503 only when events cannot be stored, or while it is ending."""
        if request.method not in ("GET", "HEAD"):
            return answers.not_allowed("GET", "HEAD")
        if self.leaving:
            return answers.record(503, {"status": "ending", "reasons": []})
        health = await self._health()
        if health.storing:
            return answers.record(503, {"status": "unavailable", "reasons": [health.storing, *health.reasons], **self._callers()})
        status = "degraded" if health.reasons else "ok"
        return answers.record(200, {"status": status, "reasons": list(health.reasons), **self._callers()})

    def uncalled(self) -> list[str]:
        """The channels whose webhook nobody has called since the start."""
        return [path.removeprefix(_WEBHOOK) for path, webhook in self._webhooks.items() if webhook.called is None]

    def quiet(self) -> dict[str, float]:
        """Seconds since somebody has called the webhook of each channel; since the start, where nobody has."""
        now = self._ports.now()
        calls = {path.removeprefix(_WEBHOOK): webhook.called or self._since for path, webhook in self._webhooks.items()}
        return {name: max(0.0, (now - called).total_seconds()) for name, called in calls.items()}

    def _callers(self) -> dict[str, Any]:
        """Who has called the webhooks since the start. That nobody did is no fault: a night may be quiet."""
        webhooks = {
            path.removeprefix(_WEBHOOK): {"called": _written(webhook.called), "turned_away": _written(webhook.turned_away)}
            for path, webhook in self._webhooks.items()
        }
        told = "since the start; is it set? botkit webhook show"
        notes = [f"nobody has called the webhook of channel {name} {told}" for name in self.uncalled()]
        return {"since": _written(self._since), "webhooks": webhooks, "notes": notes}


def _written(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None
