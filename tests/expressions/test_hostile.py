"""Templates that want out, or want all of the machine: each is answered by a fault or an error, soon."""

from __future__ import annotations

import tracemalloc
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.expressions import ExpressionError, Scope, Text, parse_expression, parse_text


class Secret:
    key = "hunter2"

    def __str__(self) -> str:
        return "hunter2"

    def reveal(self) -> str:
        return "hunter2"


def answer(source: str) -> str | None:
    """What a text writes; None when it is refused, at load or at run time."""
    scope = Scope(
        {"x": "x" * 1000, "n": 10**9, "xs": list(range(300)), "secret": Secret(), "record": {"a": 1}, "d": Decimal("9.9")},
        {"contact": {"name": "Ana"}},
        language="en",
        now=datetime(2026, 6, 22, 9, tzinfo=ZoneInfo("Europe/Madrid")),
    )
    text = parse_text(source)
    if not isinstance(text, Text):
        assert text
        return None
    try:
        return text.render(scope)
    except ExpressionError as error:
        assert "hunter2" not in str(error)
        return None


NEST = "{% for a in xs %}"
HOSTILE = [
    # out of the box
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ x['__class__'] }}",
    "{{ x|attr('__class__') }}",
    "{{ self }}{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner.__init__ }}",
    "{{ namespace(a=1) }}",
    "{{ dict(a=1) }}",
    "{{ config.items() }}",
    "{{ request.application }}",
    "{{ get_flashed_messages() }}",
    "{{ secret.key }}",
    "{{ secret.reveal() }}",
    "{{ secret }}",
    "{{ secret ~ '' }}",
    "{{ [secret] | join }}",
    "{{ '{0.__class__}'.format(x) }}",
    "{{ '%s' % secret }}",
    "{{ x.format_map(record) }}",
    "{{ '{}'|format(secret) }}",
    "{{ (x|first).join.__func__ }}",
    "{{ xs.append(1) }}",
    "{{ record.update({'a': 2}) }}",
    "{{ record.pop('a') }}",
    "{{ xs.__len__() }}",
    "{{ contact.__dict__.x }}",
    "{% set x = 1 %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'x' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% block a %}{{ super() }}{% endblock %}",
    "{% with a = 1 %}{% endwith %}",
    "{% for a in xs recursive %}{{ loop(xs) }}{% endfor %}",
    "{{ x | map('attr', '__class__') | list }}",
    "{{ x | xmlattr }}{{ x | tojson }}{{ x | pprint }}",
    # all of the machine
    "{{ 'x' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ n * n * n * n }}",
    "{{ d * n * n * n }}",
    "{{ range(1000000000) | list }}",
    "{{ x.center(1000000000) }}{{ x | center(1000000000) }}",
    "{{ x | indent(1000000000) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ lipsum(n=100000) }}",
    "{{ x | wordwrap(1) | batch(1) | list }}",
    "{{ x | replace('x', x) | replace('x', x) }}",
    "{{ x.replace('x', x).replace('x', x).replace('x', x) }}",
    "{{ x | replace('', x) }}",
    "{{ xs | join(x) | replace('x', x) }}",
    "{{ x ~ x ~ x ~ x ~ x }}",
    "{{ " + " ~ ".join(["x"] * 140) + " }}",
    "{{ " + "[" * 19 + "x" + ", x]" * 19 + " }}{{ xs ~ [xs] }}",
    NEST * 19 + "x" + "{% endfor %}" * 19,
    NEST * 3 + "{% endfor %}" * 3,
    NEST + "{{ x | upper | lower | title | length }}" * 1500 + "{% endfor %}",
    "{{ (x * 60) | upper }}" * 3000,
    "{{ x | upper | lower }}" * 2500,
    *(
        NEST + ("{{ '' if (" + sign.join([piece] * 16) + ") is none }}") * 12 + "{% endfor %}"
        for piece, sign in (
            ("[xs, xs, xs]", " and "),
            ("xs == xs", " and "),
            ("a * 1.5", " + "),
            ("max(xs)", " and "),
            ("x.split('x')", " and "),
            ("xs | sort", " and "),
            ("d | number(2)", " and "),
        )
    ),
    "{% if x %}" * 10_000,
    "{{ " + "(" * 30_000,
    "{{ " + "[" * 30_000 + "]" * 30_000 + " }}",
    "{{ " + "-" * 60_000 + "1 }}",
    "{{ " + "not " * 15_000 + "1 }}",
    "{{ " + "1 if 1 else " * 5_000 + "1 }}",
    "{{ x" + ".a" * 30_000 + " }}",
    "{{ x" + "|upper" * 10_000 + " }}",
    "{{ 1" + "+1" * 30_000 + " }}",
    "{{ 1" + " < 1" * 15_000 + " }}",
    "{{ " + "9" * 60_000 + " }}",
    "{{ 1e999999999 }}",
    "{{ 1e-999999999 }}",
    "{{ " + "1_" * 30_000 + "1 }}",
    "{{ '" + "\\" * 60_000,
    "{{ 0.1" + " * 0.1" * 140 + " }}{{ n * n * n }}",
    "{{ x[::0] }}",
    "{{ xs[10000000000000000000:] }}{{ 1 // 0 }}",
    "{{ 1 / 0 }}",
    "{{ now() + years(1000000) }}",
    "{{ today() + days(999999) - days(999999) + days(99999999) }}",
    "{{ d | round(1000000) }}",
    "{{ d | number(1000000) }}",
    "{{ today() | date('" + "y" * 50_000 + "') }}",
    "a" * 65_537,
    "{#" * 30_000,
    "{{ x" + "[0]" * 200 + " }}",
    "{% for " + "a, " * 200 + "b in xs %}{% endfor %}",
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:40])
def test_a_hostile_template_is_refused(source: str) -> None:
    assert answer(source) is None


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:40])
def test_a_hostile_template_costs_little(source: str) -> None:
    tracemalloc.start()
    try:
        answer(source + " ")  # compiled anew
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_a_list_that_holds_itself_many_times_is_weighed_as_written() -> None:
    scope = Scope({"x": [1]}, {}, language="en", now=datetime(2026, 6, 22, tzinfo=ZoneInfo("UTC")))
    doubled = parse_expression("[x, x]")
    assert not isinstance(doubled, list)
    with pytest.raises(ExpressionError):
        for _ in range(40):
            scope.variables = {"x": doubled.evaluate(scope)}


