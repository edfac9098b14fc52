"""A bot whose queue leads to a desk: its store on the disk, a 360dialog of ours, all over HTTP."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any, Self

from botkit.actions import Action
from botkit.environment import Desk as Place
from botkit.model import OperatorCommand, dump_event
from botkit.model.events import Inbound
from botkit.ports import RealPorts
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.reloading import Release
from botkit.server import media
from botkit.serving import host_of
from botkit.stores.base import Store
from botkit.stores.sqlite import SqliteStore
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.handoffs.desk import SECRET

AUTH = b"office:password"
KEY = "office-key"
ANA = "34600111222"

SETTINGS = """
    botkit: 1
    start: main
    timezone: Europe/Madrid
    channels: {main: {api_key: $KEY, webhook_auth: $AUTH}}
    queues: {desk: {QUEUE}}
    commands:
      stop: {match: [stop], set: {contact.opted_out: true}, say: No more., go: quit}
"""
MAIN = """
    steps:
      ask: {say: What is it about?, ask: {topic: text}}
      human:
        handoff: desk
        say: A colleague will write to you.
        note: = topic
        with: {kind: visit, topic: = topic}
        then: {say: I am back., go: end}
        errors:
          closed: {say: Nobody is here., go: end}
          timeout: {say: Nobody came., go: end}
"""


class Impatient(RealPorts):
    """Pauses between attempts are as short as chance can make them."""

    def chance(self) -> float:
        return 0.0


class Office:
    """Open it with `async with`; `restart` as if the process had ended and another one begun."""

    def __init__(
        self, folder: Path, queue: str = "to: $URL, secret: $SECRET", url: str = "", actions: dict[str, Action] | None = None
    ) -> None:
        problems = Problems()
        files = {"botkit.yaml": SETTINGS.replace("QUEUE", queue), "flows/main.yaml": MAIN}
        found = read_bot({name: textwrap.dedent(text).lstrip().encode() for name, text in files.items()}, problems)
        assert found is not None and not problems.errors, [str(problem) for problem in problems.errors]
        self.bot = found
        self.ports = Impatient()
        self.fake = Fake360(self.ports, key=KEY)
        self.desks = {"desk": Place(url, SECRET)}
        self._folder = folder
        self._actions = actions or {}

    async def __aenter__(self) -> Self:
        await self.fake.start()
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.host.drain(1)
        await self.fake.stop()

    async def start(self) -> None:
        self.store: Store = SqliteStore(self._folder / "botkit.db")
        channels = [self.fake.channel("main", AUTH)]
        self.host = host_of(Release(self.bot), self._actions, channels, self.store, self.ports, {}, root=self._folder, desks=self.desks)
        assert self.host.library is not None
        self.host.server.endpoints.update(media.endpoints(self.host.library, ["main"], "token"))
        port = self.port = await self.host.start(port=0)
        self.fake.webhook(f"http://127.0.0.1:{port}/webhook/main", AUTH)

    async def restart(self) -> None:
        await self.host.drain(1)
        await self.start()

    async def hears(self, *texts: str) -> None:
        """Ana writes; it ends when that is worked on, whether or not the desk was told."""
        for text in texts:
            self.fake.inbound(Person(wa_id=ANA, name="Ana"), text)
            await self.still()

    async def still(self) -> None:
        await self.fake.settled()
        while self.host.lanes.waiting or any(state.queued for state in self.host.sender.state().values()):
            await self.ports.sleep(0.002)
        await self.fake.settled()

    async def says(self, text: str) -> None:
        """Until the bot has said *text*."""
        while text not in self.said:
            await self.ports.sleep(0.002)
        await self.still()

    @property
    def said(self) -> list[str]:
        return [one.body.get("text", {}).get("body", "") for one in self.fake.requests if isinstance(one.body, dict) and "text" in one.body]

    async def hand_back(self) -> None:
        contact = await self.store.find("main", ANA)
        event = OperatorCommand(f"command:{self.ports.token()}", self.ports.now(), "handback")
        await self.host.receive([Inbound("main", event.key, event.at, dump_event(event), event, contact=contact, kind="event")])
        await self.still()

    async def agent(self, text: str) -> tuple[int, dict[str, Any]]:
        """An agent writes by /send; the status and what is told."""
        from botkit.outreach import Refused

        try:
            status, told = await self.host.outreach().answer("POST", "/send", {"to": ANA, "text": text}, "")
        except Refused as error:
            return error.status, {"error": str(error), "reason": error.reason}
        await self.still()
        return status, told
