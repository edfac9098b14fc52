"""botkit send, start and broadcast as somebody types them: beside the bot that runs, and without one."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment
from tests.outreach.shop import AUTH, KEY, write

ANA, BEN = "34600111222", "34600111333"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Bot:
    def __init__(self, folder: Path) -> None:
        self.ports = RealPorts()
        self.fake = Fake360(self.ports, key=KEY)
        self.folder = write(folder)
        self.served: Served | None = None

    def variables(self) -> dict[str, str]:
        port = {"BOTKIT_PORT": str(self.served.port)} if self.served is not None else {}
        return environment(SHOP_KEY=KEY, SHOP_AUTH=AUTH.decode(), SHOP_API=self.fake.url, BOTKIT_API_TOKEN="t", **port)

    async def serve(self) -> None:
        self.served = Served(self.folder, self.variables(), self.ports)
        self.fake.webhook(self.served.url, AUTH)
        await self.served.start()

    async def begin(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "botkit", *arguments, cwd=self.folder, env=self.variables(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def run(self, *arguments: str) -> Ran:
        process = await self.begin(*arguments)
        out, err = await process.communicate()
        return Ran(process.returncode or 0, out.decode(), err.decode())

    async def typed(self, line: str, *arguments: str) -> Ran:
        """The same at a terminal, where *line* is typed as soon as something is asked."""
        ours, theirs = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "botkit", *arguments, cwd=self.folder, env=self.variables(), stdin=theirs,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        os.close(theirs)
        os.write(ours, f"{line}\n".encode())
        out, err = await process.communicate()
        os.close(ours)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    async def hears(self, text: str) -> None:
        before = len(self.fake.requests)
        self.fake.inbound(Person(wa_id=ANA, name="Ana"), text)
        while len(self.fake.requests) == before:
            await self.ports.sleep(0.01)

    def got(self) -> list[str]:
        return [asked.body["to"] for asked in self.fake.requests if asked.accepted]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    bot = Bot(tmp_path / "shop")
    async with bot.fake:
        yield bot
        if bot.served is not None:
            await bot.served.gone()


async def test_without_a_bot_that_runs_the_command_sends_by_itself(bot: Bot) -> None:
    ran = await bot.run("send", f"+{ANA}", "--template", "visit", "-p", "1=4 June")
    assert (ran.code, ran.out, ran.err) == (0, "+34 ••• ••22: sent\n", "")
    ran = await bot.run("send", f"+{ANA}", "Hello")
    assert (ran.code, ran.out) == (1, "")
    assert "the contact has never written to this channel" in ran.err
    assert bot.got() == [ANA]


async def test_beside_a_bot_that_runs_it_is_asked(bot: Bot) -> None:
    await bot.serve()
    await bot.hears("hello")
    ran = await bot.run("send", "34 600 111 222", "Your parcel is here.", "--key", "p7", "--json", "--show-personal")
    assert ran.code == 0
    assert (ran.json["version"], ran.json["to"], ran.json["id"]) == (1, f"+{ANA}", "p7")
    assert (await bot.run("send", ANA, "Your parcel is here.", "--key", "p7")).code == 0
    ran = await bot.run("start", "visit", ANA, "--set", "day=2026-12-24", "--set", "who=Ana")
    assert (ran.code, ran.err) == (0, "")
    texts = [asked.body[asked.body["type"]] for asked in bot.fake.requests]
    assert [text.get("body") for text in texts[:2]] == ["What would you like?", "Your parcel is here."]
    assert texts[2]["body"]["text"] == "Your visit is on 24 December, Ana."
    assert len(texts) == 3


async def test_a_broadcast_is_counted_asked_about_and_sent(bot: Bot) -> None:
    (bot.folder / "people.csv").write_text(f"phone;1;name\n{ANA};4 June;Ana\n{BEN};5 June;Ben\n0600;6 June;Cyd\n00{ANA};7 June;Ana\n")
    arguments = ("broadcast", "--template", "visit", "--to", "people.csv")
    ran = await bot.run(*arguments, "--dry-run")
    assert (ran.code, ran.out.splitlines()) == (0, [
        "4 people: 2 to send · 1 bad number (row 4) · 1 twice",
        "  row 4: this number lacks its country's prefix: write it like +34 600 111 222",
        "about 1 s at 20/s · template visit (en 2)",
    ])  # fmt: skip
    assert (await bot.run("broadcast", "--list")).code == 5
    ran = await bot.typed("3", *arguments)
    assert (ran.code, "nothing was sent" in ran.err, bot.got()) == (1, True, [])
    ran = await bot.typed("2", *arguments)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "done: 2 sent")
    assert sorted(bot.got()) == [ANA, BEN]


async def test_a_broadcast_goes_on_in_the_bot_that_runs(bot: Bot) -> None:
    await bot.serve()
    people = "".join(f"3461{n:07},day {n}\n" for n in range(25))
    (bot.folder / "people.csv").write_text(f"phone,1\n{people}")
    ran = await bot.run("--json", "broadcast", "--template", "visit", "--to", "people.csv", "--yes", "--rate", "100/s")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, lines[0]["plan"]["people"], lines[-1]["result"]["counts"]) == (0, 25, {"sent": 25})
    assert all(line["version"] == 1 for line in lines)
    ran = await bot.run("broadcast", "--template", "visit", "--to", "people.csv", "--yes", "--at", "23:59")
    assert (ran.code, "the bot that runs sends it then" in ran.out) == (0, True)
    id_ = ran.out.rpartition("--stop ")[2].split()[0]
    ran = await bot.run("broadcast", "--stop", id_)
    assert (ran.code, "25 have not got it" in ran.out) == (0, True)
    assert len(bot.got()) == 25


async def test_a_broadcast_with_failures_ends_with_one(bot: Bot) -> None:
    (bot.folder / "people.csv").write_text(f"phone,1\n{ANA},4 June\n{BEN},5 June\n")
    bot.fake.refuse(1, code=131026)
    ran = await bot.run("broadcast", "--template", "visit", "--to", "people.csv", "--yes")
    done, why = ran.out.splitlines()[-2:]
    assert (ran.code, done) == (1, "done: 1 sent, 1 could not be sent")
    assert why in ("  row 2: HTTP 400: (#131026) refused", "  row 3: HTTP 400: (#131026) refused")  # either may be the first to go


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_broadcast_whose_command_is_ended_stands_still_until_it_is_resumed(bot: Bot, number: int) -> None:
    people = "".join(f"3461{n:07},day {n}\n" for n in range(40))
    (bot.folder / "people.csv").write_text(f"phone,1\n{people}")
    process = await bot.begin("broadcast", "--template", "visit", "--to", "people.csv", "--yes", "--rate", "10/s")
    while not bot.got():
        await bot.ports.sleep(0.01)
    process.send_signal(number)
    _, told = await process.communicate()
    assert process.returncode == 130
    assert "go on with: botkit broadcast --resume" in told.decode()
    id_, state = (await bot.run("broadcast", "--list")).out.split()[:2]
    assert state == "stopped" and 0 < len(bot.got()) < 40
    ran = await bot.run("broadcast", "--resume", id_)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "done: 40 sent")
    assert len(set(bot.got())) == len(bot.got()) == 40


async def test_a_file_of_media_is_uploaded_and_sent(bot: Bot) -> None:
    (bot.folder / "media").mkdir()
    (bot.folder / "media" / "map.pdf").write_bytes(b"%PDF-1.4 a map")
    await bot.serve()
    await bot.hears("hello")
    ran = await bot.run("send", ANA, "How to find us", "--media", "media/map.pdf")
    assert ran.code == 0, ran
    body = bot.fake.requests[-1].body
    assert (body["type"], body["document"]["caption"], body["document"]["filename"]) == ("document", "How to find us", "map.pdf")
    assert body["document"]["id"]
