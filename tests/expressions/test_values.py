"""What expressions come to: a table, formula -> value."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from botkit.expressions import (
    ATTRIBUTES,
    FILTERS,
    FUNCTIONS,
    METHODS,
    TESTS,
    Duration,
    Expression,
    ExpressionError,
    Scope,
    parse_expression,
)

MADRID = ZoneInfo("Europe/Madrid")
VARIABLES = {
    "name": "Ana",
    "age": 20,
    "day": date(2026, 6, 24),
    "due": datetime(2026, 6, 24, 22, 30, tzinfo=UTC),  # 0:30 of the 25th in Madrid
    "hour": time(9, 5),
    "price": Decimal("1234.5"),
    "sizes": [3, 1, 2],
    "slots": [{"id": "b", "seats": 2}, {"id": "a", "seats": 5}],
    "place": {"street": "Gran Via 1", "city": "Madrid"},
    "text_of_data": "12.50",
    "empty": "",
    "agreed": True,
}


def scope(language: str = "en", **variables: Any) -> Scope:
    return Scope(
        {**VARIABLES, **variables},
        {"contact": {"name": "Ana", "language": language}, "visits": 3},
        language=language,
        now=datetime(2026, 6, 22, 9, tzinfo=MADRID),
        bucket=lambda name, n: len(name) % n,
    )


def value(source: str, language: str = "en", **variables: Any) -> Any:
    expression = parse_expression(source)
    assert isinstance(expression, Expression), expression
    return expression.evaluate(scope(language, **variables))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("10 / 4", Decimal("2.5")),
        ("1 / 3", Decimal("0.333333333333")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7.5 // 2", Decimal(-4)),
        ("-7 % 3", 2),
        ("-7.5 % 2", Decimal("0.5")),
        ("-age + +1", -19),
        ("'a' + 'b'", "ab"),
        ("name ~ ' ' ~ 1.5", "Ana 1.5"),
        ("sizes + [4]", [3, 1, 2, 4]),
        ("day > today()", True),
        ("10 <= age <= 100", True),
        ("1 < 2 > 3", False),
        ("age == 20.0", True),
        ("agreed == 1", False),
        ("name != 'Ana'", False),
        ("name == 1", False),
        ("'n' in name", True),
        ("2 in sizes", True),
        ("'city' in place", True),
        ("5 not in sizes", True),
        ("not place", False),
        ("empty or name", "Ana"),
        ("agreed and name", "Ana"),
        ("'yes' if agreed else 'no'", "yes"),
        ("1 if empty", None),
        ("missing", None),
        ("null", None),
        ("[true, false, none]", [True, False, None]),
        ("{'a': 1, 'b': [2]}", {"a": 1, "b": [2]}),
        ("missing == none", True),
        ("missing is none", True),
        ("name is not none", True),
        ("missing.street is defined", False),
        ("age is even", True),
        ("place.city", "Madrid"),
        ("place['city']", "Madrid"),
        ("contact.city", None),
        ("visits", 3),
        ("sizes[0]", 3),
        ("sizes[-1]", 2),
        ("name[::-1]", "anA"),
        ("sizes[1:]", [1, 2]),
        # dates
        ("day - today()", Duration(days=2)),
        ("(day - today()).days", 2),
        ("today() + days(3)", date(2026, 6, 25)),
        ("today() - weeks(1)", date(2026, 6, 15)),
        ("day + months(8)", date(2027, 2, 24)),
        ("now() + minutes(15)", datetime(2026, 6, 22, 9, 15, tzinfo=MADRID)),
        ("at(day, '09:00')", datetime(2026, 6, 24, 9, tzinfo=MADRID)),
        ("at(day, hour)", datetime(2026, 6, 24, 9, 5, tzinfo=MADRID)),
        ("days(2) > hours(47)", True),
        ("due.hour", 0),
        ("due.date()", date(2026, 6, 25)),
        ("due > day", True),
        ("due < now() + days(3)", True),
        ("day.weekday()", 2),
        ("day.year * 100 + day.month", 202606),
        ("hour.minute", 5),
        ("min(3, age)", 3),
        ("max(sizes)", 3),
        ("bucket('abc', 2)", 1),
        # filters and methods
        ("day | date('EEEE d MMMM')", "Wednesday 24 June"),
        ("due | date('d/M HH:mm')", "25/6 00:30"),
        ("due | time", "00:30"),
        ("hour | time('h:mm a')", "9:05 AM"),
        ("'2026-06-24' | date('dd.MM.yy')", "24.06.26"),
        ("day | date(\"d 'of' MMM\")", "24 of Jun"),
        ("price | number", "1,234.5"),
        ("price | number(2)", "1,234.50"),
        ("2.5 | round", 3),
        ("price | round(0)", 1235),
        ("text_of_data | float * 2", Decimal("25.00")),
        ("text_of_data | int", 12),
        ("name | upper ~ name | length", "ANA3"),
        ("missing | default('you')", "you"),
        ("missing.x | default('you')", "you"),
        ("empty | default('you', true)", "you"),
        ("sizes | sort", [1, 2, 3]),
        ("sizes | sort(reverse=true) | join('-')", "3-2-1"),
        ("slots | sort('id') | first", {"id": "a", "seats": 5}),
        ("slots | sum('seats')", 7),
        ("slots | map('id') | join(', ')", "b, a"),
        ("slots | join(field='id')", "b, a"),
        ("sizes | last", 2),
        ("[] | first", None),
        ("'abcdef' | truncate(4)", "abc…"),
        ("name.replace('A', 'E').lower()", "ena"),
        ("'a b'.split() | length", 2),
        ("place.get('zip', 'none')", "none"),
        ("'  x ' | trim", "x"),
        ("'a/b?c=d&e#f ü' | urlencode", "a%2Fb%3Fc%3Dd%26e%23f%20%C3%BC"),
        ("'aZ09-_.~' | urlencode", "aZ09-_.~"),
        ("age | urlencode", "20"),
    ],
)
def test_an_expression_comes_to(source: str, expected: Any) -> None:
    found = value(source)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (date(2026, 1, 31), "months(1)", date(2026, 2, 28)),
        (date(2028, 1, 31), "months(1)", date(2028, 2, 29)),
        (date(2028, 2, 29), "years(1)", date(2029, 2, 28)),
        (date(2026, 3, 31), "months(-1)", date(2026, 2, 28)),
        (date(2026, 12, 15), "months(1)", date(2027, 1, 15)),
        (datetime(2026, 3, 28, 9, tzinfo=MADRID), "days(1)", datetime(2026, 3, 29, 9, tzinfo=MADRID)),  # keeps the time of day
        (datetime(2026, 3, 28, 9, tzinfo=MADRID), "hours(24)", datetime(2026, 3, 29, 10, tzinfo=MADRID)),  # clocks went on
    ],
)
def test_a_span_is_added_as_people_count(start: date, span: str, end: date) -> None:
    assert value(f"start + {span}", start=start) == end


def test_a_time_that_the_change_of_clocks_leaves_out_becomes_the_next_one() -> None:
    assert value("at(start, '02:30')", start=date(2026, 3, 29)).hour == 3


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("missing + 1", 'nothing is in "missing" yet'),
        ("day > missing", 'nothing is in "missing" yet'),
        ("missing.street", 'nothing is in "missing" yet, so it has no "street"'),
        ("place.zip", '"place" has no "zip"'),
        ("place.zip.x", '"place" has no "zip"'),
        ("missing | upper", 'nothing is in "missing" yet'),
        ("missing.upper()", 'nothing is in "missing" yet'),
        ("age | upper", '"upper" works on a text; "age" is an integer'),
        ("age.upper()", '"age" has no "upper()"'),
        ("name + 1", '"+" does not go with a text and an integer; "~" joins texts with anything'),
        ("name < 1", '"<" does not go with a text and an integer'),
        ("day + hours(1)", "a date has no hours or minutes; at(day, '09:00') makes a time of it"),
        ("1 / 0", "a number is divided by 0"),
        ("sizes[9]", "there is no place 9 in a list of 3"),
        ("sizes['a']", "a place in a list is an integer, counted from 0; this is a text"),
        ("name | truncate(none)", 'truncate takes an integer for "length"; it is given nothing'),
        ("days(name)", 'days takes an integer for "n"; it is given a text'),
        ("day | date(name)", "\"A\" in the date pattern 'Ana' means nothing; words stand in single quotes"),
        ("months(1) > days(30)", "months cannot be compared with days: they differ in length"),
        ("day.hours", '"day" has no "hours"'),
        ("day.weekday", '"day" has no "weekday"; write weekday()'),
        ("place ~ ''", "a record cannot be written as it is; name one of its fields (street, city)"),
        ("today() + years(9000)", "this date is too far away"),
    ],
)
def test_what_cannot_be_worked_out_is_said_in_the_author_s_words(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as error:
        value(source)
    assert str(error.value) == said


def test_a_given_name_goes_before_a_variable() -> None:
    assert value("visits", visits=8) == 3


def test_an_expression_tells_what_it_reads() -> None:
    expression = parse_expression("contact.name ~ day.weekday() ~ (slots | join) ~ at(day, '09:00')")
    assert isinstance(expression, Expression)
    assert [(use.name, use.path, use.offset) for use in expression.names] == [
        ("contact", ("name",), 0),
        ("day", (), 15),
        ("slots", (), 32),
        ("day", (), 51),
    ]
    assert expression.filters == ("join",)
    assert expression.functions == ("at",)


def test_a_source_is_compiled_once() -> None:
    assert parse_expression("age > 18") is parse_expression("age > 18")


def test_everything_in_the_tables_is_explained() -> None:
    kinds = {"text", "integer", "number", "bool", "date", "time", "datetime", "duration", "list", "record", "any", "none"}
    operations = [*FUNCTIONS.values(), *FILTERS.values(), *(one for table in METHODS.values() for one in table.values())]
    for one in operations:
        assert one.doc
        assert {one.gives, *one.takes, *(kind for p in one.parameters for kind in p.kinds)} <= kinds, one.name
        assert one.signature.startswith(f"{one.name}(")
    assert set(METHODS) | set(ATTRIBUTES) <= kinds
    assert all(set(takes) <= kinds for takes, _ in TESTS.values())
