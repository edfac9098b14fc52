"""What botkit's expressions and Jinja's own have in common comes to the same."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from botkit.expressions import ExpressionError, Scope, parse_expression

JINJA = ImmutableSandboxedEnvironment()
VARIABLES: dict[str, Any] = {"a": 7, "b": -3, "c": 0, "s": "Ab c", "t": "", "xs": [3, 1, 2], "r": {"k": 5}, "nothing": None}

LEAVES = st.sampled_from(["a", "b", "c", "5", "12", "r.k", "xs[1]", "(xs | length)", "(s | length)"])
TEXTS = st.sampled_from(
    [
        "s",
        "t",
        "'x'",
        "(s | upper)",
        "(s | lower)",
        "(s | title)",
        "(s | replace('b', 'zz'))",
        "(s | trim)",
        "s.strip()",
        "(xs | join('-'))",
    ]
)
SUMS = ["+", "-", "*", "//", "%"]
NUMBERS = st.recursive(
    LEAVES,
    lambda inner: st.tuples(inner, st.sampled_from(SUMS), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})") | inner.map(lambda p: f"-{p}"),
    max_leaves=6,
)
TRUTHS = st.recursive(
    st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS).map(" ".join)
    | st.tuples(TEXTS, st.sampled_from(["<", "==", "!=", "in", "not in"]), TEXTS).map(" ".join)
    | NUMBERS.map(lambda p: f"{p} in xs"),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})")
        | inner.map(lambda p: f"not ({p})")
    ),
    max_leaves=4,
)
CHOICES = st.tuples(NUMBERS, TRUTHS, TEXTS).map(lambda p: f"({p[0]} if {p[1]} else {p[2]}) ~ {p[2]}")


@given(NUMBERS | TRUTHS | CHOICES | TEXTS)
@settings(max_examples=300, deadline=None)
def test_arithmetic_comparison_and_texts_agree(source: str) -> None:
    expression = parse_expression(source)
    assert not isinstance(expression, list), (source, expression)
    try:
        expected = JINJA.compile_expression(source, undefined_to_none=False)(**VARIABLES)
    except ZeroDivisionError:
        expected = None
    scope = Scope(VARIABLES, {}, language="en", now=datetime(2026, 6, 22, tzinfo=ZoneInfo("UTC")))
    try:
        found = expression.evaluate(scope)
    except ExpressionError as error:
        assert expected is None
        assert str(error) == "a number is divided by 0"
        return
    assert found == expected


@given(st.decimals(-(10**6), 10**6, places=3), st.decimals(-(10**6), 10**6, places=3), st.sampled_from(["+", "-", "*", "<", "=="]))
@settings(max_examples=100, deadline=None)
def test_decimals_are_exact(x: Decimal, y: Decimal, sign: str) -> None:
    assume(x != 0)
    expression = parse_expression(f"x {sign} y")
    assert not isinstance(expression, list)
    work = {"+": x + y, "-": x - y, "*": x * y, "<": x < y, "==": x == y}
    scope = Scope({"x": x, "y": y}, {}, language="en", now=datetime(2026, 6, 22, tzinfo=ZoneInfo("UTC")))
    assert expression.evaluate(scope) == work[sign]
