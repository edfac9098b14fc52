"""A request is answered, or it is known whether anything of it may have left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web

from botkit.ports import FrozenPorts, RealPorts
from botkit.providers.base import Request
from botkit.sender.answer import Answer
from botkit.sender.client import Client, Lost

SEND = Request("POST", "/messages", {"Content-Type": "application/json", "D360-API-KEY": "a-secret-key"}, b'{"a": 1}')

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = Client(RealPorts(), 15.0)
    await client.open()
    yield client
    await client.close()


async def lost(client: Client, talk: Talk, scheme: str = "http") -> Lost:
    """What becomes of a request to a server that says something else than HTTP."""

    async def talked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        writer.close()

    async with await asyncio.start_server(talked, "127.0.0.1", 0) as server:
        answer = await client.ask(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}", SEND)
    assert isinstance(answer, Lost)
    return answer


async def heard(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"content-length: 8" in head.lower()
    await reader.readexactly(8)


async def test_nobody_listens(client: Client) -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
    answer = await client.ask(f"http://127.0.0.1:{port}", SEND)
    assert isinstance(answer, Lost) and not answer.left and answer.detail.startswith("no connection: Connection refused")


async def test_a_name_that_is_none(client: Client) -> None:
    answer = await client.ask("http://a..b", SEND)
    assert isinstance(answer, Lost) and not answer.left


async def test_no_tls_where_tls_was_expected(client: Client) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert not (await lost(client, talk, "https")).left


async def test_the_connection_is_cut_before_the_answer(client: Client) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)

    assert (await lost(client, talk)).left


async def test_the_connection_is_reset_before_the_answer(client: Client) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.transport.abort()

    assert (await lost(client, talk)).left


async def test_the_answer_is_cut_off(client: Client) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"messages": [{"id"')
        await writer.drain()

    assert (await lost(client, talk)).left


async def test_the_answer_is_no_http(client: Client) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(b"\x00\x01\x02 nonsense \xff\r\n\r\n")
        await writer.drain()

    answer = await lost(client, talk)
    assert answer.left and answer.detail.isprintable()


@pytest.mark.parametrize(("scheme", "left"), [("http", True), ("https", False)])
async def test_an_answer_that_does_not_come_in_time(scheme: str, left: bool) -> None:
    """With TLS it is the handshake that is never answered: nothing of the request has left."""
    ports = FrozenPorts(datetime(2026, 11, 26, tzinfo=UTC))
    client = Client(ports, 15.0)
    await client.open()
    came = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        came.set()
        await reader.read()

    asked = asyncio.ensure_future(lost(client, talk, scheme))
    await came.wait()
    ports.pass_(seconds=14)
    await asyncio.sleep(0)
    assert not asked.done()
    ports.pass_(seconds=1)
    assert await asked == Lost(left, "no answer within 15 s")
    await client.close()


async def test_a_redirect_is_an_answer_and_goes_nowhere(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []
    cookies: list[str | None] = []

    async def hook(request: web.Request) -> web.Response:
        paths.append(request.path)
        cookies.append(request.headers.get("Cookie"))
        return web.Response(status=307, headers={"Location": "/elsewhere", "Set-Cookie": "a=b", "Retry-After": "7"}, body=b"no")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    base = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/"
    for _ in range(2):
        answer = await client.ask(base, SEND)
        assert isinstance(answer, Answer)
        assert (answer.status, answer.headers["retry-after"], answer.body) == (307, "7", b"no")
    probe = await client.ask(base, Request("GET", "/probe", {}, b""))
    assert isinstance(probe, Answer)
    assert paths == ["/v1/messages", "/v1/messages", "/v1/probe"] and cookies == [None] * 3
    await runner.cleanup()


async def test_who_is_cancelled_is_cancelled(client: Client) -> None:
    came = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        came.set()
        await reader.read()

    asked = asyncio.ensure_future(lost(client, talk))
    await came.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_what_cannot_be_asked_says_no_secret(client: Client) -> None:
    broken = Request("POST", "/messages", {"D360-API-KEY": "a-secret-key\r\n"}, b"{}")
    answer = await client.ask("http://127.0.0.1:1", broken)
    assert isinstance(answer, Lost) and not answer.left and "secret" not in answer.detail
    closed = Client(RealPorts(), 15.0)
    assert await closed.ask("http://127.0.0.1:1", SEND) == Lost(False, "the client is not open")
