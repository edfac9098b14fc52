"""A 360dialog of our own, on loopback: it takes sends, refuses what the real one refuses, and posts webhooks.

    async with Fake360(RealPorts()) as fake:
        fake.webhook("http://127.0.0.1:8080/webhook/shop", b"user:password")
        ana = Person(wa_id="15551234567", name="Ana")
        fake.inbound(ana, "Hi")
        fake.lose(1)                     # the next answer is cut off after the message was accepted
        fake.refuse(2, code=131056)      # the two after that are refused

What it got stands in `requests`; how its webhooks go is set at `post` (see Postbox).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from botkit.channels import Channel
from botkit.ports import Ports
from botkit.testing import webhooks
from botkit.testing.approvals import Approvals
from botkit.testing.attachments import Attachments
from botkit.testing.configs import Configs, answer
from botkit.testing.desks import Desks
from botkit.testing.exchange import Asked, Exchange
from botkit.testing.hub import Hub
from botkit.testing.postbox import Postbox
from botkit.testing.subscriptions import Subscriptions
from botkit.testing.webhooks import Number

__all__ = ["Asked", "Fake360"]


class Fake360(Exchange):
    """Start it with `start` or `async with`; everything else may be changed while it runs."""

    def __init__(
        self, ports: Ports, *, key: str = "fake-360dialog-key", number: Number | None = None,
        templates: Iterable[dict[str, Any]] | None = None, on_accept: Callable[[Asked], None] | None = None,
    ) -> None:  # fmt: skip
        self.url = ""
        self.delay = 0.0  # seconds before an answer
        self.post = Postbox(ports, number := number or Number())
        super().__init__(ports, key=key, number=number, templates=templates, on_accept=on_accept, tell=self.post.put)
        self.approvals = Approvals(self, ports, self.post.put)
        self.configs = Configs(lambda request: self.knows(_key(request)), self.post)
        self.hub = Hub(ports, lambda made: setattr(self, "key", made))
        self.meta = Subscriptions(self.knows, self.post, ports)
        self._end = asyncio.Event()
        self._runner: web.AppRunner | None = None

    # ---- running

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the base URL. Port 0: any free one."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes([web.post("/messages", self._messages), web.post(r"/{number:\d+}/messages", self._messages)])
        app.add_routes([*self.configs.routes(), *self.hub.routes(), *self.meta.routes(), *Desks(self.knows, self.approvals).routes()])
        app.add_routes(Attachments(lambda request: self.knows(_key(request)), self.cabinet).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self.url

    async def stop(self) -> None:
        self._end.set()
        await self.post.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Fake360:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def channel(self, name: str = "shop", webhook_auth: bytes = b"") -> Channel:
        """A channel that speaks to this fake."""
        number = self.number.phone_number_id
        return Channel(name, api_key=self.key, webhook_auth=webhook_auth, phone_number_id=number, base_url=self.url)

    def webhook(self, url: str, auth: bytes = b"") -> None:
        """Where webhooks go; *auth* is `user:password` for Basic authentication."""
        self.post.to(url, {"Authorization": webhooks.basic(auth)} if auth else {})

    async def settled(self) -> None:
        await self.post.settled()

    # ---- the API

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        if self.delay > 0:
            await self._ports.sleep(self.delay)
        asked = self.take(data, _key(request))
        if asked.answered is not None:
            return answer(asked.refusal) if asked.refusal is not None else web.json_response(self.receipt(asked))
        if asked.hangs:
            await self._end.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


def _key(request: web.Request) -> str:
    """360dialog's key; Meta's token, of who speaks to Meta itself."""
    return request.headers.get("D360-API-KEY") or request.headers.get("Authorization", "").removeprefix("Bearer ")
