"""Comparisons: what has no order, and what can never be equal."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from jinja2 import nodes

from botkit.inference import operators
from botkit.inference.facts import NO_FACTS
from botkit.inference.findings import Finding
from botkit.inference.spans import written
from botkit.inference.types import BOOL, Type
from botkit.problems import did_you_mean

if TYPE_CHECKING:
    from botkit.inference.expressions import Inference

_ORDER = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


def comparison(around: Inference, node: nodes.Compare) -> Type:
    before, left = node.expr, around.infer(node.expr)
    for n, operand in enumerate(node.ops):
        with around.knowing(NO_FACTS, certain=n == 0):
            right = around.infer(operand.expr)
            if operand.op in _ORDER:
                left = around.need(before, left, f'"{_ORDER[operand.op]}" needs a value')
                right = around.need(operand.expr, right, f'"{_ORDER[operand.op]}" needs a value')
                _ordered(around, node, before, left, _ORDER[operand.op], operand.expr, right)
            elif operand.op in ("in", "notin"):
                _contained(around, before, left, operand.expr, around.need(operand.expr, right, '"in" needs a list, a record or a text'))
            else:
                _equal(around, node, before, left, operand.expr, right)
        before, left = operand.expr, right
    return BOOL


def _ordered(around: Inference, node: nodes.Compare, before: nodes.Node, left: Type, sign: str, behind: nodes.Node, right: Type) -> None:
    if not left.known or not right.known:
        return
    goes = [operators.ordered(one, two) for one, two in product(left.known, right.known)]
    if not all(goes):
        hint = _as_date(left, right, behind) or _as_date(right, left, before)
        around.wrong(node if len(node.ops) == 1 else behind, f'"{sign}" does not compare {left} with {right}', hint, sure=not any(goes))


def _equal(around: Inference, node: nodes.Compare, before: nodes.Node, left: Type, behind: nodes.Node, right: Type) -> None:
    if not left.known or not right.known or (left.may_be_none and right.may_be_none):
        return
    if not any(operators.comparable(one, two) for one, two in product(left.known, right.known)):
        hint = (
            _as_date(left, right, behind)
            or _as_date(right, left, before)
            or _without_quotes(left, behind)
            or _without_quotes(right, before)
        )
        around.found(Finding("never-equal", node, f"{left} is never equal to {right}", hint))
        return
    for one, type_, other in ((before, left, behind), (behind, right, before)):
        words = [str(choice) for choice in type_.choices]
        if not words or isinstance(one, nodes.Const) or not isinstance(other, nodes.Const) or not isinstance(other.value, str):
            continue
        if other.value not in words:
            hint = did_you_mean(other.value, words) or f"it is one of {', '.join(words)}"
            around.found(Finding("never-equal", other, f'"{written(one, around.source)}" is never "{other.value}"', hint))


def _contained(around: Inference, before: nodes.Node, left: Type, behind: nodes.Node, right: Type) -> None:
    kinds = right.known
    holds = kinds & {"text", "list", "record"}
    if holds != kinds:
        message = f'"in" needs a list, a record or a text; {around.called(behind, right)}'
        around.wrong(behind, message, sure=not holds)
    elif "text" in kinds:
        with around.strict():
            left = around.need(before, left, "it is looked for in a text")
        if left.known and left.known != {"text"}:
            sure = kinds == {"text"} and "text" not in left.known
            around.wrong(before, f"only a text can be in a text; {around.called(before, left)}", sure=sure)


def _as_date(type_: Type, other: Type, node: nodes.Node) -> str | None:
    """A date is compared with a text."""
    if type_.known <= {"date", "datetime"} and other.known == {"text"} and isinstance(node, nodes.Const):
        return "a text is no date: compare with today(), or with a date that was asked for"
    if type_.known <= {"date", "datetime"} and other.known <= {"integer", "number"}:
        return "compare its .day, .month, .year or .weekday(), or a date: today() + days(5)"
    return None


def _without_quotes(type_: Type, other: nodes.Node) -> str | None:
    if type_.known <= {"integer", "number"} and isinstance(other, nodes.Const) and isinstance(other.value, str):
        return "a number stands without quotes" if other.value.lstrip("-").isdecimal() else None
    if type_.known == {"bool"} and isinstance(other, nodes.Const) and str(other.value).lower() in ("true", "false", "yes", "no"):
        return "true and false stand without quotes"
    return None


__all__ = ["comparison"]
