"""What an action says survives kill -9: of an attempt that was cut off nothing is said, of the one that answered all, once and in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment

KEY, AUTH = "key-of-the-bot", b"bot:correct horse"
SETTINGS = """
botkit: 1
start: hello
timezone: UTC
channels: {main: {api_key: $KEY, webhook_auth: $AUTH, base_url: "%s"}}
"""
FLOW = """
steps:
  hello: {say: Hello., ask: {word: text}}
  look: {run: desk.look, with: {word: = word}, save: found}
  done: {say: "Found {{ found }}.", go: hello}
"""
ACTION = """
import os
import signal
from pathlib import Path

from botkit import action
from botkit.messages import Image, LinkButton

TRIES = Path("data/tries")


@action
async def look(ctx, word: str) -> str:
    with TRIES.open("a") as tries:
        tries.write("x")
    number = len(TRIES.read_text())
    ctx.say(f"Looking, {number}.")
    ctx.say(Image(link="https://example.com/map.jpg", caption="The way"))
    if word == "die" and number < 3:
        os.kill(os.getpid(), signal.SIGKILL)
    ctx.say(LinkButton("More of it", "Open", "https://example.com"))
    return "V7"
"""
ANA = Person(wa_id="34600000001")
MAP, LINK = "The way", "More of it"


def word(asked: Asked) -> str:
    body = asked.body
    match body["type"]:
        case "text":
            return str(body["text"]["body"])
        case "image":
            return str(body["image"]["caption"])
    return str(body["interactive"]["body"]["text"])


class Room:
    """A server that is killed when the message *at* has reached WhatsApp, whose answer is on its way then."""

    def __init__(self, folder: Path, at: str = "") -> None:
        self.fake = Fake360(RealPorts(), key=KEY, on_accept=self._accepted)
        self.kills = 0
        self._at = at
        self._folder = folder

    def _accepted(self, asked: Asked) -> None:
        if self._at and word(asked) == self._at:
            self._at = ""
            self.kills += 1
            self.server.kill()

    async def start(self) -> None:
        await self.fake.start()
        for name, text in {"botkit.yaml": SETTINGS % self.fake.url, "flows/hello.yaml": FLOW, "actions/desk.py": ACTION}.items():
            (self._folder / name).parent.mkdir(exist_ok=True)
            (self._folder / name).write_text(text)
        (self._folder / "data").mkdir()
        self.server = Served(self._folder, environment(KEY=KEY, AUTH=AUTH.decode()), RealPorts())
        self.fake.webhook(self.server.url, AUTH)
        self.fake.post.pause, self.fake.post.longest, self.fake.post.tries = 0.05, 0.2, 10_000
        await self.server.start()

    async def stop(self) -> None:
        await self.server.gone()
        await self.fake.stop()

    @property
    def said(self) -> list[str]:
        return [word(asked) for asked in self.fake.requests if asked.accepted]

    async def until(self, last: str, count: int = 1) -> list[str]:
        """What has been said when *last* was said for the so-manieth time; the server is started again whenever it has died."""
        for _ in range(1500):
            if self.said.count(last) >= count:
                return self.said
            if self.server.ended() or self.kills:
                self.kills = 0
                await self.server.restart()
            await RealPorts().sleep(0.02)
        raise AssertionError(f"{self.said}\n{self.server.log()[-4000:]}")


async def talked(room: Room, text: str) -> list[str]:
    await room.start()
    try:
        room.fake.inbound(ANA, "hello")
        await room.until("Hello.")
        room.fake.inbound(ANA, text)
        said = await room.until("Hello.", 2)
        assert await room.server.end() == 0
        return said
    finally:
        await room.stop()


async def test_of_attempts_that_were_cut_off_nothing_is_said(tmp_path: Path) -> None:
    assert await talked(Room(tmp_path), "die") == ["Hello.", "Looking, 3.", MAP, LINK, "Found V7.", "Hello."]


@pytest.mark.parametrize("at", ["Looking, 1.", MAP])
async def test_of_the_one_that_answered_all_is_said_once_and_in_order(tmp_path: Path, at: str) -> None:
    assert await talked(Room(tmp_path, at), "look") == ["Hello.", "Looking, 1.", MAP, LINK, "Found V7.", "Hello."]
