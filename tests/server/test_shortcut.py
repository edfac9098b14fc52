"""The shortcut takes what is usual and nothing else: whatever it reads, the HTTP library reads the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpRequestParser
from hypothesis import given
from hypothesis import strategies as st

from botkit.server.shortcut import HEAD, Usual, usual
from botkit.stores.base import StoreUnavailable
from botkit.stores.memory import MemoryStore
from botkit.testing.webhooks import basic
from tests.lanes.given import still
from tests.server.given import AUTH, House, message, request

BODY = b'{"entry": []}'


def written(*headers: str, line: str = "POST /webhook/shop HTTP/1.1", body: bytes = BODY, host: str = "Host: bot.example") -> bytes:
    lines = [line, *([host] if host else []), f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


USUAL = {
    "short": written(),
    "as nginx writes it": written(
        "X-Real-IP: 1.2.3.4", "Connection: keep-alive", "Content-Type: application/json", "Authorization: Basic abc"
    ),
    "no blank and many": written("Accept:*/*", "User-Agent: \t facebookexternalua \t"),
    "nothing in it": written(body=b""),
    "empty header": written("X-Empty:"),
}
OTHER = {
    "another method": written(line="PUT /webhook/shop HTTP/1.1"),
    "HTTP/1.0": written(line="POST /webhook/shop HTTP/1.0"),
    "a query": written(line="POST /webhook/shop?a=b HTTP/1.1"),
    "an address with %": written(line="POST /webhook/%73hop HTTP/1.1"),
    "a whole address": written(line="POST http://x/webhook/shop HTTP/1.1"),
    "two blanks": written(line="POST  /webhook/shop HTTP/1.1"),
    "no host": written(host=""),
    "two hosts": written("Host: other"),
    "a header twice": written("X: 1", "x: 2"),
    "chunked": written("Transfer-Encoding: chunked"),
    "closes": written("Connection: close"),
    "keeps, and more": written("Connection: keep-alive, upgrade"),
    "keeps, and changes": written("Connection: keep-alive", "Upgrade: h2c"),
    "asks first": written("Expect: 100-continue"),
    "compressed": written("Content-Encoding: gzip"),
    "length twice": written("Content-Length: 13"),
    "length with a sign": written().replace(b"Length: 13", b"Length: +13"),
    "length in two lists": written().replace(b"Length: 13", b"Length: 13, 13"),
    "length of wide digits": written().replace(b"Length: 13", "Length: ١٣".encode()),
    "no length": written().replace(b"Content-Length: 13\r\n", b""),
    "a byte less": written()[:-1],
    "a byte more": written() + b"x",
    "another behind it": written() * 2,
    "only its head": written().partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
    "bare line feeds": written().replace(b"\r\n", b"\n"),
    "one bare line feed": written("X: a\nTransfer-Encoding: chunked"),
    "a bare return": written("X: a\rb"),
    "a NUL": written("X: a\0b"),
    "a letter beyond ASCII": written("X: ä"),
    "a folded header": written("X: a", " b"),
    "a blank before the colon": written("X : a"),
    "no name": written(": a"),
    "no colon": written("X"),
    "an empty line before it": b"\r\n" + written(),
    "too long": written("X: " + "y" * HEAD),
    "nothing": b"",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("name", USUAL)
def test_what_is_usual_is_known(name: str) -> None:
    found = usual(USUAL[name])
    assert found is not None
    assert (found.path, found.body) == ("/webhook/shop", USUAL[name].partition(b"\r\n\r\n")[2])
    assert found.values(b"authorization") == (("Basic abc",) if "nginx" in name else ())


@pytest.mark.parametrize("name", OTHER)
def test_what_is_written_otherwise_is_not(name: str) -> None:
    assert usual(OTHER[name]) is None


def by_the_library(data: bytes) -> tuple[Usual, bool]:
    """What aiohttp reads there, and whether it would keep the connection. Raises for what is no request, or not exactly one."""
    loop = asyncio.new_event_loop()
    try:
        parser = HttpRequestParser(BaseProtocol(loop), loop, 2**16)
        messages, upgraded, behind = parser.feed_data(data)
        ((head, payload),) = messages
        assert not upgraded and not behind and payload.is_eof()
        body = payload.read_nowait()
        headers = {name.lower().encode(): value.encode() for name, value in head.headers.items()}
        assert len(headers) == len(head.headers)
        return Usual(head.path, headers, body), not head.should_close
    finally:
        loop.close()


@pytest.mark.parametrize("name", USUAL)
def test_the_library_reads_the_same(name: str) -> None:
    assert by_the_library(USUAL[name]) == (usual(USUAL[name]), True)


PIECES: list[bytes] = [
    *(b"\r\n", b"\n", b"\r", b":", b" ", b"\t", b"\0", b"\x7f", b"\xc3\xa4", b",", b"x", b"1", b"Host: a\r\n", b"Connection: close\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"transfer-encoding : chunked\r\n", b"Content-Length: 3\r\n", b"content-length: 13\r\n"),
    *(b"Expect: 100-continue\r\n", b"Upgrade: x\r\n", b"Authorization: Basic z\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\r\n\r\n"),
]  # fmt: skip
changes: Any = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 4), st.one_of(st.sampled_from(PIECES), st.binary(max_size=3))), max_size=4
)


@given(st.sampled_from(sorted(USUAL)), changes)
def test_whatever_it_takes_the_library_takes_for_the_same(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = USUAL[name]
    for place, gone, new in edits:
        at = round(place * len(data))
        data = data[:at] + new + data[at + gone :]
    found = usual(data)
    if found is not None:
        assert by_the_library(data) == (found, True)


# ---------------------------------------------------------------- on a connection


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with House(MemoryStore()) as open_house:
        yield open_house


async def test_what_comes_while_one_is_under_way_is_answered_after_it(house: House) -> None:
    gate = asyncio.Event()
    house.gates = [gate]
    async with await house.raw(request(message("m1"))) as raw:
        await still(lambda: not house.gates)
        await raw.send(request(message("m2")))
        await raw.send(request(message("m3"), "Connection: close"))
        assert await house.keys() == []
        gate.set()
        assert (await raw.rest()).count(b"HTTP/1.1 200 OK\r\n") == 3
    assert await house.keys() == ["m1", "m2", "m3"]


async def test_who_sends_without_end_while_one_is_under_way_is_asked_to_wait(house: House) -> None:
    gate = asyncio.Event()
    house.gates = [gate]
    many = b"".join(request(message(f"n{n}")) for n in range(2000))
    async with await house.raw(request(message("m1"))) as raw:
        await still(lambda: not house.gates)
        raw.writer.write(many)
        await still(lambda: any(len(guard._ahead) > 64 * 1024 for guard in house.connections.open))
        assert all(len(guard._ahead) < 1024 * 1024 for guard in house.connections.open)
        gate.set()
        raw.writer.write(request(message("last"), "Connection: close"))
        assert (await raw.rest()).count(b"HTTP/1.1 200 OK\r\n") == 2002
    assert len(await house.keys()) == 100, "as many as are asked for; all others are behind them"


async def test_the_password_is_asked_for_on_the_shortcut_too(house: House) -> None:
    wrong = request(message("m1")).replace(basic(AUTH).encode(), b"Basic bm86bm8=")
    async with await house.raw(wrong) as raw:
        assert b" 401 " in await raw.head()
    assert await house.keys() == []


async def test_what_cannot_be_stored_is_503_on_the_shortcut_too(house: House) -> None:
    house.fail = [StoreUnavailable("the disk is full")]
    async with await house.raw(request(message("m1"))) as raw:
        head = await raw.head()
        assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n") and b"Retry-After: 5\r\n" in head
        assert b"disk" not in await raw.reader.readuntil(b"\n")
        await raw.send(request(message("m1")))
        assert b" 200 " in await raw.head()
    assert await house.keys() == ["m1"]


async def test_a_connection_that_rests_for_long_is_closed(house: House) -> None:
    async with await house.raw(request(message("m1"))) as raw:
        assert b" 200 " in await raw.head()
        await raw.reader.readuntil(b"ok\n")
        for seconds in (74, 3):
            assert len(house.connections.open) == 1
            for _ in range(seconds):
                house.ports.pass_(seconds=1)
                await asyncio.sleep(0)
        assert await raw.rest() == b""


async def test_who_hangs_up_before_the_answer_has_been_heard_all_the_same(house: House) -> None:
    gate = asyncio.Event()
    house.gates = [gate]
    async with await house.raw(request(message("m1"))):
        await still(lambda: not house.gates)
    await still(lambda: not house.connections.open)
    gate.set()
    async with asyncio.timeout(60):
        while await house.keys() != ["m1"]:
            await asyncio.sleep(0)


async def test_a_connection_of_usual_requests_is_no_business_of_the_librarys_clock(house: House) -> None:
    """It closes, in the middle of whatever is under way, what it thinks has rested since it was made."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    runner = house.server._runner
    assert runner is not None
    for n in range(3):
        writer.write(request(message(f"m{n}")))
        assert (await reader.readuntil(b"ok\n")).startswith(b"HTTP/1.1 200")
        assert runner.server.connections == []
    writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readuntil(b"live\n")).startswith(b"HTTP/1.1 200")
    assert len(runner.server.connections) == 1
    writer.close()
    await writer.wait_closed()
