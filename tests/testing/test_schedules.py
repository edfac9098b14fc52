"""Schedules where the clock is moved by hand: in a test, and in a chat."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from botkit.bot import Bot
from botkit.project import Project
from botkit.testing.simulation import Simulation
from tests.chat.talks import project_of, typed, written
from tests.testing.bots import read
from tests.testing.still import still
from tests.testing.talking import differs, passes

SETTINGS = """
contact: {weekly: bool, due: date, visit: datetime}
commands:
  stop: {match: [stop], set: {contact.opted_out: true}, say: Stopped., go: quit}
"""
MAIN = """
steps:
  ask: {say: Weekly?, options: {on: {label: 'Yes'}, off: {label: 'No', go: end}}}
  due: {set: {contact.weekly: true}, say: Which day?, ask: {contact.due: date}}
  noted: {say: Noted.}
"""
WEEKLY = """
triggers: [every: {cron: "0 9 * * MON", to: contact.weekly}]
steps: {tip: {say: {text: A tip., template: {name: tip}}}}
"""
DATED = """
triggers: [relative: {to: contact.due, by: -14d, at: "10:00"}]
steps: {tell: {say: {text: 'Two weeks.', template: {name: soon}}}}
"""
TEMPLATES = {
    "tip.yaml": "category: utility\nlanguage: en\nbody: A tip.\n",
    "soon.yaml": "category: utility\nlanguage: en\nbody: Two weeks.\n",
}
BEGUN = """
- user: hello
- bot: Weekly?
- tap: 'on'
- bot: Which day?
- user: 2026-07-20
- bot: Noted.
"""


@pytest.fixture(scope="module")
def bot() -> Bot:
    return read(SETTINGS, main=MAIN, weekly=WEEKLY, dated=DATED, templates=TEMPLATES)


def test_a_schedule_for_somebody_who_has_not_written_is_told_why_it_does_not_come(bot: Bot) -> None:
    told = differs("- at: 2026-07-06T10:00\n- template: {name: soon}", bot, head="now: 2026-07-05T10:00\ncontact: {due: 2026-07-20}")
    assert told[-1] == "  hint: nobody has written yet, and schedules come for those who have: begin the talk with user:"
    passes("- user: hello\n- bot: Weekly?\n- at: 2026-07-06T10:00\n- template: {name: soon}\n- tap: 'off'\n", bot,
           head="now: 2026-07-05T10:00\ncontact: {due: 2026-07-20}")  # fmt: skip


def test_time_that_passes_brings_schedules_and_dates_in_their_order(bot: Bot) -> None:
    passes(BEGUN + """
- after: 1m
- bot: nothing
- at: 2026-06-29T09:00
- template: {name: tip}
- after: 7d
- template: {name: tip}
- after: 59m
- bot: nothing
- after: 1m
- template: {name: soon}
""", bot, head="now: 2026-06-22T09:00")  # fmt: skip


def test_what_comes_while_a_day_passes_comes_at_its_time(bot: Bot) -> None:
    passes(BEGUN + """
- after: 60d
- bot: A tip.
- template: {name: tip}
- template: {name: soon}
- template: {name: tip}
- template: {name: tip}
- template: {name: tip}
- template: {name: tip}
- template: {name: tip}
- template: {name: tip}
- template: {name: tip}
""", bot, head="now: 2026-06-28T10:00")  # fmt: skip


def test_an_opt_out_ends_them(bot: Bot) -> None:
    passes(BEGUN + """
- user: stop
- bot: Stopped.
- after: 60d
- bot: nothing
""", bot, head="now: 2026-06-22T09:01")  # fmt: skip


def test_who_was_known_before_has_what_the_test_says(bot: Bot) -> None:
    passes("""
- user: hello
- bot: Weekly?
- at: 2026-06-24T10:00
- template: {name: soon}
- bot: nothing
- after: 7d
- template: {name: tip}
""", bot, head="now: 2026-06-22T09:30\ncontact: {weekly: true, due: 2026-07-08}")  # fmt: skip


def test_a_talk_that_forgets_one_is_told(bot: Bot) -> None:
    story = "\n".join(differs(BEGUN + "- after: 7d\n- user: hello", bot, head="now: 2026-06-22T09:30"))
    assert "the bot said more than that" in story and "template tip" in story


def test_a_schedule_of_every_minute_that_is_for_nobody_costs_no_turns(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    minutely = 'triggers: [every: {cron: "* * * * *", to: contact.due == today()}]\nsteps: {a: {say: {text: Now!, template: tip}}}'
    quiet = 'triggers: [every: {cron: "* * * * *", to: contact.weekly}]\nsteps: {a: {say: {text: Now!, template: tip}}}'
    both = read(SETTINGS, main=MAIN, minutely=minutely, quiet=quiet, templates=TEMPLATES)
    passes("- user: hello\n- bot: Weekly?\n- after: 5d\n- bot: nothing", both)
    assert "missed" not in caplog.text


def test_each_test_begins_without_those_of_the_one_before(bot: Bot) -> None:
    for _ in range(2):
        passes(BEGUN + "- after: 6d\n- bot: nothing", bot, head="now: 2026-06-22T09:30")


@still
async def test_a_bot_that_takes_the_place_of_another_brings_its_schedules(bot: Bot) -> None:
    async with Simulation(read(SETTINGS, main=MAIN), datetime(2026, 6, 22, 7, tzinfo=UTC)) as world:
        world.transcript.attributes["34600111222"] = {"weekly": True, "due": date(2026, 7, 20)}
        await world.hear("hello")
        world.bot = bot
        assert [one.template for one in await world.until(datetime(2026, 6, 29, 7, tzinfo=UTC))] == ["tip"]
        await world.restart()
        assert [one.template for one in await world.pass_(7 * 86_400 + 3_600)] == ["tip", "soon"]


# ---------------------------------------------------------------- in a chat


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    templates = {f"template_{name.removesuffix('.yaml')}": text for name, text in TEMPLATES.items()}
    folder: Path = tmp_path_factory.mktemp("weekly")
    return project_of(written(folder, settings=SETTINGS, main=MAIN, weekly=WEEKLY, dated=DATED, **templates))


def test_jump_brings_what_is_scheduled(project: Project) -> None:
    shown = typed(project, "hello", "1", "2026-07-20", "/jump 7d", "/at 2026-07-06T10:00")
    assert "A tip." in shown[3] and "Mon 29 Jun 2026 09:00" in shown[3]
    assert shown[4].index("Two weeks.") > shown[4].index("A tip.")


def test_next_goes_to_the_next_schedule_that_is_for_the_contact(project: Project) -> None:
    shown = typed(project, "hello", "1", "2026-07-20", "/next", "/next", "/next", "/back", "/next", "stop", "/next")
    assert "A tip." in shown[3] and "Mon 29 Jun 2026 09:00" in shown[3]
    assert "A tip." in shown[4] and "Mon 06 Jul 2026 09:00" in shown[4]
    assert "Two weeks." in shown[5] and "Mon 06 Jul 2026 10:00" in shown[5]
    assert "Two weeks." in shown[7]
    assert "nothing is due" in shown[9]
