"""Keys without their colon, dashes without their space, rows that do not stand under their neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botkit.traps import flow
from botkit.traps.page import Fault, Mend, Page, has_content, indent

_GLUED = re.compile(r"^(\s*(?:- +)*)([^\W\d][\w-]*)([:：﹕])(\S.*)$")
_WIDE = re.compile(r"^(\s*(?:- +)*)([^\W\d][\w-]*)\s*([：﹕])\s*(.*)$")
_BARE = re.compile(r"^(\s*(?:- +)*)([^\W\d][\w-]*)(\s*)$")
_TWO = re.compile(r"^(\s*(?:- +)*)([^\W\d][\w-]*)\s+([^\s:#-][^:#]*)$")
_OPENED = re.compile(r"^(\s*(?:- +)*)([^\W\d][\w-]*)\s+([{\[].*)$")
_KEYED = re.compile(r"^\s*(?:- +)*[^\W\d][\w.-]*:\s+[^\s\"'{\[#]")
_TEXT = re.compile(r"^(\s*(?:- +)*)([^\W\d][\w.-]*):\s+([^\s|>{\[].*?)\s*$")
_MESSAGE = frozenset({"template", "closed", "preview", "reply", "merge", "header", "footer", "button", "each", "as", "caption", "filename"})
_OUTCOME = frozenset({"set", "go", "call", "with", "save", "errors"})
# What stands for a lone text when it is not alone, and what may stand beside it.
_LONE = {
    "say": ("text", _MESSAGE),
    "else": ("text", _MESSAGE),
    "template": ("name", frozenset({"with"})),
    "retry": ("say", _OUTCOME | {"max"}),
}
_LABEL = ("label", _OUTCOME | {"say", "description", "group", "match", "if", "value"})
_DASH = re.compile(r"^(\s*)-([^\s-].*)$")
_PLAIN_KEY = re.compile(r"^\s*(?:- +)*[a-z_]+:(?:\s|$)")


def colons(page: Page, fault: Fault) -> Iterator[Mend]:
    """A key that lost its colon, or the space behind it, here or in the rows right above."""
    if "simple key" in fault.context:
        lines = [fault.from_line]
    elif "mapping values are not allowed" in fault.what or "expected key" in fault.what:
        above = page.above(fault.line)
        lines = [fault.line] if above is None else [above, fault.line]
    else:
        return
    for line in lines:
        if (mend := glued(page, line)) is not None:
            yield mend
    for line in lines:
        row = page.row(line)
        if (mend := strayed(page, line)) is not None:
            yield mend
        if (mend := opened(page, line)) is not None:
            yield mend
        if match := _BARE.match(row):
            rows = {line: f"{match[1]}{match[2]}:"}
            yield page.mend("colon", line, len(match[1]), len(match[2]), f'"{match[2]}" needs a colon behind it', rows)
        elif (match := _TWO.match(row)) and _sibling(page, line):
            rows = {line: f"{match[1]}{match[2]}: {match[3]}"}
            yield page.mend("colon", line, len(match[1]), len(match[2]), f'"{match[2]}" needs a colon behind it', rows)


def opened(page: Page, line: int) -> Mend | None:
    """`ask {day: date}`."""
    match = _OPENED.match(page.row(line))
    if match is None:
        return None
    rows = {line: f"{match[1]}{match[2]}: {match[3]}"}
    return page.mend("colon", line, len(match[1]), len(match[2]), f'"{match[2]}" needs a colon behind it', rows)


def strayed(page: Page, line: int) -> Mend | None:
    """A row that goes on with the text of the one above, but does not stand deeper than its key."""
    row, above = page.row(line), page.above(line)
    if above is None or not row.strip() or ":" in row or row.lstrip().startswith("-") or len(row.split()) < 2:
        return None
    if not _KEYED.match(page.rows[above]) or indent(row) > indent(page.rows[above]):
        return None
    width = indent(page.rows[above]) + 2
    message = "this line does not stand under its neighbours"
    hint = f"begin it with {width} spaces, as it belongs to the text above"
    return page.mend("indent", line, indent(row), len(row.strip()), message, {line: " " * width + row.lstrip(" ")}, hint)


def _sibling(page: Page, line: int) -> bool:
    """Whether the row stands right under the one above, or is the first below a key."""
    above = page.above(line)
    if above is None:
        return True
    row = page.rows[above]
    return indent(row) == indent(page.row(line)) or row.rstrip().endswith(":")


def glued(page: Page, line: int) -> Mend | None:
    """`say:Hi`, and `say：Hi` with the colon of a Chinese keyboard."""
    row = page.row(line)
    match = _GLUED.match(row) or _WIDE.match(row)
    if match is None or match[4].startswith("//"):
        return None
    before, key, colon, value = match.groups()
    column = row.index(colon, len(before))
    rows = {line: f"{before}{key}: {value}".rstrip()}
    message = f'"{key}" needs a colon and a space behind it' if colon == ":" else f'"{colon}" is not the colon that YAML knows'
    return page.mend("colon", line, column, 1, message, rows)


def dashes(page: Page, fault: Fault) -> Iterator[Mend]:
    """`-x` in a list of `- x`."""
    if "simple key" not in fault.context and "expected '-'" not in fault.what:
        return
    for line in {fault.from_line, fault.line}:
        if (mend := dash(page, line, line)) is not None:
            yield mend


def dash(page: Page, line: int, last: int) -> Mend | None:
    """Rows from *line* to *last* that all begin with a dash that lacks its space."""
    matches = {number: _DASH.match(page.row(number)) for number in range(line, last + 1)}
    if not all(matches.values()):
        return None
    rows = {number: f"{match[1]}- {match[2]}" for number, match in matches.items() if match}
    return page.mend("dash", line, indent(page.row(line)), 1, 'a "-" needs a space behind it', rows)


def below_a_text(page: Page, fault: Fault) -> Iterator[Mend]:
    """`no: No, thanks` with `go: menu` deeper below it: the text needs its own key, as it is not alone any more."""
    line, above = fault.line, page.above(fault.line)
    match = _TEXT.match(page.row(above)) if above is not None else None
    if above is None or match is None or not _PLAIN_KEY.match(page.row(line)) or indent(page.row(line)) <= indent(page.row(above)):
        return
    before, key, text = match.groups()
    word, beside = _LONE.get(key) or (_LABEL if _parent(page, above) == "options" else ("", frozenset[str]()))
    if page.row(line).strip().partition(":")[0] not in beside:
        return
    pairs = [f"{word}: {text}"]
    rows: dict[int, str] = {}
    for number in range(line, min(len(page.rows), line + 10)):
        if has_content(page.rows[number]) and indent(page.rows[number]) < indent(page.row(line)):
            break
        if has_content(page.rows[number]):
            pairs.append(page.rows[number].strip())
        rows[number] = ""
    joined = f"{before}{key}: {{{', '.join(pairs)}}}"
    fixed = page.mended({above: joined})
    mend = flow.unquoted(fixed, above)
    rows[above] = mend.rows[above] if mend is not None else joined
    message = f'"{key}" has a text already, so that nothing can stand below it'
    yield page.mend("indent", line, indent(page.row(line)), len(page.row(line).strip()), message, rows)


def _parent(page: Page, line: int) -> str:
    """The key that a row stands below."""
    above = page.above(line)
    while above is not None and indent(page.rows[above]) >= indent(page.rows[line]):
        above = page.above(above)
    return page.rows[above].strip().partition(":")[0] if above is not None else ""


def indents(page: Page, fault: Fault) -> Iterator[Mend]:
    """A row too far left or right: the nearest indent of the rows above is what was meant."""
    over = "mapping values are not allowed" in fault.what and bool(_PLAIN_KEY.match(page.row(fault.line)))
    words = ("expected key", "expected '-'", "block sequence entries", "expected <document start>")
    if not over and not any(word in fault.what for word in words):
        return
    line = fault.line
    if not page.row(line).strip():
        return
    own = indent(page.row(line))
    above = page.above(line)
    if above is not None and own == indent(page.rows[above]) and _dashed(page.rows[above]) != _dashed(page.row(line)):
        message = "a list and keys stand side by side here"
        yield page.told("mixed", line, own, len(page.row(line).strip()), message, 'begin each of these lines with "- ", or none')
        return
    seen: list[int] = []
    while above is not None and len(seen) < 8:
        width = indent(page.rows[above])
        if width not in seen and width != own:
            seen.append(width)
        above = page.above(above)
    message = "this line does not stand under its neighbours"
    length = len(page.row(line).strip())
    # The same distance to both sides: the deeper one, since a row slips out of its step more easily than into another.
    for width in sorted(seen, key=lambda width: (abs(width - own), -width)):
        rows = _moved(page, line, own, width)
        yield page.mend("indent", line, own, length, message, rows, f"begin it with {width} spaces, as the lines that belong with it")
    yield page.told("indent", line, own, length, message, "give lines that belong together the same number of spaces")


def _dashed(row: str) -> bool:
    return row.lstrip().startswith("- ")


def _moved(page: Page, line: int, own: int, width: int) -> dict[int, str]:
    """The row, and what is deeper or as deep below it, moved to *width*."""
    rows = {line: " " * width + page.rows[line].lstrip(" ")}
    for number in range(line + 1, min(len(page.rows), line + 200)):
        row = page.rows[number]
        if has_content(row) and indent(row) < own:
            break
        if has_content(row):
            rows[number] = " " * (indent(row) - own + width) + row.lstrip(" ")
    return rows
