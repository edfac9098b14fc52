"""The tests of a bot: found, read, chosen and played, one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from botkit.actions import Action
from botkit.bot import Bot
from botkit.ports import RealPorts
from botkit.problems import Place, Problems
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.testing.coverage import Coverage
from botkit.testing.differences import Played
from botkit.testing.fitting import Fitting
from botkit.testing.player import Player
from botkit.testing.talks import Test, read_tests

ENDING = ".test.yaml"


class TestFile(Struct, frozen=True):
    """*name* is its path below the project, or as it was given where it lies elsewhere. A file with errors has no tests."""

    __test__ = False

    path: Path
    name: str
    text: str
    tests: tuple[Test, ...]
    problems: Problems


class Wanted(Struct, frozen=True):
    """Which tests are played, and how. *word*: a part of their names; *stop*: at the first that fails; *all_languages*: in every language
    of the bot; *accepting*: other texts are noted down."""

    word: str = ""
    stop: bool = False
    all_languages: bool = False
    accepting: bool = False

    def takes(self, file: str, test: Test) -> bool:
        return self.word.casefold() in f"{file} {test.title}".casefold()


class Done(Struct):
    """A file after its tests. *seconds*: by the real clock, test by test."""

    file: TestFile
    played: list[Played] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def failed(self) -> list[Played]:
        return [played for played in self.played if played.difference is not None]


class Suite:
    def __init__(self, bot: Bot, actions: Mapping[str, Action], wanted: Wanted) -> None:
        self.coverage = Coverage(bot)
        self.bot = bot
        self._actions = actions
        self._wanted = wanted
        self._ports = RealPorts()

    async def play(self, files: Iterable[TestFile], told: Callable[[Done], None]) -> list[Done]:
        """Play what is wanted of *files*, on a StillLoop; *told* is told of each file when it is done. Files without a wanted test are left
        out."""
        all_done = []
        for file in files:
            tests = [test for test in file.tests if self._wanted.takes(file.name, test)]
            done = Done(file)
            for test in tests:
                await self._all_of(test, done)
                if self._wanted.stop and done.failed:
                    break
            if done.played:
                all_done.append(done)
                told(done)
            if self._wanted.stop and done.failed:
                break
        return all_done

    async def _all_of(self, test: Test, done: Done) -> None:
        """Play *test* as it is written, and in the other languages where that is wanted and it went well."""
        own = test.language or self.bot.settings.language
        player = Player(test, self.bot, self._actions, accepting=self._wanted.accepting and not test.row)
        first = await self._timed(player, done)
        if not self._wanted.all_languages or first.difference is not None:
            return
        for language in self.bot.settings.languages:
            if language != own:
                await self._timed(Player(test, self.bot, self._actions, language=language, like=first.said), done)

    async def _timed(self, player: Player, done: Done) -> Played:
        begun = self._ports.monotonic()
        played = await player.play()
        done.played.append(played)
        done.seconds.append(self._ports.monotonic() - begun)
        self.coverage.add(player.moments)
        return played


def find(root: Path, paths: Sequence[Path] = ()) -> list[Path]:
    """The test files in *paths*, files or folders; those of the project's tests/ without any. Raises FileNotFoundError."""
    found: dict[Path, None] = {}
    for path in paths or ([root / "tests"] if (root / "tests").is_dir() else []):
        if path.is_dir():
            found.update(dict.fromkeys(sorted(_below(path))))
        elif path.exists():
            found[path.resolve()] = None
        else:
            raise FileNotFoundError(f"there is no {path}")
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    for inner, folders, names in os.walk(folder.resolve()):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        yield from (Path(inner) / name for name in names if name.endswith(ENDING))


def read_file(path: Path, root: Path, bot: Bot, actions: Mapping[str, Action]) -> TestFile:
    """A file with its tests, held against the bot that they are for."""
    name = path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else str(path)
    problems = Problems()
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.report("unreadable-file", Place(name), f"this file cannot be read: {error.strerror or error}")
        return TestFile(path, name, "", (), problems)
    source = decode(name, data, problems)
    node = read(source, problems) if source is not None else None
    if node is None:
        if source is not None and not len(problems):
            problems.report("empty-file", Place(name), "there is no test in this file", "- test: what it is about")
        return TestFile(path, name, data.decode("utf-8-sig", "replace"), (), problems)
    tests = read_tests(node, Reading(problems))
    Fitting(bot, actions, problems).look(tests)
    return TestFile(path, name, source.text if source is not None else "", () if problems.errors else tuple(tests), problems)
