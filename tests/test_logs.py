"""A log line: one line, short enough, with no secret and no number of a telephone in it."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.logs import LONGEST, Redacted, cut

SECRET = "b7f-Zq_9x/31"


def line(message: str, as_json: bool = True, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord("botkit.sender", logging.WARNING, __file__, 1, "%s", (message,), info)
    return Redacted([SECRET, "abc"], as_json).format(record)


def test_a_line_is_json_with_time_level_logger_and_message() -> None:
    found = json.loads(line("channel main is stopped"))
    assert found.pop("at").endswith("+00:00")
    assert found == {"level": "warning", "logger": "botkit.sender", "message": "channel main is stopped"}


def test_a_line_of_text_begins_with_the_time() -> None:
    assert line("channel main is stopped", as_json=False)[8:] == " warning botkit.sender: channel main is stopped"


@pytest.mark.parametrize("as_json", [True, False])
def test_a_secret_is_never_written(as_json: bool) -> None:
    try:
        raise ValueError(f"refused {SECRET}")
    except ValueError as error:
        found = line(f"key {SECRET}, again{SECRET}.", as_json, error)
    assert SECRET not in found
    assert "key •••, again•••." in found
    assert "ValueError: refused •••" in found


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("to 34600111222", "to ••••22"),
        ("to +34600111222.", "to ••••22."),
        ("contact:34600111222", "contact:••••22"),
        ("wa_id=34600111222, next", "wa_id=••••22, next"),
        ("/contacts/34600111222/", "/contacts/••••22/"),
        ("(34600111222)", "(••••22)"),
        ("34600111222\n27821234567", "••••22\\n••••67"),
        ("port 8080, 250 events, 1234567 bytes", "port 8080, 250 events, 1234567 bytes"),
        ("2026-11-24T09:14:03.123456789", "2026-11-24T09:14:03.123456789"),
        ("wamid.HBgLMzQ2MDAxMTE", "wamid.HBgLMzQ2MDAxMTE"),
        ("id a1234567890b", "id a1234567890b"),
    ],
)
def test_numbers_of_telephones_keep_their_last_two_digits(told: str, written: str) -> None:
    assert json.loads(line(told))["message"] == written


def test_nothing_a_contact_writes_can_begin_a_line_or_colour_a_terminal() -> None:
    found = line("hi\r\n\x1b[31mERROR all is lost\u2028\u202e", as_json=False)
    assert found.endswith(r"hi\r\n\x1b[31mERROR all is lost\x2028\x202e")


@given(st.text(max_size=40), st.integers(1, 3000), st.booleans())
def test_a_line_is_one_line_of_8_kib_at_most(piece: str, times: int, as_json: bool) -> None:
    found = line(piece * times, as_json)
    assert len(found.encode("utf-8", "surrogatepass")) <= LONGEST
    assert len(found.splitlines()) == 1
    if as_json:
        assert json.loads(found)["logger"] == "botkit.sender"


def test_a_long_trace_is_cut_before_its_message() -> None:
    try:
        raise ValueError("\\" * 20_000)
    except ValueError as error:
        found = json.loads(line("it failed", error=error))
    assert found["message"] == "it failed"
    assert found["trace"].endswith("…")
    assert found["trace"].startswith("Traceback")


def test_cut_never_leaves_half_a_character() -> None:
    assert cut("añ" * 10, 8) == "aña…"
    assert cut("abc", 3) == "abc"
