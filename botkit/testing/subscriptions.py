"""Meta's way to a webhook (fact sheet §1.2): an address is taken once it answers a challenge, and what goes there is signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

from botkit import wire
from botkit.ports import Ports
from botkit.providers.signature import Signature
from botkit.testing.configs import answer
from botkit.testing.postbox import Postbox
from botkit.testing.refusal import Refusal

_TOKEN = Refusal(190, "Invalid OAuth access token", http=401)
_SECONDS = 5.0


class Subscriptions:
    """*knows* tells whether a token is the right one; *app_secret* signs."""

    def __init__(self, knows: Callable[[str], bool], post: Postbox, ports: Ports, app_secret: bytes = b"fake-app-secret") -> None:
        self.app_secret = app_secret
        self._knows = knows
        self._post = post
        self._ports = ports

    def routes(self) -> list[web.RouteDef]:
        return [web.post(r"/{account:\d+}/subscribed_apps", self._subscribe)]

    async def _subscribe(self, request: web.Request) -> web.Response:
        if not self._knows(request.headers.get("Authorization", "").removeprefix("Bearer ")):
            return answer(_TOKEN)
        try:
            asked: Any = wire.plain(await request.read() or b"{}")
        except ValueError:
            asked = None
        url = asked.get("override_callback_uri") if isinstance(asked, dict) else None
        if not isinstance(url, str) or len(url) > 200 or not isinstance(asked.get("verify_token"), str):
            return answer(Refusal(100, "Invalid parameter"))
        challenge = str(int(self._ports.token()[:8], 16))
        if await self._asked(url, challenge, asked["verify_token"]) != challenge:
            return answer(Refusal(2200, "(#2200) Callback verification failed"))
        self._post.to(url, {}, Signature("X-Hub-Signature-256", self.app_secret))
        return web.json_response({"success": True})

    async def _asked(self, url: str, challenge: str, token: str) -> str:
        """What *url* answers to *challenge*; "" where it is not 200."""
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, params=query, allow_redirects=False) as said:
                return await said.text() if said.status == 200 else ""
        except (aiohttp.ClientError, TimeoutError, OSError):
            return ""
