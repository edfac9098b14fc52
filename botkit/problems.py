"""What can be wrong with a bot: where it stands, what was found, how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of a file; lines and columns count from 1, the end is one beyond the last character."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands at *place* by *text*."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. *code* is stable and has a page of its own; *hint* works when followed literally; *fix* is the hint as edits."""

    code: str
    message: str
    place: Place
    severity: Severity = "error"
    hint: str | None = None
    fix: tuple[Edit, ...] = ()
    flow: str | None = None
    step: str | None = None
    lang: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}[{self.code}] {self.message}"

    def as_json(self) -> dict[str, Any]:
        place = self.place
        return {
            "code": self.code,
            "severity": self.severity,
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "end_line": place.end_line,
            "end_column": place.end_column,
            "message": self.message,
            "hint": self.hint,
            "fix": {"edits": [_edit_as_json(edit) for edit in self.fix]} if self.fix else None,
            "flow": self.flow,
            "step": self.step,
            "lang": self.lang,
            "url": None,
        }


def _edit_as_json(edit: Edit) -> dict[str, Any]:
    place = edit.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "text": edit.text,
    }


class Problems:
    """Collects findings, each place and code once, so that one mistake is one report."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Place], Problem] = {}

    def add(self, problem: Problem) -> None:
        self._found.setdefault((problem.code, problem.place), problem)

    def report(
        self,
        code: str,
        place: Place,
        message: str,
        hint: str | None = None,
        *,
        severity: Severity = "error",
        fix: tuple[Edit, ...] = (),
        flow: str | None = None,
        step: str | None = None,
        lang: str | None = None,
    ) -> None:
        self.add(Problem(code, message, place, severity, hint, fix, flow, step, lang))

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.add(problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found.values(), key=lambda p: (p.place, p.code)))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self if p.severity == "error"]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that *word* was most likely meant to be; None when nothing is near."""
    from difflib import get_close_matches

    candidates = list(known)
    for candidate in candidates:
        if candidate.casefold() == word.casefold():
            return candidate
    close = get_close_matches(word, candidates, n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known word; None when nothing is near."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near is not None else None


def excerpt(problem: Problem, text: str | None) -> str:
    """The line of *text* that the problem stands in, with a caret under the word; "" when there is no such line."""
    if text is None:
        return ""
    lines = text.split("\n")
    place = problem.place
    if not 1 <= place.line <= len(lines):
        return ""
    line = lines[place.line - 1].rstrip("\r")
    end = place.end_column if place.end_line == place.line else len(line) + 1
    start = min(place.column, len(line) + 1)
    width = max(1, min(end, len(line) + 1) - start)
    # Long lines are cut around the caret: nobody reads a caret that has wrapped.
    left = max(0, start - 1 - 60) if len(line) > 120 else 0
    shown = line[left : left + 120]
    width = min(width, max(1, len(shown) - (start - 1 - left)))
    shown = "".join("→" if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    number = str(place.line)
    gutter = " " * len(number)
    return f"{gutter} |\n{number} | {shown}\n{gutter} | {' ' * (start - 1 - left)}{'^' * width}\n"


def render(problem: Problem, text: str | None, paint: Callable[[str, str], str] = lambda text, _style: text) -> str:
    """The problem as an author reads it: place and sentence, the line, a caret, a hint. *paint* colours (text, style)."""
    tone = "red" if problem.severity == "error" else "yellow"
    head = f"{problem.place}: {paint(f'{problem.severity}[{problem.code}]', tone)} {problem.message}\n"
    body = excerpt(problem, text)
    hint = f"   = hint: {problem.hint}\n" if problem.hint else ""
    return head + body + hint


def render_all(problems: Iterable[Problem], texts: Mapping[str, str]) -> str:
    """All problems, a blank line between two."""
    return "\n".join(render(problem, texts.get(problem.place.file)) for problem in problems)
