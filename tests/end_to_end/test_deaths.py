"""A message, and a call, that end the process each time: it is given up after some, its contact hears so, and others are answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment

KEY, AUTH = "key-of-the-bot", b"bot:correct horse"
ROOT = Path(__file__).parents[2]
SETTINGS = """
botkit: 1
start: hello
language: en
timezone: UTC
channels: {main: {api_key: $KEY, webhook_auth: $AUTH, base_url: "%s"}}
on_error: {say: That did not work., go: quit}
"""
FLOW = """
steps:
  hello: {say: Hello., ask: {word: text}}
  call: {if: word == 'call', run: trap.fall}
  echo: {say: "{{ word }}?", go: hello}
"""
ACTION = """
import os
import signal

from botkit import action


@action
async def fall(ctx) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
"""
ANA, BEN = Person(wa_id="34600000001"), Person(wa_id="34600000002")


async def lives(server: Served, fake: Fake360, person: Person, last: str) -> list[str]:
    """What *person* got in the end; the server is started again whenever it has died, ten times at most."""
    got: list[str] = []
    for _ in range(10):
        for _ in range(400):
            got = [asked.body["text"]["body"] for asked in fake.requests if asked.accepted and asked.body["to"] == person.wa_id]
            if got[-1:] == [last]:
                return got
            if server.ended():
                break
            await RealPorts().sleep(0.05)
        else:
            break  # it lives, and says nothing
        try:
            await server.restart()
        except AssertionError:  # it has died before anybody could connect
            continue
    raise AssertionError(f"{got}\n{server.log()[-4000:]}")


APOLOGY = "Sorry, something went wrong on our side. Please write again in a while."


@pytest.mark.parametrize(("word", "words"), [("die", ["Hello.", APOLOGY]), ("call", ["Hello.", "That did not work."])])
async def test_what_ends_the_process_each_time_is_given_up(tmp_path: Path, word: str, words: Sequence[str]) -> None:
    ports = RealPorts()
    async with Fake360(ports, key=KEY) as fake:
        (tmp_path / "flows").mkdir()
        (tmp_path / "actions").mkdir()
        (tmp_path / "botkit.yaml").write_text(SETTINGS % fake.url)
        (tmp_path / "flows/hello.yaml").write_text(FLOW)
        (tmp_path / "actions/trap.py").write_text(ACTION)
        variables = environment(KEY=KEY, AUTH=AUTH.decode(), PYTHONPATH=str(ROOT))
        server = Served(tmp_path, variables, ports, ("-m", "tests.end_to_end.dying"))
        fake.webhook(server.url, AUTH)
        fake.post.pause, fake.post.longest, fake.post.tries = 0.05, 0.2, 10_000
        await server.start()
        try:
            fake.inbound(ANA, "hello")
            assert await lives(server, fake, ANA, "Hello.") == ["Hello."]
            fake.inbound(ANA, word)
            fake.inbound(BEN, "hello")
            assert await lives(server, fake, ANA, words[-1]) == list(words)
            assert await lives(server, fake, BEN, "Hello.") == ["Hello."]
            assert not server.ended()
        finally:
            await server.gone()
