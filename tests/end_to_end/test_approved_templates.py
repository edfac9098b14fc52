"""A template from its file to a phone and back: sent for approval, approved, sent by a server, paused by WhatsApp, approved again."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment

AUTH = b"bot:password"
FILES = {
    "botkit.yaml": """
        botkit: 1
        start: order
        channels: {main: {api_key: $D360_API_KEY, webhook_auth: $BOTKIT_WEBHOOK_AUTH, base_url: $API}}
        commands: {stop: {match: stop, set: {contact.opted_out: true}, say: Bye.}}
        """,
    "flows/order.yaml": """
        steps:
          ready:
            say: {text: Your tea is ready., template: {name: tea_ready, with: [green]}, closed: drop}
        """,
    "templates/tea_ready.yaml": """
        category: utility
        language: en
        body: "Good morning! Your {{1}} tea is ready."
        example: [green]
        """,
}
ANA, BEN, CARL = (Person(f"3460011122{n}", name=name) for n, name in enumerate(("Ana", "Ben", "Carl")))


async def test_a_paused_template_is_told_of_and_not_sent(tmp_path: Path) -> None:
    ports = RealPorts()
    arrived = asyncio.Event()
    async with Fake360(ports, templates=[], on_accept=lambda _: arrived.set()) as fake:
        variables = environment(API=fake.url, D360_API_KEY=fake.key, BOTKIT_WEBHOOK_AUTH=AUTH.decode())
        for name, text in FILES.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        await _botkit(tmp_path, variables, "templates", "push", "--yes")
        fake.approvals.approve("tea_ready")
        await _botkit(tmp_path, variables, "templates", "pull")
        server = Served(tmp_path, variables, ports)
        fake.webhook(server.url, AUTH)
        long_ago = ports.now() - timedelta(hours=25)  # by the message's own time the window is closed
        try:
            await server.start()
            fake.inbound(ANA, "hello", at=long_ago)
            async with asyncio.timeout(60):
                await arrived.wait()
            assert (await _ready(server))["reasons"] == []
            fake.approvals.pause("tea_ready")
            fake.inbound(BEN, "hello", at=long_ago)
            await fake.settled()
            assert await server.end() == 0  # all that was under way has ended
            assert len(fake.requests) == 1
            await server.restart()
            assert (await _ready(server))["reasons"] == ["channel main: template tea_ready (en) is paused"]
            arrived.clear()
            fake.approvals.approve("tea_ready")
            fake.inbound(CARL, "hello", at=long_ago)
            async with asyncio.timeout(60):
                await arrived.wait()
            assert (await _ready(server))["reasons"] == []
            assert await server.end() == 0
        finally:
            await server.gone()
    assert [(asked.body["to"], asked.body["type"]) for asked in fake.requests] == [(ANA.wa_id, "template"), (CARL.wa_id, "template")]


async def _botkit(folder: Path, variables: dict[str, str], *args: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "botkit", "-C", str(folder), *args, env=variables, stdin=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0


async def _ready(server: Served) -> Any:
    async with aiohttp.ClientSession() as session, session.get(f"{server.base}/health/ready") as answer:
        return await answer.json()
