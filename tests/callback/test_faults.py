"""An example posted to a public address, and what stands in its way: each fault made for real, on this machine."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme
from aiohttp import web
from msgspec.structs import replace

from botkit.callback import Tried, try_out
from botkit.channels import Channel
from botkit.ports import RealPorts
from botkit.providers.callback import sent_along
from botkit.stores.base import StoreUnavailable
from botkit.stores.memory import MemoryStore
from tests.server.given import AUTH, CHANNEL, House
from tests.server.test_signed import META, PARTNER

Answer = Callable[[web.BaseRequest], Coroutine[Any, Any, web.StreamResponse]]
PATIENT = 30.0  # seconds: whoever answers does so long before
OURS = trustme.CA()  # whom these tests trust


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with House(MemoryStore(), more=(META, PARTNER)) as open_house:
        yield open_house


async def tried(url: str, channel: Channel = CHANNEL, deadline: float = PATIENT) -> Tried:
    trusting = ssl.create_default_context()
    OURS.configure_trust(trusting)
    return await try_out(url, channel, RealPorts(), deadline=deadline, tls=trusting)


def seen(found: Tried) -> tuple[str, str]:
    """The stage at fault, and what is told of it."""
    assert found.fault is not None
    assert found.fault.remedy
    return found.fault.stage, found.fault.told


# ---------------------------------------------------------------- it gets through


@pytest.mark.parametrize("channel", [CHANNEL, META, PARTNER], ids=lambda channel: channel.name)
async def test_the_bot_takes_the_example_and_nothing_follows(house: House, channel: Channel) -> None:
    found = await tried(f"http://127.0.0.1:{house.port}/webhook/{channel.name}", channel)
    assert found.fault is None and found.seconds < PATIENT
    assert await house.keys() == [] and await house.store.quarantined(10) == []
    async with house.session.get("/health/ready") as ready:
        assert (await ready.json())["webhooks"][channel.name] == {"called": None, "turned_away": None}, "it is no call of the provider's"


# ---------------------------------------------------------------- dns, connection


async def test_a_name_that_leads_nowhere() -> None:
    stage, told = seen(await tried("https://nowhere.invalid/webhook/shop"))
    assert stage == "dns" and "nowhere.invalid" in told


async def test_a_port_at_which_nobody_listens() -> None:
    closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    assert seen(await tried(f"http://127.0.0.1:{port}/webhook/shop")) == (
        "connection", f"no connection to 127.0.0.1, port {port}: nobody listens there",
    )  # fmt: skip


# ---------------------------------------------------------------- tls


@asynccontextmanager
async def listening(
    tls: ssl.SSLContext | None, answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", until: bytes = b"\r\n\r\n"
) -> AsyncIterator[int]:
    """The port of a server that says *answer* to whoever asks, once *until* has come (b"": anything), and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await (reader.readuntil(until) if until else reader.read(4096))
            writer.write(answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


def certified(*names: str, by: trustme.CA = OURS, until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    by.issue_cert(*names, not_after=until).configure_cert(context)
    return context


def self_signed() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    alone = trustme.CA()
    with alone.private_key_pem.tempfile() as key, alone.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    return context


async def test_a_certificate_that_is_right_is_let_pass() -> None:
    async with listening(certified("localhost")) as port:
        assert (await tried(f"https://localhost:{port}/webhook/shop")).fault is None


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: certified("localhost", until=datetime(2021, 1, 1, tzinfo=UTC)), "has expired"),
        (lambda: certified("bot.example.com"), "is for another name"),
        (self_signed, "is self-signed"),
        (lambda: certified("localhost", by=trustme.CA()), "comes without the one that vouches for it"),
    ],
    ids=["expired", "another name", "self-signed", "unknown authority"],
)
async def test_what_is_wrong_with_a_certificate_is_told_by_its_cause(make: Callable[[], ssl.SSLContext], word: str) -> None:
    async with listening(make()) as port:
        stage, told = seen(await tried(f"https://localhost:{port}/webhook/shop"))
    assert stage == "tls" and word in told


@pytest.mark.parametrize(
    ("says", "word"),
    [
        (b"\x15\x03\x01\x00\x02\x02\x46", "only versions of TLS that are too old"),  # the alert "protocol version"
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
        (b"\x15\x03\x03\x00\x02\x02\x50", "no agreement"),  # the alert "internal error"
        (b"", "hangs up while TLS is agreed on"),
    ],
    ids=["too old", "no TLS at all", "another alert", "hangs up"],
)
async def test_who_does_not_agree_on_tls(says: bytes, word: str) -> None:
    async with listening(None, says, until=b"") as port:
        stage, told = seen(await tried(f"https://localhost:{port}/webhook/shop"))
    assert stage == "tls" and word in told


