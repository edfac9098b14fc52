"""A bot that says hello, by a real `botkit serve` with the made-up 360dialog beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from tests.end_to_end.served import Served, environment

KEY, AUTH = "key-of-the-bot", b"bot:correct horse"
SETTINGS = 'botkit: 1\nstart: hello\nlanguage: en\ntimezone: UTC\nchannels: {main: {api_key: $KEY, webhook_auth: $AUTH, base_url: "%s"}}\n'
FLOW = 'steps:\n  hello:\n    say: "Hello {{ contact.wa_id }}."\n    ask: {name: text}\n'


@asynccontextmanager
async def greeting(folder: Path, more: str = "") -> AsyncIterator[tuple[Fake360, Served]]:
    """It is started in *folder*, and gone in the end. *more*: steps after its question."""
    ports = RealPorts()
    async with Fake360(ports, key=KEY) as fake:
        (folder / "flows").mkdir()
        (folder / "botkit.yaml").write_text(SETTINGS % fake.url)
        (folder / "flows/hello.yaml").write_text(FLOW + more)
        server = Served(folder, environment(KEY=KEY, AUTH=AUTH.decode()), ports)
        fake.webhook(server.url, AUTH)
        await server.start()
        try:
            yield fake, server
        finally:
            await server.gone()
