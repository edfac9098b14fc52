"""Every row of the table that says what an answer means: by code, by 360dialog's text, by HTTP status, now and as a later status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from botkit.channels import Channel
from botkit.providers import Cloud, Dialog360, errors
from botkit.providers.base import Outcome, Verdict
from botkit.testing.refusal import Refusal, Shape

KEY = "D360-key-0123456789abcdef"
PROVIDER = Dialog360(Channel("shop", api_key=KEY))


def meta_error(code: Any, message: str = "(#0) No", **more: Any) -> bytes:
    return json.dumps({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axyz", **more}}).encode()


def answer(status: int, body: bytes | str = b"", **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PROVIDER.outcome(status, named, body.encode() if isinstance(body, str) else body)


# The rows of fact sheet §6.1 as they stand there: codes, HTTP, action; and what is made of it: at once, and by a later "failed".
SHEET = """
0               | 401 | PAUSE ALERT           | stopped  | stopped
1               | 400 | RETRY FIX             | doubt    | again
2               | 503 | RETRY                 | later    | again
3               | 500 | ALERT                 | stopped  | stopped
4               | 400 | RETRY SLOW            | later    | later
10 200 299      | 403 | PAUSE ALERT           | stopped  | stopped
33              | 400 | PAUSE ALERT           | stopped  | stopped
100             | 400 | FIX                   | refused  | refused
190             | 401 | PAUSE ALERT           | stopped  | stopped
368             | 403 | PAUSE ALERT           | stopped  | stopped
80007           | 400 | RETRY SLOW            | later    | later
130429          | 400 | RETRY SLOW            | later    | later
130472          | 400 | DROP                  | refused  | refused
130497          | 403 | DROP ALERT            | refused  | refused
131000          | 500 | RETRY                 | doubt    | again
131005          | 403 | PAUSE ALERT           | stopped  | stopped
131008          | 400 | FIX                   | refused  | refused
131009          | 400 | FIX                   | refused  | refused
131016          | 500 | RETRY                 | doubt    | again
131021          | 400 | DROP                  | refused  | refused
131026          | 400 | DROP                  | refused  | refused
131030          | 400 | ALERT                 | refused  | refused
131031          | 403 | PAUSE ALERT           | stopped  | stopped
131035          | 400 | ALERT                 | refused  | refused
131036          | 400 | DROP                  | refused  | refused
131037          | 400 | PAUSE ALERT           | stopped  | stopped
131041 131044   | 400 | DROP                  | refused  | refused
131042          | 400 | PAUSE ALERT           | stopped  | stopped
131045          | 500 | PAUSE ALERT           | stopped  | stopped
131047          | 400 | TEMPLATE              | window   | window
131048          | 400 | PAUSE HOURS ALERT     | stopped  | stopped
131049          | 400 | DROP CAP              | capped   | capped
131050          | 400 | CONTACT DROP          | optout   | optout
131051          | 400 | FIX                   | refused  | refused
131052          | 400 | DROP                  | refused  | refused
131053          | 400 | DROP                  | refused  | refused
131055          | 400 | FIX                   | refused  | refused
131056          | 400 | RETRY-PAIR            | pair     | pair
131057          | 500 | RETRY 60              | later    | later
131059          | 400 | ALERT                 | refused  | refused
131062          | 400 | DROP                  | refused  | refused
131063          | 400 | ALERT                 | refused  | refused
131064          | 400 | PAUSE ALERT           | stopped  | stopped
132000          | 400 | FIX                   | refused  | refused
132001          | 404 | FIX                   | refused  | refused
132005          | 400 | FIX                   | refused  | refused
132007          | 400 | ALERT                 | refused  | refused
132008          | 400 | FIX                   | refused  | refused
132012          | 400 | FIX                   | refused  | refused
132015          | 400 | NEXT ALERT            | template | template
132016          | 400 | NEXT ALERT            | template | template
132018          | 400 | FIX                   | refused  | refused
132068 132069   | 400 | ALERT                 | refused  | refused
133000 133015   | 400 | ALERT                 | stopped  | stopped
133004          | 503 | RETRY                 | later    | later
133010          | 400 | PAUSE                 | stopped  | stopped
133016          | 400 | ALERT                 | later    | later
134011          | 400 | ALERT                 | refused  | refused
134100 134103   | 400 | ALERT                 | refused  | refused
134103          | 500 | ALERT                 | refused  | refused
135000          | 400 | FIX ONCE              | once     | once
137000          | 400 | DROP                  | refused  | refused
138000 138006   | 400 | DROP                  | refused  | refused
139000 139004   | 400 | ALERT                 | refused  | refused
139100          | 400 | ALERT                 | refused  | refused
141010          | 400 | ALERT                 | refused  | refused
2388019 2388046 | 400 | FIX                   | refused  | refused
2494100         | 400 | RETRY                 | later    | later
2593109         | 400 | DROP                  | refused  | refused
470             | 400 | TEMPLATE              | window   | window
1013 1026       | 400 | DROP                  | refused  | refused
400             | 400 | DROP ALERT            | refused  | refused
131208          | 429 | RETRY                 | later    | later
"""

# What is new to botkit, and a few that come with another status.
MORE = """
2               | 500 | RETRY                 | doubt    | again
130429          | 429 | RETRY SLOW            | later    | later
131047          | 422 | TEMPLATE              | window   | window
131016          | 503 | RETRY                 | later    | again
999999          | 400 | DROP ALERT            | refused  | refused
999999          | 401 | PAUSE ALERT           | stopped  | refused
999999          | 403 | PAUSE ALERT           | stopped  | refused
999999          | 429 | RETRY SLOW            | later    | refused
999999          | 500 | RETRY                 | doubt    | refused
999999          | 503 | RETRY                 | later    | refused
"""

# What each action may be, in our words.
ACTIONS: dict[str, set[str]] = {
    "RETRY": {"later", "doubt"},
    "RETRY-PAIR": {"pair"},
    "TEMPLATE": {"window"},
    "DROP": {"refused", "capped", "optout"},
    "CONTACT": {"optout"},
    "PAUSE": {"stopped"},
    "FIX": {"refused", "doubt", "once"},
    "ONCE": {"once"},
    "NEXT": {"template"},
    "CAP": {"capped"},
}


def _rows(table: str) -> list[tuple[int, int, str, str, str]]:
    cells = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [(int(code), int(http), action, direct, late) for codes, http, action, direct, late in cells for code in codes.split()]


CODES = _rows(SHEET + MORE.lstrip())


@pytest.mark.parametrize(("code", "status", "action", "direct", "later"), CODES)
def test_a_code(code: int, status: int, action: str, direct: str, later: str) -> None:
    said = answer(status, meta_error(code))
    assert (said.verdict, said.code) == (direct, code)
    failed = PROVIDER.failure(code, "why")
    assert (failed.verdict, failed.code, failed.detail) == (later, code, "why")
    for word in action.split():
        assert word not in ACTIONS or said.verdict in ACTIONS[word]
    assert "ALERT" not in action or said.alert or said.verdict == "stopped"
    assert said.slow == ("SLOW" in action or code == 131208)
    assert "HOURS" not in action or said.least >= 3600
    assert "60" not in action or said.least == 60


@pytest.mark.parametrize(("code", "status", "action", "direct", "later"), [row for row in CODES if row[0] != 999999])
@pytest.mark.parametrize("shape", ["meta", "embedded", "old"])
def test_a_code_means_the_same_in_every_body(code: int, status: int, action: str, direct: str, later: str, shape: Shape) -> None:
    refusal = Refusal(code, "payment rate limit disabled", status, shape)  # what the text says counts less
    assert answer(status, refusal.body()).verdict == direct


def test_every_code_of_the_table_has_its_row() -> None:
    known = {code for code, *_ in CODES}
    for row in errors.ERRORS:
        assert known & set(row.codes), row
        assert isinstance(row.codes, range) or len(row.codes) > 50 or set(row.codes) <= known, row
    assert set(errors.SUBCODES) <= known


def test_no_code_has_two_rows() -> None:
    single = [code for row in errors.ERRORS if not isinstance(row.codes, range) for code in row.codes]
    assert len(single) == len(set(single))


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
    assert PROVIDER.failure(None, None) == Outcome("refused", detail="WhatsApp gave no reason", alert=True)


def test_both_providers_judge_alike() -> None:
    cloud = Cloud(Channel("shop", provider="cloud", api_key=KEY, phone_number_id="77"))
    for code, status, *_ in CODES:
        assert cloud.outcome(status, {}, meta_error(code)) == PROVIDER.outcome(status, {}, meta_error(code))
        assert cloud.failure(code, "x") == PROVIDER.failure(code, "x")
