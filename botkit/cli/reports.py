"""How problems are written: for people, for editors, for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import click

from botkit import __version__
from botkit.cli import CONFIGURATION, Exit, Given
from botkit.problems import Problem, render
from botkit.project import Project
from botkit.succession import Live


def _text(problems: Sequence[Problem], project: Project, given: Given) -> str:
    shown = [render(problem, project.texts.get(problem.place.file), given.paint) for problem in problems]
    under_way = "" if project.live is None or given.quiet else "".join(f"{line}\n" for line in _live(project.live))
    return "".join(f"{one}\n" for one in shown) + under_way + ("" if given.quiet else _sum(problems, project) + "\n")


def _live(live: Live) -> Iterator[str]:
    """The places at which conversations stand, with what becomes of them."""
    told = f"{live.under_way} of {_count(live.conversations, 'conversation')} in {live.store}"
    yield f"{told} {'is' if live.under_way == 1 else 'are'} under way{':' if live.stands else ''}"
    rows = [(f"{one.flow}.{one.step}", count, one) for one, count in live.stands.items()]
    width = max((len(path) for path, _, _ in rows), default=0)
    for path, count, one in sorted(rows, key=lambda row: (row[0], row[2].fate, row[2].was)):
        added = f": {', '.join(one.options)} {'is' if len(one.options) == 1 else 'are'} new" if one.fate == "asked again" else ""
        yield f"  {path:<{width}}  {count:>6}  {one.fate}{added}"
    if live.unreadable:
        yield f"  {_count(live.unreadable, 'conversation')} cannot be read"
    yield ""


def _sum(problems: Sequence[Problem], project: Project) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    told = [_count(errors, "error"), _count(len(problems) - errors, "warning")] if problems else ["no problems"]
    bot = project.bot
    if bot is None:
        return ", ".join(told)
    steps = sum(len(flow.steps) for flow in bot.flows.values())
    languages = len(bot.settings.languages)
    return f"{', '.join(told)} in {_count(len(bot.flows), 'flow')}, {_count(steps, 'step')}, {_count(languages, 'language')}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _concise(problems: Sequence[Problem], _project: Project, _given: Given) -> str:
    return "".join(f"{problem}\n" for problem in problems)


def _json(problems: Sequence[Problem], project: Project, _given: Given) -> str:
    told: dict[str, object] = {"version": 1, "problems": [problem.as_json() for problem in problems]}
    if project.live is not None:
        told["against"] = _live_as_json(project.live)
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _live_as_json(live: Live) -> dict[str, object]:
    steps = [
        {"flow": one.flow, "step": one.step, "count": count, "fate": one.fate.replace(" ", "_"), "loss": one.loss, "options": one.options}
        for one, count in sorted(live.stands.items(), key=lambda row: (row[0].flow, row[0].step, row[0].fate, row[0].was))
    ]
    counts = {"conversations": live.conversations, "under_way": live.under_way, "unreadable": live.unreadable}
    return {"store": live.store, **counts, "steps": steps}


def _github(problems: Sequence[Problem], _project: Project, _given: Given) -> str:
    """Workflow commands, which a pull request shows at the line."""
    lines = []
    for problem in problems:
        place = problem.place
        text = problem.message + (f"\nhint: {problem.hint}" if problem.hint else "")
        escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        span = f"file={place.file},line={place.line},col={place.column},endLine={place.end_line},endColumn={place.end_column}"
        lines.append(f"::{problem.severity} {span},title={problem.code}::{escaped}\n")
    return "".join(lines)


def _sarif(problems: Sequence[Problem], _project: Project, _given: Given) -> str:
    codes = sorted({problem.code for problem in problems})
    results = [
        {
            "ruleId": problem.code,
            "level": problem.severity,
            "message": {"text": problem.message + (f"\nhint: {problem.hint}" if problem.hint else "")},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": problem.place.file}, "region": _region(problem)}}],
        }
        for problem in problems
    ]
    driver = {"name": "botkit", "version": __version__, "rules": [{"id": code} for code in codes]}
    told = {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _region(problem: Problem) -> dict[str, int]:
    place = problem.place
    return {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column}


Report = Callable[[Sequence[Problem], Project, Given], str]
FORMATS: dict[str, Report] = {"text": _text, "concise": _concise, "json": _json, "github": _github, "sarif": _sarif}


def unfit(problems: Sequence[Problem], project: Project, given: Given, why: str) -> Exit:
    """Why a command does nothing: *problems* of the bot, which are told here."""
    click.echo(_text(problems, project, given), err=True, nl=False)
    return Exit(CONFIGURATION, why, problems=[problem.as_json() for problem in problems])


def report(form: str, problems: Sequence[Problem], project: Project, given: Given) -> str:
    """*problems* in one of FORMATS."""
    return FORMATS[form](problems, project, given)
