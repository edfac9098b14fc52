"""The rows of a table put into a talk: what `{{ name }}` stands for."""

from __future__ import annotations

import re

from botkit.problems import did_you_mean
from botkit.replies import Reading
from botkit.source import Mapping, Node, Scalar, Sequence

_HOLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")

Row = dict[str, Node]


def filled(node: Node, row: Row, reading: Reading) -> Node:
    """*node* with the values of *row* in the places of their names. A text that is nothing but one name becomes that value, whatever it
    is. The places stay those of *node*."""
    match node:
        case Mapping():
            return Mapping(node.source, node.span, [(key, filled(value, row, reading)) for key, value in node])
        case Sequence():
            return Sequence(node.source, node.span, [filled(item, row, reading) for item in node.items])
        case Scalar():
            return _scalar(node, row, reading)
    return node


def _scalar(node: Scalar, row: Row, reading: Reading) -> Node:
    if "{{" not in node.text:
        return node
    whole = _HOLE.fullmatch(node.text.strip())
    if whole is not None and whole[1] in row:
        value = row[whole[1]]
        if not isinstance(value, Scalar):
            return filled(value, {}, reading)
        return Scalar(node.source, node.span, value.text, value.style or node.style)

    def put(hole: re.Match[str]) -> str:
        value = row.get(hole[1])
        if isinstance(value, Scalar):
            return value.text
        if value is None:
            if row:
                hint = did_you_mean(hole[1], row) or f"the names of this row are {', '.join(row)}"
                reading.report("unknown-column", node.locate(hole.start(1), len(hole[1])), f'the rows of "each" have no "{hole[1]}"', hint)
        else:
            told = f'"{hole[1]}" is {value.what}, and cannot stand inside a text'
            reading.report("unknown-column", node.locate(hole.start(1), len(hole[1])), told, "let it stand alone")
        return hole[0]

    return Scalar(node.source, node.span, _HOLE.sub(put, node.text), node.style)
