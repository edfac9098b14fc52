"""No message of this repository's bots comes into a closed window without the analysis knowing of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from botkit.lateness import lateness
from botkit.project import read_project
from tests.lateness.explore import explore, missed
from tests.problems.case import write

ROOT = Path(__file__).resolve().parent.parent.parent
BOTS = [ROOT, *sorted(path.parent for path in ROOT.glob("examples/*/botkit.yaml"))]
CASES = sorted(path for path in (ROOT / "tests" / "problems").glob("*.yaml"))
STATES = int(os.environ.get("BOTKIT_STATES", "400"))  # of each bot


@pytest.mark.parametrize("folder", BOTS, ids=lambda path: path.name)
def test_a_project(folder: Path) -> None:
    project = read_project(folder)
    assert project.bot is not None
    said = explore(project.bot, project.signatures, STATES)
    assert missed(project.bot, lateness(project.bot), said) == []
    assert [one for one in said if not one.faulty] == []  # and they have none such, as check says


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_of_the_checks(case: Path, tmp_path: Path) -> None:
    project = read_project(write(case.read_bytes().decode("utf-8", "surrogateescape"), tmp_path), checked=False)
    if project.bot is not None and not project.problems.errors:  # what could not be read runs nowhere
        assert missed(project.bot, lateness(project.bot), explore(project.bot, {}, STATES // 8)) == []


@pytest.mark.parametrize(
    ("case", "texts"),
    [
        ("outside-24h", {"Then another time.", "How are you now?", "Are you still there?"}),
        ("maybe-outside-24h", {"Today is the day."}),
        ("outbound-without-template", {"Your order x is on its way."}),
    ],
)
def test_the_walk_comes_to_closed_windows(case: str, texts: set[str], tmp_path: Path) -> None:
    project = read_project(write((ROOT / "tests" / "problems" / f"{case}.yaml").read_text(), tmp_path), checked=False)
    assert project.bot is not None
    assert {one.text for one in explore(project.bot, {}, STATES)} == texts
