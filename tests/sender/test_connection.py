"""Connections are kept and used again, but never one that cannot be trusted; TLS means that the other side is known."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from botkit.ports import FrozenPorts
from botkit.providers.base import Request
from botkit.sender.answer import Answer
from botkit.sender.client import IDLE, Client, Lost

SEND = Request("POST", "/messages", {"Content-Type": "application/json"}, b'{"a": 1}')
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CERTIFICATE = Path(__file__).with_name("localhost.pem")  # of nobody: valid for the name localhost until 2126, made for these tests


class Gateway:
    """Answers every request with *answer*, and knows on which connection each came."""

    def __init__(self) -> None:
        self.answer = OK
        self.requests: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.base = ""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(head + await reader.readexactly(8))
                writer.write(self.answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def gateway(tls: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> AsyncIterator[Gateway]:
    found = Gateway()
    async with await asyncio.start_server(found.talk, "127.0.0.1", 0, ssl=tls) as server:
        found.base = f"{'https' if tls else 'http'}://{name}:{server.sockets[0].getsockname()[1]}/v1"
        yield found
        for writer in found.writers:
            writer.close()


@pytest.fixture
def ports() -> FrozenPorts:
    return FrozenPorts(datetime(2026, 11, 26, tzinfo=UTC))


@pytest.fixture
async def client(ports: FrozenPorts) -> AsyncIterator[Client]:
    client = Client(ports, 15.0)
    await client.open()
    yield client
    await client.close()


async def asks(client: Client, base: str) -> Answer:
    answer = await client.ask(base, SEND)
    assert isinstance(answer, Answer), answer
    return answer


async def test_one_connection_for_one_after_the_other(client: Client) -> None:
    async with gateway() as there:
        for _ in range(3):
            assert (await asks(client, there.base)).body == b"ok"
        assert there.connections == 1
        port = there.base.partition("127.0.0.1:")[2].partition("/")[0]
        lines = there.requests[2].decode().split("\r\n")
        assert lines[0] == "POST /v1/messages HTTP/1.1"
        assert set(lines[1:5]) == {f"Host: 127.0.0.1:{port}", "User-Agent: botkit", "Content-Type: application/json", "Content-Length: 8"}
        assert lines[5:] == ["", '{"a": 1}']


async def test_as_many_connections_as_ask_at_once(client: Client) -> None:
    async with gateway() as there:
        await asyncio.gather(*(asks(client, there.base) for _ in range(20)))
        assert len(there.requests) == 20 and 1 < there.connections <= 20
        before = there.connections
        await asyncio.gather(*(asks(client, there.base) for _ in range(before)))
        assert there.connections == before, "those that are free are used"


@pytest.mark.parametrize(("idle", "connections"), [(IDLE - 1, 1), (IDLE + 1, 2)])
async def test_one_that_was_idle_for_long_is_not_trusted(client: Client, ports: FrozenPorts, idle: float, connections: int) -> None:
    async with gateway() as there:
        await asks(client, there.base)
        ports.pass_(seconds=idle)
        await asks(client, there.base)
        assert there.connections == connections


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", OK + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"],
    ids=["said to be closed", "says more than it was asked"],
)
async def test_one_that_cannot_be_used_again_is_not(client: Client, answer: bytes) -> None:
    async with gateway() as there:
        there.answer = answer
        for _ in range(2):
            assert (await asks(client, there.base)).body == b"ok"
        assert there.connections == 2


async def test_one_that_the_gateway_closed_meanwhile_is_not_used(client: Client) -> None:
    async with gateway() as there:
        await asks(client, there.base)
        there.writers[0].close()
        await there.writers[0].wait_closed()
        while any(link.open for link in client._connections):
            await asyncio.sleep(0)
        await asks(client, there.base)
        assert there.connections == 2


async def test_who_gives_up_leaves_no_answer_behind_for_the_next(client: Client, ports: FrozenPorts) -> None:
    async with gateway() as there:
        there.answer = b""
        late = asyncio.ensure_future(client.ask(there.base, SEND))
        while not there.requests:
            await asyncio.sleep(0)
        ports.pass_(seconds=15)
        assert await late == Lost(True, "no answer within 15 s")
        there.answer = OK
        assert (await asks(client, there.base)).body == b"ok"
        assert there.connections == 2


# ---- TLS


def serving() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@asynccontextmanager
async def trusting(ports: FrozenPorts, tls: ssl.SSLContext | None) -> AsyncIterator[Client]:
    client = Client(ports, 15.0, tls)
    await client.open()
    yield client
    await client.close()


async def test_tls_with_one_that_is_trusted(ports: FrozenPorts) -> None:
    trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
    async with gateway(serving(), "localhost") as there, trusting(ports, trusted) as client:
        for _ in range(2):
            assert (await asks(client, there.base)).body == b"ok"
        assert there.connections == 1


@pytest.mark.parametrize(("name", "trusted"), [("localhost", False), ("127.0.0.1", True)], ids=["not trusted", "another name"])
async def test_tls_with_one_that_is_not_known_says_nothing(ports: FrozenPorts, name: str, trusted: bool) -> None:
    tls = ssl.create_default_context(cafile=str(CERTIFICATE)) if trusted else None
    async with gateway(serving(), name) as there, trusting(ports, tls) as client:
        answer = await client.ask(there.base, SEND)
        assert isinstance(answer, Lost) and not answer.left
        assert answer.detail.startswith("no connection: SSLCertVerificationError")
        assert there.requests == []
