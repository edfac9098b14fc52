"""Tests of tests: a bot and a talk with it, both as they are written, and what comes of it."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from botkit.actions import Action, action, found
from botkit.bot import Bot
from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.testing.differences import Played
from botkit.testing.fitting import Fitting
from botkit.testing.reporting import story
from botkit.testing.stillness import StillLoop
from botkit.testing.suite import Done, Suite, TestFile, Wanted
from botkit.testing.talks import read_tests

FILE = "tests/x.test.yaml"


def actions(*functions: Callable[..., Any], **raising: Any) -> dict[str, Action]:
    """A file shop.py with *functions*, or those by name with what they raise."""
    module = types.ModuleType("shop")
    for function in functions:
        function.__module__ = "shop"
        setattr(module, function.__name__, action(function))
    for name, (function, raises) in raising.items():
        function.__module__ = "shop"
        setattr(module, name, action(raises=raises)(function))
    return found("shop", module)


def file_of(text: str, bot: Bot, known: Mapping[str, Action] | None = None) -> TestFile:
    problems = Problems()
    source = decode(FILE, dedent(text).encode(), problems)
    node = read(source, problems) if source is not None else None
    tests = read_tests(node, Reading(problems)) if node is not None else []
    Fitting(bot, known or {}, problems).look(tests)
    return TestFile(Path(FILE), FILE, dedent(text), () if problems.errors else tuple(tests), problems)


def suite_of(text: str, bot: Bot, known: Mapping[str, Action] | None = None, **wanted: Any) -> tuple[Suite, list[Done]]:
    file = file_of(text, bot, known)
    assert not file.problems.errors, [str(problem) for problem in file.problems]
    suite = Suite(bot, known or {}, Wanted(**wanted))
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return suite, runner.run(suite.play([file], lambda _: None))


def played(text: str, bot: Bot, known: Mapping[str, Action] | None = None, **wanted: Any) -> list[Played]:
    _, all_done = suite_of(text, bot, known, **wanted)
    return [one for done in all_done for one in done.played]


def talk(lines: str, bot: Bot, known: Mapping[str, Action] | None = None, head: str = "") -> Played:
    """One test with these lines of a talk; *head* is what stands above it."""
    text = "- test: one\n" + "".join(f"  {line}\n" for line in dedent(head).strip("\n").split("\n") if line)
    text += "  talk:\n" + "".join(f"    {line}\n" for line in dedent(lines).strip("\n").split("\n"))
    (one,) = played(text, bot, known)
    return one


def passes(lines: str, bot: Bot, known: Mapping[str, Action] | None = None, head: str = "") -> None:
    one = talk(lines, bot, known, head)
    assert one.difference is None, "\n".join(story(one, bot))


def differs(lines: str, bot: Bot, known: Mapping[str, Action] | None = None, head: str = "") -> list[str]:
    """How the talk goes another way, as it is told."""
    one = talk(lines, bot, known, head)
    assert one.difference is not None, "it went as it says"
    return story(one, bot)
