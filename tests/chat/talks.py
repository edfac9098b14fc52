"""Talks at a keyboard, typed line by line, and what the screen shows."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from botkit.chat import Screen, Talk
from botkit.project import Project, read_project
from botkit.testing.stillness import StillLoop

ROOT = Path(__file__).resolve().parent.parent.parent
MONDAY = datetime(2026, 6, 22, 9, tzinfo=ZoneInfo("Europe/Madrid"))
PARTS = ("botkit.yaml", "flows", "templates", "locales", "data", "actions")


def copied(project: Path, folder: Path) -> Path:
    """A bot of its own, without tests and without what its actions keep."""
    for part in PARTS:
        path = project / part
        if path.is_dir():
            shutil.copytree(path, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.json", "*.csv", "*.db*"))
        elif path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / part)
    return folder


def written(folder: Path, **files: str) -> Path:
    """A bot of *files*: settings is botkit.yaml beyond its first lines; action_x a file of actions; any other one a flow."""
    settings = f"botkit: 1\nstart: main\ntimezone: Europe/Madrid\n{files.pop('settings', '')}\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "botkit.yaml").write_text(settings)
    for name, text in files.items():
        kind, _, rest = name.partition("_")
        place = {"action": f"actions/{rest}.py", "template": f"templates/{rest}.yaml", "locale": f"locales/{rest}.yaml"}.get(kind)
        path = folder / (place or f"flows/{name}.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def project_of(folder: Path) -> Project:
    project = read_project(folder)
    assert not project.problems.errors, [str(problem) for problem in project.problems.errors]
    return project


def talk_of(project: Project, begun: datetime = MONDAY, **more: Any) -> Talk:
    assert project.bot is not None
    return Talk(project, project.bot, begun, Screen(lambda text, _: text), **more)


async def types(talk: Talk, lines: Iterable[str]) -> list[str]:
    """What the screen shows of each of *lines*."""
    shown = []
    for line in lines:
        with redirect_stdout(StringIO()) as screen:
            await talk.line(line)
        shown.append(screen.getvalue().rstrip("\n"))
    return shown


def typed(project: Project, *lines: str, **more: Any) -> list[str]:
    """The same, as a whole talk."""

    async def whole() -> list[str]:
        talk = talk_of(project, **more)
        with redirect_stdout(StringIO()):
            await talk.open()
        try:
            return await types(talk, lines)
        finally:
            await talk.close()

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(whole())
