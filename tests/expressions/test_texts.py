"""Texts with expressions in them: what a contact reads."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from botkit.expressions import ExpressionError, Scope, Text, parse_text

NOW = datetime(2026, 6, 22, 9, tzinfo=ZoneInfo("Europe/Madrid"))


def render(source: str, language: str = "en", **variables: Any) -> str:
    text = parse_text(source)
    assert isinstance(text, Text), text
    return text.render(Scope(variables, {}, language=language, now=NOW))


@pytest.mark.parametrize(
    ("source", "variables", "written"),
    [
        ("Hello", {}, "Hello"),
        ("Hi {{ name or 'there' }}!", {}, "Hi there!"),
        ("Hi {{ name }}!", {"name": None}, "Hi !"),
        ("{% if n > 1 %}many{% elif n == 1 %}one{% else %}none{% endif %}", {"n": 1}, "one"),
        ("{% for x in xs %}{{ loop.index }}. {{ x }}{{ '' if loop.last else ', ' }}{% endfor %}", {"xs": ["a", "b"]}, "1. a, 2. b"),
        ("{% for x in xs if x > 1 %}{{ loop.length }}{{ x }}{% else %}nobody{% endfor %}", {"xs": [1, 2, 3]}, "2223"),
        ("{% for x in xs %}{{ x }}{% else %}nobody{% endfor %}", {"xs": []}, "nobody"),
        ("{% for k, v in r.items() %}{{ k }}={{ v }};{% endfor %}", {"r": {"a": 1, "b": 2}}, "a=1;b=2;"),
        (
            "{% for x in xs %}{% for y in x %}{{ y }}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}",
            {"xs": [["a"], ["b", "c"]]},
            "a11;b1c22;",
        ),
        ("a\n{% if true %}\nb\n{% endif %}\nc\n", {}, "a\nb\nc"),
        ("{# a note #}x", {}, "x"),
        ("{% raw %}{{ x }}{% endraw %}", {}, "{{ x }}"),
        ("{{ '{{' }}", {}, "{{"),
        ("100 % and { } and }", {}, "100 % and { } and }"),
        ("{{ xs }}", {"xs": ["a", 1.5, None]}, "a, 1.5, "),
        ("line\r\nline", {}, "line\nline"),
        ("{{ evil }}", {"evil": "{{ 7 * 7 }}{% for x in y %}"}, "{{ 7 * 7 }}{% for x in y %}"),
    ],
)
def test_a_text_reads(source: str, variables: dict[str, Any], written: str) -> None:
    assert render(source, **variables) == written


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (date(2026, 6, 24), "en", "24 June 2026"),
        (date(2026, 6, 24), "en-US", "June 24, 2026"),
        (date(2026, 6, 24), "es", "24 de junio de 2026"),
        (date(2026, 6, 24), "de", "24. Juni 2026"),
        (date(2026, 6, 24), "xx", "24 June 2026"),
        (time(9, 5), "fr", "09:05"),
        (datetime(2026, 6, 24, 9, 5, tzinfo=NOW.tzinfo), "nl", "24 juni 2026 09:05"),
        (Decimal("1234.50"), "en", "1234.50"),
        (Decimal("1234.50"), "es", "1234,50"),
        (Decimal("1E+3"), "en", "1000"),
        (Decimal("1E-7"), "en", "0.0000001"),
        (2026, "es", "2026"),
        (True, "es", "sí"),
        (False, "de", "nein"),
    ],
)
def test_a_value_reads_in_the_contact_s_language(value: Any, language: str, written: str) -> None:
    assert render("{{ value }}", language, value=value) == written


def test_a_text_without_expressions_is_constant() -> None:
    text = parse_text("Just *this*")
    assert isinstance(text, Text)
    assert text.constant == "Just *this*"


def test_a_text_tells_what_it_reads_but_not_its_own_loop_names() -> None:
    text = parse_text("{{ name }} {% for slot in slots %}{{ slot.start | time }}{{ loop.index }}{{ city }}{% endfor %}")
    assert isinstance(text, Text)
    assert [(use.name, use.offset) for use in text.names] == [("name", 3), ("slots", 26), ("city", 76)]
    assert text.filters == ("time",)


def test_offsets_hold_where_spaces_before_a_tag_are_left_out() -> None:
    source = "a\n   {% if x %}\n  {{- name }}{% endif %}"
    text = parse_text(source)
    assert isinstance(text, Text)
    assert {source[use.offset :].split()[0]: use.name for use in text.names} == {"x": "x", "name": "name"}


def test_signs_of_a_contact_can_be_kept_from_being_markup() -> None:
    shown = render("*{{ name | wa }}*", name="a*b_c")
    assert shown.replace("\u200b", "") == "*a*b_c*"
    assert "a*b" not in shown


@pytest.mark.parametrize("size", [4_096, 4_097])
def test_a_message_has_at_most_4096_characters(size: int) -> None:
    if size <= 4_096:
        assert len(render("{{ x }}", x="a" * size)) == size
    else:
        with pytest.raises(ExpressionError):
            render("{{ x }}", x="a" * size)
