"""A bot's folder: its settings, flows, templates, locales, data and actions, read from the disk."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from botkit.bot import Bot
from botkit.problems import Place, Problems
from botkit.release import SETTINGS_FILE, read_bot
from botkit.signatures import Signature

if TYPE_CHECKING:
    from botkit.actions import Action

# folder → endings of the files in it that are part of a bot
PARTS: dict[str, tuple[str, ...]] = {
    "flows": (".yaml", ".yml"),
    "templates": (".yaml", ".yml", ".j2"),
    "locales": (".yaml",),
    "data": (".yaml",),
}
MOST_FILES = 2_000


@dataclass(slots=True, eq=False)
class Project:
    """*bot* is None where there are errors that leave none; *texts* are the files that problems stand in, for their excerpts."""

    root: Path
    bot: Bot | None
    problems: Problems
    texts: dict[str, str] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)

    @property
    def signatures(self) -> dict[str, Signature]:
        return {name: action.signature for name, action in self.actions.items()}


def find_root(start: Path) -> Path | None:
    """The nearest folder, from *start* upward, with a botkit.yaml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    return None


def read_project(root: Path, *, checked: bool = True) -> Project:
    """The project in *root*, with everything that is wrong with it. *checked* false: only what reading itself finds."""
    problems = Problems()
    files = dict(_files(root, problems))
    bot = read_bot(files, problems)
    project = Project(root, bot, problems, {file: content.decode("utf-8-sig", "replace") for file, content in files.items()})
    project.actions = _actions(root, project)
    if bot is not None and checked:
        from botkit.checks import check

        check(bot, project.signatures, problems)
    return project


def _files(root: Path, problems: Problems) -> Iterator[tuple[str, bytes]]:
    """(path below the root, content) of all that a bot is made of but its actions."""
    paths = [root / SETTINGS_FILE]
    for part, endings in PARTS.items():
        folder = root / part
        if folder.is_dir():
            shown = (path for path in folder.iterdir() if path.suffix in endings and not path.name.startswith("."))
            paths += sorted(path for path in shown if path.is_file())
    for path in paths[:MOST_FILES]:
        file = path.relative_to(root).as_posix()
        try:
            yield file, path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.report("unreadable-file", Place(file), f"this file cannot be read: {error.strerror or error}")


def _actions(root: Path, project: Project) -> dict[str, Action]:
    """The marked functions of actions/*.py, by file and name."""
    folder = root / "actions"
    if not folder.is_dir():
        return {}
    from botkit.actions import Unfit, found

    actions: dict[str, Action] = {}
    for path in sorted(folder.glob("*.py")):
        if path.name.startswith("_"):
            continue
        file = path.relative_to(root).as_posix()
        project.texts[file] = path.read_text("utf-8", "replace")
        name = f"_botkit_actions_{abs(hash(str(root)))}_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            continue
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            _broken(file, path, error, project.problems)
            continue
        unfit: list[Unfit] = []
        actions.update(found(path.stem, module, unfit))
        for one in unfit:
            project.problems.report("action-signature", Place(file, one.line, 1, one.line, 2), one.sentence)
    return actions


def _broken(file: str, path: Path, error: Exception, problems: Problems) -> None:
    """An action file that cannot be imported: the line of it where that showed."""
    line = error.lineno or 1 if isinstance(error, SyntaxError) and error.filename == str(path) else 1
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == str(path):
            line = frame.lineno or line
    what = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    hint = f"pip install {error.name.partition('.')[0]}" if isinstance(error, ModuleNotFoundError) and error.name else None
    problems.report("action-import", Place(file, line, 1, line, 2), f"this file of actions cannot be loaded: {what}", hint)
