"""What can be wrong with a bot: where it stands, what was found, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Place(Struct, frozen=True, order=True):
    """A span of a file; lines and columns count from 1, the end is one beyond the last character."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Edit(Struct, frozen=True):
    """Replace what stands at *place* by *text*."""

    place: Place
    text: str


class Problem(Struct, frozen=True):
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
    path: str | None = None  # the way on which it comes to that

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
            "path": self.path,
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
    """Collects findings, each place and code once, so that one mistake is one report; after MOST of them nobody reads on. Beside any number
    of warnings there is room for an error, with which no bot starts, and for the first warning of a code: it tells of something else."""

    MOST = 500

    def __init__(self) -> None:
        self._found: dict[tuple[str, Place], Problem] = {}
        self._errors = 0
        self._codes: set[str] = set()

    @property
    def full(self) -> bool:
        """Nothing more is collected: what is costly to find out need not be."""
        return self._errors >= self.MOST

    def add(self, problem: Problem) -> None:
        wrong = problem.severity == "error"
        if self.full or (not wrong and len(self._found) >= self.MOST and problem.code in self._codes):
            return
        key = (problem.code, problem.place)
        if key not in self._found:
            self._found[key] = problem
            self._codes.add(problem.code)
            self._errors += wrong

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
        path: str | None = None,
    ) -> None:
        self.add(Problem(code, message, place, severity, hint, fix, flow, step, lang, path))

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
