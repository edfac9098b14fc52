"""The configuration endpoints of 360dialog (fact sheet §1.1, §1.4): the webhook's address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from botkit import wire
from botkit.testing.postbox import Postbox
from botkit.testing.refusal import INVALID_KEY, Refusal


def answer(why: Refusal) -> web.Response:
    return web.Response(status=why.http, body=why.body(), content_type=why.content_type, headers=why.headers)


class Configs:
    """*knows* tells whether a request has the right key."""

    def __init__(self, knows: Callable[[web.Request], bool], post: Postbox) -> None:
        self._knows = knows
        self._post = post
        self.tells_headers = False  # it is not known of the real one (fact sheet §8)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/configs/webhook", self._webhook),
            web.post("/v1/configs/webhook", self._set_webhook),
        ]

    async def _webhook(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return answer(INVALID_KEY)
        if self._post.sender is None:
            return answer(Refusal(text="webhook is not set", http=404, shape="dialog"))
        told: dict[str, Any] = {"url": self._post.sender.url}
        return web.json_response({**told, "headers": self._post.sender.sent_along} if self.tells_headers else told)

    async def _set_webhook(self, request: web.Request) -> web.Response:
        """Any http(s) address will do here; the real one wants HTTPS without a port. An empty one takes it away."""
        if not self._knows(request):
            return answer(INVALID_KEY)
        try:
            wanted: Any = wire.plain(await request.read())
        except ValueError:
            wanted = None
        url = wanted.get("url") if isinstance(wanted, dict) else None
        headers = wanted.get("headers", {}) if isinstance(wanted, dict) else {}
        if not isinstance(url, str) or not url.startswith(("http://", "https://") if url else "") or not isinstance(headers, dict):
            return answer(Refusal(text="url is not valid", shape="dialog"))
        self._post.to(url, {str(name): str(value) for name, value in headers.items()})
        return web.json_response({"url": url, "headers": headers})
