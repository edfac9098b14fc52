"""What every kind of message an author writes has in common: values that are filled in, and who fills them."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from botkit.messages import Choice, Message
from botkit.messages.around import Header
from botkit.replies import Formula, Given, Nested, Reading, Reply, is_formula, parse_reply, read_given
from botkit.shapes import Made, Plain
from botkit.source import Node, Scalar
from botkit.wire import Value

Filled = Given | Reply  # a value, or a text with {{ }} that is the same in every language


class Teller(Protocol):
    """The turn that a message is said in."""

    def render(self, reply: Reply) -> str: ...

    def given(self, given: Given | Nested) -> Value: ...

    def evaluate(self, formula: Formula) -> Value: ...


class Around(Struct, frozen=True):
    """What stands around the content of a message. *wamid*: of the message that is answered; "": none is. *choices*: the options of its
    step, for a content that shows them itself."""

    body: str = ""
    header: Header = None
    footer: str | None = None
    wamid: str = ""
    choices: tuple[Choice, ...] = ()


class Content(Protocol):
    """What a message is about, besides a text."""

    @property
    def node(self) -> Node: ...

    @property
    def takes_text(self) -> bool: ...

    def made(self, teller: Teller, around: Around) -> Message | None:
        """The message. None: there is nothing to say now. Raises Unfit for values that no message can be made of."""
        ...


def value_of(teller: Teller, one: Filled | Nested | None) -> Value:
    """None stands for what is not given."""
    if one is None:
        return None
    return teller.render(one).strip() if isinstance(one, Reply) else teller.given(one)


def text_of(teller: Teller, one: Filled | None) -> str:
    """"" for none."""
    value = value_of(teller, one)
    return "" if value is None else str(value).strip()


def literal(one: Filled | None) -> str | None:
    """What surely stands there; None where it is computed."""
    if isinstance(one, Given):
        return one.literal.strip() if one.formula is None else None
    return None


def _filled(node: Scalar, _node: Node, reading: Reading) -> Filled | None:
    if is_formula(node.text) or not ("{{" in node.text or "{%" in node.text):
        return read_given(node, reading)
    text = parse_reply(node.text)
    if isinstance(text, list):
        reading.faults(node, text)
        return None
    return Reply(".".join(reading.path), node, text)


def filled(what: str = 'a text, or an expression behind "="', names: str = "") -> Made:
    """The shape of a value that is filled in and never translated."""
    return Made(Plain(what, names=names), _filled)


def texts(found: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: found[key] for key in keys if key in found}
