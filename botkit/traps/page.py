"""A file's rows, and what mends one of them: a finding with the rows as they should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from botkit.problems import Edit, Place, Problem, Severity

_EDITS = 2_000  # rows that one fix changes
_HINT = 200  # characters of a row that a hint shows
WIDE_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
NO_SPACES = "\u00ad\u200b\u2060\ufeff"  # characters that are not even seen
CURLY = "“”„‟‘’‚"  # quotes that YAML does not know
LONGEST = 5_000  # rows beyond it are nobody's writing, and no trap looks at them


class Mend(Struct, frozen=True):
    """A finding, and by line (from 0) the rows that mend it; without rows nobody can tell what was meant.

    A mend holds when the parser gets further with it than without; *beyond* is the line that it must get beyond, where that is another.
    """

    problem: Problem
    rows: Mapping[int, str] = field(default_factory=dict)
    beyond: int | None = None


class Fault(Struct, frozen=True):
    """Where the parser stopped, and at what; lines and columns count from 0."""

    what: str
    context: str
    line: int
    column: int
    from_line: int  # where that began which could not be read to its end
    from_column: int

    @classmethod
    def of(cls, error: Any, last: int) -> Fault:
        """From PyYAML's error; *last* is the last line that there is."""
        mark = error.problem_mark or error.context_mark
        begun = error.context_mark or mark
        line, column = (min(mark.line, last), mark.column) if mark else (0, 0)
        from_line, from_column = (min(begun.line, last), begun.column) if begun else (line, column)
        return cls(error.problem or "", error.context or "", line, column, from_line, from_column)


class Page:
    """The rows of a file. Lines and columns count from 0.

    What was mended while reading stands mended here; places and edits still speak of the file.
    """

    __slots__ = ("_were", "file", "rows")

    def __init__(self, file: str, rows: Sequence[str], were: Mapping[int, str] | None = None) -> None:
        self.file = file
        self.rows = rows
        self._were = were or {}  # rows as they stand in the file, where that is something else

    def mended(self, rows: Mapping[int, str]) -> Page:
        """The same file with *rows* in the place of others."""
        were = {**{number: self.rows[number] for number in rows}, **self._were}
        return Page(self.file, [rows.get(number, row) for number, row in enumerate(self.rows)], were)

    def row(self, line: int) -> str:
        """The row, or "" where there is none that a person wrote."""
        if not 0 <= line < len(self.rows) or len(self.rows[line]) > LONGEST:
            return ""
        return self.rows[line]

    def place(self, line: int, column: int, length: int = 1) -> Place:
        return self.span(line, column, line, column + max(1, length))

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Place:
        start, end = self._there(line, column), self._there(end_line, end_column)
        return Place(self.file, line + 1, start + 1, end_line + 1, (max(end, start + 1) if end_line == line else end) + 1)

    def _there(self, line: int, column: int) -> int:
        """The column of the file that has become *column*."""
        old = self._were.get(line)
        return column if old is None else before(old, self.rows[line], column)

    def above(self, line: int) -> int | None:
        """The nearest row above that holds more than spaces or a comment."""
        for number in range(line - 1, max(-1, line - 50), -1):
            if has_content(self.rows[number]):
                return number
        return None

    def below(self, line: int) -> int | None:
        for number in range(line + 1, min(len(self.rows), line + 50)):
            if has_content(self.rows[number]):
                return number
        return None

    def told(self, code: str, line: int, column: int, length: int, message: str, hint: str, severity: Severity = "error") -> Mend:
        """A finding that only the author can mend."""
        return Mend(Problem(code, message, self.place(line, column, length), severity, hint))

    def mend(
        self, code: str, line: int, column: int, length: int, message: str, rows: Mapping[int, str], hint: str | None = None,
        severity: Severity = "error",
    ) -> Mend:  # fmt: skip
        """A finding that *rows* mend; the hint shows the first of them where none is given."""
        changed = {number: row for number, row in rows.items() if row != self.rows[number]}
        fix = tuple(self.edit(number, row) for number, row in sorted(changed.items())) if len(changed) <= _EDITS else ()
        shown = hint if hint is not None else rows[min(rows)].strip()
        shown = shown if len(shown) <= _HINT else shown[: _HINT - 1] + "…"
        return Mend(Problem(code, message, self.place(line, column, length), severity, shown, fix), changed)

    def edit(self, line: int, row: str) -> Edit:
        """The edit that puts *row* in the place of what stands in the file: only what differs."""
        old = self._were.get(line, self.rows[line])
        start, stop = difference(old, row)
        return Edit(Place(self.file, line + 1, start + 1, line + 1, stop + 1), row[start : len(row) - (len(old) - stop)])


def before(old: str, new: str, column: int) -> int:
    """The column of *old* that has become *column* of *new*."""
    matched = 0
    reached = None
    for number, character in enumerate(new):
        if number == column:
            reached = matched
        if matched < len(old) and old[matched] == character:
            matched += 1
    if matched == len(old):  # things were only put in
        return matched if reached is None else reached
    start, stop = difference(old, new)
    beyond = stop + len(new) - len(old)  # where the difference ends in *new*
    if column <= start:
        return column
    return min(column, stop) if column < beyond else column - len(new) + len(old)


def difference(old: str, new: str) -> tuple[int, int]:
    """The span of *old*, from 0, that has to be replaced to make it *new*."""
    shortest = min(len(old), len(new))
    start = 0
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - end


def indent(row: str) -> int:
    return len(row) - len(row.lstrip(" "))


def has_content(row: str) -> bool:
    stripped = row.lstrip()
    return bool(stripped) and not stripped.startswith("#")


def quoted(text: str) -> str:
    """*text* between double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def without_comment(value: str) -> tuple[str, str]:
    """An unquoted value and the comment behind it, with the spaces between them."""
    at = value.find(" # ")
    if at < 0:
        stripped = value.rstrip()
        return stripped, value[len(stripped) :]
    stripped = value[:at].rstrip()
    return stripped, value[len(stripped) :]


def rows_quoted(page: Page, line: int, column: int) -> dict[int, str]:
    """The rows of an unquoted text that begins at *column* of *line*, between double quotes."""
    row = page.rows[line]
    before = row[:column]
    # A text goes on in the rows below it that are deeper than its key; one that stands alone, in those that are as deep.
    least = indent(row) + 1 if before.strip() else column
    last = line
    while last + 1 < len(page.rows) and page.row(last + 1).strip() and indent(page.rows[last + 1]) >= least:
        last += 1
    if last == line:
        text, comment = without_comment(row[column:])
        return {line: before + quoted(text) + comment}
    rows = {number: quoted(page.rows[number].rstrip())[1:-1] for number in range(line + 1, last + 1)}
    rows[line] = before + quoted(row[column:].rstrip())[:-1]
    rows[last] += '"'
    return rows
