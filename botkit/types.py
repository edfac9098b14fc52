"""Types as authors declare them: of answers, params, returns and attributes of a contact."""

from __future__ import annotations

from botkit.answers import Answer, answer_type
from botkit.expressions import Fault
from botkit.replies import Reading
from botkit.shapes import Key, Made, MapOf, Plain
from botkit.source import Node, Scalar


def _type(node: Scalar, _: Node, reading: Reading) -> Answer | None:
    found = answer_type(node.text)
    if isinstance(found, Fault):
        reading.faults(node, [found])
        return None
    return found


TYPE = Made(Plain("a type such as text, integer or date", names="type"), _type)
TYPES = MapOf(TYPE, "names with their types", sample="text")

Typed = tuple[tuple[Scalar, Answer], ...]  # names in the order of the file, with their types

DECLARATIONS = Made(TYPES, lambda pairs, _node, _reading: tuple(pairs))


def declared(doc: str) -> Key:
    return Key(DECLARATIONS, doc)
