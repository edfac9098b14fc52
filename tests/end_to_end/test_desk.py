"""The support desk of examples/, as it stands there: the bot and the desk are processes of their own, and somebody types at the desk."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment, free_port

EXAMPLE = Path(__file__).parents[2] / "examples" / "support"
ANA = Person(wa_id="34600111222", name="Ana")
KEY, AUTH = "support-key", b"user:password"


def _copied(folder: Path) -> Path:
    """The example, open at all hours, with a 360dialog of ours."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("data", "__pycache__"))
    settings = (folder / "botkit.yaml").read_text()
    settings = re.sub(r'agents: \{hours: "[^"]*", ', "agents: {", settings)
    (folder / "botkit.yaml").write_text(settings.replace("api_key: $D360_API_KEY", "api_key: $D360_API_KEY\n    base_url: $FAKE_URL"))
    return folder


class Typed:
    """desk.py, and who types at it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.printed: list[str] = []

    async def shows(self, text: str) -> str:
        """The next line with *text* in it."""
        assert self._process.stdout is not None
        while line := (await self._process.stdout.readline()).decode().rstrip():
            self.printed.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} was not shown: {self.printed}")

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())


async def test_somebody_at_the_desk_talks_to_a_contact_and_hands_back(tmp_path: Path) -> None:
    ports, folder, port = RealPorts(), _copied(tmp_path / "support"), free_port()
    async with Fake360(ports, key=KEY) as fake:
        variables = environment(
            D360_API_KEY=KEY, BOTKIT_WEBHOOK_AUTH=AUTH.decode(), FAKE_URL=fake.url, BOTKIT_API_TOKEN="token",
            DESK_SECRET="a long secret of both", DESK_PORT=str(port), DESK_URL=f"http://127.0.0.1:{port}/hook",
        )  # fmt: skip
        served = Served(folder, variables, ports)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "desk.py", cwd=folder, env={**variables, "BOTKIT_URL": served.base}, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            desk = Typed(process)
            await desk.shows("the desk is open")
            await served.start()
            fake.webhook(served.url, AUTH)
            await _talk(fake, desk, ports)
        finally:
            await served.gone()
            process.kill()
            await process.wait()


async def test_what_was_not_told_yet_is_told_after_both_were_killed(tmp_path: Path) -> None:
    ports, folder, port = RealPorts(), _copied(tmp_path / "support"), free_port()
    async with Fake360(ports, key=KEY) as fake:
        variables = environment(
            D360_API_KEY=KEY, BOTKIT_WEBHOOK_AUTH=AUTH.decode(), FAKE_URL=fake.url, BOTKIT_API_TOKEN="token",
            DESK_SECRET="a long secret of both", DESK_PORT=str(port), DESK_URL=f"http://127.0.0.1:{port}/hook",
        )  # fmt: skip
        served = Served(folder, variables, ports)
        command = (sys.executable, "desk.py")
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=variables, stdin=pipe, stdout=pipe)
        try:
            desk = Typed(process)
            await desk.shows("the desk is open")
            await served.start()
            fake.webhook(served.url, AUTH)
            fake.inbound(ANA, "hello")
            fake.inbound(ANA, "agent")
            await desk.shows("is here for agents")
            await _got(fake, ports, "One moment please")
            process.kill()
            await process.wait()
            for text in ("one", "two", "three"):
                fake.inbound(ANA, text)
            await fake.settled()
            served.kill()
            await served.restart()
            process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=variables, stdin=pipe, stdout=pipe)
            desk = Typed(process)
            await desk.shows("three")
            assert desk.printed[1:] == ["Ana> one", "Ana> two", "Ana> three"]
        finally:
            await served.gone()
            process.kill()
            await process.wait()


async def _got(fake: Fake360, ports: RealPorts, text: str) -> None:
    """Until the contact has *text*."""
    while not any(text in str(one.body) for one in fake.requests):
        await ports.sleep(0.01)


async def _talk(fake: Fake360, desk: Typed, ports: RealPorts) -> None:
    async def got(text: str) -> None:
        await _got(fake, ports, text)

    fake.inbound(ANA, "hello")
    await got("What is the matter?")
    fake.inbound(ANA, "agent")
    assert await desk.shows("is here for agents") == "== Ana is here for agents: no ticket"
    await got("One moment please")
    fake.inbound(ANA, "my router is on fire")
    await desk.shows("Ana> my router is on fire")
    desk.type("Is it a Clover router?")
    await got("Is it a Clover router?")
    desk.type("/back")
    await desk.shows("over with Ana: handed_back")
    await got("How was our help")
    desk.type("/closed")
    desk.type("/nobody")  # an answer to nobody else: the line before has been read once this one arrives
    await got("/nobody")
    fake.inbound(ANA, "agent")
    await got("Nobody is here now.")
