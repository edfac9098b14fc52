"""A desk on this machine: it is told what happens, looks whether that is signed, and answers as the test wants."""

from __future__ import annotations

import json
from collections import deque
from typing import Any, Self

from aiohttp import web

from botkit.handoffs.signature import genuine
from botkit.ports import RealPorts

SECRET = "a secret of the desk and the bot"


class Desk:
    """*answers*: statuses for what comes, in order; then 200. `told` is what was taken with 2xx."""

    def __init__(self, *answers: int) -> None:
        self.answers = deque(answers)
        self.told: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []  # every attempt
        self.forged = 0
        self.ports = RealPorts()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        app.router.add_post("/elsewhere", self._elsewhere)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port: int = self._runner.addresses[0][1]

    async def close(self) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not genuine(SECRET, request.headers, body):
            self.forged += 1
            return web.Response(status=401)
        told = json.loads(body)
        self.asked.append(told)
        status = self.answers.popleft() if self.answers else 200
        if 200 <= status < 300:
            self.told.append(told)
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status in (302, 307) else {})

    async def _elsewhere(self, request: web.Request) -> web.Response:
        self.told.append({"event": "followed"})
        return web.Response()

    async def hears(self, count: int) -> None:
        """Until it has taken *count* deliveries."""
        while len(self.told) < count:
            await self.ports.sleep(0.002)

    @property
    def lines(self) -> list[str]:
        """What it was told, a line each."""
        return [_line(told) for told in self.told]


def _line(told: dict[str, Any]) -> str:
    match told["event"]:
        case "opened":
            return f"opened: {told['note']}"
        case "message":
            return told["message"]["text"] or f"({told['message']['type']})"
        case "ended":
            return f"ended: {told['reason']}"
    return str(told["event"])
