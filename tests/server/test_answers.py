"""The answer to a webhook is one that every caller understands, whichever way it took."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from botkit.stores.memory import MemoryStore
from botkit.testing.webhooks import basic
from tests.server.given import AUTH, House, message


@pytest.fixture(params=["short", "long"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with House(MemoryStore(), request.param == "short") as open_house:
        yield open_house


def webhook(key: str, *headers: str, version: str = "1.1") -> bytes:
    body = message(key)
    lines = (f"POST /webhook/shop HTTP/{version}", "Host: x", f"Authorization: {basic(AUTH)}", f"Content-Length: {len(body)}", *headers)
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


async def test_a_200_has_its_length_and_date_and_the_connection_stays(house: House) -> None:
    raw = await house.raw(webhook("a"))
    head = (await raw.reader.readuntil(b"\r\n\r\n")).decode()
    assert await raw.reader.readexactly(3) == b"ok\n"
    lines = head.split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert "Content-Length: 3" in lines and "Server: botkit" in lines and "Connection: close" not in lines
    assert re.search(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", head)
    raw.writer.write(webhook("b"))
    assert (await raw.reader.readuntil(b"ok\n")).startswith(b"HTTP/1.1 200 OK\r\n")
    raw.writer.close()
    assert await house.keys() == ["a", "b"]


@pytest.mark.parametrize(("header", "version"), [("Connection: close", "1.1"), ("X-Nothing: x", "1.0")])
async def test_who_wants_one_answer_gets_one(house: House, header: str, version: str) -> None:
    raw = await house.raw(webhook("a", header, version=version))
    answer = await raw.reader.read()
    assert answer.startswith(f"HTTP/{version} 200 OK\r\n".encode()) and answer.endswith(b"\r\n\r\nok\n")
    assert (b"Connection: close" in answer) == (version == "1.1")
    raw.writer.close()


async def test_an_old_caller_may_keep_the_connection(house: House) -> None:
    raw = await house.raw(webhook("a", "Connection: keep-alive", version="1.0"))
    head = await raw.reader.readuntil(b"ok\n")
    assert head.startswith(b"HTTP/1.0 200 OK\r\n") and b"Connection: keep-alive\r\n" in head
    raw.writer.close()
