"""Keys that stand one level too deep or not deep enough: where they belong, and the rows as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from botkit.problems import Edit, Problems
from botkit.replies import Reading
from botkit.source import Mapping, Node, Scalar
from botkit.traps.page import Page, has_content, indent

if TYPE_CHECKING:
    from botkit.shapes.base import Shape
    from botkit.shapes.keys import Keys

_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?|fail [A-Za-z_]\w*")
_WORD = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_DURATION = re.compile(r"\d{1,6} ?[smhdw]")


def owner_of(word: str, reading: Reading) -> tuple[Keys, Mapping] | None:
    """The nearest keys around that *word* is one of."""
    return next((around for around in reversed(reading.around) if word in around[0].table), None)


def too_deep(key: Scalar, inner: Keys, node: Mapping, reading: Reading) -> bool:
    """Report a key that keys further out know, and those here do not; whether it is one."""
    found = owner_of(key.text, reading)
    if found is None:
        return False
    outer, around = found
    if key.text == "then" and "go" in inner.table:
        _without_then(key, node, inner, reading)
        return True
    told = f'{inner.what} has no "{key.text}": it is a key of {outer.what}'
    column, holder = level(around), _holder(around, node)
    if column is None:
        reading.report("misplaced-key", key, told, "write it outside of these { }")
    elif level(node) is None:
        reading.report("misplaced-key", key, told, f"write it in a line of its own, with {column} spaces before it")
    else:
        above = f', as "{holder.text}" in line {holder.line}' if holder is not None else ""
        last = node.entries[-1][0] is key and around.key(key.text) is None
        fix = shifted(node.source, key, column - key.span[1]) if last else ()
        hint = f"begin its line with {column} spaces" if last else f"move it below these lines, with {column} spaces before it"
        hint += above
        reading.report("misplaced-key", key, told, hint, fix=fix)
    return True


def _without_then(key: Scalar, node: Mapping, inner: Keys, reading: Reading) -> None:
    """`then` in what is an outcome itself."""
    value = node.get("then")
    told = f'{inner.what} has no "then": what follows stands right in it'
    if isinstance(value, Scalar):
        word = "go" if _TARGET.fullmatch(value.text) and not value.quoted else "say"
        reading.report("misplaced-key", key, told, f"write {word}: {value.text[:60]}", fix=(Edit(key.place, word),))
        return
    line, column, end_line, end_column = value.span if value is not None else key.span
    row = key.source.row(line)
    if isinstance(value, Mapping) and line == end_line == key.span[0] and row[column : column + 1] == "{":
        bare = row[column + 1 : end_column - 1].strip()
        edit = Edit(key.source.span(line, key.span[1], line, end_column), bare)
        reading.report("misplaced-key", key, told, f"write {bare} without then", fix=(edit,))
        return
    reading.report("misplaced-key", key, told, 'take "then" out, and two spaces from before each line below it')


def among_names(key: Scalar, value: Node, own: Shape, reading: Reading) -> bool:
    """Report a key of the mapping around that stands among the names below one of its keys; whether it is one."""
    if not reading.around:
        return False
    outer, around = reading.around[-1]
    entry = outer.table.get(key.text)
    if entry is None or around.key(key.text) is not None:
        return False
    if fits(own, value) and not _surely(key.text, value, reading):
        return False
    if not fits(entry.shape, value):
        return False
    holder = _holder(around, key)
    among = f'the names below "{holder.text}"' if holder is not None else "names"
    told = f'"{key.text}" is a key of {outer.what}, and stands among {among}'
    column = level(around)
    if column is None:
        reading.report("misplaced-key", key, told, "write it outside of these { }")
        return True
    last = _last(around, key)
    hint = f"begin its line with {column} spaces" if last else f"move it below these names, with {column} spaces before it"
    if isinstance(value, Scalar):
        hint += f'; if it is meant as a name, put what is behind it in quotes: {key.text}: "{value.text[:40]}"'
    reading.report("misplaced-key", key, told, hint, fix=shifted(key.source, key, column - key.span[1]) if last else ())
    return True


def _surely(word: str, value: Node, reading: Reading) -> bool:
    """Whether `go: end`, `save: day` or `timeout: 2h` is the key that it looks like, although any text would do as a label."""
    if not isinstance(value, Scalar) or value.quoted:
        return False
    match word:
        case "go":
            steps = next((node.get("steps") for _, node in reading.around if node.key("steps") is not None), None)
            there = isinstance(steps, Mapping) and steps.key(value.text) is not None
            return there or value.text in ("end", "quit", "again", "back") or value.text.startswith("fail ")
        case "save":
            return _WORD.fullmatch(value.text) is not None
        case "timeout" | "gather":
            return _DURATION.fullmatch(value.text) is not None
    return False


def fits(shape: Shape, value: Node) -> bool:
    """Whether *value* could be read as one."""
    trial = Reading(Problems())
    return shape.read(value, trial) is not None and not len(trial.problems)


def _last(around: Mapping, key: Scalar) -> bool:
    """Whether the row of *key* and those below it are the last of the key of *around* that they stand in."""
    after = next((other for other, _ in around if other.line > key.line), None)
    rows = below(key.source, key)
    rest = range(rows.stop, after.line - 1 if after is not None else len(key.source.rows))
    return not any(has_content(key.source.rows[row]) and indent(key.source.rows[row]) >= key.span[1] for row in rest)


def below(page: Page, key: Scalar) -> range:
    """The rows, from 0, of a key in block form and of all that stands deeper."""
    first, column = key.span[0], key.span[1]
    last = first
    for row in range(first + 1, len(page.rows)):
        if has_content(page.rows[row]):
            if indent(page.rows[row]) <= column:
                break
            last = row
    return range(first, last + 1)


def shifted(page: Page, key: Scalar, by: int, rows: Iterable[int] | None = None) -> tuple[Edit, ...]:
    """The edits that move the rows of *key*, or those given, to the right (or, below 0, to the left)."""
    edits = []
    for row in rows if rows is not None else below(page, key):
        text = page.rows[row]
        if text.strip():
            edits.append(page.edit(row, " " * by + text if by > 0 else text[-by:]))
    return tuple(edits)


def level(node: Mapping) -> int | None:
    """Where the keys of a mapping begin; None between { }."""
    line, column, *_ = node.span
    return None if node.source.row(line)[column : column + 1] == "{" else column


def column_of(reading: Reading) -> int:
    """The column of the keys around; -1: there are none, or they stand between { }."""
    column = level(reading.around[-1][1]) if reading.around else None
    return column if column is not None else -1


def _holder(around: Mapping, inner: Node) -> Scalar | None:
    """The key of *around* below which *inner* stands."""
    return next((key for key, _ in reversed(around.entries) if key.span[:2] <= inner.span[:2]), None)


__all__ = ["among_names", "below", "column_of", "fits", "level", "owner_of", "shifted", "too_deep"]
