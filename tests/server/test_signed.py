"""Webhooks that are signed: Meta's, and 360dialog's to its partners. The signature is one of bytes, on every way in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from botkit.channels import Channel
from botkit.providers.signature import signature_of
from botkit.serving import remind
from botkit.stores.memory import MemoryStore
from botkit.testing.webhooks import basic
from tests.server.given import AUTH, NUMBER, House, message, request

SECRET = b"the app's secret"
TOKEN = "shown ónce"
META = Channel(
    "meta", provider="cloud", api_key="k", phone_number_id=NUMBER.phone_number_id, app_secret=SECRET, verify_token=TOKEN.encode()
)
PARTNER = Channel("partner", api_key="k", webhook_auth=AUTH, platform_secret=SECRET)
HEADER = {"meta": "X-Hub-Signature-256", "partner": "X-360dialog-Signature"}
# é, / and @ as Meta escapes them: who parses and writes it anew gets other bytes.
ESCAPED = b'{"object":"whatsapp_business_account","entry":[{"id":"caf\\u00e9 http:\\/\\/a\\u0040b"}]}'


@pytest.fixture(params=["short", "long"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """What holds does so for webhooks that take the shortcut, and for the same ones without it."""
    async with House(MemoryStore(), request.param == "short", more=(META, PARTNER)) as open_house:
        yield open_house


def digest(body: bytes, secret: bytes = SECRET) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


async def post(house: House, name: str, body: bytes, *signatures: str) -> int:
    """The status of the answer to a webhook for channel *name* with these values of the signature's header."""
    headers = [f"{HEADER[name]}: {signature}" for signature in signatures]
    async with await house.raw(request(body, *headers, path=f"/webhook/{name}")) as raw:
        return int((await raw.head()).split()[1])


async def test_what_meta_has_signed_is_stored(house: House) -> None:
    assert await post(house, "meta", message("m1"), f"sha256={digest(message('m1'))}") == 200
    assert await house.keys() == ["m1"]


@pytest.mark.parametrize(
    "signature",
    [
        "", "sha256=", "sha256", digest(message()), "sha1=" + digest(message()), "sha256=" + digest(message(), b"another"),
        "sha256=" + digest(message())[:-1], "sha256=" + digest(message()) + "0", "sha256=" + digest(message() + b" "),
        "SHA256=" + digest(message()), "sha256=" + digest(message()).upper(), "sha256=" + "é" * 32, "sha256=sha256=" + digest(message()),
    ],
)  # fmt: skip
async def test_what_is_signed_otherwise_is_not(house: House, signature: str) -> None:
    assert await post(house, "meta", message(), signature) == 403
    assert await house.keys() == []


async def test_no_signature_and_two_are_turned_away(house: House) -> None:
    right = f"sha256={digest(message())}"
    assert await post(house, "meta", message()) == 403
    assert await post(house, "meta", message(), right, right) == 403
    assert await house.keys() == []


async def test_the_bytes_are_signed_and_not_what_they_mean(house: House) -> None:
    rewritten = b'{"object": "whatsapp_business_account", "entry": [{"id": "caf\xc3\xa9 http://a@b"}]}'
    assert await post(house, "meta", rewritten, f"sha256={digest(ESCAPED)}") == 403
    assert await post(house, "meta", ESCAPED, f"sha256={digest(ESCAPED)}") == 200


async def test_the_password_is_nothing_to_meta(house: House) -> None:
    assert await house.ask(path="/webhook/meta", data=message()) == 403, "the session sends the password of another channel"


@pytest.mark.parametrize("form", ["{}", "sha256={}"])
async def test_360dialog_signs_for_partners_with_or_without_the_prefix(house: House, form: str) -> None:
    assert await post(house, "partner", message("m1"), form.format(digest(message("m1")))) == 200
    assert await house.keys() == ["m1"]


