"""Writing to people over HTTP: with the token, in JSON, and what is answered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from botkit.model import Inbound
from botkit.server import outreach
from botkit.stores.base import Received, StoreUnavailable
from botkit.stores.memory import MemoryStore
from tests.outreach.shop import Shop

TOKEN = "let me in"
ANA = "34600111222"


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop() as made:
        made.host.server.endpoints.update(outreach.endpoints(made.outreach, TOKEN))
        await made.hears(ANA, "hello")
        yield made


async def ask(shop: Shop, method: str, path: str, body: Any = None, token: str | None = TOKEN, key: str = "") -> tuple[int, Any]:
    sender = shop.fake.post.sender
    assert sender is not None
    base = sender.url.partition("/webhook")[0]
    headers = ({"Authorization": f"Bearer {token}"} if token else {}) | ({"Idempotency-Key": key} if key else {})
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    async with aiohttp.ClientSession(headers=headers) as session, session.request(method, base + path, data=data) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text.startswith("{") else text


async def test_a_message_is_sent_and_its_fate_is_told(shop: Shop) -> None:
    status, told = await ask(shop, "POST", "/send", {"to": int(ANA), "text": "Hi."}, key="k-1")
    assert (status, told) == (202, {"id": "k-1", "status": "accepted", "channel": "main"})
    assert (await ask(shop, "POST", "/send", {"to": ANA, "text": "Hi."}, key="k-1"))[1]["status"] == "known"
    await shop.still()
    status, told = await ask(shop, "GET", "/send/k-1")
    assert (status, told["status"]) == (200, "delivered")
    assert shop.got(ANA) == ["What would you like?", "Hi."]


async def test_what_is_refused_has_its_reason(shop: Shop) -> None:
    status, told = await ask(shop, "POST", "/send", {"to": "34600999888", "text": "Hi."})
    assert (status, told["reason"]) == (422, "closed")
    assert (await ask(shop, "POST", "/start", {"to": ANA, "flow": "nothing"}))[0] == 422
    assert (await ask(shop, "POST", "/start", {"to": ANA, "text": "Hi."}))[0] == 400
    assert (await ask(shop, "POST", "/send", {"to": ANA, "flow": "chat"}))[0] == 400


async def test_a_trial_sends_nothing(shop: Shop) -> None:
    status, told = await ask(shop, "POST", "/send", {"to": ANA, "text": "Hi.", "dry_run": True})
    assert (status, told["status"]) == (200, "would be sent")
    await shop.still()
    assert shop.got(ANA) == ["What would you like?"]


@pytest.mark.parametrize("token", [None, "", "wrong", "let me inn"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/send"), ("GET", "/send/x"), ("POST", "/start"), ("GET", "/broadcasts"), ("POST", "/broadcasts/x")]
)
async def test_nothing_without_the_token(shop: Shop, method: str, path: str, token: str | None) -> None:
    status, told = await ask(shop, method, path, {"to": ANA, "text": "Hi."} if method == "POST" else None, token=token)
    assert (status, "token" in told) == (401, True)
    assert shop.got(ANA) == ["What would you like?"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/send", b"{", 400),
        ("POST", "/send", b"[]", 400),
        ("POST", "/send", b"[" * 5000, 400),
        ("POST", "/send", b"", 400),
        ("POST", "/send", b'{"to": "' + b"3" * 70_000 + b'"}', 413),
        ("POST", "/send", {"to": {"a": 1}, "text": "x"}, 400),
        ("POST", "/send", {"to": ANA, "text": "x", "key": 7}, 400),
        ("POST", "/send", {"to": ANA, "text": "x", "channel": "no"}, 404),
        ("POST", "/send/x", {"to": ANA}, 405),
        ("PUT", "/send", {"to": ANA}, 405),
        ("DELETE", "/broadcasts/x", None, 405),
        ("GET", "/send", None, 405),
        ("GET", "/send/x", None, 404),
        ("GET", "/send/%2e%2e%2f", None, 404),
        ("GET", "/send/x?channel=no", None, 404),
        ("GET", "/send/x?" + "a" * 500, None, 400),
        ("GET", "/broadcasts/x", None, 404),
        ("POST", "/broadcasts/x", {"do": "begin", "count": 1}, 404),
        ("POST", "/broadcasts/x", {"do": "dance"}, 400),
        ("POST", "/broadcasts/x", {"do": "invite", "people": "all"}, 400),
        ("POST", "/broadcasts/x", {"do": "invite", "common": [], "people": []}, 404),
        ("GET", "/nothing/x", None, 404),
    ],
)
async def test_what_is_asked_wrongly_is_refused(shop: Shop, method: str, path: str, body: Any, status: int) -> None:
    assert (await ask(shop, method, path, body))[0] == status
    await shop.still()
    assert shop.got(ANA) == ["What would you like?"]


class Disk(MemoryStore):
    """A store whose disk may be full."""

    full = False

    async def receive(self, inbounds: Sequence[Inbound], now: datetime) -> list[Received]:
        if self.full:
            raise StoreUnavailable("the disk is full")
        return await super().receive(inbounds, now)


async def test_a_store_that_cannot_write_has_it_come_again() -> None:
    disk = Disk()
    async with Shop(store=disk) as shop:
        shop.host.server.endpoints.update(outreach.endpoints(shop.outreach, TOKEN))
        await shop.hears(ANA, "hello")
        disk.full = True
        assert (await ask(shop, "POST", "/send", {"to": ANA, "text": "Hi."}))[0] == 503


async def test_a_broadcast_over_http(shop: Shop) -> None:
    status, made = await ask(shop, "POST", "/broadcasts", {"template": "visit", "rate": 100})
    assert (status, made["state"], made["name"]) == (201, "draft", "visit")
    address = f"/broadcasts/{made['id']}"
    people = [{"row": n, "to": f"3460055{n:04}"} for n in range(5)]
    asked = {"do": "invite", "common": {"template": "visit", "with": ["4 June"]}, "people": people}
    assert (await ask(shop, "POST", address, asked))[1] == {"id": made["id"], "added": 5}
    assert (await ask(shop, "POST", address, {"do": "begin", "count": 5}))[1]["state"] == "running"
    while (await ask(shop, "GET", address))[1]["state"] != "done":
        await shop.ports.sleep(0.01)
    told = (await ask(shop, "GET", f"{address}?statuses=1"))[1]
    assert (told["counts"], told["failed"]) == ({"sent": 5}, 0)
    assert [one["id"] for one in (await ask(shop, "GET", "/broadcasts"))[1]["broadcasts"]] == [made["id"]]
