"""Bodies that nobody should send: read without an error, nothing dropped, neighbours left alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from botkit import model
from botkit.channels import Channel
from botkit.model import Inbound, MessageReceived
from botkit.providers import Dialog360, clean

FOLDER = Path(__file__).parents[1] / "payloads"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PROVIDER = Dialog360(Channel("shop", phone_number_id="204610000000077"))

BODIES = (
    "text", "image", "location", "contacts", "button_reply", "form_reply", "template_button", "order", "reaction",
    "system_user_id_changed", "status_failed", "standby_message", "batch",
)  # fmt: skip

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, -(10**30), 1e308,
    "", " ", "x", "\x00", "\ud800", "0", "-1", "nan", "inf", "1e999", "9" * 20, "a" * 70_000, "\u202e" * 300, "%s{}{{}}",
    "../../etc/passwd", "GB.1", "💥" * 300,
    [], [None], [[]], [1], [{}], ["x"], [{"id": {}}], [[[[[]]]]],
    {}, {"": None}, {"id": []}, {"body": {}}, {"$date": "2026-01-01"}, {"$decimal": "x"}, {"$record": {"$date": "x"}}, {"\ud800": "\x00"},
)  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside *value*."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*way, key)
        yield from places(child, (*way, key))


def changed(body: Any, way: tuple[Any, ...], value: Any, drop: bool = False) -> bytes:
    body = copy.deepcopy(body)
    holder = body
    for key in way[:-1]:
        holder = holder[key]
    if drop:
        del holder[way[-1]]
    else:
        holder[way[-1]] = value
    return json.dumps(body).encode()


def check(inbounds: list[Inbound]) -> None:
    """What must hold whatever came: something is kept, it fits a store, and it is read alike from its own bytes."""
    assert inbounds
    for inbound in inbounds:
        assert 0 < len(inbound.key) < 1024
        inbound.key.encode()
        assert "\x00" not in inbound.key
        assert inbound.at.tzinfo is UTC
        assert inbound.unreadable is None or inbound.event is None
        if inbound.event is not None:
            kept = model.dump_event(inbound.event)
            written = json.dumps(json.loads(kept), ensure_ascii=False)
            written.encode()  # no lone surrogate
            assert "\\u0000" not in written.replace("\\\\", "")
            assert model.load_event(kept) == inbound.event
        if inbound.identity is not None:
            assert inbound.identity.wa_id or inbound.identity.bsuid
        (again,) = PROVIDER.events(inbound.raw, NOW)
        assert replace(again, raw=b"") == replace(inbound, raw=b"")


@pytest.mark.parametrize("name", BODIES)
def test_any_one_value_may_be_missing_or_nonsense(name: str) -> None:
    body = json.loads((FOLDER / f"{name}.json").read_bytes())
    ways = list(places(body))
    for number, way in enumerate(ways):
        if way != ("entry", 0):  # without its one entry it is a batch of nothing
            check(PROVIDER.events(changed(body, way, None, drop=True), NOW))
        # every place sees a third of the values, every value a third of the places; neighbours see different thirds
        for value in HOSTILE[number % 3 :: 3]:
            if (way, value) != (("entry",), []):
                check(PROVIDER.events(changed(body, way, value), NOW))


def test_a_batch_of_nothing_is_nothing() -> None:
    assert PROVIDER.events(b'{"object": "whatsapp_business_account", "entry": []}', NOW) == []


def test_a_bad_element_leaves_its_neighbours_alone() -> None:
    body = json.loads((FOLDER / "batch.json").read_bytes())
    messages = ("entry", 0, "changes", 0, "value", "messages")
    whole = {i.key: i for i in PROVIDER.events(json.dumps(body).encode(), NOW)}
    for place in (1, (1, "text"), (1, "text", "body"), (1, "from"), (1, "id"), (1, "timestamp"), (1, "type")):
        way = (*messages, *(place if isinstance(place, tuple) else (place,)))
        for value in HOSTILE:
            found = {i.key: i for i in PROVIDER.events(changed(body, way, value), NOW)}
            assert len(found) == len(whole)
            for key, inbound in whole.items():
                if key != "wamid.M2":
                    assert found[key] == inbound


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"NaN", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"entry":' * 900 + b"1" + b"}" * 900, "nested deeper than 64 levels"),
        (b'{"entry":' + b"[" * 70 + b"]" * 70 + b"}", "nested deeper than 64 levels"),
        (b"null", "there is no entry"),
        (b"[]", "there is no entry"),
        (b'"entry"', "there is no entry"),
        (b"{}", "there is no entry"),
        (b'{"entry": []}', "there is no entry"),
        (b'{"entry": {}}', "there is no entry"),
        (b'{"entry": [' + b"{}," * 10_000 + b"{}]}", "10001 elements"),
    ],
)
def test_a_body_that_is_no_webhook_is_kept_whole(body: bytes, reason: str) -> None:
    (inbound,) = PROVIDER.events(body, NOW)
    assert inbound.unreadable is not None
    assert reason in inbound.unreadable
    assert inbound.raw == body
    assert inbound.key.startswith("hash:")


def test_ten_thousand_elements_are_read() -> None:
    body = b'{"entry": [' + b",".join(b'{"id": %d}' % n for n in range(10_000)) + b"]}"
    found = PROVIDER.events(body, NOW)
    assert len({i.key for i in found}) == 10_000


def test_what_all_elements_share_cannot_multiply_without_bound() -> None:
    value = {
        "metadata": {"display_phone_number": "9" * 100_000},
        "statuses": [{"id": f"wamid.{n}", "status": "sent", "recipient_id": "1"} for n in range(2_000)],
    }
    (inbound,) = PROVIDER.events(json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode(), NOW)
    assert inbound.unreadable == "too much that all its elements share"


def test_a_text_is_made_fit_to_be_kept_and_its_bytes_are_not_touched() -> None:
    body = (FOLDER / "text.json").read_bytes().replace(b"Is the shop open?", rb"a\u0000b\ud83dc\ud83d\ude00")
    (inbound,) = PROVIDER.events(body, NOW)
    assert isinstance(inbound.event, MessageReceived)
    assert inbound.event.text == "a\ufffdb\ufffdc😀"
    assert inbound.raw == body


def test_a_text_is_cut_at_its_cap() -> None:
    body = (FOLDER / "text.json").read_bytes().replace(b"Is the shop open?", b"x" * 100_000)
    (inbound,) = PROVIDER.events(body, NOW)
    assert isinstance(inbound.event, MessageReceived)
    assert len(inbound.event.text) == 65_536


@pytest.mark.parametrize(("name", "place"), [("form_reply", "interactive"), ("order", "order"), ("contacts", "contacts")])
def test_what_a_conversation_could_not_carry_from_turn_to_turn_is_not_read(name: str, place: str) -> None:
    body = json.loads((FOLDER / f"{name}.json").read_text())
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    if name == "form_reply":
        message[place]["nfm_reply"]["response_json"] = json.dumps({f"field {n}": "x" * 1000 for n in range(1000)})
    elif name == "order":
        message[place]["product_items"] *= 10_000
    else:
        message[place] *= 10_000
    (inbound,) = PROVIDER.events(json.dumps(body).encode(), NOW)
    assert isinstance(inbound.event, MessageReceived)
    assert (inbound.event.type, inbound.event.opens_window, len(inbound.raw) > 100_000) == ("unsupported", True, True)


def test_a_stranger_is_not_taken_for_the_only_contact_of_a_batch() -> None:
    body = json.loads((FOLDER / "batch.json").read_bytes())
    value = body["entry"][0]["changes"][0]["value"]
    value["contacts"] = value["contacts"][:1]
    (_, bo, *_) = PROVIDER.events(json.dumps(body).encode(), NOW)
    assert bo.identity == model.Identity(wa_id="447700900444")


def test_an_id_of_another_person_is_not_taken_from_the_only_contact() -> None:
    body = json.loads((FOLDER / "text.json").read_bytes())
    body["entry"][0]["changes"][0]["value"]["messages"][0] |= {"from": "447700900555", "from_user_id": "GB.5"}
    (inbound,) = PROVIDER.events(json.dumps(body).encode(), NOW)
    assert inbound.identity == model.Identity(wa_id="447700900555", bsuid="GB.5")


WORDS = (
    "id", "from", "from_user_id", "type", "text", "body", "timestamp", "errors", "code", "context", "status", "recipient_id", "interactive",
    "button_reply", "title", "profile", "name", "wa_id", "user_id", "location", "latitude", "longitude", "contacts",
)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)
values = st.fixed_dictionaries(
    {},
    optional={
        "messages": st.lists(json_values, max_size=3) | json_values,
        "statuses": st.lists(json_values, max_size=3) | json_values,
        "contacts": st.lists(json_values, max_size=2) | json_values,
        "metadata": json_values,
        "errors": json_values,
        "user_actions": json_values,
    },
)
changes = st.fixed_dictionaries({"value": values | json_values}, optional={"field": st.sampled_from(["messages", "standby"]) | json_values})
entries = st.fixed_dictionaries({"changes": st.lists(changes | json_values, max_size=2) | json_values}, optional={"id": json_values})
webhooks = st.fixed_dictionaries({"entry": st.lists(entries | json_values, min_size=1, max_size=2)}, optional={"object": json_values})


@settings(max_examples=300, deadline=None)
@given(webhooks)
def test_any_json_in_the_form_of_a_webhook(body: Any) -> None:
    check(PROVIDER.events(json.dumps(body).encode(), NOW))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    if found := PROVIDER.events(body, NOW):
        check(found)
    else:  # a batch of nothing
        assert json.loads(body)["entry"] == []


@given(st.text() | json_values)
def test_a_cleaned_text_is_clean_for_good(value: Any) -> None:
    once = clean.text(value)
    once.encode()
    assert "\x00" not in once
    assert clean.text(once) == once


@pytest.mark.parametrize("value", [None, True, "", "soon", "-5", 0, float("nan"), float("inf"), "9" * 400, 1e30, [], {}])
def test_a_moment_that_is_none_is_now(value: Any) -> None:
    assert clean.moment(value, NOW) == NOW


@pytest.mark.parametrize("value", [1795600000, "1795600000", 1795600000.0, 1795600000000, "1795600000000"])
def test_a_moment_in_seconds_or_milliseconds(value: Any) -> None:
    assert clean.moment(value, NOW) == datetime(2026, 11, 25, 9, 46, 40, tzinfo=UTC)