async def test_a_partner_who_wants_both_gets_both(house: House) -> None:
    assert await post(house, "partner", message()) == 403
    assert await post(house, "partner", message(), digest(message(), b"another")) == 403
    signed = {"X-360dialog-Signature": digest(message())}
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{house.port}/webhook/partner"
        async with session.post(url, data=message(), headers=signed) as answer:
            assert answer.status == 401
        async with session.post(url, data=message(), headers={**signed, "Authorization": basic(AUTH)}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("channel", [META, PARTNER], ids=["meta", "partner"])
async def test_what_we_sign_is_right_by_our_own_rule(channel: Channel) -> None:
    signature = signature_of(channel)
    assert signature is not None and signature.right([signature.of(ESCAPED)], ESCAPED)
    assert not signature.right([signature.of(ESCAPED)], ESCAPED + b" ")
    assert SECRET.decode() not in repr(signature)


# ---------------------------------------------------------------- the challenge


async def challenged(house: House, name: str = "meta", **query: str) -> tuple[int, str, Any]:
    asked = {f"hub.{key}": value for key, value in query.items()}
    async with house.session.get(f"/webhook/{name}", params=asked) as answer:
        return answer.status, await answer.text(), answer.headers


async def test_who_shows_the_token_has_the_bare_challenge_back(house: House) -> None:
    status, text, headers = await challenged(house, mode="subscribe", challenge="1234500000", verify_token=TOKEN)
    assert (status, text) == (200, "1234500000")
    assert headers["Content-Type"].startswith("text/plain") and headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "subscribe", "challenge": "1", "verify_token": "wrong"},
        {"mode": "subscribe", "challenge": "1", "verify_token": ""},
        {"mode": "subscribe", "challenge": "1"},
        {"mode": "unsubscribe", "challenge": "1", "verify_token": TOKEN},
        {"challenge": "1", "verify_token": TOKEN},
        {},
    ],
)
async def test_who_does_not_is_told_nothing(house: House, query: dict[str, str]) -> None:
    status, text, _ = await challenged(house, **query)
    assert status == 403 and text == "the token is missing or wrong\n"


async def test_360dialog_asks_no_challenge_and_gets_no_answer(house: House) -> None:
    for name in ("shop", "partner"):
        assert (await challenged(house, name, mode="subscribe", challenge="1", verify_token=""))[0] == 405
    async with house.session.delete("/webhook/meta") as answer:
        assert answer.status == 405 and answer.headers["Allow"] == "GET, POST"


# ---------------------------------------------------------------- who has called


async def test_who_serves_says_after_a_while_whose_webhook_nobody_has_called(house: House, caplog: pytest.LogCaptureFixture) -> None:
    assert await house.ask(path="/webhook/shop", data=message()) == 200
    with caplog.at_level("WARNING", "botkit.host"):
        remind(house.server)
    assert [record.getMessage().partition(" since")[0] for record in caplog.records] == [
        f"nobody has called the webhook of channel {name}" for name in ("open", "meta", "partner")
    ]


async def told(house: House) -> Any:
    async with house.session.get("/health/ready") as answer:
        return await answer.json()


async def test_ready_tells_whose_webhook_nobody_has_called(house: House) -> None:
    before = await told(house)
    assert before["status"] == "ok", "a quiet night is no fault"
    assert before["webhooks"]["meta"] == {"called": None, "turned_away": None}
    assert "nobody has called the webhook of channel meta since the start; is it set? botkit webhook show" in before["notes"]
    assert await post(house, "meta", message(), "sha256=wrong") == 403
    assert await house.ask(path="/webhook/shop", data=message()) == 200
    after = await told(house)
    assert after["webhooks"]["meta"] == {"called": None, "turned_away": "2026-03-01T12:00:00+00:00"}
    assert after["webhooks"]["shop"] == {"called": "2026-03-01T12:00:00+00:00", "turned_away": None}
    assert not any("channel shop" in note for note in after["notes"])
