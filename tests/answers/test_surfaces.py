"""Answers that are no text: places, cards, files, carts, forms; and the types as authors write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from botkit.answers import ANSWERS, Answer, Reading, Rejected, answer_type, pattern
from botkit.expressions import Fault
from botkit.model import MessageReceived

NOW = datetime(2026, 6, 22, 9, tzinfo=UTC)
READING = Reading("en", ("en",), NOW.date(), NOW)


def read(word: str, type_: str, text: str = "", **data: Any) -> Any:
    kind = answer_type(word)
    assert isinstance(kind, Answer), kind
    found = kind.read(MessageReceived("wamid.1", NOW, "wamid.1", type_, text, data=data), READING)
    if isinstance(found, Rejected):
        return None
    assert kind.normal(found) == found
    return found


def test_a_location() -> None:
    found = read("location", "location", latitude=51.5034, longitude=-0.1276, name="Town hall", sha="x")
    assert found == {"lat": Decimal("51.5034"), "lon": Decimal("-0.1276"), "name": "Town hall", "address": None, "url": None}
    assert read("location", "location", latitude=91, longitude=0) is None


def test_a_contact_card() -> None:
    card = {"name": {"formatted_name": "Joe Pine"}, "phones": [{"phone": "+44 7700 900222", "wa_id": "447700900222"}]}
    found = read("contact", "contacts", contacts=[card])
    assert found == {"name": "Joe Pine", "phone": "+44 7700 900222", "wa_id": "447700900222", "email": None}
    assert read("phone", "contacts", contacts=[card]) == "+447700900222"
    assert read("phone", "contacts", contacts=[{"name": {}}]) is None
    assert read("contact", "contacts", contacts=[]) is None


def test_a_file() -> None:
    found = read("image", "image", "Cracked lid", id="72", mime_type="image/jpeg", url="https://short.lived")
    assert (found["type"], found["id"], found["caption"]) == ("image", "72", "Cracked lid")
    assert "url" not in found
    assert read("image", "document", id="72", mime_type="image/png")["type"] == "document"
    assert read("image", "document", id="72", mime_type="application/pdf") is None
    assert read("media", "sticker", id="72")["id"] == "72"
    assert read("video", "image", id="72") is None
    assert read("audio", "text", "hello") is None
    assert [one["id"] for one in read("image[1..5]", "image", id="72")] == ["72"]


def test_an_order() -> None:
    items = [
        {"product_retailer_id": "MUG-3", "quantity": 2, "item_price": 8.75, "currency": "GBP"},
        {"product_retailer_id": "MUG-4", "quantity": "1", "item_price": "9", "currency": "GBP"},
    ]
    found = read("order", "order", "Please wrap it", catalog_id="66", product_items=items)
    assert (found["total"], found["currency"], found["text"]) == (Decimal("26.50"), "GBP", "Please wrap it")
    bought = [(one["id"], one["quantity"], one["price"]) for one in found["items"]]
    assert bought == [("MUG-3", 2, Decimal("8.75")), ("MUG-4", 1, Decimal(9))]
    assert read("order", "order", product_items=[]) is None
    assert read("order", "order", product_items=[{"quantity": "many"}]) is None


def test_a_form() -> None:
    assert read("form", "form", flow_token="t:8", guests=4) == {"guests": 4}
    assert read("form", "text", "hi") is None


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        ("text", " x ", "x"),
        ("text", 5, None),
        ("integer", "42", 42),
        ("integer", Decimal("42.0"), 42),
        ("integer", True, None),
        ("integer", "1,5", None),
        ("number", 12.5, Decimal("12.5")),
        ("number", "12.50", Decimal("12.50")),
        ("number", float("nan"), None),
        ("bool", "true", True),
        ("bool", "no", False),
        ("bool", 1, None),
        ("date", "2026-06-24", date(2026, 6, 24)),
        ("date", "24/06", None),
        ("date", NOW, None),
        ("time", "9:30", time(9, 30)),
        ("time", "9", None),
        ("datetime", "2026-06-22T09:00:00Z", NOW),
        ("datetime", "2026-06-22T09:00:00", None),
        ("choice(small, large)", "Large", "large"),
        ("list", (1, 2), [1, 2]),
        ("list", "x", None),
        ("record", {"a": 1}, {"a": 1}),
        ("record", [], None),
        ("image[2..3]", [{"id": "1"}], None),
    ],
)
def test_values_of_authors_and_actions_are_brought_to_normal_form(word: str, value: Any, expected: Any) -> None:
    kind = answer_type(word)
    assert isinstance(kind, Answer)
    found = kind.normal(value)
    assert (None if isinstance(found, Rejected) else found) == expected


@pytest.mark.parametrize(
    ("word", "spot", "message", "hint"),
    [
        ("dat", "dat", 'there is no type "dat"', 'did you mean "date"?'),
        ("string", "string", 'there is no type "string"', 'did you mean "text"?'),
        ("date(futur)", "futur", 'a date is "future" or "past", not "futur"', "date(future)"),
        ("text(5)", "(5)", '"text" takes nothing in brackets', "text"),
        (
            "integer(1-3)", "(1-3)", '"integer" takes nothing in brackets',
            'integer, and beside "ask": check: [{if: 1 <= answer <= 3, else: …}]',
        ),
        ("choice", "choice", "a choice names its words", "choice(small, large)"),
        ("choice(a, B, b)", "b)", '"b" stands twice in this choice', None),
        ("image[5..1]", "[5..1]", "how many stands in square brackets, 1 to 30", "image[1..5]"),
        ("image(2)", "(2)", "how many stands in square brackets, 1 to 30", "image[1..5]"),
        ("regex()", "regex()", "regex needs a pattern in brackets", "regex([A-Z]{2}[0-9]{4})"),
        ("date(future", "date(future", "this type cannot be read", "a type is written like text, date or choice(small, large)"),
    ],
)
def test_a_type_is_wrong(word: str, spot: str, message: str, hint: str | None) -> None:
    fault = answer_type(word)
    assert isinstance(fault, Fault), fault
    assert (fault.message, fault.hint) == (message, hint)
    assert word[fault.offset :].startswith(spot)


@pytest.mark.parametrize("word", ANSWERS)
def test_every_type_has_a_kind_that_expressions_know(word: str) -> None:
    assert ANSWERS[word].kind in {"text", "integer", "number", "bool", "date", "time", "datetime", "record", "list"}


@pytest.mark.skipif(pattern.engine() is None, reason="the extra [regex] is not installed")
def test_a_pattern_fits_the_whole_text() -> None:
    assert read("regex([A-Z]{2}[0-9]+)", "text", " AB12 ") == "AB12"
    assert read("regex([A-Z]{2}[0-9]+)", "text", "AB12x") is None
    assert read("regex((a+)+)", "text", "a" * 4_000 + "!") is None
    fault = answer_type("regex(a(b)")
    assert isinstance(fault, Fault)
    assert fault.code == "pattern"


def test_a_pattern_without_its_engine_says_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern, "engine", lambda: None)
    fault = answer_type("regex(a+)")
    assert isinstance(fault, Fault)
    assert fault.hint == "pip install 'botkit[regex]'"
