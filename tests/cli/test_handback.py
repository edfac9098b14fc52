"""botkit handback against a bot that runs: whom it finds, by which address, and what is told where it finds nobody."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botkit.model import OperatorCommand
from tests.cli.conftest import Ran, Run
from tests.server.test_operations import TOKEN, Bot, running

ANA = "34600111222"


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with running() as bot:
        yield bot


@pytest.fixture
def folder(tmp_path: Path, bot: Bot) -> Path:
    (tmp_path / "botkit.yaml").write_text("botkit: 1\nstart: main\n")
    (tmp_path / ".env").write_text(f"BOTKIT_API_TOKEN='{TOKEN}'\nBOTKIT_PORT={bot.url.rpartition(':')[2]}\n", "utf-8")
    return tmp_path


async def handback(folder: Path, *words: str) -> Ran:
    line = [sys.executable, "-m", "botkit", "-C", str(folder), *words]
    ran = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, err = await ran.communicate()
    return Ran(ran.returncode or 0, out.decode(), err.decode())


@pytest.mark.parametrize("written", [ANA, f"+{ANA}", "+34 600 111-222", "0034600111222"])
async def test_a_conversation_is_handed_back_by_any_form_of_the_number(folder: Path, bot: Bot, written: str) -> None:
    ran = await handback(folder, "handback", written)
    assert (ran.code, ran.out, ran.err) == (0, f"the bot goes on with {written}\n", "")
    assert [type(one.event) for one in bot.came] == [OperatorCommand]


async def test_json_has_its_version(folder: Path) -> None:
    ran = await handback(folder, "--json", "handback", ANA)
    assert ran.code == 0 and ran.out.startswith('{"version": 1, "status": "stored"')


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["34600999999"], 2, "34600999999: no such contact has written to this channel\n"),
        ([""], 2, ': "contact" must be a text of at most 200 characters\n'),
        ([ANA, "--channel", "mian"], 2, f'{ANA}: there is no channel "mian"\n'),
        ([ANA, "--url", "ftp://x"], 3, "ftp://x must begin with https:// (http:// only on this machine)\n"),
    ],
)
async def test_what_the_bot_declines_is_told_in_its_words(folder: Path, bot: Bot, words: list[str], code: int, told: str) -> None:
    ran = await handback(folder, "handback", *words)
    assert (ran.code, ran.out, ran.err) == (code, "", told)
    assert bot.came == []


async def test_a_wrong_token_is_refused(folder: Path) -> None:
    (folder / ".env").write_text((folder / ".env").read_text("utf-8").replace(TOKEN, "another"), "utf-8")
    ran = await handback(folder, "handback", ANA)
    assert ran.code == 4 and ran.err.endswith("refused (401): the token is missing or wrong\n")


def test_who_does_not_answer_is_named_with_what_to_do(botkit: Run, tmp_path: Path) -> None:
    (tmp_path / "botkit.yaml").write_text("botkit: 1\nstart: main\n")
    (tmp_path / ".env").write_text("BOTKIT_API_TOKEN=t\nBOTKIT_PORT=9\n")
    ran = botkit("-C", tmp_path, "handback", ANA)
    assert ran.code == 4
    assert ran.err == "nobody answers at http://127.0.0.1:9: Connection refused\nis botkit serve running there? --url tells where\n"
