"""From a file's bytes to its value, past whatever stops the parser."""

from __future__ import annotations

import re

import yaml

from botkit import traps
from botkit.problems import Edit, Place, Problems
from botkit.source.builder import Builder, Stop, too_deep
from botkit.source.nodes import Node, Source
from botkit.traps import Fault, Mend
from botkit.traps.page import NO_SPACES, WIDE_SPACES

try:
    from yaml import CSafeLoader
except ImportError:  # pragma: no cover - the wheels of every platform carry libyaml
    CSafeLoader = None  # type: ignore[assignment, misc]

MAX_BYTES = 1 << 20
MAX_MENDS = 20  # findings of one file after which the rest is not looked at
_TRIALS = 3 << 20  # characters that may be parsed again to try what a mend does

_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def decode(file: str, data: bytes, problems: Problems) -> Source | None:
    """The text of a file, if it is one: UTF-8, of a size that a person writes, without control characters."""
    if len(data) > MAX_BYTES:
        problems.report("too-big", Place(file), f"this file has {len(data):,} bytes; a file of a bot has at most {MAX_BYTES:,}")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = _lined(error.object[: error.start].decode())  # the object is without the mark that Windows puts first
        line, column = before.count("\n"), len(before) - before.rfind("\n")
        message = "this file is not written in UTF-8"
        problems.report("encoding", Place(file, line + 1, column, line + 1, column + 1), message, "save it with the encoding UTF-8")
        return None
    source = Source(file, _lined(text))
    if found := _UNREADABLE.search(source.text):
        line, column = _position(source, found.start())
        space = found[0] in "\x85\u2028\u2029"
        what = "a line break that most programs do not show" if space else f"an invisible character (code {ord(found[0])})"
        there = source.place(line, column)
        hint = "put a space in its place" if space else "delete it"
        problems.report("control-character", there, f"here stands {what}", hint, fix=(Edit(there, " " if space else ""),))
        return None
    return source


def _lined(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(source: Source, problems: Problems) -> Node | None:
    """The value that a YAML text holds; None when it holds none or cannot be read (then the problems say why).

    Where it is clear what was meant, the rest is read as if it stood there: one reading finds all that is wrong.
    """
    if CSafeLoader is None:  # pragma: no cover
        problems.report("libyaml", Place(source.file), "botkit needs PyYAML with libyaml", "pip install --force-reinstall pyyaml")
        return None
    odd = any(space in source.text for space in WIDE_SPACES + NO_SPACES)
    mend = traps.spaces.no_break_spaces(source) if odd else None
    trials = _TRIALS
    for _ in range(MAX_MENDS):
        if mend is not None:
            problems.add(mend.problem)
            if not mend.rows:
                return None
            source = source.mended(mend.rows)
        found = Problems()
        try:
            node = Builder(source, yaml.parse(source.text, CSafeLoader), found).document()
        except Stop as stop:
            mend = stop.mend
        except yaml.MarkedYAMLError as error:
            mend, trials = _suspect(source, error, trials)
        else:
            problems.extend(found)
            return node
    return None


def _suspect(source: Source, error: yaml.MarkedYAMLError, trials: int) -> tuple[Mend, int]:
    """The likeliest finding that lets the parser get further, and how many characters may still be parsed to try one."""
    fault = Fault.of(error, len(source.rows) - 1)
    if "maximum nesting depth" in fault.what:
        return too_deep(source, fault.line, fault.column), trials
    here = (fault.line, fault.column)
    guess: Mend | None = None  # the likeliest that was not tried
    shifted: tuple[tuple[float, int], Mend] | None = None  # the indent that lets the parser get furthest
    for mend in traps.suspects(source, fault):
        if not mend.rows:
            break
        if trials < len(source.text):
            guess = guess or Mend(mend.problem)
            continue
        trials -= len(source.text)
        reach = _reach(source.mended(mend.rows).text)
        if reach <= (here if mend.beyond is None else (mend.beyond + 1, 0)):
            continue
        if mend.problem.code != "indent":
            return mend, trials
        if shifted is None or reach > shifted[0]:
            shifted = reach, mend
    if shifted is not None:
        # Many indents let the parser get one row further; only one that helps for longer is read on with.
        return shifted[1] if shifted[0][0] > fault.line + 2 else Mend(shifted[1].problem), trials
    return guess or mend, trials


def _reach(text: str) -> tuple[float, int]:
    """Line and column that the parser gets to."""
    try:
        for _ in yaml.parse(text, CSafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        fault = Fault.of(error, text.count("\n"))
        return fault.line, fault.column
    return float("inf"), 0


def _position(source: Source, offset: int) -> tuple[int, int]:
    line = source.text.count("\n", 0, offset)
    return line, offset - (source.text.rfind("\n", 0, offset) + 1)
