"""The pytest plugin: plays tests/*.test.yaml of a bot, and gives `bot`, `clock`, `provider` and `contact` to tests in Python.

It is loaded by every run of pytest where botkit is installed, so it imports nothing of botkit before a bot is there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from asyncio import Runner

    from botkit.project import Project
    from botkit.testing.bench import Bench, BenchClock, BenchContact
    from botkit.testing.differences import Played
    from botkit.testing.exchange import Exchange
    from botkit.testing.talks import Test

_ENDING = ".test.yaml"
_SETTINGS = "botkit.yaml"
_PROJECTS: pytest.StashKey[dict[Path, Project]] = pytest.StashKey()
_RUNNER: pytest.StashKey[Runner] = pytest.StashKey()


def _root(path: Path) -> Path | None:
    """The nearest folder with a botkit.yaml."""
    return next((folder for folder in path.parents if (folder / _SETTINGS).is_file()), None)


def _project(root: Path, config: pytest.Config) -> Project:
    """The project in *root*, read once a run."""
    from botkit.project import read_project

    known = config.stash.setdefault(_PROJECTS, {})
    if root not in known:
        known[root] = read_project(root)
    return known[root]


def _errors(project: Project) -> str:
    from botkit.problems import render_all

    return render_all(project.problems.errors, project.texts)


# ---------------------------------------------------------------- talks


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> TalkFile | None:
    if file_path.name.endswith(_ENDING) and _root(file_path) is not None:
        return TalkFile.from_parent(parent, path=file_path)
    return None


class TalkFile(pytest.File):
    """A file of talks."""

    def collect(self) -> Iterator[TalkItem]:
        from botkit.problems import render_all
        from botkit.testing.suite import read_file

        root = _root(self.path)
        if root is None:
            return
        project = _project(root, self.config)
        if project.bot is None or project.problems.errors:
            raise self.CollectError(f"this bot has errors:\n{_errors(project)}")
        file = read_file(self.path, root, project.bot, project.actions)
        if file.problems.errors:
            raise self.CollectError(render_all(file.problems.errors, {file.name: file.text}))
        for test in file.tests:
            yield TalkItem.from_parent(self, name=test.title, test=test, project=project)


class TalkItem(pytest.Item):
    """A talk."""

    def __init__(self, *, test: Test, project: Project, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._talk = test
        self._project = project

    def runtest(self) -> None:
        import asyncio

        from botkit.testing.player import Player
        from botkit.testing.stillness import StillLoop

        bot = self._project.bot
        if bot is None:
            return
        stash = self.config.stash
        if _RUNNER not in stash:
            stash[_RUNNER] = asyncio.Runner(loop_factory=StillLoop)
            logging.getLogger("botkit").addHandler(logging.NullHandler())
        played = stash[_RUNNER].run(Player(self._talk, bot, self._project.actions).play())
        if played.difference is not None:
            raise GoesAnotherWay(played)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from botkit.testing.reporting import story

        bot = self._project.bot
        if bot is not None and isinstance(excinfo.value, GoesAnotherWay):
            return "\n".join(story(excinfo.value.played, bot))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._talk.node.line - 1, self.name


class GoesAnotherWay(Exception):
    """A talk did not go as it says."""

    def __init__(self, played: Played) -> None:
        super().__init__(played.difference.sentence if played.difference is not None else "")
        self.played = played


def pytest_unconfigure(config: pytest.Config) -> None:
    runner = config.stash.get(_RUNNER, None)
    if runner is not None:
        runner.close()


# ---------------------------------------------------------------- tests in Python


@pytest.fixture
def bot(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The bot of the project that the test lies in, to talk with: `bot.hear("hello")` gives what it says."""
    root = _root(request.path)
    if root is None:
        pytest.fail(f"there is no {_SETTINGS} above {request.path}")
    project = _project(root, request.config)
    if project.bot is None or project.problems.errors:
        pytest.fail(f"this bot has errors:\n{_errors(project)}", pytrace=False)
    from botkit.testing.bench import Bench

    bench = Bench(project)
    yield bench
    bench.close()


@pytest.fixture
def clock(bot: Bench) -> BenchClock:
    """The clock that the bot goes by: `clock.pass_(hours=25)`."""
    from botkit.testing.bench import BenchClock

    return BenchClock(bot)


@pytest.fixture
def provider(bot: Bench) -> Exchange:
    """The 360dialog that the bot speaks to: `provider.requests`, `provider.refuse(code=131056)`."""
    from botkit.testing.bench import exchange_of

    return exchange_of(bot)


@pytest.fixture
def contact(bot: Bench) -> BenchContact:
    """Who talks with the bot: `contact.name = "Ana"`, `contact["city"] = "Madrid"`."""
    from botkit.testing.bench import BenchContact

    return BenchContact(bot)
