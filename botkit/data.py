"""Files of data/: what authors keep beside their flows and read as `data.weeks[3]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from botkit.source import Mapping, Node, Scalar, Sequence
from botkit.wire import Value

_WHOLE = re.compile(r"^-?(0|[1-9]\d{0,17})$")
_DECIMAL = re.compile(r"^-?(0|[1-9]\d{0,14})\.\d{1,12}$")
_COMMA = re.compile(r"^-?(0|[1-9]\d{0,14}),\d{1,2}$")


def plain(node: Node) -> Value:
    """The value that *node* holds. Texts stay as they are written; without quotes 40 and 12.50 are numbers, true and false yes and no,
    and nothing at all is none. 007, 9:30, yes and +34… are texts."""
    match node:
        case Mapping():
            return {key.text: plain(value) for key, value in node}
        case Sequence():
            return [plain(item) for item in node.items]
        case Scalar():
            return _scalar(node)
    return None


def _scalar(node: Scalar) -> Value:
    return node.text if node.quoted else None if node.empty else written(node.text)


def commas(node: Node) -> Iterator[Scalar]:
    """The texts that are meant as numbers, 85,50 without quotes: nothing can be counted with them."""
    match node:
        case Mapping():
            for _, value in node:
                yield from commas(value)
        case Sequence():
            for item in node.items:
                yield from commas(item)
        case Scalar() if not node.quoted and _COMMA.match(node.text):
            yield node


def written(text: str) -> Value:
    """The value that *text*, without quotes, writes."""
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    return {"true": True, "false": False}.get(text, text)
