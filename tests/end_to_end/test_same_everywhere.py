"""One engine everywhere: the same talks at the keyboard, in a test and through a server have 360dialog get the same, to the byte."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from botkit.project import Project, read_project
from botkit.testing.webhooks import Person
from tests.end_to_end.clinic import ROOT, copied, weekday
from tests.end_to_end.places import Ear, Frozen, Process, in_chat, in_test, spoken

DAY, FULL = weekday().isoformat(), (weekday() + timedelta(days=1)).isoformat()
MONDAY = datetime(2026, 6, 22, 9, tzinfo=ZoneInfo("Europe/London"))

# What is typed: texts, numbers of options, and what happens beside them. Dates are far enough for any day that this runs on.
TALKS: dict[str, list[str]] = {
    "texts": ["hello", "book a visit", DAY, "Gran Via 1", "Madrid", "Confirm"],
    "taps": ["hello", "2", "1", DAY, "Gran Via 1", "M", "Madrid", "2", DAY, "1"],
    "digression": ["hello", "1", "help", DAY, "help", "Gran Via 1", "?", "Madrid", "help", "1"],
    "closed window": ["hello", "1", DAY, "Gran Via 1", "Madrid", "1", "/fail 131047", "hello"],
    "action failure": ["hello", "1", FULL, "Gran Via 1", "Madrid", "1", DAY, "1"],
    "retry": ["hello", "1", "some day soon", "2020-01-01", "never", "still there?"],
    "subflow": ["hello", "1", DAY, "1", "1", DAY, "cancel", "prices", "1", DAY, "Gran Via 1", "Madrid", "yes"],
    "handoff": ["hello", "3", "are you there?", "stop", "/handback", "start", "hello"],
    "spanish": ["hello", "español", "1", "no sé", DAY, "Gran Vía 1", "Madrid", "help", "1"],
    "stop": ["stop", "hello", "start", "book", "stop", "hello"],
}
WITH_TIME: dict[str, list[str]] = {
    "silence": ["hello", "/jump 2h", "1", "/jump 1h", "/jump 2h", DAY, "/jump 8d", "hello"],
    "texts": TALKS["texts"],
    "action failure": TALKS["action failure"],
    "handoff": TALKS["handoff"],
}
CLINIC: dict[str, list[str]] = {
    "template": ["hello", "1", "1", "2026-06-30", "1", "1", "/next", "1"],
    "pages": ["hello", "book", "2", "2026-06-30", "10", "1", "2", "desk"],
    "no answer": ["hello", "1", "3", "2026-07-02", "2", "1", "/next", "/next", "hello"],
}


def _diary(folder: Path) -> None:
    """The diary as it was before anybody booked: one day is full."""
    path = folder / "data" / "appointments.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([{"ref": f"V{n}", "key": str(n), "day": FULL, "street": "-", "city": "-"} for n in range(1, 9)]))


def _open(folder: Path) -> Path:
    """The demo bot, whose front desk is open at any time."""
    settings = copied(folder) / "botkit.yaml"
    hours = '{hours: "Mon-Fri 9-17"}'
    assert hours in settings.read_text()
    settings.write_text(settings.read_text().replace(hours, "{}"))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo bot for each place."""
    return {name: _open(tmp_path_factory.mktemp(name)) for name in ("chat", "serve")}


@pytest.fixture(scope="module")
def project(folders: dict[str, Path]) -> Project:
    return read_project(folders["chat"])


@pytest.fixture(scope="module")
def served(folders: dict[str, Path]) -> Iterator[tuple[asyncio.Runner, Process, Ear]]:
    """The real process, for all talks."""
    with asyncio.Runner() as runner:

        async def made() -> tuple[Ear, Process]:
            ear = Ear()
            return ear, await Process(folders["serve"], ear).__aenter__()

        ear, process = runner.run(made())
        yield runner, process, ear
        runner.run(process.__aexit__())


@pytest.mark.parametrize("name", TALKS)
def test_the_process_says_what_chat_and_test_say(
    name: str, project: Project, folders: dict[str, Path], served: tuple[asyncio.Runner, Process, Ear]
) -> None:
    runner, process, ear = served
    for folder in folders.values():
        _diary(folder)
    number = f"3460000{1000 + list(TALKS).index(name)}"
    chat, deeds, text = in_chat(project, TALKS[name], datetime.now(UTC).replace(second=0, microsecond=0), number)
    test = in_test(project, text)
    assert test.requests == chat.requests and test.notes == chat.notes
    assert len(chat.requests) >= len(deeds) - 3, "it is a talk"
    assert runner.run(spoken(process, ear, Person(wa_id=number), deeds)) == chat.requests


def _as_served(source: Path, tmp_path: Path, lines: list[str], begun: datetime) -> None:
    """The same through the server of `botkit serve` with a clock of ours, which shows the notes, too."""
    for name in ("chat", "serve"):
        _open(tmp_path / name) if source == ROOT else shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("*.json"))
        _diary(tmp_path / name)
    number = "34600002000"
    project = read_project(tmp_path / "chat")
    chat, deeds, text = in_chat(project, lines, begun, number)
    test = in_test(project, text)
    assert test.requests == chat.requests and test.notes == chat.notes

    async def serve() -> Frozen:
        ear = Ear()
        async with Frozen(read_project(tmp_path / "serve"), begun, ear) as frozen:
            assert await spoken(frozen, ear, Person(wa_id=number), deeds) == chat.requests
        return frozen

    with asyncio.Runner() as runner:
        assert runner.run(serve()).notes == chat.notes


@pytest.mark.parametrize("name", WITH_TIME)
def test_time_passes_in_the_same_way(name: str, tmp_path: Path) -> None:
    _as_served(ROOT, tmp_path, WITH_TIME[name], datetime.now(UTC).replace(second=0, microsecond=0))


@pytest.mark.parametrize("name", CLINIC)
def test_templates_and_pages(name: str, tmp_path: Path) -> None:
    _as_served(ROOT / "examples" / "clinic", tmp_path, CLINIC[name], MONDAY)


HEALTH: dict[str, list[str]] = {
    "by the clock": ["hello", "1", "1", "2026-08-31", "/next", "1", "/jump 14d", "date", "2026-08-30", "/next", "2", "/handback"],
    "by dates": ["hello", "2", "1", "2026-07-15", "/at 2026-07-01T10:00", "data", "2026-07-20", "/jump 7d", "/jump 22d", "1", "/jump 30d"],
    "opt-out": ["hello", "1", "1", "2026-07-15", "/jump 7d", "stop", "/jump 60d", "start"],
}


@pytest.mark.parametrize("name", HEALTH)
def test_schedules_come_in_the_same_way(name: str, tmp_path: Path) -> None:
    _as_served(ROOT / "examples" / "health", tmp_path, HEALTH[name], MONDAY)
