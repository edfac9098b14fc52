"""Who gets in, what is too much, and that 200 means: it is on the disk."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from botkit.lanes import Overloaded
from botkit.server.access import Access
from botkit.server.webhook import BODY
from botkit.stores.base import StoreUnavailable
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore
from botkit.testing import webhooks
from botkit.testing.webhooks import basic
from tests.server.given import ANA, AUTH, NOON, NUMBER, House, message, request


@pytest.fixture(params=["short", "long"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """What holds does so for webhooks that take the shortcut, and for the same ones without it."""
    async with House(MemoryStore(), request.param == "short") as open_house:
        yield open_house


# ---------------------------------------------------------------- who gets in


async def test_with_the_password_a_webhook_is_stored_and_answered_200(house: House) -> None:
    assert await house.ask(data=message("m1")) == 200
    assert await house.keys() == ["m1"]


@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic ", "Bearer x", "Basic ?", basic(b"user:wrong"), basic(b"user"), basic(b""), basic(AUTH + b"x"),
        basic(AUTH)[:-1],
        "Basic " + AUTH.decode(), "Digest " + basic(AUTH)[6:], "Basic w\xf6rd", basic(AUTH) + ", " + basic(AUTH),
    ],
)  # fmt: skip
async def test_without_it_nothing_is_read_and_the_answer_is_401(house: House, header: str) -> None:
    async with house.session.post("/webhook/shop", data=message(), headers={"Authorization": header}) as answer:
        assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Basic")
    assert await house.keys() == []


async def test_no_header_and_two_headers_are_401(house: House) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"http://127.0.0.1:{house.port}/webhook/shop", data=message()) as answer:
        assert answer.status == 401
    twice = request(message(), f"Authorization: {basic(AUTH)}", "Connection: close")
    async with await house.raw(twice) as raw:
        assert b" 401 " in await raw.rest()
    assert await house.keys() == []


def test_the_scheme_may_be_written_otherwise_and_no_secret_means_no_check() -> None:
    token = base64.b64encode(AUTH).decode()
    assert Access(AUTH).granted([f"basic  {token}"]) and Access(AUTH).granted([f"BASIC {token} "])
    assert not Access(AUTH).granted([f"Basic{token}"])
    assert not Access(AUTH).granted([]) and not Access(AUTH).granted(["Basic é\udce9"])
    assert Access(b"").granted([]) and Access(b"").granted(["a", "b"])


async def test_a_channel_without_password_takes_everybody(house: House) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"http://127.0.0.1:{house.port}/webhook/open", data=message()) as answer:
        assert answer.status == 200


# ---------------------------------------------------------------- limits


async def test_other_addresses_and_methods(house: House) -> None:
    assert await house.ask(path="/webhook/none") == 404
    assert await house.ask(path="/webhook/") == 404
    assert await house.ask(path="/") == 404
    assert await house.ask("GET") == 405
    assert await house.ask("PUT", data=b"{}") == 405
    assert await house.ask(path="/health/live") == 405
    async with house.session.delete("/webhook/shop") as answer:
        assert answer.headers["Allow"] == "POST"
    assert await house.ask(path="/webhook/shop?source=360", data=message("q1")) == 200


async def test_compressed_bodies_are_415_and_identity_is_none(house: House) -> None:
    assert await house.ask(data=gzip.compress(message()), **{"Content-Encoding": "gzip"}) == 415
    async with await house.raw(request(b"\x1f\x8bnonsense", "Content-Encoding: deflate", "Connection: close")) as raw:
        assert b" 415 " in await raw.rest()
    async with await house.raw(request(message("m1"), "Content-Encoding: identity", "Connection: close")) as raw:
        assert b" 200 " in await raw.rest()
    assert await house.keys() == ["m1"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_the_content_type_does_not_matter(house: House, kind: str) -> None:
    async with await house.raw(request(message("m1"), f"Content-Type: {kind}", "Connection: close")) as raw:
        assert b" 200 " in await raw.rest()


async def test_a_body_of_4_mib_is_taken_and_one_byte_more_is_413(house: House) -> None:
    whole = message("m1") + b" " * (BODY - len(message("m1")))
    assert await house.ask(data=io.BytesIO(whole)) == 200
    assert await house.keys() == ["m1"]
    async with await house.raw(request(b"", "Connection: close", length=BODY + 1)) as raw:
        assert b" 413 " in await raw.head()


async def test_a_body_in_chunks_is_counted_as_it_comes(house: House) -> None:
    async def chunks(size: int) -> AsyncIterator[bytes]:
        yield message("m1")
        for _ in range(size // 65536):
            yield b" " * 65536

    assert await house.ask(data=chunks(BODY // 2)) == 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botkit.server.webhook.BODY", 100_000)
        chunked = request(b"", "Connection: close", "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
        async with await house.raw(chunked) as raw:
            await raw.send(b"1ffff\r\n" + b" " * 0x1FFFF + b"\r\n")
            assert b" 413 " in await raw.head()
    assert await house.keys() == ["m1"]


async def test_who_asks_to_be_told_before_sending_a_body_is_told_only_with_the_password(house: House) -> None:
    body = message("m1")
    async with await house.raw(request(b"", "Expect: 100-continue", length=len(body))) as raw:
        assert b" 100 " in await raw.head()
        await raw.send(body)
        assert b" 200 " in await raw.head()
    async with await house.raw(request(b"", "Expect: 100-continue", length=BODY + 1)) as raw:
        assert b" 413 " in await raw.head()


# ---------------------------------------------------------------- bodies that are no webhook


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"{}", b'"x"', b"\xff\xfe", b"\x00", b"[" * 70 + b"]" * 70, b"[" * 500_000, b'{"entry": 1}',
        b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"\\ud800","from":"1","type":"text"}]}}]}]}',
        b'{"a":' * 100 + b"1" + b"}" * 100, b'{"entry":[{"changes":' + b"9" * 5000 + b"}]}", b"1e999", b"NaN",
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_200_and_kept_whole(house: House, body: bytes) -> None:
    assert await house.ask(data=io.BytesIO(body)) == 200
    kept = [q.raw for q in await house.store.quarantined(10)] + [p.raw for p in await house.store.unfinished(0, 10)]
    assert kept == [body]


async def test_every_known_kind_of_webhook_is_stored(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "botkit.db")
    await store.open()
    payloads = sorted((Path(__file__).parents[1] / "payloads").glob("*.json"))
    assert len(payloads) > 20
    async with House(store) as house:
        for payload in payloads:
            assert await house.ask(path="/webhook/open", data=payload.read_bytes()) == 200, payload.name
    await store.close()


async def test_a_provider_that_fails_quarantines_the_body(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("botkit.providers.webhook.read", fail)
    assert await house.ask(data=b"{}") == 200
    assert [(q.raw, q.reason) for q in await house.store.quarantined(10)] == [(b"{}", "RecursionError")]


async def test_an_element_that_the_store_cannot_take_is_put_aside_alone(house: House) -> None:
    house.fail = [OverflowError(), OverflowError()]
    changes = [webhooks.message(NUMBER, ANA, {"type": "text", "text": {"body": "x"}}, key, NOON) for key in ("m1", "m2")]
    assert await house.ask(data=webhooks.body(NUMBER, changes)) == 200
    assert await house.keys() == ["m2"]
    assert [q.reason for q in await house.store.quarantined(10)] == ["it cannot be stored: OverflowError"]


# ---------------------------------------------------------------- what is not stored is not acknowledged


@pytest.mark.parametrize("error", [StoreUnavailable("the disk is full"), Overloaded("20000 events wait")])
async def test_what_cannot_be_stored_is_503_and_comes_again(house: House, error: Exception) -> None:
    house.fail = [error]
    async with house.session.post("/webhook/shop", data=message("m1")) as answer:
        assert answer.status == 503 and answer.headers["Retry-After"] == "5"
        assert "disk" not in await answer.text()
    assert await house.keys() == []
    assert await house.ask(data=message("m1")) == 200


async def test_200_comes_after_the_store_and_not_before(house: House) -> None:
    gate = asyncio.Event()
    house.gates = [gate]
    asked = asyncio.create_task(house.ask(data=message("m1")))
    while house.gates:
        await asyncio.sleep(0)
    assert not asked.done()
    gate.set()
    assert await asked == 200


async def test_the_same_webhook_ten_times_at_once_is_stored_once(house: House) -> None:
    assert await asyncio.gather(*(house.ask(data=message("m1")) for _ in range(10))) == [200] * 10
    assert await house.keys() == ["m1"]


async def test_nothing_of_a_body_or_a_password_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        await house.ask(data=message("m1", "my secret"))
        await house.ask(data=b"my secret {")
        house.fail = [OverflowError("my secret")] * 3
        await house.ask(data=message("m2", "my secret"))
        house.fail = [StoreUnavailable("full")]
        await house.ask(data=message("m3", "my secret"))
        await house.ask(data=b"x", Authorization="Basic my secret")
    lines = [record.getMessage() + str(record.exc_info) for record in caplog.records if record.name.startswith(("botkit", "aiohttp"))]
    assert lines and not any("secret" in line or basic(AUTH) in line for line in lines)


async def test_answers_tell_nothing_of_what_we_are_made_of(house: House) -> None:
    for path in ("/webhook/shop", "/health/ready", "/nowhere"):
        async with house.session.get(path) as answer:
            assert answer.headers["Server"] == "botkit"
            assert "aiohttp" not in await answer.text()
