"""What authors write into values: replies (texts in every language of the bot) and formulas (expressions), compiled once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botkit.expressions import Expression, Fault, Scope, Text, parse_expression, parse_text
from botkit.problems import Problems
from botkit.source import Scalar
from botkit.wire import Value


@dataclass(slots=True)
class Reading:
    """Where a value is being read: whose it is, and where findings go."""

    problems: Problems
    flow: str | None = None
    step: str | None = None
    path: tuple[str, ...] = ()  # keys from the file's name down to here: the name of a text in locales/
    texts: dict[str, Reply] = field(default_factory=dict)  # every reply by that name
    formulas: list[Formula] = field(default_factory=list)  # every expression
    around: tuple[tuple[Any, Any], ...] = ()  # the known keys that it stands in, outermost first: their table, and where they are written

    def into(self, *keys: str) -> Reading:
        return Reading(self.problems, self.flow, self.step, (*self.path, *keys), self.texts, self.formulas, around=self.around)

    def report(self, code: str, node: object, message: str, hint: str | None = None, **more: object) -> None:
        place = getattr(node, "place", node)
        self.problems.report(code, place, message, hint, flow=self.flow, step=self.step, **more)  # type: ignore[arg-type]  # keywords of report

    def faults(self, node: Scalar, faults: list[Fault], shift: int = 0) -> None:
        for fault in faults:
            self.report(fault.code, node.locate(fault.offset + shift, fault.length), fault.message, fault.hint)


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """A text of the bot: its source language, and the others by their code."""

    key: str
    node: Scalar
    text: Text
    others: dict[str, Text] = field(default_factory=dict)

    def render(self, scope: Scope) -> str:
        text = self.others.get(scope.language, self.text) if self.others else self.text
        return text.constant if text.constant is not None else text.render(scope)

    @property
    def all(self) -> dict[str | None, Text]:
        """By language; None is the language that the bot is written in."""
        texts: dict[str | None, Text] = {None: self.text}
        texts.update(self.others)
        return texts


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """An expression and where it stands; *offset* is where it begins in the node's text."""

    node: Scalar
    expression: Expression
    offset: int = 0
    step: str | None = None
    flow: str | None = None

    def value(self, scope: Scope) -> Value:
        return self.expression.evaluate(scope)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A value that an author gave: a literal text, or a formula behind "="."""

    node: Scalar
    literal: str = ""
    formula: Formula | None = None


def is_formula(text: str) -> bool:
    """Whether a value is an expression: it begins with "=". Quotes around it do not matter: a comma between { } asks for them."""
    stripped = text.lstrip()
    return stripped.startswith("=") and not stripped.startswith("==")


def read_reply(node: Scalar, reading: Reading) -> Reply | None:
    formula = is_formula(node.text)
    text = parse_text("{{" + node.text.lstrip()[1:] + "}}" if formula else node.text)
    if isinstance(text, list):
        reading.faults(node, text, -1 if formula else 0)
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
