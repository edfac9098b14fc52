"""Values between { } and [ ]: the row as it has to be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botkit.traps.page import Fault, Mend, Page, difference, quoted

_PAIR = re.compile(r"\s*([^\W\d][\w.-]*|\"[^\"]*\"):(?:\s+|$)")
_NEXT = re.compile(r",\s*(?=(?:[^\W\d][\w.-]*|\"[^\"]*\"):\s)")
_WHOLE = {'"': re.compile(r'"(?:[^"\\]|\\.)*"\s*$'), "'": re.compile(r"'(?:[^']|'')*'\s*$")}
_UNSAFE = re.compile(r"[,\[\]{}?#]|: |:$")
_DEPTH = 8


def faults(page: Page, fault: Fault) -> Iterator[Mend]:
    """A value that holds what only quotes let stand there; a bracket that is never closed."""
    row = page.row(fault.line)
    if row[fault.column : fault.column + 1] in ("}", "]") and "expected key" in fault.what:
        fixed = {fault.line: row[: fault.column] + row[fault.column + 1 :]}
        yield page.mend("open-bracket", fault.line, fault.column, 1, f'this "{row[fault.column]}" closes nothing', fixed)
    if any(word in fault.context for word in ("alias", "anchor", "tag", "next token")) and (mend := unquoted(page, fault.line)) is not None:
        yield mend
    if "flow" not in fault.context:
        return
    line = fault.from_line
    row = page.row(line)
    opener = row[fault.from_column : fault.from_column + 1]
    closer = {"{": "}", "[": "]"}.get(opener)
    if closer is None:
        return
    if (mend := unquoted(page, line)) is not None:
        yield mend
    message = f'this "{opener}" is never closed'
    if line != fault.line or row[fault.from_column :].count(opener) > row[fault.from_column :].count(closer):
        yield page.mend("open-bracket", line, fault.from_column, 1, message, {line: row.rstrip() + closer})
    hint = f'close it with "{closer}", and put texts that hold brackets, commas or colons in quotes'
    yield page.told("open-bracket", line, fault.from_column, 1, message.replace("never closed", "not closed where it should be"), hint)


def unquoted(page: Page, line: int) -> Mend | None:
    """The row with its values quoted; None where that changes nothing, or is not clear."""
    row = page.row(line)
    opened = row.find("{")
    if opened < 0 or row[opened : opened + 2] == "{{" or row[:opened].lstrip().startswith("#"):
        return None
    end = row.rstrip()
    closed = end.rfind("}")
    tail = row[closed + 1 :]
    if closed < opened or (tail.strip() and not tail.lstrip().startswith("#")):
        return None
    corrected = _mapping(row[opened + 1 : closed])
    if corrected is None or corrected == row[opened + 1 : closed]:
        return None
    mended = row[: opened + 1] + corrected + row[closed:]
    start, stop = difference(row, mended)
    message = "a value between { } that holds one of , [ ] { } ? # or a colon needs quotes"
    return page.mend("flow-quotes", line, start, stop - start, message, {line: mended})


def _mapping(inner: str, depth: int = 0) -> str | None:
    """The inside of { } with each value quoted that needs it."""
    pieces = []
    for piece in _pieces(inner):
        pair = _PAIR.match(piece)
        if pair is None:
            return None
        value = _value(piece[pair.end() :], depth)
        if value is None:
            return None
        pieces.append(piece[: pair.end()] + value)
    return ", ".join(pieces) if pieces else None


def _pieces(inner: str) -> list[str]:
    """Cut at each comma that a key follows, but not within a bracket that is closed again."""
    pieces: list[str] = []
    rest = inner
    while True:
        for cut in _NEXT.finditer(rest):
            before = rest[: cut.start()]
            # `{{` of a reply stands open for good where it is not closed, so it must not hide the commas behind it
            if before.count("{") <= before.count("}") and before.count("[") <= before.count("]"):
                pieces.append(before)
                rest = rest[cut.end() :]
                break
        else:
            pieces.append(rest)
            return pieces


def _value(raw: str, depth: int) -> str | None:
    value = raw.strip()
    space = raw[len(raw.rstrip()) :]
    first = value[:1]
    if first in _WHOLE and value:
        if _WHOLE[first].match(value):
            return raw
        inside = value[1:-1] if len(value) > 1 and value[-1] == first else value[1:]
        return quoted(inside) + space
    if first == "{" and value[1:2] != "{" and value.endswith("}"):
        inner = _mapping(value[1:-1], depth + 1) if depth < _DEPTH else None
        return None if inner is None else "{" + inner + "}" + space
    if first == "[" and value.endswith("]"):
        return raw
    needs = bool(_UNSAFE.search(value)) or first in tuple("*&!@`%|>")
    return (quoted(value) if needs else value) + space
