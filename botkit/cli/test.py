"""botkit test: play the talks of tests/*.test.yaml and tell where the bot goes another way."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from botkit.cli import NOTHING, PROBLEMS, USAGE, Exit, Given, examples, project_root

if TYPE_CHECKING:
    from botkit.problems import Problem
    from botkit.project import Project
    from botkit.testing.suite import Done, Suite, TestFile


class Asked(Struct, frozen=True):
    """What stands on the command line."""

    paths: tuple[Path, ...]
    word: str
    stop: bool
    cov: bool
    cov_min: int | None
    junit: Path | None
    update: bool
    all_languages: bool


@click.command("test", epilog=examples("botkit test", "botkit test --cov", 'botkit test -k "asks a nurse" --update', "botkit test --watch"))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "word", default="", metavar="WORD", help="Only tests with this in their name.")
@click.option("-x", "stop", is_flag=True, help="Stop at the first that fails.")
@click.option("--cov", is_flag=True, help="Tell which steps, options, branches, errors, timers and languages no test came by.")
@click.option("--cov-min", type=click.IntRange(0, 100), metavar="N", help="Fail when less than N percent of the steps are visited.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the results as JUnit XML, too.")
@click.option("--update", is_flag=True, help="Write what the bot says now into the tests that say something else.")
@click.option("--watch", is_flag=True, help="Play them again whenever a file changes.")
@click.option("--lang", type=click.Choice(["all"]), help="all: play each test in every other language of the bot, too.")
@click.pass_obj
def command(
    given: Given, paths: tuple[Path, ...], word: str, stop: bool, cov: bool, cov_min: int | None, junit: Path | None,
    update: bool, watch: bool, lang: str | None,
) -> int:  # fmt: skip
    """Play the tests of a bot: talks with it, written down in tests/*.test.yaml.

    The engine is the one that serves; the clock is moved by the tests, actions are mocked, nothing leaves this machine. With PATH only
    the tests of those files and folders are played. Ends with 1 when one fails, with 5 when there is none.
    """
    root = project_root(given)
    logging.getLogger("botkit").addHandler(logging.NullHandler())
    logging.getLogger("botkit").propagate = given.verbose
    asked = Asked(paths, word, stop, cov, cov_min, junit, update, lang is not None)
    if not watch:
        return _once(root, given, asked)
    from botkit.watching import changes

    for _ in changes(root):
        click.clear()
        _once(root, given, asked)
        click.echo("watching; Ctrl-C ends", err=True)
    return 0


def _once(root: Path, given: Given, asked: Asked) -> int:
    from botkit.ports import RealPorts
    from botkit.project import read_project
    from botkit.testing.stillness import StillLoop
    from botkit.testing.suite import Suite, Wanted, find, read_file

    ports = RealPorts()
    begun = ports.monotonic()
    project = read_project(root)
    bot = project.bot
    if bot is None or project.problems.errors:
        return _broken(project, given)
    try:
        found = find(root, [given.folder / path for path in asked.paths])
    except FileNotFoundError as error:
        raise Exit(USAGE, str(error)) from None
    files = [read_file(path, root, bot, project.actions) for path in found]
    broken = [file for file in files if file.problems.errors]
    suite = Suite(bot, project.actions, Wanted(asked.word, asked.stop, asked.all_languages, asked.update))
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        all_done = runner.run(suite.play(files, lambda done: _tell_file(done, given)))
    changed = _write(all_done) if asked.update else {}
    problems = [problem for file in files for problem in file.problems]
    _tell(all_done, files, problems, suite, given, asked, changed, ports.monotonic() - begun)
    if not all_done and not broken:
        return NOTHING
    short = asked.cov_min is not None and suite.coverage.percent < asked.cov_min
    return PROBLEMS if broken or short or any(done.failed for done in all_done) else 0


def _broken(project: Project, given: Given) -> int:
    """A bot with errors is not played."""
    from botkit.cli.reports import report

    errors = project.problems.errors
    if given.json:
        told = {"version": 1, "passed": 0, "failed": 0, "tests": [], "problems": [problem.as_json() for problem in errors]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(report("text", errors, project, given), nl=False)
    click.echo("no test was played: mend the bot first", err=True)
    return PROBLEMS


def _tell_file(done: Done, given: Given) -> None:
    from botkit.testing.reporting import file_lines

    if not given.json and not (given.quiet and not done.failed):
        for line in file_lines(done, given.paint):
            click.echo(line)


def _tell(
    all_done: Sequence[Done], files: Sequence[TestFile], problems: Sequence[Problem], suite: Suite, given: Given, asked: Asked,
    changed: dict[str, int], seconds: float,
) -> None:  # fmt: skip
    from botkit.problems import render
    from botkit.testing.records import as_json, junit
    from botkit.testing.reporting import coverage_lines, stories, sum_line

    bot = suite.bot
    errors = [problem for problem in problems if problem.severity == "error"]
    covering = asked.cov or asked.cov_min is not None
    if asked.junit is not None:
        from botkit.cli.written import write

        write(given.folder / asked.junit, junit(all_done, errors, bot))
    if given.json:
        told = as_json(all_done, problems, bot, suite.coverage if covering else None, changed)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    texts = {file.name: file.text for file in files}
    for problem in problems:
        click.echo("\n" + render(problem, texts.get(problem.place.file), given.paint), nl=False)
    for line in stories(all_done, bot, given.paint):
        click.echo(line)
    for name, lines in changed.items():
        click.echo(f"{name}: {lines} {'entry' if lines == 1 else 'entries'} rewritten")
    if covering:
        click.echo("")
        for line in coverage_lines(suite.coverage, given.paint):
            click.echo(line)
        if asked.cov_min is not None and suite.coverage.percent < asked.cov_min:
            click.echo(given.paint(f"{suite.coverage.percent} % of the steps are visited; {asked.cov_min} % are asked for", "red"))
    if not all_done and not errors:
        none = f'no test has "{asked.word}" in its name' if asked.word and files else "there is no test: write tests/NAME.test.yaml"
        click.echo(none, err=True)
        return
    if not given.quiet or any(done.failed for done in all_done):
        broken = len({problem.place.file for problem in errors})
        if any(done.failed for done in all_done) or covering:
            click.echo("")
        click.echo(sum_line(all_done, seconds, broken))


def _write(all_done: Sequence[Done]) -> dict[str, int]:
    """Put what the bot says now into the files; how many entries of each were rewritten."""
    from botkit.cli.written import write
    from botkit.testing.updating import updated

    changed = {}
    for done in all_done:
        changes = [change for played in done.played for change in played.changes]
        if changes:
            new = updated(done.file.path.read_bytes(), changes)
            if new.lines:
                write(done.file.path, new.data)
                changed[done.file.name] = new.lines
    return changed
