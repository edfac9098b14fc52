"""The examples, and the demo bot: whole projects without a warning, whose talks visit every step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/botkit.yaml"))
PROJECTS = [ROOT, *EXAMPLES]
NAMES = ["demo", *(path.name for path in EXAMPLES)]


def botkit(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "botkit", "-C", project, *words], capture_output=True, text=True, timeout=120)


def test_the_readme_names_them_all() -> None:
    assert {"clinic", "shop", "survey", "health", "support", "leads"} <= set(NAMES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES[1:] if f"(examples/{name})" not in readme] == []


@pytest.mark.parametrize("project", PROJECTS, ids=NAMES)
def test_it_is_whole(project: Path) -> None:
    for file in ("README.md", ".env.example", "flows", "actions", "tests"):
        assert (project / file).exists(), f"{project.name} has no {file}"


@pytest.mark.parametrize("project", PROJECTS, ids=NAMES)
def test_it_checks_without_a_warning(project: Path) -> None:
    told = botkit(project, "check", "--strict")
    assert (told.returncode, told.stdout.partition(" in ")[0]) == (0, "no problems"), told.stdout + told.stderr


@pytest.mark.parametrize("project", PROJECTS, ids=NAMES)
def test_its_talks_pass_in_every_language_and_visit_every_step(project: Path) -> None:
    told = botkit(project, "test", "--lang", "all", "--cov-min", "100")
    assert told.returncode == 0, told.stdout + told.stderr
