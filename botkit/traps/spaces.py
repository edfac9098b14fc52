"""White space that is not what it looks like: Tabs at the beginning of a row, no-break spaces, spaces of no width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botkit.traps.page import LONGEST, NO_SPACES, WIDE_SPACES, Fault, Mend, Page, has_content, indent

_WIDE, _NONE = WIDE_SPACES, NO_SPACES
_ODD = re.compile(f"[{_WIDE}{_NONE}]")
_GAP = f"[ {_WIDE}{_NONE}]"
# What of a row is not text: its indent, dashes, a key with its colon.
_FRAME = re.compile(rf"{_GAP}*(?:-{_GAP}+)*(?:[\w.?-]+{_GAP}*:(?:{_GAP}+|$))?")
_BLOCK = re.compile(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_OPENS = re.compile(r":\s*$|[\s:-][|>][+-]?\d?[+-]?\s*$")
_STARTS = re.compile(r"\s*(?:- |[\w.?-]+:(?:\s|$))")
_LEAD = re.compile(r"[ \t]*")


def no_break_spaces(page: Page) -> Mend | None:
    """Odd spaces where YAML wants real ones: it takes them for letters, and says nothing."""
    rows: dict[int, str] = {}
    first: tuple[int, int] | None = None
    for number in _outside_blocks(page):
        row = page.rows[number]
        if row.isascii() or not _ODD.search(row):
            continue
        frame = _FRAME.match(row)
        if frame is None or not (found := _ODD.search(frame[0])):
            continue
        bare = frame[0].strip(f" {_odd_characters(frame[0])}")
        if not bare and row[frame.end() :].strip():
            continue  # the text of the row above goes on here
        rows[number] = re.sub(f"[{_NONE}]", "", re.sub(f"[{_WIDE}]", " ", frame[0])) + row[frame.end() :]
        first = first or (number, found.start())
    if first is None:
        return None
    more = _more(len(rows) - 1)
    return page.mend(
        "no-break-space",
        first[0],
        first[1],
        1,
        f"here stands a character that looks like a space and is none{more}",
        rows,
        'delete it and type a space. "botkit check --fix" replaces it.',
    )


def _odd_characters(text: str) -> str:
    return "".join(set(_ODD.findall(text)))


def _more(count: int) -> str:
    return "" if count <= 0 else " (and in 1 more line)" if count == 1 else f" (and in {count} more lines)"


def _outside_blocks(page: Page) -> Iterator[int]:
    """The rows that are not the inside of a text behind | or >."""
    block: int | None = None
    for number, row in enumerate(page.rows):
        if len(row) > LONGEST:
            continue
        if block is not None:
            if not row.strip() or indent(row) > block:
                continue
            block = None
        if row.lstrip().startswith("#"):
            continue
        yield number
        if row.rstrip()[-1:] in "|>+-0123456789" and _BLOCK.search(row):
            block = indent(row)


def tabs(page: Page, fault: Fault) -> Iterator[Mend]:
    """All rows that begin with a Tab, as soon as one of them stops the parser."""
    if "\t" not in _lead(page.row(fault.line)):
        return
    rows: dict[int, str] = {}
    levels: dict[int, int] = {}  # in a run of such rows: Tabs -> spaces
    previous = 0
    opens = False
    for number, row in enumerate(page.rows):
        lead = _lead(row)
        if not has_content(row):
            if "\t" in lead and len(row) <= LONGEST:
                rows[number] = " " * previous + row[len(lead) :] if row.strip() else ""
            continue
        if "\t" in lead and len(row) <= LONGEST:
            depth = lead.count("\t")
            if depth not in levels:
                shallower = [level for level in levels if level < depth]
                levels[depth] = levels[max(shallower)] + 2 if shallower else _width(page, number, row, previous, opens)
            rows[number] = " " * levels[depth] + row[len(lead) :]
        else:
            levels.clear()
        written = rows.get(number, row)
        previous, opens = indent(written), bool(_OPENS.search(written.split(" #")[0]))
    first = min(rows)
    column = page.rows[first].index("\t")
    it = "them" if len(rows) > 1 else "it"
    yield page.mend(
        "tab",
        first,
        column,
        1,
        f"this line begins with a Tab{_more(len(rows) - 1).replace('in ', '')}",
        rows,
        f'use spaces, as its neighbours do ({indent(rows[first])}). "botkit check --fix" replaces {it}.',
    )


def _width(page: Page, number: int, row: str, previous: int, opens: bool) -> int:
    """The indent of a row's neighbours: of the next row where that is deeper, else of the one above."""
    if not opens and not _STARTS.match(row):
        return previous + 2  # the text of the row above goes on here
    after = page.below(number)
    below = indent(page.rows[after]) if after is not None and "\t" not in _lead(page.rows[after]) else None
    if opens and below is not None and below - 2 > previous and _OPENS.search(row.split(" #")[0]):
        return below - 2  # the next row belongs to this one
    if opens:
        return below if below is not None and below > previous else previous + 2
    return previous


def _lead(row: str) -> str:
    lead = _LEAD.match(row)
    return lead[0] if lead else ""
