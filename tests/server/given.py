"""A server on loopback, and ways to speak to it: decently, and byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp

from botkit.channels import Channel
from botkit.model import Inbound
from botkit.ports import FrozenPorts
from botkit.providers import PROVIDERS, Provider
from botkit.server import Connections, Health, Server
from botkit.stores.base import Store
from botkit.testing import webhooks
from botkit.testing.webhooks import Number, Person, basic

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBER = Number()
ANA = Person("15550000001", "US.1", "Ana")
AUTH = b"user:pass:w\xc3\xb6rd"
CHANNEL = Channel("shop", api_key="k", webhook_auth=AUTH, phone_number_id=NUMBER.phone_number_id)
OPEN = Channel("open", api_key="k")


def message(key: str = "m1", text: str = "hi", who: Person = ANA) -> bytes:
    return webhooks.body(NUMBER, [webhooks.message(NUMBER, who, {"type": "text", "text": {"body": text}}, key, NOON)])


class House:
    """A server over *store*, with a session that knows the password. *short* false: without the shortcut for usual webhooks."""

    def __init__(self, store: Store, short: bool = True, more: Sequence[Channel] = (), **limits: Any) -> None:
        self.ports = FrozenPorts(NOON)
        self.store = store
        self.fail: list[Exception] = []  # what the next receives raise
        self.gates: list[asyncio.Event] = []  # what they wait for
        self.health = Health()
        channels = {channel.name: channel for channel in (CHANNEL, OPEN, *more)}
        providers: dict[str, Provider] = {name: PROVIDERS[channel.provider](channel) for name, channel in channels.items()}
        self.connections = Connections(self.ports, **limits)
        self.server = Server(
            channels, providers, self.ports, self.receive, self.how, connections=self.connections, ending=1.0
        )
        if not short:
            self.connections.short = lambda _: None
        self.port = 0

    async def receive(self, inbounds: Sequence[Inbound]) -> object:
        if self.gates:
            await self.gates.pop(0).wait()
        if self.fail:
            raise self.fail.pop(0)
        return await self.store.receive(inbounds, NOON)

    async def how(self) -> Health:
        return self.health

    async def __aenter__(self) -> House:
        self.port = await self.server.start(port=0)
        self.session = aiohttp.ClientSession(f"http://127.0.0.1:{self.port}", headers={"Authorization": basic(AUTH)})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        await self.server.stop()

    async def ask(self, method: str = "POST", path: str = "/webhook/shop", data: Any = None, **headers: str) -> int:
        async with self.session.request(method, path, data=data, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def raw(self, data: bytes) -> Raw:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        await writer.drain()
        return Raw(reader, writer)

    async def keys(self) -> list[str]:
        return [pending.key for pending in await self.store.unfinished(0, 100)]


class Raw:
    """A connection in the hands of somebody who does not care for HTTP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> bytes:
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)

    async def rest(self) -> bytes:
        """All until the other side closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10)
        except ConnectionError:
            return b""

    async def __aenter__(self) -> Raw:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()


def request(body: bytes = b"", *headers: str, method: str = "POST", path: str = "/webhook/shop", length: int | None = None) -> bytes:
    """A request with the password, byte by byte."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: {basic(AUTH)}", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
