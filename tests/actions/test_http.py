"""The HTTP client of actions, against a server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from botkit.actions.http import MAX_BODY, Answer, Http, HttpFailed, written
from botkit.model import ActionFailed, ActionFinished
from botkit.stores.memory import MemoryStore
from tests.actions.calling import Desk, call


@dataclass
class Site:
    """A server that tells what it was asked."""

    url: str
    asked: list[dict[str, Any]]
    held: asyncio.Event


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    asked: list[dict[str, Any]] = []
    held = asyncio.Event()

    async def echo(request: web.Request) -> web.StreamResponse:
        asked.append({
            "method": request.method, "path": request.path_qs, "body": await request.text(), "headers": dict(request.headers),
        })  # fmt: skip
        match request.path:
            case "/visits":
                response = web.json_response({"ref": "V7", "price": 19.9}, status=201)
                response.set_cookie("session", "of another contact")
                return response
            case "/latin":
                return web.Response(body="día".encode("latin-1"), content_type="text/plain", charset="latin-1")
            case "/odd":
                return web.Response(body=b"d\xc3\xada", headers={"Content-Type": "text/plain; charset=none-such"})
            case "/huge":
                return web.Response(body=b"x" * (MAX_BODY + 1))
            case "/hang":
                await held.wait()
            case "/cut":
                assert request.transport is not None
                request.transport.close()
            case "/moved":
                raise web.HTTPFound("/visits")
        return web.Response(status=404, text="no such page")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", echo)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    host, port = runner.addresses[0][:2]
    yield Site(f"http://{host}:{port}", asked, held)
    held.set()
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http()
    yield client
    await client.close()


@dataclass
class Item:
    name: str
    price: Decimal


async def test_each_method_gives_the_whole_answer(site: Site, http: Http) -> None:
    for method in (http.get, http.post, http.put, http.patch, http.delete):
        answer = await method(f"{site.url}/visits", params={"day": "24/06"}, headers={"X-Key": "k"}, auth=("me", "pass"))
        assert (answer.status, answer.ok, answer.json()) == (201, True, {"ref": "V7", "price": 19.9})
        assert answer.headers["content-TYPE"] == "application/json; charset=utf-8"
    assert [asked["method"] for asked in site.asked] == ["GET", "POST", "PUT", "PATCH", "DELETE"]
    for asked in site.asked:
        assert asked["path"] == "/visits?day=24/06"
        assert asked["headers"]["X-Key"] == "k"
        assert asked["headers"]["Authorization"] == "Basic bWU6cGFzcw=="
        assert "Cookie" not in asked["headers"]  # one contact's session is never another's


async def test_what_is_sent_as_json_may_be_what_actions_hold(site: Site, http: Http) -> None:
    await http.post(f"{site.url}/visits", json={"day": date(2026, 6, 24), "item": Item("día", Decimal("19.90")), "n": Decimal(3)})
    (asked,) = site.asked
    assert asked["body"] == '{"day": "2026-06-24", "item": {"name": "día", "price": 19.9}, "n": 3}'
    assert asked["headers"]["Content-Type"] == "application/json"
    with pytest.raises(TypeError, match="bytes cannot be written as JSON"):
        written({"a": b"x"})


async def test_a_form_and_a_redirect(site: Site, http: Http) -> None:
    await http.post(f"{site.url}/none", data={"a": "1"})
    assert site.asked[0]["body"] == "a=1"
    assert (await http.get(f"{site.url}/moved")).json()["ref"] == "V7"


async def test_a_status_is_an_answer_until_it_is_asked(site: Site, http: Http) -> None:
    answer = await http.get(f"{site.url}/none?token=secret")
    assert (answer.status, answer.ok, answer.text) == (404, False, "no such page")
    with pytest.raises(HttpFailed, match=rf"^GET {site.url}/none was answered 404$"):
        answer.raise_for_status()
    with pytest.raises(HttpFailed, match=r"/none was answered 404 with what is no JSON$"):
        answer.json()


async def test_texts_in_other_charsets(site: Site, http: Http) -> None:
    assert (await http.get(f"{site.url}/latin")).text == "día"
    assert (await http.get(f"{site.url}/odd")).text == "día"
    assert Answer(200, {}, b"\xff").text == "\ufffd"


async def test_what_gives_no_answer_is_told_in_one_line_without_the_query(site: Site, http: Http) -> None:
    with pytest.raises(HttpFailed, match=rf"^GET {site.url}/cut failed: \w+$"):
        await http.get(f"{site.url}/cut?token=secret")
    with pytest.raises(HttpFailed, match=rf"^POST {site.url}/hang was not answered within 0.05 s$"):
        await http.post(f"{site.url}/hang?token=secret", timeout=0.05)
    with pytest.raises(HttpFailed, match="was answered with more than 8 MiB"):
        await http.get(f"{site.url}/huge")
    with pytest.raises(HttpFailed, match=r"^GET http://127.0.0.1:1/x failed: "):
        await http.get("http://me:secret@127.0.0.1:1/x?token=secret")
    with pytest.raises(HttpFailed, match=r"^GET a URL without a host failed: "):
        await http.get("/x")


async def test_a_client_that_is_closed_asks_nothing(site: Site, http: Http) -> None:
    await http.close()
    with pytest.raises(HttpFailed, match="the process is ending"):
        await http.get(site.url)
    assert site.asked == []


async def test_an_action_asks_with_its_key_and_a_drain_closes_the_client(site: Site) -> None:
    desk = Desk(MemoryStore())
    answer = await desk.run(call("asks", url=f"{site.url}/visits"))
    assert isinstance(answer, ActionFinished) and answer.value == {"ref": "V7", "price": Decimal("19.9")}
    assert site.asked[0]["headers"]["Idempotency-Key"] == "call-1"
    assert site.asked[0]["body"] == '{"day": "2026-06-22"}'
    failed = await desk.run(call("asks", "call-2", url=f"{site.url}/none"))
    assert isinstance(failed, ActionFailed) and f"raised HttpFailed: POST {site.url}/none was answered 404 (asks" in failed.detail
    await desk.caller.drain(1)


async def test_a_request_that_hangs_ends_with_its_action(site: Site) -> None:
    desk = Desk(MemoryStore())
    await desk.put(call("asks", url=f"{site.url}/hang", timeout=3))
    await desk.until(lambda: site.asked)
    desk.ports.pass_(seconds=4)
    answer = await desk.answer()
    assert isinstance(answer, ActionFailed) and answer.error == "timeout"
    await desk.caller.drain(1)
