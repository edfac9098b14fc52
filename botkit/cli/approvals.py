"""How templates and what WhatsApp says of them are told: as a table, as differences, as JSON; and the files made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from botkit.approvals import Change, Pulls, Registered, compare
from botkit.approvals.writing import NAME, Unwritable, write
from botkit.bot import Bot
from botkit.cli import Given
from botkit.cli.written import write as put
from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.templates import Template, read_template

COLUMNS = ("template", "language", "category", "status", "quality", "file")
_COLORS = {"approved": "green", "rejected": "red", "disabled": "red", "paused": "yellow", "not sent": "cyan"}
_MARKS = {"new": ("+", "green"), "changed": ("~", "yellow"), "gone": ("-", "red"), "same": (" ", "")}


# ---- list


def listing(rows: Mapping[str, Sequence[Change]], given: Given) -> list[str]:
    lines = []
    for channel, changes in rows.items():
        table = [_row(change) for change in changes]
        widths = [max(len(row[n]) for row in (COLUMNS, *table)) for n in range(len(COLUMNS))]
        lines += [given.paint(f"channel {channel}", "bold")] if len(rows) > 1 else []
        if not table:
            lines.append("there are no templates, neither in templates/ nor at the provider")
            continue
        lines.append("  ".join(name.ljust(width) for name, width in zip(COLUMNS, widths, strict=True)).rstrip())
        for change, row in zip(changes, table, strict=True):
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            if row[3] in _COLORS:
                cells[3] = given.paint(cells[3], _COLORS[row[3]])
            lines.append("  ".join(cells).rstrip())
            if change.held is not None and change.held.reason:
                lines.append(f"  {change.held.reason}")
    return lines


def _row(change: Change) -> tuple[str, ...]:
    held = change.held
    category = held.category if held is not None else change.template.category if change.template is not None else ""
    file = {"same": "the same", "changed": "differs", "new": "yes", "gone": "none"}[change.kind]
    return (
        change.name,
        change.language,
        category,
        held.status if held is not None else "not sent",
        held.quality if held is not None else "",
        file,
    )


def listing_as_json(channel: str, changes: Sequence[Change]) -> dict[str, Any]:
    return {"channel": channel, "templates": [change_as_json(change) for change in changes]}


def change_as_json(change: Change) -> dict[str, Any]:
    held = change.held
    told: dict[str, Any] = {"name": change.name, "language": change.language, "change": change.kind}
    told["status"] = held.status if held is not None else None
    told["reason"] = held.reason or None if held is not None else None
    told["quality"] = held.quality or None if held is not None else None
    told["category"] = held.category or None if held is not None else None
    told["differs"] = [{"part": part, "provider": theirs, "file": ours} for part, theirs, ours in change.differs]
    return told


# ---- diff


def differences(channel: str, changes: Sequence[Change], given: Given) -> Iterator[str]:
    yield given.paint(f"channel {channel}", "bold")
    if not changes:
        yield "  there are no templates, neither in templates/ nor at the provider"
    for change in changes:
        yield change_line(change, given)
        for part, theirs, ours in change.differs:
            yield from _beside(part, theirs, ours, given)
    counts = Counter[str](change.kind for change in changes)
    words = {"new": "new", "changed": "changed", "gone": "only at the provider", "same": "the same"}
    yield "  " + (", ".join(f"{counts[kind]} {word}" for kind, word in words.items() if counts[kind]) or "nothing")


def change_line(change: Change, given: Given) -> str:
    sign, color = _MARKS[change.kind]
    held = change.held
    status = f"{held.status}{f': {held.reason}' if held.reason else ''}" if held is not None else "not sent yet"
    if change.elsewhere:
        status += f"; the provider has it in {change.elsewhere}"
    parts = f"{', '.join(part for part, _, _ in change.differs)}; " if change.differs else ""
    line = f"{sign} {change.name} ({change.language}): {parts}{status}"
    return given.paint(line, color) if color else line


def _beside(part: str, theirs: str, ours: str, given: Given) -> Iterator[str]:
    """A part as the provider has it, and as the file has it."""
    for sign, color, said in (("-", "red", theirs), ("+", "green", ours)):
        for n, line in enumerate(said.split("\n") if said else []):
            head = part if n == 0 and (sign == "-" or not theirs) else ""
            yield f"    {head:<10} " + given.paint(f"{sign} {line}", color)


# ---- show, pull


def heading(template: Template, language: str, known: Pulls) -> str:
    """Name, language, category, and how it stood at the last pull."""
    told = [f"{template.name} ({language}) · {template.category}"]
    for channel, pull in known.channels.items():
        held = next((one for one in pull.templates if (one.name, one.language) == (template.name, language)), None)
        where = f" at {channel}" if len(known.channels) > 1 else ""
        told.append(f"{held.status if held is not None else 'not sent yet'}{where} on {pull.at:%Y-%m-%d}")
    return " · ".join(told)


def summary(held: Sequence[Registered]) -> dict[str, int]:
    """How many there are of each status, the most first."""
    return dict(Counter(one.status for one in held).most_common())


def write_missing(root: Path, bot: Bot, held: Mapping[str, Sequence[Registered]]) -> tuple[list[str], list[str]]:
    """Make files for templates that have none: those that were made, and lines about those that could not be. A file that is there is
    never touched, and what a file could not say whole is not written."""
    made: list[str] = []
    left: list[str] = []
    every = sorted((one for there in held.values() for one in there), key=lambda one: one.name)
    for name, group in groupby(every, key=lambda one: one.name):
        languages = {one.language: one for one in group if one.status != "deleted"}
        first = sorted(languages.values(), key=lambda one: (not one.language.startswith(bot.settings.language[:2]), one.language))
        file = f"templates/{name}.yaml"
        if not first or not NAME.fullmatch(name) or (root / file).exists() or (root / file).with_suffix(".yml").exists():
            continue
        try:
            text = write(first)
            _read_back(name, text, first, bot)
        except Unwritable as error:
            left.append(f"{file} was not made: {error}")
            continue
        put(root / file, text.encode())
        made.append(file)
    return made, left


def _read_back(name: str, text: str, held: Sequence[Registered], bot: Bot) -> None:
    """Raises Unwritable where *text* would not be read without an error, or as something else."""
    problems = Problems()
    source = decode(f"templates/{name}.yaml", text.encode(), problems)
    node = read(source, problems) if source is not None else None
    template = read_template(name, node, Reading(problems), bot.settings.languages) if node is not None else None
    if problems.errors:
        raise Unwritable(problems.errors[0].message)
    lost = [part for change in compare({name: template}, held) for part, _, _ in change.differs] if template is not None else ["text"]
    if lost:
        raise Unwritable(f"its {lost[0]} is not the same in every language, or cannot be written: write the file by hand")