PIECES = st.sampled_from([
    "{{", "}}", "{%", "%}", " if ", " for ", " in ", "else", "endif", "endfor", "x", "n", "d", ".", "|", "(", ")", "[", "]", "{",
    "}", "'", '"', ",", ":", "=", "==", "<", "+", "-", "*", "/", "%", "~", "not ", " and ", "is ", "none", "loop", "upper",
    "date", "sort", "join", "xs", "1", "0.5", " ", "\n", "\\", "é",
])  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_does_anything_but_render_or_be_refused(source: str) -> None:
    answer(source)
    answer("{{ " + source + " }}")


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=5)
    | st.dates() | st.times() | st.datetimes(timezones=st.just(ZoneInfo("UTC")) | st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
FORMS = [
    "a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a ~ b", "-a", "+a", "a < b", "a == b", "a in b", "a[b]", "a[b:]",
    "a[::b]", "a.b", "a | date", "a | time", "a | number(b)", "a | round(b)", "a | int", "a | float", "a | abs", "a | length",
    "a | replace(b, 'x')", "a | truncate(b)", "a | join(b)", "a | join(', ', b)", "a | sort", "a | sort(b)", "a | sum",
    "a | sum(b)", "a | first", "a | reverse", "a | wa", "a | default(b)", "a | map(b)", "a | date(b)", "days(a)", "months(a)",
    "hours(a)", "at(a, b)", "min(a, b)", "max(a)", "bucket(a, b)", "today() + months(a)", "now() - a", "now() + hours(a)",
    "a.weekday()", "a.isoformat()", "a.date()", "a.split(b)", "a.get(b)", "a.items()", "a.year", "a is even", "a | upper",
    "(a - b).days", "a.startswith(b)",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(a=VALUES, b=VALUES)
@settings(max_examples=25, deadline=None)
def test_any_values_come_to_a_value_or_an_expression_error(form: str, a: Any, b: Any) -> None:
    expression = parse_expression(form)
    assert not isinstance(expression, list)
    text = parse_text("{{ " + form + " }}")
    assert isinstance(text, Text)
    scope = Scope({"a": a, "b": b}, {}, language="es", now=datetime(2026, 6, 22, 9, tzinfo=ZoneInfo("Europe/Madrid")))
    for work in (lambda: expression.evaluate(scope), lambda: text.render(scope)):
        try:
            work()
        except ExpressionError as error:
            assert str(error)
