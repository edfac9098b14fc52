"""What is found right before there are values is right with any values; what is said to be given is given."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from botkit.expressions import FILTERS, FUNCTIONS, METHODS, Expression, ExpressionError, Scope, Text, kind_of, parse_expression, parse_text
from botkit.inference import ANY, Inference, Type, list_of, plain, record_of, through

TYPES: dict[str, Type] = {
    "name": plain("text"),
    "age": plain("integer"),
    "price": plain("number"),
    "day": plain("date"),
    "due": plain("datetime"),
    "hour": plain("time"),
    "agreed": plain("bool"),
    "words": list_of(plain("text")),
    "slots": list_of(record_of({"id": plain("text"), "seats": plain("integer"), "note": plain("text", "none")})),
    "place": record_of({"street": plain("text"), "zip": plain("integer", "none")}),
    "maybe": plain("integer", "none"),
    "either": plain("integer", "text"),
}
NOW = datetime(2026, 6, 22, 9, tzinfo=ZoneInfo("Europe/Madrid"))

_texts = st.sampled_from(["", "a", "Ana", "12", "2026-06-24", "09:30"])
_whole = st.integers(-3, 40)
_records = st.fixed_dictionaries({"id": _texts, "seats": _whole, "note": st.none() | _texts})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": _texts,
    "age": _whole,
    "price": st.sampled_from([Decimal("0"), Decimal("12.50"), Decimal("-1.5")]),
    "day": st.sampled_from([date(2026, 6, 24), date(2024, 2, 29)]),
    "due": st.sampled_from([datetime(2026, 6, 24, 22, 30, tzinfo=UTC)]),
    "hour": st.sampled_from([time(9, 5), time(0)]),
    "agreed": st.booleans(),
    "words": st.lists(_texts, min_size=1, max_size=3),
    "slots": st.lists(_records, min_size=1, max_size=3),
    "place": st.fixed_dictionaries({"street": _texts, "zip": st.none() | _whole}),
    "maybe": st.none() | _whole,
    "either": _whole | _texts,
}
scopes = st.fixed_dictionaries(VALUES).map(lambda values: Scope(values, {}, language="en", now=NOW))

# What depends on the value, not on its type.
OF_VALUES = re.compile(
    "too large|too long|too far|divided by 0|there is no place|months|is no date|is no number|is written like|is empty|steps of 0"
    "|needs something to replace|needs a separator|has 1 to|has 0 to|less than 0|means nothing|it has no (day|time)|never closed"
    "|this record has no|takes 2 values at a time"
)

OF_EMPTY = ("first", "last")  # of what is empty they give none, which is not foreseen: nobody wants to be told so of every list

_names = st.sampled_from([*TYPES, "place.street", "place.zip", "day.year", "slots[0].note", "slots[0]", "words[0]", "name[0]"])
_atoms = _names | st.sampled_from(["1", "0.5", "'a'", "'09:30'", "none", "true", "[1, 2]", "{'a': age}", "today()", "now()"])
_plain = [name for name, one in FILTERS.items() if name not in OF_EMPTY and all(p.optional for p in one.parameters)]
_filters = st.sampled_from(
    [*(f"| {name}" for name in _plain), "| default(0)", "| default('x')", "| map('seats')", "| sort('seats')", "| sum('seats')",
     "| join('-', 'id')", "| replace('a', 'b')", "| truncate(2)", "| round(1)"]
)  # fmt: skip
_free = [name for table in METHODS.values() for name, one in table.items() if all(p.optional for p in one.parameters)]
_methods = st.sampled_from([f".{name}()" for name in _free])
_calls = st.sampled_from([name for name, one in FUNCTIONS.items() if len([p for p in one.parameters if not p.optional]) == 1])


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", ">=", "==", "!=", "in", "not in", "and", "or", "~"])
    asked = st.sampled_from(["none", "defined", "not none", "even", "odd", "true"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, signs, inner),
        st.builds("{} {} {}".format, inner, signs, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({}) {}".format, inner, _filters),
        st.builds("{} {}".format, inner, _filters),
        st.builds("({}){}".format, inner, _methods),
        st.builds("{}({})".format, _calls, inner),
        st.builds("at({}, '09:00')".format, inner),
        st.builds("({} is {})".format, inner, asked),
        st.builds("(not {})".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("(-{})".format, inner),
        st.builds("({} and {} {} {})".format, _names, inner, signs, inner),
    )


sources = st.recursive(_atoms, _wider, max_leaves=6)


def _right(source: str, body: Any) -> Type | None:
    """What is known of a source in which nothing is wrong; None where something is."""
    way = Inference(source, lambda name: TYPES.get(name, ANY))
    type_ = way.infer(body) if not isinstance(body, list) else through(way, body)
    return None if any(one.code != "never-equal" for one in way.findings) else type_ or ANY


def _is(value: Any, type_: Type) -> bool:
    """Whether a value is of a type, all the way down."""
    if "any" in type_.kinds:
        return True
    kind = kind_of(value)
    if kind not in type_.kinds:
        return False
    if kind == "list":
        return type_.items is None or all(_is(one, type_.items) for one in value)
    if kind == "record":
        return type_.fields is None or all(name not in value or _is(value[name], one) for name, one in type_.fields.items())
    return True


@settings(max_examples=400, deadline=None)
@given(source=sources, scope=scopes)
def test_what_is_right_by_its_types_is_worked_out(source: str, scope: Scope) -> None:
    expression = parse_expression(source)
    assume(isinstance(expression, Expression))
    assert isinstance(expression, Expression)
    type_ = _right(source, expression.tree)
    assume(type_ is not None)
    try:
        value = expression.evaluate(scope)
    except ExpressionError as error:
        assert OF_VALUES.search(str(error)), str(error)
    else:
        assert type_ is not None and _is(value, type_), (value, type_)


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(sources, min_size=1, max_size=3), scope=scopes)
def test_a_text_that_is_right_by_its_types_is_written(pieces: list[str], scope: Scope) -> None:
    first = pieces[0]
    source = "".join(f"{{{{ {piece} }}}}" for piece in pieces[1:])
    source = f"{{% if {first} %}}{{{{ maybe }}}}{source}{{% else %}}{source}{{% endif %}}"
    source += "{% for one in slots %}{{ one.id ~ one.seats }}{% endfor %}"
    text = parse_text(source)
    assume(isinstance(text, Text))
    assert isinstance(text, Text)
    assume(_right(source, text.tree.body) is not None)
    try:
        text.render(scope)
    except ExpressionError as error:
        assert OF_VALUES.search(str(error)), str(error)
