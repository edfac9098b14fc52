"""A small bot that serves as a process, the provider it has, and the commands of its operator, each a process too."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from botkit.ports import RealPorts
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment

ANA = Person("34600111222", "ES.1", "Ana")
PASSWORD = "bot:correct horse"
FLOW = "steps:\n  hello:\n    say: Hello from here.\n    go: end\n"
DIALOG360 = """botkit: 1
start: main
channels:
  main:
    api_key: $D360_API_KEY
    webhook_auth: $BOTKIT_WEBHOOK_AUTH
    base_url: $API
"""
META = """botkit: 1
start: main
channels:
  main:
    provider: cloud
    api_key: $META_TOKEN
    app_secret: $META_APP_SECRET
    verify_token: $META_VERIFY_TOKEN
    phone_number_id: "106540352000001"
    account_id: "102290129000001"
    base_url: $API
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        return json.loads(self.out)


class Numbers:
    """*fake* is the provider; *server* runs once it is started."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.ports = RealPorts()
        self.folder = folder
        (folder / "flows").mkdir()
        (folder / "flows" / "main.yaml").write_text(FLOW)
        (folder / "botkit.yaml").write_text(settings)
        self.sent: list[Asked] = []
        self._news = asyncio.Event()
        self.fake = Fake360(self.ports, on_accept=self._accepted)

    async def __aenter__(self) -> Numbers:
        api = await self.fake.start()
        self.variables = environment(
            API=api, D360_API_KEY=self.fake.key, META_TOKEN=self.fake.key, BOTKIT_WEBHOOK_AUTH=PASSWORD, META_VERIFY_TOKEN="shown once",
            META_APP_SECRET=self.fake.meta.app_secret.decode(), BOTKIT_STORE="memory:",
        )  # fmt: skip
        self.server = Served(self.folder, self.variables, self.ports)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.gone()
        await self.fake.stop()

    async def botkit(self, *args: str, typed: str | None = None, **variables: str) -> Ran:
        """What `botkit *args*` says; *typed*: what comes by a pipe."""
        command = [sys.executable, "-m", "botkit", "-C", str(self.folder), *args]
        pipe = asyncio.subprocess.PIPE
        running = await asyncio.create_subprocess_exec(*command, env={**self.variables, **variables}, stdin=pipe, stdout=pipe, stderr=pipe)
        out, err = await running.communicate((typed or "").encode())
        return Ran(running.returncode or 0, out.decode(), err.decode())

    async def answered(self) -> str:
        """The text that the bot sends to somebody who writes now."""
        self._news.clear()
        self.fake.inbound(ANA, "hello")
        async with asyncio.timeout(60):
            await self._news.wait()
        return str(self.sent[-1].body["text"]["body"])

    def _accepted(self, asked: Asked) -> None:
        if asked.body.get("type") == "text":
            self.sent.append(asked)
            self._news.set()
