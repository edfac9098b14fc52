"""A bot that is read again: what its files said last is what runs."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from botkit.host import Host
from botkit.ports import RealPorts
from botkit.project import read_project
from botkit.reloading import Release, Releases
from botkit.serving import host_of
from botkit.stores.memory import MemoryStore

# Its import is as slow as whoever writes to the pipe wants it to be.
SLOW = "with open('{pipe}') as told:\n    told.read()\n"


def say(root: Path, text: str, action: str = "") -> Path:
    (root / "flows").mkdir(exist_ok=True)
    (root / "actions").mkdir(exist_ok=True)
    (root / "botkit.yaml").write_text("botkit: 1\nstart: menu\nchannels: {}\n")
    (root / "flows/menu.yaml").write_text(f"steps:\n  hi: {{say: {text}}}\n")
    (root / "actions/slow.py").write_text(action)
    return root


def host(root: Path) -> tuple[Host, Release]:
    project = read_project(root)
    assert project.bot is not None
    release = Release(project.bot)
    return host_of(release, project.actions, (), MemoryStore(), RealPorts(), {}), release


async def test_who_began_to_read_first_does_not_undo_what_was_read_later(tmp_path: Path) -> None:
    running, release = host(say(tmp_path, "one"))
    releases = Releases(tmp_path, running, release)
    os.mkfifo(pipe := tmp_path / "pipe")
    say(tmp_path, "two", SLOW.format(pipe=pipe))
    first = asyncio.ensure_future(releases.read())
    slow = await asyncio.to_thread(pipe.open, "w")  # now it is being imported
    say(tmp_path, "three")
    second = asyncio.ensure_future(releases.read())
    await asyncio.wait([second], timeout=0.2)  # where it does not wait for the first one, it is over now
    slow.close()
    before, after = await first, await second
    assert before.bot is not None and after.bot is not None
    assert release.bot is after.bot and release.bot.release == read_project(tmp_path).bot.release  # type: ignore[union-attr]  # it was read
