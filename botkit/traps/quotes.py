"""Texts that need quotes, or have one too many or too few."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from botkit.traps.page import CURLY, Fault, Mend, Page, indent, quoted, rows_quoted, without_comment

_KEY = re.compile(r"^(\s*(?:- +)*[^\W\d][\w.-]*:\s+)(\S.*)$")
_VALUE = re.compile(r"^(\s*(?:- +)*(?:[^\W\d][\w.-]*:\s+)?)(\S.*)$")
_ITEM = re.compile(r"^\s*(?:- +)+(\w)")
_NAMES = re.compile(r"(?:ask|set|with|params|returns|errors|contact):\s+$")  # keys below which names stand
_PAIR = re.compile(r"[\w.]+: +[^\s\"'{}\[\],#|>&*][^\"'{}\[\],#]*")
_CLOSED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"'), "'": re.compile(r"'(?:[^']|'')*'")}
_SPECIAL = "*&!@`%|>?-[{]},"
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0abtnvfre \"/\\N_LP\t])?")
_HALVES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_KEY_BELOW = re.compile(r"^\s*(?:- |[^\W\d][\w.-]*:(?:\s|$))")


def opening(page: Page, line: int) -> Mend | None:
    """A text that begins with a sign that means something to YAML."""
    row = page.row(line)
    match = _VALUE.match(row)
    if match is None or match[2][0] not in _SPECIAL + "#":
        return None
    before, value = match.groups()
    text, _ = without_comment(value)
    sign = "{{" if text.startswith("{{") else text[0]
    rows = rows_quoted(page, line, len(before))
    message = f'a text that begins with "{sign}" needs quotes'
    return page.mend("quote-needed", line, len(before), 2 if sign == "{{" else len(text), message, rows, _hint(page, rows, line, text))


def _hint(page: Page, rows: Mapping[int, str], line: int, text: str) -> str:
    """The row as it should be; of several rows, where the quotes go."""
    if len(rows) == 1:
        return rows[line].strip()
    return f'put a " before {text.split()[0]} in line {line + 1} and one at the end of line {max(rows) + 1}'


def special(page: Page, fault: Fault) -> Iterator[Mend]:
    signs = ("alias", "anchor", "tag", "block scalar", "next token")
    if any(word in fault.context for word in signs) or "not allowed in this context" in fault.what:
        line = fault.from_line
        match = _VALUE.match(page.row(line))
        at = fault.from_column
        if match and len(match[1]) == at and (mend := opening(page, line)) is not None:
            yield mend
    row = page.row(fault.line)
    if re.match(r"\s*(?:- +)*(?:[^\W\d][\w.-]*:\s+)?\{\{", row) or ("expected key" in fault.what and re.match(r"[^\"']*:\s+\[", row)):
        mend = opening(page, fault.line)
        if mend is not None:
            yield mend


def curly(page: Page, line: int) -> Mend | None:
    """A value between typographic quotes: YAML knows only the straight ones."""
    match = _VALUE.match(page.row(line))
    if match is None or match[2][0] not in CURLY:
        return None
    before, value = match.groups()
    text, comment = without_comment(value)
    if len(text) < 2 or text[-1] not in CURLY:
        return None
    rows = {line: before + quoted(text[1:-1]) + comment}
    return page.mend("curly-quotes", line, len(before), 1, "these quotes are curly; a text is quoted with straight ones", rows)


def lost(page: Page, line: int, column: int, end: int) -> Mend:
    """`label: Prices #1`: what stands behind " #" is a comment to YAML."""
    row = page.row(line)
    text = row[column:].rstrip()
    at = row.index("#", end)
    match = _VALUE.match(row)
    rows = {line: row[:column] + quoted(text)} if match and len(match[1]) == column else {}
    message = f'"{row[at:].rstrip()[:40]}" is a comment and will not be said'
    if not rows:
        return page.told("text-lost", line, at, len(row[at:].rstrip()), message, "put the text in quotes", "warning")
    return page.mend("text-lost", line, at, len(row[at:].rstrip()), message, rows, severity="warning")


def with_colon(page: Page, line: int) -> Mend | None:
    """`- Note: bring your card`, or the same below `say:`: a text to its author, a key to YAML."""
    row = page.row(line)
    match = re.match(r"^(\s*(?:- +)*)([^\s\"'|>\[{].*)$", row)
    if match is None:
        return None
    rows = rows_quoted(page, line, len(match[1]))
    column = row.find(": ")
    message = 'this text holds ": ", so it needs quotes'
    return page.mend("quote-needed", line, max(column, len(match[1])), 1, message, rows, _hint(page, rows, line, match[2]))


def second_colon(page: Page, fault: Fault) -> Iterator[Mend]:
    """`say: Note: bring your card`, on one row or on several."""
    if "mapping values are not allowed" not in fault.what:
        return
    if (mend := curly(page, fault.line)) is not None:
        yield mend
    item = _ITEM.match(page.row(fault.line))
    if item and item[1].isupper() and (mend := with_colon(page, fault.line)) is not None:
        yield mend  # a key of a flow is written small: this is a text to its first letter
    match = _KEY.match(page.row(fault.line))
    if match and len(match[1]) <= fault.column and _NAMES.search(match[1]) and _PAIR.fullmatch(match[2]):
        row = f"{match[1]}{{{match[2].rstrip()}}}"
        message = "a name and its value, behind a key on one row, stand in braces"
        yield page.mend("wrong-shape", fault.line, fault.column, 1, message, {fault.line: row})
    if match and len(match[1]) <= fault.column:
        rows = rows_quoted(page, fault.line, len(match[1]))
        message, hint = 'this text has a second ": ", so it needs quotes', _hint(page, rows, fault.line, match[2])
        yield page.mend("quote-needed", fault.line, fault.column, 1, message, rows, hint)
    first = page.above(fault.line)
    while first is not None and indent(page.rows[first]) >= indent(page.row(fault.line)):
        first = page.above(first)
    match = _KEY.match(page.row(first)) if first is not None else None
    if first is not None and match and match[2][0] not in "\"'|>[{#" and not re.match(r"\s*[a-z_]+:", page.row(fault.line)):
        rows = rows_quoted(page, first, len(match[1]))
        message, hint = 'this text holds ": ", so it needs quotes', _hint(page, rows, first, match[2])
        yield page.mend("quote-needed", fault.line, fault.column, 1, message, rows, hint)


def unclosed(page: Page, fault: Fault) -> Iterator[Mend]:
    """A quote that is opened and not closed on its row: the rows below are swallowed up to the next quote."""
    for number in range(max(0, fault.from_line - 200), fault.line + 1):
        match = _VALUE.match(page.row(number))
        if match is None or match[2][0] not in _CLOSED or _CLOSED[match[2][0]].match(match[2]):
            continue
        mend = open_quote(page, number, len(match[1]))
        below = page.below(number)
        if below is not None and indent(page.rows[below]) <= indent(page.rows[number]):
            mend = replace(mend, beyond=number)  # the parser stopped far below, at the next quote or the end
        yield mend
    sign = page.rows[fault.from_line][fault.from_column : fault.from_column + 1]
    if "quoted scalar" in fault.context and "end of stream" in fault.what and sign in _CLOSED:
        yield page.told(
            "open-quote", fault.from_line, fault.from_column, 1, "this quote is never closed", f"add {sign} at the end of the text"
        )  # fmt: skip


def open_quote(page: Page, line: int, column: int) -> Mend:
    row = page.rows[line]
    sign = row[column]
    hint = f"add {sign} at the end of the text"
    return page.mend("open-quote", line, column, 1, "this quote is never closed", {line: row.rstrip() + sign}, hint)


def swallows(page: Page, line: int, column: int, last: int) -> bool:
    """Whether a quoted text from *line* to *last* has run over rows that are keys of their own: its closing quote is another's opening."""
    return any(indent(row) <= indent(page.rows[line]) and _KEY_BELOW.match(row) for row in page.rows[line + 1 : last + 1])


