"""What authors write into values: replies (texts in every language of the bot) and formulas (expressions), compiled once."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

from botkit.expressions import Expression, Fault, Scope, Text, parse_expression, parse_text
from botkit.problems import Edit, Problems
from botkit.source import Node, Scalar
from botkit.wire import Value

HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")  # what a template is filled with: {{1}}


class Reading(Struct):
    """Where a value is being read: whose it is, and where findings go."""

    problems: Problems
    flow: str | None = None
    step: str | None = None
    path: tuple[str, ...] = ()  # keys from the file's name down to here: the name of a text in locales/
    texts: dict[str, Reply] = field(default_factory=dict)  # every reply by that name
    formulas: list[Formula] = field(default_factory=list)  # every expression
    fixed: dict[str, Fixed] = field(default_factory=dict)  # what templates say, by the same kind of name
    around: tuple[tuple[Any, Any], ...] = ()  # the known keys that it stands in, outermost first: their table, and where they are written

    def into(self, *keys: str) -> Reading:
        return Reading(self.problems, self.flow, self.step, (*self.path, *keys), self.texts, self.formulas, self.fixed, self.around)

    def report(self, code: str, node: object, message: str, hint: str | None = None, **more: object) -> None:
        place = getattr(node, "place", node)
        self.problems.report(code, place, message, hint, flow=self.flow, step=self.step, **more)  # type: ignore[arg-type]  # keywords of report

    def faults(self, node: Scalar, faults: list[Fault], shift: int = 0) -> None:
        for fault in faults:
            place = node.locate(fault.offset + shift, fault.length)
            exact = place.end_line == place.line and place.end_column - place.column == fault.length
            fix = (Edit(place, fault.mended),) if fault.mended is not None and exact else ()
            self.report(fault.code, place, fault.message, fault.hint, fix=fix)


class Reply(Struct, frozen=True, eq=False):
    """A text of the bot: its source language, and the others by their code, with where they stand in locales/."""

    key: str
    node: Scalar
    text: Text
    others: dict[str, Text] = field(default_factory=dict)
    nodes: dict[str, Scalar] = field(default_factory=dict)

    def node_in(self, language: str | None) -> Scalar:
        """Where it stands in a language; None is the language that the bot is written in."""
        return self.nodes.get(language, self.node) if language is not None else self.node

    @property
    def all(self) -> dict[str | None, Text]:
        """By language; None is the language that the bot is written in."""
        texts: dict[str | None, Text] = {None: self.text}
        texts.update(self.others)
        return texts


class Fixed(Struct, frozen=True, eq=False):
    """A piece of a template, as WhatsApp has approved it. *others* are those of locales/ by their code; *elsewhere* are the codes of the
    bot's languages that the template has in its own file."""

    key: str
    node: Scalar
    elsewhere: frozenset[str] = frozenset()
    others: dict[str, Scalar] = field(default_factory=dict)


class Formula(Struct, frozen=True, eq=False):
    """An expression and where it stands; *offset* is where it begins in the node's text."""

    node: Scalar
    expression: Expression
    offset: int = 0
    step: str | None = None
    flow: str | None = None

    def value(self, scope: Scope) -> Value:
        return self.expression.evaluate(scope)


class Given(Struct, frozen=True, eq=False):
    """A value that an author gave: a literal text, or a formula behind "="."""

    node: Scalar
    literal: str = ""
    formula: Formula | None = None


class Nested(Struct, frozen=True, eq=False):
    """A record or a list of values that an author gave. *keys* are the names of a record; None: it is a list."""

    node: Node
    keys: tuple[Scalar, ...] | None
    values: tuple[Given | Nested, ...]

    @property
    def formula(self) -> None:
        return None

    @property
    def literal(self) -> str:
        return ""


def is_formula(text: str) -> bool:
    """Whether a value is an expression: it begins with "=". Quotes around it do not matter: a comma between { } asks for them."""
    stripped = text.lstrip()
    return stripped.startswith("=") and not stripped.startswith("==")


def parse_reply(text: str) -> Text | list[Fault]:
    """The text that an author wrote; one that is all one expression is read as {{ … }}, which puts its offsets one further."""
    return parse_text("{{" + text.lstrip()[1:] + "}}" if is_formula(text) else text)


def read_reply(node: Scalar, reading: Reading) -> Reply | None:
    text = parse_reply(node.text)
    if isinstance(text, list):
        reading.faults(node, text, -1 if is_formula(node.text) else 0)
        return None
    reply = Reply(".".join(reading.path), node, text)
    reading.texts[reply.key] = reply
    return reply


def read_formula(node: Scalar, reading: Reading, text: str | None = None) -> Formula | None:
    """The expression of a key that always holds one; a leading "=" is welcome."""
    source = node.text if text is None else text
    offset = 0
    if is_formula(source):
        offset = source.index("=") + 1
    expression = parse_expression(source[offset:])
    if isinstance(expression, list):
        reading.faults(node, expression, offset)
        return None
    formula = Formula(node, expression, offset, reading.step, reading.flow)
    reading.formulas.append(formula)
    return formula


def read_given(node: Scalar, reading: Reading) -> Given | None:
    """A literal, or behind "=" a formula."""
    if is_formula(node.text):
        formula = read_formula(node, reading)
        return Given(node, formula=formula) if formula else None
    return Given(node, literal=node.text)
