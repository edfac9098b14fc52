"""Every row of the table that says what an answer means: by code, by 360dialog's text, by HTTP status, now and as a later status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from botkit.channels import Channel
from botkit.providers import Cloud, Dialog360, answers
from botkit.providers.base import Outcome, Verdict

KEY = "D360-key-0123456789abcdef"
PROVIDER = Dialog360(Channel("shop", api_key=KEY))


def meta_error(code: Any, message: str = "(#0) No", **more: Any) -> bytes:
    return json.dumps({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axyz", **more}}).encode()


def answer(status: int, body: bytes | str = b"", **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PROVIDER.outcome(status, named, body.encode() if isinstance(body, str) else body)


# code, HTTP status it comes with, what the direct answer means, what a later "failed" means
CODES: list[tuple[int, int, Verdict, Verdict]] = [
    (0, 401, "stopped", "stopped"),
    (1, 400, "doubt", "again"),
    (2, 503, "later", "again"),
    (2, 500, "doubt", "again"),
    (3, 500, "stopped", "stopped"),
    (4, 400, "later", "later"),
    (10, 403, "stopped", "stopped"),
    (200, 403, "stopped", "stopped"),
    (299, 403, "stopped", "stopped"),
    (33, 400, "stopped", "stopped"),
    (100, 400, "refused", "refused"),
    (190, 401, "stopped", "stopped"),
    (368, 403, "stopped", "stopped"),
    (80007, 400, "later", "later"),
    (130429, 400, "later", "later"),
    (130429, 429, "later", "later"),
    (130472, 400, "refused", "refused"),
    (130497, 403, "refused", "refused"),
    (131000, 500, "doubt", "again"),
    (131005, 403, "stopped", "stopped"),
    (131008, 400, "refused", "refused"),
    (131009, 400, "refused", "refused"),
    (131016, 500, "doubt", "again"),
    (131021, 400, "refused", "refused"),
    (131026, 400, "refused", "refused"),
    (131030, 400, "refused", "refused"),
    (131031, 403, "stopped", "stopped"),
    (131035, 400, "refused", "refused"),
    (131036, 400, "refused", "refused"),
    (131037, 400, "stopped", "stopped"),
    (131041, 400, "refused", "refused"),
    (131042, 400, "stopped", "stopped"),
    (131044, 400, "refused", "refused"),
    (131045, 500, "stopped", "stopped"),
    (131047, 400, "window", "window"),
    (131047, 422, "window", "window"),
    (131048, 400, "stopped", "stopped"),
    (131049, 400, "refused", "refused"),
    (131050, 400, "optout", "optout"),
    (131051, 400, "refused", "refused"),
    (131052, 400, "refused", "refused"),
    (131053, 400, "refused", "refused"),
    (131055, 400, "refused", "refused"),
    (131056, 400, "pair", "pair"),
    (131057, 500, "later", "later"),
    (131059, 400, "refused", "refused"),
    (131062, 400, "refused", "refused"),
    (131063, 400, "refused", "refused"),
    (131064, 400, "stopped", "stopped"),
    (131208, 429, "later", "later"),
    (132000, 400, "refused", "refused"),
    (132001, 404, "refused", "refused"),
    (132005, 400, "refused", "refused"),
    (132007, 400, "refused", "refused"),
    (132008, 400, "refused", "refused"),
    (132012, 400, "refused", "refused"),
    (132015, 400, "template", "template"),
    (132016, 400, "template", "template"),
    (132018, 400, "refused", "refused"),
    (132068, 400, "refused", "refused"),
    (132069, 400, "refused", "refused"),
    (133000, 400, "stopped", "stopped"),
    (133004, 503, "later", "later"),
    (133010, 400, "stopped", "stopped"),
    (133015, 400, "stopped", "stopped"),
    (133016, 400, "later", "later"),
    (134011, 400, "refused", "refused"),
    (134100, 400, "refused", "refused"),
    (134103, 500, "refused", "refused"),
    (135000, 400, "refused", "refused"),
    (137000, 400, "refused", "refused"),
    (138006, 400, "refused", "refused"),
    (139000, 400, "refused", "refused"),
    (139100, 400, "refused", "refused"),
    (141010, 400, "refused", "refused"),
    (2388046, 400, "refused", "refused"),
    (2494100, 400, "later", "later"),
    (2593109, 400, "refused", "refused"),
    (470, 400, "window", "window"),
    (1013, 400, "refused", "refused"),
    (1026, 400, "refused", "refused"),
    (400, 400, "refused", "refused"),
    (999999, 400, "refused", "refused"),
    (999999, 401, "stopped", "refused"),
    (999999, 403, "stopped", "refused"),
    (999999, 429, "later", "refused"),
    (999999, 500, "doubt", "refused"),
    (999999, 503, "later", "refused"),
]


@pytest.mark.parametrize(("code", "status", "direct", "later"), CODES)
def test_a_code(code: int, status: int, direct: Verdict, later: Verdict) -> None:
    said = answer(status, meta_error(code))
    assert (said.verdict, said.code) == (direct, code)
    failed = PROVIDER.failure(code, "why")
    assert (failed.verdict, failed.code, failed.detail) == (later, code, "why")


def test_every_code_of_the_table_has_its_row() -> None:
    assert {*answers.CODES, *answers.SUBCODES, *answers.UNSURE} <= {code for code, *_ in CODES}
    assert all(any(code in family for code, *_ in CODES) for family, _ in answers.RANGES)


TEXTS: list[tuple[int, str, Verdict]] = [
    (400, "API has been disabled", "stopped"),
    (400, "You have exceeded the endpoint rate limit", "later"),
    (400, "could not send message due to lack of payment", "stopped"),
    (401, "Invalid API key", "stopped"),
    (400, "INVALID API KEY", "stopped"),
    (403, "the endpoint is blocked", "stopped"),
    (403, "Permission denied for partner x", "stopped"),
    (429, "too many requests", "later"),
    (500, "internal server error", "doubt"),
    (502, "WhatsApp API not available", "doubt"),
    (555, "whatever", "doubt"),
    (400, "something else", "refused"),
    (500, "payment rate limit disabled", "doubt"),
]


@pytest.mark.parametrize(("status", "text", "verdict"), TEXTS)
@pytest.mark.parametrize("shape", ["meta", "plain", "old", "bare"])
def test_a_text_of_360dialog(status: int, text: str, verdict: Verdict, shape: str) -> None:
    bodies: dict[str, Any] = {
        "meta": {"meta": {"success": False, "http_code": status, "developer_message": text, "360dialog_trace_id": "t-1"}},
        "plain": {"error": text},
        "old": {"errors": [{"title": "Error", "details": text}], "meta": {"360dialog_trace_id": "t-1"}},
    }
    body = json.dumps(bodies[shape]) if shape in bodies else f"<html><body><h1>{text}</h1></body></html>"
    said = answer(status, body)
    assert said.verdict == verdict
    assert said.detail == f"HTTP {status}: {text}"
    assert said.trace == ("t-1" if shape in ("meta", "old") else None)


NOTHING = [b"", b"{}", b"<html></html>", b"[]", b"null", b"\xff\xfe", b'{"error": 7}', b'{"meta": []}', b"7", b"[" * 5000]
STATUSES: list[tuple[int, Verdict]] = [
    (200, "doubt"),
    (201, "doubt"),
    (302, "stopped"),
    (400, "refused"),
    (401, "stopped"),
    (403, "stopped"),
    (404, "refused"),
    (408, "doubt"),
    (413, "refused"),
    (425, "later"),
    (429, "later"),
    (500, "doubt"),
    (502, "doubt"),
    (503, "later"),
    (504, "doubt"),
    (555, "doubt"),
    (599, "doubt"),
]


@pytest.mark.parametrize(("status", "verdict"), STATUSES)
@pytest.mark.parametrize("body", NOTHING)
def test_a_status_alone(status: int, verdict: Verdict, body: bytes) -> None:
    assert answer(status, body).verdict == verdict


def test_accepted() -> None:
    body = {"contacts": [{"input": "+5511987654321", "wa_id": "551187654321"}], "messages": [{"id": "wamid.1"}]}
    assert answer(200, json.dumps(body)) == Outcome("accepted", id="wamid.1", wa_id="551187654321")


def test_accepted_for_a_username() -> None:
    body = {"contacts": [{"input": "GB.1", "user_id": "GB.1"}], "messages": [{"id": "wamid.1", "message_status": "paused"}]}
    assert answer(200, json.dumps(body)) == Outcome("accepted", id="wamid.1", detail="paused")


@pytest.mark.parametrize(
    "body",
    [
        '{"messages": [{"id": ""}]}',
        '{"messages": []}',
        '{"messages": [{}]}',
        '{"messages": {"id": "x"}}',
        '{"messages": [{"id": null}]}',
        "{",
        '{"success": true}',
    ],
)
def test_a_200_without_a_readable_id_is_in_doubt(body: str) -> None:
    assert answer(200, body).verdict == "doubt"


def test_an_error_in_a_200_is_an_error() -> None:
    assert answer(200, meta_error(131056)).verdict == "pair"


def test_metas_error_inside_a_text_of_360dialog() -> None:
    inner = meta_error(131009, "Bad value", error_data={"details": "Button title too long"}).decode()
    said = answer(400, json.dumps({"meta": {"developer_message": f"Invalid payload ({inner})", "360dialog_trace_id": "t-2"}}))
    assert (said.verdict, said.code, said.trace) == ("refused", 131009, "Axyz")
    assert said.detail == "HTTP 400: Bad value: Button title too long"


def test_a_code_as_text_counts() -> None:
    assert answer(400, meta_error("131047")).verdict == "window"


def test_a_subcode_says_that_the_number_is_gone() -> None:
    assert answer(400, meta_error(100, error_subcode=33)).verdict == "stopped"


def test_a_code_beats_the_text_beside_it() -> None:
    assert answer(400, meta_error(131009, "payment rate limit disabled")).verdict == "refused"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"retry_after": " 2.5 "}, 2.5),
        ({"Retry_After": "-3"}, 0.0),
        ({"Retry_After": "Thu, 26 Nov 2026 09:00:30 GMT", "Date": "Thu, 26 Nov 2026 09:00:00 GMT"}, 30.0),
        ({"Retry_After": "Thu, 26 Nov 2026 09:00:00 GMT", "Date": "Thu, 26 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"Retry_After": "Thu, 26 Nov 2026 09:00:30 GMT"}, None),
        ({"Retry_After": "soon", "Date": "Thu, 26 Nov 2026 09:00:00 GMT"}, None),
        ({"Retry_After": "nan"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert answer(429, b"", **headers).retry_after == seconds


@pytest.mark.parametrize("text", [f"Malformed access token {KEY}", f"key '{KEY[:12]}' is wrong", f"x-{KEY}-y"])
def test_the_key_is_struck_out(text: str) -> None:
    for said in (answer(401, meta_error(190, text)), PROVIDER.failure(190, text)):
        assert KEY[:12] not in said.detail
        assert "…" in said.detail


def test_a_detail_is_one_short_line() -> None:
    said = answer(500, "<p>" + "bad\r\n\x00gateway " * 1000)
    assert len(said.detail) <= 500
    assert "\n" not in said.detail


def test_a_failure_without_anything_is_a_refusal() -> None:
    assert PROVIDER.failure(None, None) == Outcome("refused", detail="WhatsApp gave no reason")


def test_both_providers_judge_alike() -> None:
    cloud = Cloud(Channel("shop", provider="cloud", api_key=KEY, phone_number_id="77"))
    for code, status, *_ in CODES:
        assert cloud.outcome(status, {}, meta_error(code)) == PROVIDER.outcome(status, {}, meta_error(code))
        assert cloud.failure(code, "x") == PROVIDER.failure(code, "x")
