"""botkit check: report every problem of a bot."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from botkit.cli import PROBLEMS, USAGE, Exit, Given, examples, project_root

if TYPE_CHECKING:
    from botkit.problems import Problem
    from botkit.project import Project

FORMATS = ("text", "concise", "json", "github", "sarif")
_ROUNDS = 20  # a fix may bring another mistake to light


class Asked(Struct, frozen=True):
    """What stands on the command line."""

    paths: tuple[Path, ...]
    strict: bool
    form: str | None
    fix: bool
    ignore: tuple[str, ...]
    against: str | None = None
    watched: bool = False


@click.command(
    "check",
    epilog=examples("botkit check", "botkit check --fix", "botkit check --watch", "botkit check flows/booking.yaml --format json"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--format", "form", type=click.Choice(FORMATS), default=None, help="How the problems are written; text.")
@click.option("--fix", is_flag=True, help="Carry out the hints that are certain, in the files themselves.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave out the problems with this code.")
@click.option("--against", metavar="STORE", help="Tell which of the conversations in this store the changes would strand.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.pass_obj
def command(
    given: Given, paths: tuple[Path, ...], strict: bool, form: str | None, fix: bool, ignore: tuple[str, ...], against: str | None,
    watch: bool,
) -> int:  # fmt: skip
    """Report every problem of a bot.

    Each has its place, what was found there, and how to mend it. With PATHS only the problems of those files and folders are told; a file
    that belongs to no bot is checked by itself. Needs no number, no network, no database. Exit code 1 when there are errors. --against
    looks into a store, such as data/botkit.db, also while a server works with it, and changes nothing there.
    """
    if ignore:
        _codes(ignore)
    for path in paths:
        if not (given.folder / path).exists():
            raise Exit(USAGE, f"there is no {path}", *_near(given.folder / path))
    if not watch:
        return _once(given, Asked(paths, strict, form, fix, ignore, against))
    if fix:
        raise Exit(USAGE, "--fix and --watch do not go together: a file would change while it is being written")
    from botkit.watching import changes

    for _ in changes(_root(given, paths) or given.folder, [given.folder / path for path in paths]):
        click.clear()
        _once(given, Asked(paths, strict, form, fix, ignore, against, watched=True))
        click.echo("watching; Ctrl-C ends", err=True)
    return 0


def _once(given: Given, asked: Asked) -> int:
    from botkit.cli.reports import report

    gc.disable()
    project = _read(given, asked.paths, asked.against)
    gc.freeze()  # it stays until the end: the collector need not look at it, then neither
    gc.enable()
    if asked.watched and (project.root / ".botkit" / "schema").is_dir():
        from botkit.cli.schema import refresh

        refresh(project)
    if asked.fix:
        project = _fix(given, asked, project)
    problems = _told(given, asked.paths, project, asked.ignore)
    click.echo(report(asked.form or ("json" if given.json else "text"), problems, project, given), nl=False)
    failing = asked.strict or any(problem.severity == "error" for problem in problems)
    return PROBLEMS if problems and failing else 0


def _root(given: Given, paths: Sequence[Path]) -> Path | None:
    """The folder of the bot around the first path, else around the current folder; None for a file of no bot."""
    from botkit.project import find_root

    first = given.folder / paths[0] if paths else given.folder
    return find_root(first if first.is_dir() else first.parent)


def _codes(ignore: Sequence[str]) -> None:
    """Raises Exit for a code that no problem has: a slip would leave nothing out, and nobody would know why."""
    from botkit.cli.explain import codes
    from botkit.problems import did_you_mean

    known = codes()
    for code in ignore:
        if code not in known:
            raise Exit(USAGE, f'--ignore: no problem has the code "{code[:60]}"', did_you_mean(code, known) or "botkit explain lists them")


def _near(path: Path) -> list[str]:
    """What a path that is not there was meant to be."""
    from botkit.problems import did_you_mean

    beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = did_you_mean(path.name, beside)
    return [hint] if hint is not None else []


def _read(given: Given, paths: Sequence[Path], store: str | None) -> Project:
    """The project around the first path, else around the folder; a file of no project as one of its own."""
    from botkit.project import read_flow_file, read_project

    root = _root(given, paths)
    if root is None and paths and (given.folder / paths[0]).is_file():
        if paths[0].suffix not in (".yaml", ".yml"):
            raise Exit(USAGE, f"{paths[0]} is no file of a bot: a flow is a file that ends in .yaml")
        return read_flow_file(given.folder, paths[0].as_posix())
    root = root or project_root(given)
    for path in paths:
        whole = (given.folder / path).resolve()
        if not whole.is_relative_to(root) and not root.is_relative_to(whole):
            raise Exit(USAGE, f"{path} is no part of the bot in {root}", "check one bot at a time: botkit -C FOLDER check")
    if store is None:
        return read_project(root)
    from botkit.stores.base import StoreUnusable
    from botkit.stores.opening import conversations_of

    # As it stands here, or as botkit.yaml names it.
    folder = given.folder if (given.folder / store).is_file() else root
    try:
        return read_project(root, against=(store, lambda: conversations_of(store, folder)))
    except StoreUnusable as error:
        raise Exit(USAGE, str(error)) from None


def _told(given: Given, paths: Sequence[Path], project: Project, ignore: Sequence[str]) -> list[Problem]:
    problems = [problem for problem in project.problems if problem.code not in ignore]
    roots = [(given.folder / path).resolve() for path in paths]
    if not roots or project.root.resolve() in roots:
        return problems
    return [p for p in problems if any((project.root / p.place.file).resolve().is_relative_to(path) for path in roots)]


def _fix(given: Given, asked: Asked, project: Project) -> Project:
    """Carry out what is certain until nothing is left of it; what names the nearest word is a guess, and left to the author."""
    from botkit.cli.written import write
    from botkit.problems import apart, edited

    done = 0
    for _ in range(_ROUNDS):
        certain = [p for p in _told(given, asked.paths, project, asked.ignore) if p.fix and not (p.hint or "").startswith("did you mean")]
        chosen = apart(certain)
        if not chosen:
            break
        for file in {edit.place.file for problem in chosen for edit in problem.fix}:
            path = project.root / file
            with path.open(encoding="utf-8", newline="") as opened:  # line ends stay as they are
                text = opened.read()
            mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
            edits = [edit for problem in chosen for edit in problem.fix if edit.place.file == file]
            write(path, (mark + edited(text, edits)).encode())
        done += len(chosen)
        project = _read(given, asked.paths, asked.against)
    if done and not given.quiet:
        click.echo(f"{done} problem{'' if done == 1 else 's'} mended", err=True)
    return project
