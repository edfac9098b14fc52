"""botkit check --against: what changed files would do to conversations that are under way, before anything changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from botkit.engine import advance
from botkit.model import Contact, Conversation, Identity, Inbound, MessageReceived, dump_event
from botkit.project import read_project
from botkit.stores.base import Commit
from botkit.stores.sqlite import SqliteStore
from tests.cli.conftest import Run

NOON = datetime(2026, 6, 22, 12, tzinfo=UTC)
FLOW = """steps:
  menu:
    say: How can we help?
    options:
      book: {label: Book a visit}
      bye:  {label: Bye, go: end}
  day:
    say: Which day?
    ask: {day: date}
  done:
    say: "Noted: {{ day | date }}."
    go: end
"""


class Shop:
    """A bot to which people have written, with its store open as under a server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.flow = folder / "flows" / "main.yaml"
        self.flow.write_text(FLOW)
        (folder / "data").mkdir()
        self.path = folder / "data" / "bot.db"
        self.store = SqliteStore(self.path)

    async def hears(self, number: str, *lines: str) -> None:
        bot = read_project(self.folder).bot
        assert bot is not None
        for n, line in enumerate(lines):
            said = MessageReceived(f"{number}:{n}", NOON, f"wamid.{number}.{n}", "text", line)
            inbound = Inbound("main", said.key, NOON, dump_event(said), said, identity=Identity(number))
            (got,) = await self.store.receive([inbound], NOON)
            before = got.conversation or Conversation("main", Contact(got.contact, number))
            await self.store.commit(Commit(got.seq, advance(bot, before, said).conversation, before.version), NOON)

    def becomes(self, old: str, new: str) -> None:
        text = self.flow.read_text()
        assert old in text
        self.flow.write_text(text.replace(old, new))


@pytest.fixture
async def shop(bot: Path) -> AsyncIterator[Shop]:
    shop = Shop(bot)
    await shop.store.open()
    await shop.hears("341", "hello")
    await shop.hears("342", "hello", "book")
    await shop.hears("343", "hello", "book")
    await shop.hears("344", "hello", "bye")
    yield shop
    await shop.store.close()


async def test_where_nothing_changes_all_go_on(botkit: Run, shop: Shop) -> None:
    ran = botkit("-C", shop.folder, "check", "--against", "data/bot.db")
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "3 of 4 conversations in data/bot.db are under way:",
            "  main.day        2  goes on",
            "  main.menu       1  goes on",
            "",
            "no problems in 1 flow, 3 steps, 1 language",
        ],
    )


async def test_a_renamed_step_is_an_error_until_people_are_moved(botkit: Run, shop: Shop) -> None:
    shop.becomes("  day:", "  pick_day:")
    ran = botkit("-C", shop.folder, "check", "--against", "data/bot.db")
    assert ran.code == 1
    assert 'error[step-gone] 2 conversations stand at the step "day", which is not there any more' in ran.out
    assert "  main.day        2  stranded" in ran.out
    hint = next(line for line in ran.out.splitlines() if "hint:" in line).partition("hint: ")[2]
    shop.flow.write_text(hint + "\n" + shop.flow.read_text())
    ran = botkit("-C", shop.folder, "check", "--against", "data/bot.db")
    assert ran.code == 0 and "  main.day        2  moved" in ran.out


async def test_without_a_store_nothing_is_said_of_conversations(botkit: Run, shop: Shop) -> None:
    shop.becomes("  day:", "  pick_day:")
    ran = botkit("-C", shop.folder, "check")
    assert (ran.code, ran.out) == (0, "no problems in 1 flow, 3 steps, 1 language\n")


async def test_json_counts_them_by_step(botkit: Run, shop: Shop) -> None:
    shop.becomes("      bye:  {label: Bye, go: end}\n", "      bye:  {label: Bye, go: end}\n      later: {label: Later, go: end}\n")
    told = json.loads(botkit("-C", shop.folder, "--json", "check", "--against", "sqlite:///data/bot.db").out)
    assert told["problems"] == []
    assert told["against"] == {
        "store": "sqlite:///data/bot.db",
        "conversations": 4,
        "under_way": 3,
        "unreadable": 0,
        "steps": [
            {"flow": "main", "step": "day", "count": 2, "fate": "goes_on", "loss": None, "options": []},
            {"flow": "main", "step": "menu", "count": 1, "fate": "asked_again", "loss": None, "options": ["later"]},
        ],
    }


async def test_the_store_is_only_read(botkit: Run, shop: Shop) -> None:
    await shop.store.close()
    copy = shop.folder / "copy.db"
    shutil.copyfile(shop.path, copy)
    copy.chmod(0o400)
    before = sorted(path.name for path in shop.folder.iterdir())
    assert botkit("-C", shop.folder / "flows", "check", "--against", copy).code == 0
    assert copy.read_bytes() == shop.path.read_bytes()
    assert sorted(path.name for path in shop.folder.iterdir()) == before


async def test_a_conversation_that_cannot_be_read_is_told(botkit: Run, shop: Shop) -> None:
    await shop.store.close()
    damaged = sqlite3.connect(shop.path)
    damaged.execute("UPDATE conversations SET value = '{' WHERE key = 'main:c4'")
    damaged.commit()
    damaged.close()
    assert "  1 conversation cannot be read\n" in botkit("-C", shop.folder, "check", "--against", "data/bot.db").out


async def test_with_errors_in_a_flow_nothing_is_said_of_its_steps(botkit: Run, shop: Shop) -> None:
    shop.becomes("ask: {day: date}", "ask: {day: dat}")
    ran = botkit("-C", shop.folder, "check", "--against", "data/bot.db", "--format", "concise")
    assert len(ran.out.splitlines()) == 1 and "error[unknown-type]" in ran.out


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("data/nothing.db", "there is no store"),
        ("flows/main.yaml", "cannot be read"),
        ("memory:", "name a sqlite file"),
        ("postgresql://user:secret@host/db", "host/db cannot be read from here"),
    ],
)
async def test_what_is_no_store_is_2(botkit: Run, shop: Shop, store: str, said: str) -> None:
    ran = botkit("-C", shop.folder, "check", "--against", store)
    assert ran.code == 2 and said in ran.err and "secret" not in ran.err
