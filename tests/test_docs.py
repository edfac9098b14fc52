"""The pages of docs/: their tables are those of the code, their links lead somewhere, their YAML can be read."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from botkit.problems import Problems, render_all
from botkit.project import read_project
from botkit.source import decode, read

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
BLOCK = re.compile(r"^( *)```yaml\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def test_the_tables_are_those_of_the_code() -> None:
    told = subprocess.run([sys.executable, ROOT / "docs" / "make.py", "--check"], capture_output=True, text=True, cwd=ROOT)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    for target, part in LINK.findall(page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), f"{page.name} links to {target}, which is not there"
        if part:
            assert part in _parts(there), f"{page.name} links to {target}#{part}, and there is no such heading"


def _parts(page: Path) -> set[str]:
    """The headings of a page, as addresses."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_yaml_can_be_read(page: Path) -> None:
    for indent, block in BLOCK.findall(page.read_text("utf-8")):
        text = "\n".join(line.removeprefix(indent) for line in block.splitlines()) + "\n"
        problems = Problems()
        source = decode(page.name, text.encode(), problems)
        assert source is not None and read(source, problems) is not None and not len(problems), render_all(problems, {page.name: text})


def test_the_action_of_the_page_goes_with_its_step(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "actions.md").read_text("utf-8")
    python, step = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("python", "yaml"))
    assert python is not None and step is not None
    steps = "steps:\n  pick_date: {say: Which day?, ask: {day: date}}\n" + "".join(f"  {line}\n" for line in step[1].splitlines()[1:])
    files = {
        "botkit.yaml": "botkit: 1\nstart: booking\ntimezone: Europe/Madrid\n",
        "actions/clinic.py": python[1],
        "flows/booking.yaml": steps + "  over: {go: end}\n  human: {say: Somebody will write to you.}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    project = read_project(tmp_path)
    assert [str(problem) for problem in project.problems] == []
    assert [action.signature.name for action in project.actions.values()] == ["clinic.book"]


def test_the_room_of_the_page_is_booked_once(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "actions.md").read_text("utf-8")
    shown = re.search(r"```python\n# actions/rooms.py\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    files = {
        "botkit.yaml": "botkit: 1\nstart: booking\ntimezone: Europe/Madrid\n",
        "actions/rooms.py": shown[1],
        "flows/booking.yaml": "steps: {one: {run: rooms.book, with: {room: garden, arrival: = today(), departure: = today() + days(2)}}}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    project = read_project(tmp_path)
    assert [problem.code for problem in project.problems if problem.code != "uncaught-outcome"] == []
    book = project.actions["rooms.book"].function

    def booked(key: str, arrival: int, departure: int) -> object:
        made = book(SimpleNamespace(idempotency_key=key), "garden", date(2026, 6, arrival), date(2026, 6, departure))
        return getattr(made, "number", None)

    assert [booked("a", 22, 24), booked("a", 22, 24), booked("b", 24, 25)] == [1, 1, 2]
    with pytest.raises(Exception, match=r"^$") as taken:
        booked("c", 23, 30)
    assert type(taken.value).__name__ == "Taken"
    with ThreadPoolExecutor(8) as people:
        tries = [people.submit(booked, f"k{n}", 26, 28) for n in range(8)]
    assert [one.exception() is None for one in tries].count(True) == 1


def test_the_rooms_in_three_languages_are_a_bot_without_a_fault(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "language.md").read_text("utf-8").partition("**Words in data**")[2]
    data, flow = re.findall(r"```yaml\n# \S+\n(.*?)```", page, re.DOTALL)[:2]
    asked = "steps:\n  come: {say: Come?, ask: {arrival: date}}\n  leave: {say: Leave?, ask: {departure: date}}\n"
    files = {
        "botkit.yaml": "botkit: 1\nstart: booking\nlanguage: en\ntimezone: Europe/Madrid\n",
        "data/house.yaml": data,
        "flows/booking.yaml": asked + "".join(f"  {line}\n" for line in flow.splitlines()),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert [str(problem) for problem in read_project(tmp_path).problems] == []


def test_what_the_page_of_actions_shows_beside_it_is_a_bot_without_a_fault(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "actions.md").read_text("utf-8").partition("## Asking others without Python")[2]
    files: dict[str, str] = {"botkit.yaml": "botkit: 1\nstart: booking\ntimezone: Europe/Madrid\n"}
    for _, block in re.findall(r"```(yaml|python)\n(.*?)```", page, re.DOTALL):
        name, _, text = block.partition("\n")
        files[name.removeprefix("# ")] = files.get(name.removeprefix("# "), "") + text
    assert set(files) == {"botkit.yaml", "flows/booking.yaml", "actions/model.py"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    project = read_project(tmp_path)
    assert [str(problem) for problem in project.problems] == []
    assert project.bot is not None and [str(one.host) for one in project.bot.settings.http] == ["api.example.com"]
    assert project.actions["understand"].signature.name == "model.guess"
