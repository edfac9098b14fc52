"""What a flow gives, as a function takes it; what a function returns, as a conversation keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any, Literal, Optional, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from botkit.actions import results
from botkit.actions.annotations import Unknown, wanted
from botkit.actions.results import Unkeepable, kept
from botkit.actions.wanted import Misfit
from botkit.model import ActionFinished, dump_event, load_event
from tests.actions.clinic import Colour, Even, Floor, Pair, Place, Point, Ref, Size, Slot, Tree, Visit

MADRID = ZoneInfo("Europe/Madrid")
DAY, HALF_NINE = date(2026, 6, 24), time(9, 30)
NOON = datetime(2026, 6, 24, 10, tzinfo=UTC)
LATE = datetime(2026, 6, 24, 22, 30, tzinfo=UTC)  # the next day in Madrid

TAKEN: list[tuple[Any, Any, Any]] = [
    (Any, {"a": [1, (2,)]}, {"a": [1, [2]]}),
    (object, Decimal("1.5"), Decimal("1.5")),
    (str, "007", "007"),
    (str, "", ""),
    (int, 7, 7),
    (int, "-7", -7),
    (int, " 007 ", 7),
    (int, Decimal("7.0"), 7),
    (float, 7, 7.0),
    (float, Decimal("7.5"), 7.5),
    (float, "7.5", 7.5),
    (Decimal, 7, Decimal(7)),
    (Decimal, 0.1, Decimal("0.1")),
    (Decimal, "0.10", Decimal("0.10")),
    (bool, True, True),
    (bool, "true", True),
    (bool, "No", False),
    (date, DAY, DAY),
    (date, "2026-06-24", DAY),
    (date, LATE, date(2026, 6, 25)),
    (time, HALF_NINE, HALF_NINE),
    (time, "9:30", HALF_NINE),
    (time, "09:30:05", time(9, 30, 5)),
    (datetime, NOON, NOON),
    (datetime, "2026-06-24T12:00", NOON),
    (datetime, "2026-06-24T12:00+02:00", NOON),
    (None, None, None),
    (int | None, None, None),
    (Optional[int], "7", 7),  # noqa: UP045 - people write it so
    (int | str, "7", "7"),
    (str | int, 7, 7),
    (date | None, "2026-06-24", DAY),
    (Place | str, "here", "here"),
    (list, [1, "a"], [1, "a"]),
    (list[date], ["2026-06-24", DAY], [DAY, DAY]),
    (set[int], [1, 1], {1}),
    (tuple[int, ...], [1, "2"], (1, 2)),
    (list[list[int]], [["1"]], [[1]]),
    (dict, {"a": 1}, {"a": 1}),
    (dict[str, Decimal], {"a": 1}, {"a": Decimal(1)}),
    (Literal["s", "l"], "s", "s"),
    (Literal[1, 2], "2", 2),
    (Literal["s", None], None, None),
    (Size, "small", Size.SMALL),
    (Size, "LARGE", Size.LARGE),
    (Floor, "1", Floor.FIRST),
    (Floor, 0, Floor.GROUND),
    (Colour, "red", Colour.RED),
    (Point, "HERE", Point.HERE),
    (Annotated[int, "stars"], "5", 5),
    (Ref, "V7", "V7"),
    (Place, {"street": "Gran Via 1", "city": "Madrid", "more": 1}, Place("Gran Via 1", "Madrid")),
    (Place, {"street": "a", "city": "b", "floor": "2", "notes": ["c"]}, Place("a", "b", 2, ["c"])),
    (Place, {"street": "a", "city": "b", "floor": None}, Place("a", "b", 0)),  # never filled: the default
    (Tree, {"name": "a", "children": [{"name": "b"}]}, Tree("a", [Tree("b")])),
    (Slot, {"start": "9:30"}, {"start": HALF_NINE}),
    (Pair, {"left": 1}, Pair(1, 0)),
]


@pytest.mark.parametrize(("annotation", "given", "taken"), TAKEN, ids=lambda value: str(value)[:40])
def test_a_value_becomes_what_the_annotation_asks_for(annotation: Any, given: Any, taken: Any) -> None:
    got = wanted(annotation).take(given, MADRID)
    assert got == taken
    assert type(got) is type(taken)


REFUSED: list[tuple[Any, Any, str]] = [
    (str, 7, "must be a text, not a number"),
    (str, None, "must be a text, not nothing"),
    (int, "seven", "must be a whole number, not this text"),
    (int, "9" * 5_000, "must be a whole number, not this text"),
    (int, True, "must be a whole number, not true or false"),
    (int, Decimal("7.5"), "must be a whole number, not a number"),
    (int, Decimal("NaN"), "must be a whole number, not a number"),
    (float, "1e400", "must be a number, not this text"),
    (bool, 1, "must be true or false, not a number"),
    (date, "24/06", "must be a date, not this text"),
    (date, "2026-02-30", "must be a date, not this text"),
    (date, HALF_NINE, "must be a date, not a time"),
    (time, "soon", "must be a time, not this text"),
    (datetime, DAY, "must be a datetime, not a date"),
    (datetime, "2026-06-24", "must be a datetime, not this text"),
    (None, "x", "must be nothing, not this text"),
    (int | date, "soon", "must be a whole number or a date, not this text"),
    (int | None, [], "must be a whole number or nothing, not a list"),
    (list[int], {"a": 1}, "must be a list, not a record"),
    (list[int], [1, "x"], "[1] must be a whole number, not this text"),
    (list[list[int]], [[1], [2, None]], "[1][1] must be a whole number, not nothing"),
    (dict[str, int], {"a": "x"}, "a must be a whole number, not this text"),
    (dict[str, int], [], "must be a record, not a list"),
    (Literal["s", "l"], "m", 'must be "s" or "l", not this text'),
    (Literal["s", "m", "l"], 1, 'must be "s", "m" or "l", not a number'),
    (Literal[1], True, 'must be "1", not true or false'),
    (Size, "medium", 'must be "small" or "large", not this text'),
    (Place, "here", "must be a record, not this text"),
    (Place, {"street": "a"}, "city is missing"),
    (Place, {"street": "a", "city": 1}, "city must be a text, not a number"),
    (Place | None, {"street": "a", "city": 1}, "city must be a text, not a number"),
    (list[Place], [{"street": "a", "city": 1}], "[0].city must be a text, not a number"),
    (Tree, {"name": "a", "children": [{"name": 1}]}, "children[0].name must be a text, not a number"),
    (Slot, {}, "start is missing"),
    (Even, {"number": 3}, "is refused by Even, which raised ValueError"),
]


@pytest.mark.parametrize(("annotation", "given", "sentence"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_does_not_fit_is_told_by_its_place_and_without_its_words(annotation: Any, given: Any, sentence: str) -> None:
    with pytest.raises(Misfit) as caught:
        wanted(annotation).take(given, MADRID)
    assert str(caught.value) == sentence


class Loose(TypedDict, total=False):
    what: bytes


@dataclass
class Deep:
    inner: list[Loose]


@pytest.mark.parametrize(
    ("annotation", "sentence"),
    [
        (bytes, "bytes is no type that a flow knows"),
        (timedelta, "timedelta is no type that a flow knows"),
        (dict[int, str], "dict[int, str] has names that are no texts"),
        (tuple[int, str], "tuple[int, str] is a list of a fixed length"),
        (Literal[b"x"], "Literal[b'x'] is neither a text nor a whole number"),
        (list[UUID], "UUID is no type that a flow knows"),
        (Deep, "Loose.what: bytes is no type that a flow knows"),
    ],
)  # fmt: skip
def test_an_annotation_that_no_flow_can_fill_is_found_before_anything_runs(annotation: Any, sentence: str) -> None:
    with pytest.raises(Unknown) as caught:
        wanted(annotation).type()
    assert sentence in str(caught.value)


# ---------------------------------------------------------------- results

KEPT: list[tuple[Any, Any]] = [
    (None, None),
    (True, True),
    (7, 7),
    (Floor.FIRST, 1),
    (Size.SMALL, "small"),
    (Point.HERE, "HERE"),
    (Colour.RED, "red"),
    (0.1, Decimal("0.1")),
    (1e300, Decimal("1e300")),
    (Decimal("1.50"), Decimal("1.50")),
    (1 << 70, Decimal(1 << 70)),
    ("a", "a"),
    ("a\x00b\ud800", "a\ufffdb\ufffd"),
    (DAY, DAY),
    (HALF_NINE, HALF_NINE),
    (NOON, NOON),
    (datetime(2026, 6, 24, 12), NOON),
    ([1, (2.5, {3})], [1, [Decimal("2.5"), [3]]]),
    ({"a": {"b": DAY}}, {"a": {"b": DAY}}),
    (Visit("V7", DAY), {"ref": "V7", "day": DAY}),
    (Tree("a", [Tree("b")]), {"name": "a", "children": [{"name": "b", "children": []}]}),
    (Pair(1, 2), {"left": 1, "right": 2}),
    ({Colour.RED: 1}, {"red": 1}),
    ({"$date": "2026-06-24"}, {"$date": "2026-06-24"}),
    ({"$record": {"$decimal": "1"}}, {"$record": {"$decimal": "1"}}),
]


@pytest.mark.parametrize(("returned", "value"), KEPT, ids=lambda value: str(value)[:40])
def test_a_result_is_kept_in_plain_terms_and_comes_back_from_the_store_the_same(returned: Any, value: Any) -> None:
    plain = kept(returned, MADRID)
    assert plain == value
    event = ActionFinished("call:1", NOON, "1", plain)
    back = load_event(dump_event(event))
    assert back == event
    assert isinstance(back, ActionFinished) and type(back.value) is type(value)


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


class Model:
    def model_dump(self) -> dict[str, Any]:
        return {}


async def nobody() -> None:
    """Is never awaited."""


ROUND: list[Any] = []
ROUND.append(ROUND)

UNKEPT: list[tuple[Any, str]] = [
    (b"x", "the result is a bytes, which no conversation can keep: return a text"),
    ({"a": [timedelta(1)]}, "the result.a[0] is a timedelta, which no conversation can keep: return a number of seconds"),
    (Model(), "the result is a Model, which no conversation can keep: return its .model_dump()"),
    (SimpleNamespace(a=1), "the result is a SimpleNamespace, which no conversation can keep: return a dataclass, a dict"),
    (iter([1]), "the result is a list_iterator, which no conversation can keep: return a list"),
    (Visit, "the result is a type, which no conversation can keep"),
    (HALF_NINE.replace(tzinfo=timezone(timedelta(hours=1))), "a time has no offset here"),
    (float("nan"), "the result is NaN, which is no number to count with"),
    ([float("inf")], "the result[0] is Infinity, which is no number"),
    (Decimal("NaN"), "the result is NaN"),
    ({1: "a"}, "the result has a name that is no text but 1"),
    ({"a": {None: 1}}, "the result.a has a name that is no text but None"),
    (nested(21), "the result is nested deeper than 20"),
    (ROUND, "the result is nested deeper than 20"),
    ("x" * 65_536, "the result is larger than 64 KiB"),
    (["é" * 1_000] * 33, "the result is larger than 64 KiB"),
    (range(10), "the result is a range"),
    ([0] * 10_000_000, "the result is larger than 64 KiB"),
]


@pytest.mark.parametrize(("returned", "sentence"), UNKEPT, ids=[sentence[:60] for _, sentence in UNKEPT])
def test_a_result_that_no_conversation_can_keep_is_refused_in_words(returned: Any, sentence: str) -> None:
    with pytest.raises(Unkeepable) as caught:
        kept(returned, MADRID)
    assert sentence in str(caught.value)


def test_a_forgotten_await_is_told() -> None:
    work = nobody()
    with pytest.raises(Unkeepable, match="an await is missing"):
        kept(work, MADRID)
    work.close()


def test_the_limits_themselves_are_kept() -> None:
    assert kept(nested(20), MADRID) == nested(20)
    text = "x" * (results.MAX_SIZE - 2)
    assert kept(text, MADRID) == text
