"""A broadcast whose process is killed with -9 at any moment, and goes on: nobody twice, nobody missed.

A short run by default; `BOTKIT_CRASH=long` makes it twenty kills, of the server and of the command.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Asked, Fake360
from tests.end_to_end.served import Served, environment
from tests.outreach.shop import AUTH, FILES, KEY, write

LONG = os.environ.get("BOTKIT_CRASH") == "long"
ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "broadcasting"


@dataclass(frozen=True)
class Plan:
    seed: int
    kills: int
    people: int


PLANS = [Plan(3, 20, 1200)] if LONG else [Plan(3, 3, 90)]


class Run:
    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.ports = RealPorts()
        self.chance = Random(plan.seed)
        self.fake = Fake360(self.ports, key=KEY, on_accept=self._accepted)
        self.fake.withhold = {"delivered"}  # one status of each message is enough, and on a busy machine there sooner
        self.got: Counter[str] = Counter()
        self.kill_at = 0
        self.folder = write(folder, {**FILES, "botkit.yaml": FILES["botkit.yaml"].replace("base_url:", "rate: 1000, base_url:")})
        (folder / "data").mkdir()
        self.people = [f"3460{n:07}" for n in range(plan.people)]
        self.table = folder / "people.csv"
        rows = [f"+{number},{n}\n" for n, number in enumerate(self.people)]
        self.table.write_text("phone,1\n" + "".join(rows) + rows[0])  # the first one stands there twice
        self._moved = asyncio.Event()

    def _accepted(self, asked: Asked) -> None:
        self.got[asked.body["to"]] += 1
        if self.chance.random() < 0.03:
            self.fake.lose(1, accepted=not LONG or self.chance.random() < 0.5)  # what WhatsApp never had is sent again after 20 s
        self._moved.set()

    async def beyond(self, count: int) -> None:
        """Until so many have it, and then some moment more."""
        while self.got.total() < count:
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), 60)
            except TimeoutError:
                raise AssertionError(f"nothing goes on after {self.got.total()} messages: {self.log()}") from None
        await self.ports.sleep(self.chance.random() * 0.08)

    def log(self) -> str:
        """The end of what commands and servers have printed."""
        return "\n".join(path.read_text("utf-8", "replace")[-2000:] for path in sorted(self.folder.glob("*.log")))

    def moments(self) -> list[int]:
        """After how many messages it is killed; of the last ones some may be in doubt, and only a server sends those again."""
        return sorted(self.chance.sample(range(1, self.plan.people * 17 // 20), self.plan.kills))

    def variables(self) -> dict[str, str]:
        return environment(
            SHOP_KEY=KEY, SHOP_AUTH=AUTH.decode(), SHOP_API=self.fake.url, BOTKIT_API_TOKEN=TOKEN, PYTHONPATH=str(ROOT),
        )  # fmt: skip

    def server(self) -> Served:
        served = Served(self.folder, self.variables(), self.ports)
        self.fake.webhook(served.url, AUTH)
        self.fake.post.pause, self.fake.post.longest, self.fake.post.tries = 0.05, 0.5, 10_000
        return served

    def findings(self, told: dict[str, Any]) -> list[str]:
        """Who got it twice, and who did not get it without a word.

        A message whose second attempt is cut off like its first is given up, and that is told: by then nobody can know whether it arrived.
        """
        twice = [f"twice: {number}" for number, count in self.got.items() if count > 1]
        missed = sorted(set(self.people) - self.got.keys())
        given_up = sum(one["count"] for one in told["why"] if one["state"] == "unsent" and one["why"].startswith("in doubt: "))
        counts = {"sent": self.plan.people - given_up, "twice": 1} | ({"unsent": given_up} if given_up else {})
        if told["counts"] != counts:
            twice.append(f"counted: {told}")
        return twice + ([f"missed: {missed}, given up: {given_up}"] if len(missed) > given_up or given_up > 3 else [])


async def asked(served: Served, method: str, path: str, body: Any = None) -> Any:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session,
        session.request(method, served.base + path, json=body) as answer,
    ):
        told = await answer.json()
        assert answer.status < 300, told
        return told


async def done(run: Run, served: Served, id_: str) -> dict[str, Any]:
    for _ in range(1200):
        told: dict[str, Any] = await asked(served, "GET", f"/broadcasts/{id_}?statuses=1")
        if told["state"] == "done":
            return told
        await run.ports.sleep(0.05)
    ready = await asked(served, "GET", "/health/ready")
    raise AssertionError(f"it does not end: {told}\n{ready}\n{served.log()[-3000:]}")


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.kills} kills, {plan.people} people")
async def test_a_server_that_is_killed_leaves_nobody_out_and_writes_to_nobody_twice(plan: Plan, tmp_path: Path) -> None:
    run = Run(plan, tmp_path / "bot")
    async with run.fake:
        served = run.server()
        await served.start()
        try:
            id_ = (await asked(served, "POST", "/broadcasts", {"template": "visit", "rate": 60}))["id"]
            people = [{"row": n, "to": number, "with": [str(n)]} for n, number in enumerate([*run.people, run.people[0]])]
            for begin in range(0, len(people), 200):
                await asked(served, "POST", f"/broadcasts/{id_}", {
                    "do": "invite", "common": {"template": "visit"}, "people": people[begin : begin + 200],
                })  # fmt: skip
            await asked(served, "POST", f"/broadcasts/{id_}", {"do": "begin", "count": plan.people})
            for moment in run.moments():
                await run.beyond(moment)
                served.kill()
                await served.restart()
            told = await done(run, served, id_)
            await run.fake.settled()
            assert run.findings(told) == [], run.log()
        finally:
            await served.gone()


async def command(run: Run, *arguments: str) -> asyncio.subprocess.Process:
    with (run.folder / "command.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "botkit", "broadcast", *arguments, cwd=run.folder, env=run.variables(),
            stdout=asyncio.subprocess.PIPE if "--list" in arguments else log, stderr=log, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.kills} kills, {plan.people} people")
async def test_a_command_that_is_killed_goes_on_by_resume(plan: Plan, tmp_path: Path) -> None:
    run = Run(plan, tmp_path / "bot")
    async with run.fake:
        served = run.server()
        process = await command(run, "--template", "visit", "--to", run.table.name, "--yes", "--rate", "60")
        id_ = ""
        for moment in run.moments():
            await run.beyond(moment)
            process.kill()
            await process.wait()
            if not id_:
                listed = await command(run, "--list")
                id_ = (await listed.communicate())[0].split()[0].decode()
            process = await command(run, "--resume", id_)
        await process.wait()
        await served.start()  # it hears what became of those in doubt
        try:
            told = await done(run, served, id_)
            assert run.findings(told) == [], run.log()
        finally:
            await served.gone()