# ---------------------------------------------------------------- proxy


@pytest.mark.parametrize(
    ("answer", "stage", "word"),
    [
        ("502 Bad Gateway", "proxy", "does not reach the bot (502)"),
        ("503 Service Unavailable", "proxy", "does not reach the bot (503)"),
        ("521 Web Server Is Down", "proxy", "does not reach the bot (521)"),
        ("301 Moved\r\nLocation: https://www.example.com/webhook/shop", "proxy", "redirects to https://www.example.com/webhook/shop (301)"),
        ("302 Found", "proxy", "redirects (302)"),
        ("404 Not Found", "path", "knows no such path"),
        ("401 Unauthorized", "proxy", "itself wants a password"),
        ("403 Forbidden", "proxy", "turns it away"),
        ("429 Too Many Requests", "proxy", "turns it away"),
        ("200 OK\r\nContent-Type: text/html", "proxy", "a page is answered"),
        ("200 OK\r\nContent-Type: application/json", "proxy", "something else is answered"),
        ("202 Accepted", "proxy", "it answers 202, and only 200 counts"),
        ("418 I'm a teapot", "proxy", "it answers 418"),
    ],
)
async def test_what_somebody_else_answers(answer: str, stage: str, word: str) -> None:
    body = "<html>welcome</html>"
    whole = f"HTTP/1.1 {answer}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    async with listening(None, whole) as port:
        found = seen(await tried(f"http://127.0.0.1:{port}/webhook/shop"))
    assert found[0] == stage and word in found[1]


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok"])
async def test_an_answer_that_is_none(answer: bytes) -> None:
    async with listening(None, answer) as port:
        assert seen(await tried(f"http://127.0.0.1:{port}/webhook/shop"))[0] == "proxy"


# ---------------------------------------------------------------- path, secret, store, time


async def test_a_path_that_the_bot_does_not_have(house: House) -> None:
    stage, told = seen(await tried(f"http://127.0.0.1:{house.port}/webhook/shopp"))
    assert stage == "path" and "the bot that runs there has no channel" in told


async def test_a_password_that_the_bot_does_not_know(house: House) -> None:
    other = replace(CHANNEL, webhook_auth=b"user:another")
    found = await tried(f"http://127.0.0.1:{house.port}/webhook/shop", other)
    stage, told = seen(found)
    assert stage == "secret" and "password (401)" in told
    assert "another" not in told.replace("another one", "") and AUTH.decode() not in repr(found)


async def test_a_secret_by_which_the_bot_does_not_sign(house: House) -> None:
    stage, told = seen(await tried(f"http://127.0.0.1:{house.port}/webhook/meta", replace(META, app_secret=b"another")))
    assert stage == "secret" and "signature (403)" in told


async def test_a_bot_that_cannot_store(house: House) -> None:
    house.fail = [StoreUnavailable("the disk is full")]
    stage, told = seen(await tried(f"http://127.0.0.1:{house.port}/webhook/shop"))
    assert stage == "store" and "it cannot be stored now" in told


async def test_a_bot_that_does_not_answer_in_time(house: House) -> None:
    gate = asyncio.Event()
    house.gates = [gate]
    stage, told = seen(await tried(f"http://127.0.0.1:{house.port}/webhook/shop", deadline=0.2))
    gate.set()
    assert stage == "time" and "no answer within 0.2 s" in told


class Slow(RealPorts):
    """A clock on which each look takes two seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0

    def monotonic(self) -> float:
        self._looks += 1
        return 2.0 * self._looks


async def test_an_answer_that_comes_late_but_in_time_is_noted(house: House) -> None:
    found = await try_out(f"http://127.0.0.1:{house.port}/webhook/shop", CHANNEL, Slow(), deadline=PATIENT)
    assert (found.fault, found.seconds) == (None, 2.0)
    assert found.notes == ("that is slow: after 5 s a provider gives up and comes again",)


def test_a_partner_with_the_signature_alone_sends_no_password() -> None:
    assert sent_along(replace(PARTNER, webhook_auth=b"")) == {} == sent_along(META)
