"""docs/operations.md followed: from zero to a live number; and while a bot serves, an event from outside, a backup, a look inside."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.test_readme import free_port, run, serving

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "operations.md").read_text("utf-8")
ANA = Person(wa_id="34600111222", name="Ana")
BOT = {
    "botkit.yaml": """
        botkit: 1
        start: order
        channels: {main: {api_key: $KEY, webhook_auth: $AUTH, base_url: $API}}
        """,
    "flows/order.yaml": """
        steps:
          noted: {say: Noted., wait: {event: order.ready, key: B12}, save: news}
          ready: {say: "Ready, on shelf {{ news.shelf }}."}
        """,
}


def block(kind: str, word: str) -> str:
    """The one block of the page that holds *word*."""
    found = [text for text in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if word in text]
    assert len(found) == 1, f"{len(found)} blocks with {word}"
    return str(found[0])


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_the_page_is_right(tmp_path: Path) -> None:
    async with Fake360(RealPorts()) as fake:
        port = free_port()
        (tmp_path / "flows").mkdir()
        for name, text in BOT.items():
            (tmp_path / name).write_text(text)
        (tmp_path / ".env").write_text(f"KEY={fake.key}\nAUTH=a:b\nAPI={fake.url}\nBOTKIT_API_TOKEN=secret\n")
        fake.webhook(f"http://127.0.0.1:{port}/webhook/main", b"a:b")
        async with serving(tmp_path, f"botkit serve --port {port}"):
            fake.inbound(ANA, "hello")
            await said(fake, 1)
            asked = "export BOTKIT_API_TOKEN=secret\n" + block("sh", "/events").replace("8080", str(port))
            assert '"stored"' in await asyncio.to_thread(run, tmp_path, asked)
            assert '"known"' in await asyncio.to_thread(run, tmp_path, asked)
            assert await said(fake, 2) == ["Noted.", "Ready, on shelf 4."]
            await asyncio.to_thread(run, tmp_path, block("sh", "backup.db"))
            (tmp_path / "look.py").write_text(block("python", "SqliteDict"))
            assert await asyncio.to_thread(run, tmp_path, "python look.py") == "1\n"
    kept = sqlite3.connect(tmp_path / "backup.db")
    try:
        assert kept.execute("SELECT count(*) FROM conversations").fetchone() == (1,)
    finally:
        kept.close()


async def said(fake: Fake360, count: int) -> list[str]:
    """The texts that the bot has sent, once there are *count*."""
    async with asyncio.timeout(20):
        while len(fake.requests) < count:
            await RealPorts().sleep(0.02)
    return [asked.body["text"]["body"] for asked in fake.requests]


# ---------------------------------------------------------------- from zero to a live number

FROM_ZERO = {
    "botkit.yaml": """
        botkit: 1
        start: hello
        timezone: Europe/Madrid
        channels: {main: {api_key: $D360_API_KEY, webhook_auth: $BOTKIT_WEBHOOK_AUTH, base_url: $API}}
        """,
    "flows/hello.yaml": "steps: {hello: {say: Hello., go: end}}\n",
    "tests/hello.test.yaml": "- test: it greets\n  talk: [{user: hi}, {bot: Hello.}]\n",
    "templates/visit_booked.yaml": 'category: utility\nlanguage: en\nbody: "Your visit is booked. Reference {{1}}."\nexample: [V7]\n',
}
THEIRS = ("sudo systemctl reload caddy",)  # what only a server of one's own can do


def steps() -> list[str]:
    """The commands of the ten steps, in order."""
    part = PAGE.partition("## From zero to a live number\n")[2].partition("\n## ")[0]
    found = re.findall(r"^(\d+)\. .*?^ +```sh\n(.*?)^ +```", part, re.MULTILINE | re.DOTALL)
    assert [int(number) for number, _ in found] == list(range(1, 11))
    return [text.strip() for _, text in found]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_from_zero_to_a_live_number_in_ten_commands(tmp_path: Path) -> None:
    async with Fake360(RealPorts()) as fake:
        port = free_port()
        for name, text in FROM_ZERO.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        (tmp_path / ".env").write_text(f"API={fake.url}\nBOTKIT_URL=http://127.0.0.1:{port}\n")
        here = {"your-key": fake.key, "https://bot.example.com": f"http://127.0.0.1:{port}", "8080": str(port)}
        commands = []
        for text in steps():
            for theirs, ours in here.items():
                text = text.replace(theirs, ours)
            commands.append(text)
        serve = next(number for number, text in enumerate(commands) if text.startswith("botkit serve"))
        for text in commands[:serve]:
            await asyncio.to_thread(run, tmp_path, text)
        told = {}
        async with serving(tmp_path, commands[serve]):
            for text in commands[serve + 1 : -1]:
                if text not in THEIRS:
                    told[text.split(" http")[0]] = await asyncio.to_thread(run, tmp_path, text)
            assert '"status":"ok"' in told["curl -sS"].replace(" ", "")
            assert "the bot took it in" in told["botkit webhook set"]
            fake.inbound(ANA, "hello")
            assert await said(fake, 1) == ["Hello."]
            assert "called    last 20" in await asyncio.to_thread(run, tmp_path, commands[-1])