def inner(page: Page, fault: Fault) -> Iterator[Mend]:
    """`'It's late'`: a quote inside the text ends it too early."""
    match = _VALUE.match(page.row(fault.line))
    if match is None or match[2][0] not in _CLOSED:
        return
    before, value = match.groups()
    sign = value[0]
    closed = _CLOSED[sign].match(value)
    rest = value[closed.end() :] if closed else ""
    if closed is None or not rest.strip() or rest.lstrip().startswith("#"):
        return
    whole = value.rstrip()
    text = whole[1:-1] if whole[-1] == sign else whole
    message = "a quote inside the text ends it too early"
    yield page.mend("inner-quote", fault.line, len(before) + closed.end() - 1, 1, message, {fault.line: before + quoted(text)})


def escapes(page: Page, fault: Fault) -> Iterator[Mend]:
    r"""`"C:\path"`: a \ between double quotes begins a sign of its own."""
    if "escape" not in fault.what and "hexdecimal" not in fault.what:
        return
    row = page.row(fault.line)
    if "invalid Unicode" in fault.what:
        column = max(0, row.rfind("\\", 0, fault.column + 1))
        whole = _HALVES.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), row)
        message = "this stands for half a character"
        if whole != row:
            yield page.mend("escape", fault.line, column, 6, message, {fault.line: whole})
        yield page.told("escape", fault.line, column, 6, message, "write the character itself")
        return
    found = row[fault.column : fault.column + 2]
    fixed = row[: fault.column] + _ESCAPE.sub(lambda sign: sign[0] if len(sign[0]) > 1 else "\\\\", row[fault.column :])
    message = f'"{found}" means nothing between double quotes'
    yield page.mend("escape", fault.line, fault.column, 2, message, {fault.line: fixed})
