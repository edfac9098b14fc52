"""The usual traps of YAML, each told in the author's words with a hint that mends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from botkit.problems import Edit, Place, Problem

_KEY = re.compile(r"^(\s*(?:- )*)([A-Za-z_][\w.-]*):\s+(.*)$")
_GLUED = re.compile(r"^(\s*(?:- )*)([A-Za-z_][\w-]*):([^\s:/].*)$")
_LOST = re.compile(r"^(\s*(?:- )*(?:[\w.-]+:\s+)?)([^\s'\"|>\[{#&*!].*?\w) +#(\w\S*.*)$")
_CURLY = "“”„‟‘’‚"


def _place(file: str, line: int, column: int, length: int = 1) -> Place:
    return Place(file, line + 1, column + 1, line + 1, column + 1 + max(1, length))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _whole(file: str, lines: Sequence[str], line: int, corrected: str) -> tuple[str, tuple[Edit, ...]]:
    """A hint that shows the corrected line, and the edit that puts it there."""
    place = _place(file, line, 0, len(lines[line]))
    return corrected.strip(), (Edit(place, corrected),)


def scan(file: str, lines: Sequence[str]) -> Iterator[Problem]:
    """What can be told from the raw lines alone, wherever the parser stops."""
    block: int | None = None  # indent of the key whose block text (| or >) is being passed over
    for number, line in enumerate(lines):
        body = line.strip(" ")
        indent = len(line) - len(line.lstrip(" "))
        if block is not None:
            if not body or indent > block:
                continue
            block = None
        if body.startswith("#"):
            continue
        if line.lstrip(" ").startswith("\t"):
            yield _tab(file, lines, number)
            continue
        if "\u00a0" in line[: len(line) - len(line.lstrip(" \u00a0"))]:
            column = line.index("\u00a0")
            fixed = line.replace("\u00a0", " ")
            yield Problem(
                "no-break-space",
                "there is a no-break space at the beginning of this line; it looks like a space and is none",
                _place(file, number, column),
                hint="replace it by a space",
                fix=(Edit(_place(file, number, 0, len(line)), fixed),),
            )
            continue
        if match := _KEY.match(line):
            before, key, value = match.groups()
            if value[:1] in _CURLY and value[:1]:
                column = len(line) - len(value)
                straight = value.strip().strip(_CURLY)
                hint, fix = _whole(file, lines, number, f"{before}{key}: {_quoted(straight)}")
                yield Problem("curly-quotes", "these quotes are curly; a text is quoted with straight ones", _place(file, number, column), hint=hint, fix=fix)
        if match := _LOST.match(line):
            before, text, lost = match.groups()
            if len(lost.split()) == 1 and re.match(r"\w", lost) and not lost.startswith(" "):
                column = line.index("#", len(before))
                hint, fix = _whole(file, lines, number, f"{before}{_quoted(f'{text} #{lost}'.rstrip())}")
                yield Problem("text-lost", 'what stands after " #" is a comment and will not be said', _place(file, number, column, len(lost) + 1), "warning", hint, fix)
        if re.search(r"(?:^|[\s:-])[|>][+-]?\d?\s*(?:#.*)?$", line):
            block = indent


def _tab(file: str, lines: Sequence[str], number: int) -> Problem:
    line = lines[number]
    neighbours = [other for other in (*lines[max(0, number - 3) : number][::-1], *lines[number + 1 : number + 4]) if other.startswith(" ") and other.strip()]
    width = len(neighbours[0]) - len(neighbours[0].lstrip(" ")) if neighbours else 2
    stripped = line.lstrip(" \t")
    column = line.index("\t")
    return Problem(
        "tab",
        "this line begins with a Tab",
        _place(file, number, column),
        hint=f'use spaces, as its neighbours do ({width}). "botkit check --fix" replaces it.',
        fix=(Edit(_place(file, number, 0, len(line)), " " * width + stripped),),
    )


def star(file: str, lines: Sequence[str], line: int, column: int) -> Problem:
    """A text that begins with `*`: bold to an author, an alias to YAML."""
    row = lines[line]
    hint, fix = _whole(file, lines, line, row[:column] + _quoted(row[column:].rstrip()))
    return Problem("star", 'a text that begins with "*" needs quotes', _place(file, line, column, len(row[column:].rstrip())), hint=hint, fix=fix)


def braces(file: str, lines: Sequence[str], line: int, column: int) -> Problem:
    """A text that begins with `{{`."""
    row = lines[line]
    start = row.find("{{", max(0, column - 1))
    start = start if start >= 0 else column
    hint, fix = _whole(file, lines, line, row[:start] + _quoted(row[start:].rstrip()))
    return Problem("braces", 'a text that begins with "{" needs quotes', _place(file, line, start, 2), hint=hint, fix=fix)


def flow_value(file: str, lines: Sequence[str], key: Place, text: str) -> Problem:
    """A word between `{ }` without a value: mostly a text that holds a comma or a colon."""
    row = lines[key.line - 1]
    corrected = _quote_in_flow(row)
    if corrected is not None and corrected != row:
        hint, fix = _whole(key.file, lines, key.line - 1, corrected)
    else:
        hint, fix = f'write {text}: and a value, or quote the text before it, for it holds a ","', ()
    return Problem("flow-quotes", f'"{text}" has no value here', key, hint=hint, fix=fix)


def _quote_in_flow(row: str) -> str | None:
    """The line with every unquoted value of its `{ }` quoted that holds a comma, or None where that is not clear."""
    opened, closed = row.find("{"), row.rfind("}")
    if opened < 0 or closed < opened or any(c in row[opened:closed] for c in "\"'[]{}"[:2]):
        return None
    inner = row[opened + 1 : closed]
    pieces = re.split(r",\s*(?=[A-Za-z_][\w.]*:\s)", inner)
    rebuilt = []
    for piece in pieces:
        key, colon, value = piece.partition(": ")
        if not colon:
            return None
        value = value.strip()
        needs = any(c in value for c in ",[]{}?#") or ": " in value
        rebuilt.append(f"{key.strip()}: {_quoted(value) if needs else value}")
    return f"{row[: opened + 1]}{', '.join(rebuilt)}{row[closed:]}"


def diagnose(file: str, lines: Sequence[str], error: Any) -> Problem:
    """What a syntax error of the parser most likely comes from."""
    mark = error.problem_mark or error.context_mark
    line = min(mark.line, len(lines) - 1) if mark else 0
    column = mark.column if mark else 0
    context, what = error.context or "", error.problem or ""
    begun = error.context_mark
    row = lines[line]
    if "\t" in row[: len(row) - len(row.lstrip())] or what.endswith("'\\t' that cannot start any token") or "tab" in what:
        return _tab(file, lines, line) if "\t" in row else Problem("tab", "there is a Tab here where spaces must stand", _place(file, line, column))
    if "quoted scalar" in context and begun is not None:
        return Problem(
            "open-quote",
            "this quote is never closed",
            _place(file, begun.line, begun.column),
            hint=f"add {lines[begun.line][begun.column : begun.column + 1]} at the end of the text",
        )
    if "alias" in context or "anchor" in context:
        at = begun or mark
        return star(file, lines, at.line, at.column)
    for number in (line, line - 1, line - 2):
        if 0 <= number < len(lines) and (match := _GLUED.match(lines[number])) and "//" not in match[3][:2]:
            before, key, value = match.groups()
            hint, fix = _whole(file, lines, number, f"{before}{key}: {value}")
            return Problem("colon", f'"{key}" needs a colon and a space behind it', _place(file, number, len(before) + len(key)), hint=hint, fix=fix)
    if "mapping values are not allowed" in what and (match := _KEY.match(row)):
        before, key, value = match.groups()
        if ": " in value or value.endswith(":"):
            hint, fix = _whole(file, lines, line, f"{before}{key}: {_quoted(value.rstrip())}")
            return Problem("quote-needed", 'this text has a second ": ", so it needs quotes', _place(file, line, column), hint=hint, fix=fix)
    for number in (line, (begun.line if begun else line)):
        if match := re.search(r":\s+(\{\{)", lines[number]):
            return braces(file, lines, number, match.start(1))
    if "flow mapping" in context or "flow sequence" in context:
        at = begun or mark
        opened = lines[at.line][at.column : at.column + 1] or "{"
        closing = "}" if opened == "{" else "]"
        corrected = _quote_in_flow(lines[at.line])
        if corrected and corrected != lines[at.line]:
            hint, fix = _whole(file, lines, at.line, corrected)
            return Problem("flow-quotes", "a value between { } that holds one of , [ ] { } ? # needs quotes", _place(file, line, column), hint=hint, fix=fix)
        return Problem("open-bracket", f'this "{opened}" is not closed where it should be', _place(file, at.line, at.column), hint=f'close it with "{closing}", and put texts that hold brackets, commas or colons in quotes')
    if match := re.match(r"^(\s*(?:- )*)([A-Za-z_][\w-]*)\s*$", row):
        hint, fix = _whole(file, lines, line, f"{match[1]}{match[2]}:")
        return Problem("colon", f'"{match[2]}" needs a colon behind it', _place(file, line, len(match[1]), len(match[2])), hint=hint, fix=fix)
    if "did not find expected key" in what or "did not find expected '-'" in what or "block" in context:
        quoted = re.match(r"^(\s*(?:- )*[\w.-]+:\s+)([\"'])(.*)$", row) or (re.match(r"^(\s*(?:- )*[\w.-]+:\s+)([\"'])(.*)$", lines[line - 1]) if line else None)
        if quoted and quoted[3].count(quoted[2]) > 1:
            number = line if quoted.string == row else line - 1
            return Problem("inner-quote", "a quote inside the text ends it too early", _place(file, number, len(quoted[1]), len(quoted[0]) - len(quoted[1])), hint=f"put a \\ before the quotes inside the text, or begin and end the text with {'single' if quoted[2] == chr(34) else 'double'} quotes")
        expected = _indent_of_neighbour(lines, line)
        return Problem("indent", "this line does not stand under its neighbours", _place(file, line, column, len(row.strip())), hint=f"begin it with {expected} spaces, as the lines that belong with it" if expected is not None else "give lines that belong together the same number of spaces")
    if "cannot start any token" in what:
        character = row[column : column + 1]
        hint, fix = _whole(file, lines, line, row[:column] + _quoted(row[column:].rstrip()))
        return Problem("quote-needed", f'a text that begins with "{character}" needs quotes', _place(file, line, column), hint=hint, fix=fix)
    return Problem("yaml", "this line cannot be read", _place(file, line, column), hint="put texts in quotes, give each key a colon and a space, and keep lines that belong together under each other")


def _indent_of_neighbour(lines: Sequence[str], line: int) -> int | None:
    own = len(lines[line]) - len(lines[line].lstrip(" "))
    above = [len(row) - len(row.lstrip(" ")) for row in lines[:line] if row.strip() and not row.lstrip().startswith("#")]
    near = sorted({indent for indent in above if indent != own}, key=lambda indent: (abs(indent - own), indent))
    return near[0] if near else None
