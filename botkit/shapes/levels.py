"""Keys that stand above their own level: below which key they belong, and which name is missing above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botkit.problems import Edit
from botkit.replies import Reading
from botkit.shapes.strays import below, fits, level, shifted
from botkit.source import Mapping, Scalar

if TYPE_CHECKING:
    from botkit.shapes.base import Shape
    from botkit.shapes.keys import Keys

_HOLDS = ("mapping", "shape", "item", "sequence", "value")  # what holds the shape of what is inside
_NAMES = {"a channel": "main", "a command": "stop", "an outcome": "any", "a queue": "front_desk"}


def too_shallow(key: Scalar, outer: Keys, node: Mapping, reading: Reading) -> bool:
    """Report a key that belongs below one of the keys here; whether it is one."""
    found = [
        (name, inner) for name, entry in outer.table.items() if (inner := keys_of(entry.shape)) is not None and key.text in inner.table
    ]
    if not found:
        return False
    name, inner = next((one for one in found if node.key(one[0]) is not None), found[0])
    holder, value = node.key(name), node.get(name)
    told = f'{outer.what} has no "{key.text}": it is a key of {inner.what}, below "{name}"'
    if holder is not None and isinstance(value, Scalar) and not value.empty and inner.lone is not None:
        hint = f'write two lines below "{name}:" (line {holder.line}), both with {holder.span[1] + 2} spaces: '
        hint += f"one begins with {inner.lone}: and goes on with the text, the other with {key.text}:"
    elif holder is not None:
        hint = f'write it below "{name}" (line {holder.line}), with two spaces more'
    else:
        hint = f'write it below "{name}:", with two spaces more'
    reading.report("misplaced-key", key, told, hint)
    return True


def nameless(node: Mapping, own: Shape, reading: Reading) -> bool:
    """Report keys that stand where names with such keys below them must stand; whether it is so."""
    keys = keys_of(own)
    if keys is None or not node.entries or any(key.text not in keys.table for key, _ in node):
        return False
    if any(fits(own, value) for _, value in node):
        return False
    first, last = node.entries[0][0], node.entries[-1][0]
    name = _NAMES.get(keys.owner, "name")
    told = f"these are keys of {keys.owner}, and its name is missing above them"
    if level(node) is None:
        line, column, end_line, end_column = node.span
        row = node.source.row(line)
        named = f"{{{name}: {row[column:end_column]}}}" if line == end_line else None
        fix = (Edit(node.place, named),) if named is not None else ()
        reading.report("misplaced-key", first, told, f"write {named or f'{{{name}: before them, and one more }} at the end'}", fix=fix)
        return True
    rows = range(first.span[0], below(first.source, last).stop)
    row = first.source.row(rows.start)
    edits = (*shifted(first.source, first, 2, rows[1:]), first.source.edit(rows.start, f"{' ' * first.span[1]}{name}:\n  {row}"))
    hint = f'write a name above them, as in "{name}:", and begin lines {rows.start + 1} to {rows.stop} with two spaces more'
    reading.report("misplaced-key", first, told, hint, fix=edits)
    return True


def keys_of(shape: Any) -> Keys | None:
    """The known keys of what *shape* reads, however it is wrapped."""
    for _ in range(8):
        if hasattr(shape, "table"):
            keys: Keys = shape
            return keys
        make = getattr(shape, "make", None)
        inner = next((found for name in _HOLDS if (found := getattr(shape, name, None)) is not None), None)
        shape = inner if inner is not None else make() if make is not None and type(shape).__name__ == "Lazy" else None
        if shape is None:
            return None
    return None


__all__ = ["keys_of", "nameless", "too_shallow"]
