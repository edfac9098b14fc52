"""What stands in for actions in a test: what each gives, raises, or leaves without an answer."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from botkit.replies import Reading
from botkit.shapes import Either, Key, Keys, ListOf, Made, Of, Plain
from botkit.source import Mapping, Node, Scalar, Sequence
from botkit.testing.talks.sent import ANY


class Answer(Struct, frozen=True, eq=False):
    """What one call of an action leads to. *value* is what it gives; *error* the name of what it raises."""

    node: Node
    kind: Literal["return", "raise", "timeout"]
    value: Node | None = None
    error: Scalar | None = None


class Mock(Struct, frozen=True, eq=False):
    """The *answers* to the calls of an action, in order; a lone one holds for all of them."""

    action: Scalar
    node: Node
    answers: tuple[Answer, ...]
    repeats: bool


def _answer(found: Any, node: Node, reading: Reading) -> Answer | None:
    if isinstance(found, str):
        return Answer(node, "timeout")
    if ("return" in found) == ("raise" in found):
        if isinstance(node, Mapping) and all(key.text in _ANSWER.table for key, _ in node):
            reading.report("wrong-shape", node, "an action returns something or raises something", "{return: …}, or {raise: …}, or timeout")
        return None
    if "return" in found:
        return Answer(node, "return", value=found["return"])
    if found["raise"].text == "timeout":
        return Answer(node, "timeout")
    return Answer(node, "raise", error=found["raise"])


_ANSWER = Keys(
    "the mock of an action",
    {
        "return": Key(ANY, "what it gives"),
        "raise": Key(Plain("the name of an exception"), "the exception that it raises: one it declares, or any"),
    },
)
_TIMEOUT = Of(
    "{return: …}, {raise: …} or timeout",
    lambda text: text if text == "timeout" else None,
    "clinic.book: {return: {ref: V7}}",
    words=("timeout",),
)
ANSWER = Made(Either("{return: …}, {raise: …} or timeout", _TIMEOUT, None, _ANSWER), _answer)
ANSWERS = Either("{return: …}, {raise: …}, timeout, or a list of them", ANSWER, ListOf(ANSWER), ANSWER)


def read_mock(action: Scalar, node: Node, reading: Reading) -> Mock | None:
    """The mock of *action*; None when it cannot be read (then the problems say why)."""
    if isinstance(node, Sequence):
        answers = [ANSWER.read(item, reading.into(str(n))) for n, item in enumerate(node.items, 1)]
        return Mock(action, node, tuple(answer for answer in answers if answer is not None), repeats=False)
    answer = ANSWER.read(node, reading)
    return None if answer is None else Mock(action, node, (answer,), repeats=True)
