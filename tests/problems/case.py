"""A case of `botkit check`: the files of a small bot in one text.

    #: botkit.yaml
    botkit: 1
    start: main
    #: flows/main.yaml
    steps:
      …

Files below before/ are an earlier release, and before/talks.txt is what people wrote to it, one talk a paragraph: those are under way.

A text without such lines is flows/main.yaml. A bot without botkit.yaml gets one that starts its first flow, and a bot without flows
one flow that says a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from botkit.engine import advance
from botkit.model import Contact, Conversation, MessageReceived
from botkit.problems import Problem, render
from botkit.project import Project, read_project
from botkit.testing.suite import find, read_file

_FILE = re.compile(r"^#: (\S+)\n", re.MULTILINE)
_SETTINGS = "botkit: 1\nstart: {}\nlanguage: en\ntimezone: Europe/Madrid\n"
_SETTINGS += "commands: {{stop: {{match: unsubscribe, set: {{contact.opted_out: true}}, say: No more messages.}}}}\n"
_FLOW = "steps:\n  hello:\n    say: Hello.\n"


def files_of(text: str) -> dict[str, str]:
    """The files of a case by their path, as `read_project` finds them."""
    first, *rest = _FILE.split(text)
    files = dict(zip(rest[::2], rest[1::2], strict=True)) if rest else {"flows/main.yaml": first}
    flows = [Path(file).stem for file in files if file.startswith("flows/")]
    if not flows:
        files["flows/main.yaml"] = _FLOW
    files.setdefault("botkit.yaml", _SETTINGS.format(flows[0] if flows else "main"))
    if any(file.startswith("before/") for file in files):
        files.setdefault("before/botkit.yaml", files["botkit.yaml"])
    return files


def write(text: str, folder: Path) -> Path:
    """The case as a project in *folder*."""
    for file, content in files_of(text).items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
    return folder


def checked(text: str, folder: Path) -> Project:
    return read(write(text, folder))


def read(folder: Path) -> Project:
    """The project in *folder* with all that is wrong with it, and with its tests."""
    before = folder / "before"
    project = read_project(folder, against=("data/botkit.db", lambda: talked(before)) if before.is_dir() else None)
    if project.bot is not None:
        for path in find(folder):
            file = read_file(path, folder, project.bot, project.actions)
            project.problems.extend(file.problems)
            project.texts[file.name] = file.text
    return project


def talked(folder: Path) -> Iterator[Conversation]:
    """The conversations of people who have written to the release in *folder*."""
    bot = read_project(folder).bot
    assert bot is not None
    for number, talk in enumerate((folder / "talks.txt").read_text(encoding="utf-8").split("\n\n")):
        conversation = Conversation("main", Contact(f"c{number}"))
        for count, line in enumerate(talk.split("\n")):
            if line:
                said = MessageReceived(f"k{count}", datetime(2026, 6, 22, 9, count, tzinfo=UTC), f"wamid.{count}", "text", line)
                conversation = advance(bot, conversation, said).conversation
        yield conversation


def shown(problems: list[Problem], texts: dict[str, str]) -> str:
    """What an author reads, as it stands in the golden files."""
    return "\n".join(render(problem, texts.get(problem.place.file)) for problem in problems) or "no problems\n"
