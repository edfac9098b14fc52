"""Edits, done: what hints say, carried out on a file's text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from botkit.problems.finding import Edit, Problem

_ROW = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")


def edited(text: str, edits: Iterable[Edit]) -> str:
    """*text* with *edits*, which must not overlap. Line ends stay as they are."""
    rows = _ROW.findall(text)
    starts = [0]
    for row, end in rows:
        starts.append(starts[-1] + len(row) + len(end))

    def offset(line: int, column: int) -> int:
        line = min(line, len(rows))
        return starts[line - 1] + min(column - 1, len(rows[line - 1][0]))

    spans = [(offset(e.place.line, e.place.column), offset(e.place.end_line, e.place.end_column), e.text) for e in edits]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def apart(problems: Iterable[Problem]) -> list[Problem]:
    """The problems whose fixes can be carried out together: each line is touched by one of them."""
    taken: set[tuple[str, int]] = set()
    chosen = []
    for problem in problems:
        lines = {(e.place.file, line) for e in problem.fix for line in range(e.place.line, e.place.end_line + 1)}
        if lines and not lines & taken:
            taken |= lines
            chosen.append(problem)
    return chosen
