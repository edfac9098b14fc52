"""A problem as an author reads it: place and sentence, the line, a caret, a hint."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from botkit.problems.finding import Problem

WIDEST = 120  # cells of a line that is shown: nobody reads a caret that has wrapped
_BEFORE = 60  # characters that are shown before the caret of a longer line
_JOINERS = "\u200d\ufe0f"  # they hold emoji together and do nothing else


def visible(text: str) -> str:
    """*text* as a terminal can show it without being told anything by it: no control character and no change of direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(character) for character in text)


def _sign(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if character == "\t":
        return "→"
    return "·" if unicodedata.category(character) == "Zs" else "\N{REPLACEMENT CHARACTER}"


def cells(text: str) -> int:
    """How wide a terminal shows *text*."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if character in _JOINERS or unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@lru_cache(maxsize=4)
def _rows(text: str) -> tuple[str, ...]:
    """The rows of a file; kept, as most files with one problem have more."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def excerpt(problem: Problem, text: str | None) -> str:
    """The line of *text* that the problem stands in, with a caret under the word; "" when there is no such line."""
    place = problem.place
    lines = _rows(text) if text is not None else ()
    if not 1 <= place.line <= len(lines):
        return ""
    line = lines[place.line - 1]
    start = min(place.column - 1, len(line))
    end = min(place.end_column - 1, len(line)) if place.end_line == place.line else len(line)
    left = max(0, start - _BEFORE) if len(line) > WIDEST else 0
    shown = visible(line[left : left + WIDEST])
    under = visible(line[start : min(end, left + WIDEST)])
    number = str(place.line)
    gutter = " " * len(number)
    caret = " " * cells(visible(line[left:start])) + "^" * max(1, cells(under.rstrip()))
    return f"{gutter} |\n{number} | {shown}\n{gutter} | {caret}\n"


def render(problem: Problem, text: str | None, paint: Callable[[str, str], str] = lambda text, _style: text) -> str:
    """The problem as an author reads it. *paint* colours (text, style); style is red, yellow or bold."""
    tone = "red" if problem.severity == "error" else "yellow"
    place = visible(str(problem.place))
    head = f"{paint(place, 'bold')}: {paint(f'{problem.severity}[{problem.code}]', tone)} {visible(problem.message)}\n"
    hint = f"   = hint: {visible(problem.hint)}\n" if problem.hint else ""
    path = f"   = path: {visible(problem.path)}\n" if problem.path else ""
    return head + excerpt(problem, text) + path + hint


def render_all(problems: Iterable[Problem], texts: Mapping[str, str]) -> str:
    """All problems, a blank line between two."""
    return "\n".join(render(problem, texts.get(problem.place.file)) for problem in problems)
