"""botkit check: report every problem of a bot."""

from __future__ import annotations

from pathlib import Path

import click

from botkit.cli import PROBLEMS, Given, examples, project_root
from botkit.cli.reports import FORMATS, report


@click.command("check", epilog=examples("botkit check", "botkit check --format json", "botkit -C examples/shop check --strict"))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default=None, help="How the problems are written; text.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave out the problems with this code.")
@click.pass_obj
def command(given: Given, paths: tuple[Path, ...], strict: bool, form: str | None, ignore: tuple[str, ...]) -> int:
    """Report every problem of a bot: its place, what was found, how to mend it.

    With PATH only the problems of those files and folders are told. Needs no number, no network, no database.
    """
    from botkit.project import read_project

    root = project_root(given)
    project = read_project(root)
    problems = [problem for problem in project.problems if problem.code not in ignore]
    if paths:
        wanted = [(given.folder / path).resolve() for path in paths]
        problems = [p for p in problems if any((root / p.place.file).resolve().is_relative_to(path) for path in wanted)]
    click.echo(report(form or ("json" if given.json else "text"), problems, project, given), nl=False)
    failing = problems if strict else [problem for problem in problems if problem.severity == "error"]
    return PROBLEMS if failing else 0
