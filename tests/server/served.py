"""A bot of YAML at work: webhooks in over HTTP, a store on disk, answers out over HTTP to a 360dialog of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import aiohttp
from msgspec.structs import replace

from botkit.actions.caller import Caller
from botkit.bot import Bot
from botkit.engine import advance
from botkit.host import Host
from botkit.model import Conversation
from botkit.ports import RealPorts
from botkit.server import Connections
from botkit.stores.sqlite import SqliteStore
from botkit.testing import webhooks
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Change, Number, Person, WebhookSender
from tests.lanes.given import still

AUTH = b"user:password"


class Served:
    """Open it with `async with`; `restart` as if the process had ended and another one begun."""

    def __init__(self, folder: Path, bot: Bot, templates: Iterable[dict[str, Any]] = (), number: str = "", rate: float = 1e6) -> None:
        self.ports = RealPorts()
        self._number = Number(phone_number_id=number) if number else Number()
        self.bot = bot
        self._rate = rate
        self._folder = folder
        self._templates = list(templates)

    async def __aenter__(self) -> Self:
        self.fake = Fake360(self.ports, templates=self._templates or None, number=self._number)
        await self.fake.start()
        self.session = aiohttp.ClientSession()
        await self._start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.host.drain(5)
        await self._sender.close()
        await self.session.close()
        await self.fake.stop()

    async def _start(self) -> None:
        store = SqliteStore(self._folder / "botkit.db")
        self.host = Host(
            store, [replace(self.fake.channel("main", AUTH), rate=self._rate)], partial(advance, self.bot), self.ports,
            lambda receive: Caller(store, {}, self.ports, receive, secrets={}, zone=ZoneInfo("UTC")),
            apology="Sorry.", bot=lambda: self.bot, connections=Connections(self.ports, header=60, body=60),
        )  # fmt: skip
        self.url = f"http://127.0.0.1:{await self.host.start(port=0)}"
        self.fake.webhook(f"{self.url}/webhook/main", AUTH)
        self._sender = WebhookSender(f"{self.url}/webhook/main", AUTH, timeout=60)

    async def restart(self) -> None:
        await self.host.drain(5)
        await self._sender.close()
        await self._start()

    # ---- what comes in

    async def post(self, body: bytes) -> int:
        return await self._sender.post(body)

    async def tell(self, *changes: Change) -> None:
        assert await self.post(webhooks.body(self.fake.number, changes)) == 200

    async def says(self, who: Person, text: str, key: str, ago: float = 0) -> None:
        """*ago*: seconds since it was said."""
        self.fake.people.know(who)
        at = self.ports.now()
        self.fake.people.wrote(who, at)
        content = {"type": "text", "text": {"body": text}}
        change = webhooks.message(self.fake.number, who, content, key, at)
        change["value"]["messages"][0]["timestamp"] = str(int(at.timestamp() - ago))
        await self.tell(change)

    def change(self, field: str, **value: Any) -> Change:
        number = {"display_phone_number": self.fake.number.display, "phone_number_id": self.fake.number.phone_number_id}
        return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": number, **value}}

    def stamp(self, ago: float = 0) -> str:
        return str(int(self.ports.now().timestamp() - ago))

    # ---- what comes out

    @property
    def sent(self) -> list[tuple[str, str]]:
        """To whom, and what, of all that 360dialog accepted."""
        return [(a.body.get("to") or a.body.get("recipient"), _text(a.body)) for a in self.fake.requests if a.accepted]

    async def until(self, *expected: tuple[str, str]) -> None:
        await still(lambda: len(self.sent) >= len(expected))
        await self.quiet()
        assert self.sent == list(expected)

    async def quiet(self) -> None:
        """Until nothing is left to do."""
        await still(lambda: self.host.lanes.waiting == 0)
        await self.host.sender.settled()

    async def quiet_but_for_pace(self) -> None:
        """The same, where somebody has written more than WhatsApp lets the bot answer at once."""
        await still(lambda: self.host.lanes.waiting == 0)
        await self.host.sender.settled()

    async def conversation(self, contact: str = "c1") -> Conversation:
        found = await self.host.store.load("main", contact)
        assert found is not None
        return found

    async def ready(self) -> list[str]:
        async with self.session.get(f"{self.url}/health/ready") as answer:
            reasons: list[str] = json.loads(await answer.read())["reasons"]
            return reasons

    async def metrics(self) -> str:
        async with self.session.get(f"{self.url}/metrics") as answer:
            return await answer.text()


def _text(body: dict[str, Any]) -> str:
    match body["type"]:
        case "text":
            return str(body["text"]["body"])
        case "template":
            return f"template {body['template']['name']}"
        case "interactive":
            return str(body["interactive"]["body"]["text"])
    return str(body["type"])
