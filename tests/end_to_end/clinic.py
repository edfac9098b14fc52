"""The demo bot, served as it is from a copy, with a 360dialog of ours at the other end; and people who talk to it."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from botkit.ports import RealPorts
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.webhooks import Person, WebhookSender
from tests.end_to_end.served import Served, environment

ROOT = Path(__file__).resolve().parent.parent.parent
AUTH = b"clinic:correct horse"
KEY = "key-of-the-clinic"
PARTS = ("flows", "templates", "locales", "actions", "media")


def copied(folder: Path) -> Path:
    """The root project in *folder*, with the address of its provider in the environment."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (ROOT / "botkit.yaml").read_text()
    address = "    # base_url: https://waba-v2.360dialog.io"
    assert address in settings
    (folder / "botkit.yaml").write_text(settings.replace(address, "    base_url: $CLINIC_API"))
    return folder


class Clinic:
    """The server, its provider, and what everybody has got. *folder* is empty, or holds a bot that is given *variables*, too."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.ports = RealPorts()
        self.folder = folder if (folder / "botkit.yaml").exists() else copied(folder)
        self._variables = variables
        self.fake = Fake360(self.ports, key=KEY, on_accept=self._accepted)
        self.got: dict[str, list[dict[str, Any]]] = defaultdict(list)  # by number
        self._news: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def __aenter__(self) -> Clinic:
        api = await self.fake.start()
        variables = environment(D360_API_KEY=KEY, BOTKIT_WEBHOOK_AUTH=AUTH.decode(), CLINIC_API=api, **self._variables)
        self.server = Served(self.folder, variables, self.ports)
        self.fake.webhook(self.server.url, AUTH)
        self.webhooks = WebhookSender(self.server.url, AUTH)
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.gone()
        await self.webhooks.close()
        await self.fake.stop()

    def _accepted(self, asked: Asked) -> None:
        to = asked.body.get("to") or asked.body["recipient"]
        self.got[to].append(asked.body)
        self._news[to].set()

    async def messages(self, number: str, count: int) -> list[dict[str, Any]]:
        """What *number* has got, once there are so many."""
        async with asyncio.timeout(20):
            while len(self.got[number]) < count:
                self._news[number].clear()
                await self._news[number].wait()
        return self.got[number]

    def talk(self, wa_id: str, name: str = "Ana") -> Talk:
        return Talk(self, Person(wa_id=wa_id, name=name))


class Talk:
    """One person's conversation; *at* is when they write, now if None."""

    def __init__(self, clinic: Clinic, person: Person) -> None:
        self.person = person
        self.at: datetime | None = None
        self._clinic = clinic
        self._number = person.wa_id or ""
        self._heard = 0

    def says(self, text: str) -> None:
        self._clinic.fake.inbound(self.person, text, self.at)

    def taps(self, label: str) -> None:
        """A button of the newest message."""
        buttons = self._clinic.got[self._number][-1]["interactive"]["action"]["buttons"]
        reply = next(button["reply"] for button in buttons if button["reply"]["title"] == label)
        self._clinic.fake.inbound(
            self.person, {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}, self.at
        )

    async def hears(self) -> dict[str, Any]:
        """The next message, as 360dialog got it."""
        self._heard += 1
        return (await self._clinic.messages(self._number, self._heard))[self._heard - 1]

    async def reads(self) -> str:
        """The text of the next message."""
        body = await self.hears()
        content = body[body["type"]]
        text: str = content["body"] if body["type"] == "text" else content["body"]["text"]
        return text


def weekday() -> date:
    """A day on which the clinic is open: the Tuesday of the week after next."""
    today = date.today()
    return today + timedelta(days=15 - today.weekday())
