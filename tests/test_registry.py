"""The templates of a channel over HTTP, from gateways that cut connections, talk nonsense, or want to be asked later."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from botkit.approvals import Registered
from botkit.channels import Channel
from botkit.ports import FrozenPorts
from botkit.registry import Refused, Registry
from tests.testing.test_approvals import NOON

KEY = "the-key-of-this-channel"
WISH = {"name": "visit", "language": "en", "category": "UTILITY", "components": []}
ONE = {"name": "visit", "language": "en", "status": "approved"}


class Gateway:
    """Answers each request with the next of *answers*: a status and a body; None cuts the connection."""

    def __init__(self, *answers: tuple[int, Any] | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __aenter__(self) -> Gateway:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.split("\r\n")[0].removesuffix(" HTTP/1.1"))
        answer = self.answers.pop(0)
        if answer is not None:
            status, told = answer
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, len(body), body))
            await writer.drain()
        writer.close()


class Hurried(FrozenPorts):
    """Whoever sleeps has the clock go on."""

    async def sleep(self, seconds: float) -> None:
        self.pass_(seconds=seconds)


async def asked(gateway: Gateway, what: str, *args: Any, provider: str = "dialog360") -> Any:
    channel = Channel("main", provider, KEY, base_url=gateway.url, account_id="102290129000001")
    async with Registry(channel, Hurried(NOON)) as registry:
        return await getattr(registry, what)(*args)


async def test_a_question_is_asked_again_and_a_wish_is_not() -> None:
    async with Gateway((502, b"<html>Bad gateway</html>"), None, (200, {"waba_templates": [ONE]})) as gateway:
        assert await asked(gateway, "all") == [Registered("visit", "en", "approved")]
    async with Gateway(None) as gateway:
        with pytest.raises(Refused, match="no answer from") as refused:
            await asked(gateway, "create", WISH)
        assert refused.value.lost and gateway.asked == ["POST /v1/configs/templates"]


async def test_a_refusal_is_told_in_the_words_for_people_and_without_the_key() -> None:
    error = {"message": f"(#100) Bad token {KEY}", "code": 100, "error_subcode": 2388299, "error_user_msg": "A value at the end."}
    async with Gateway((400, {"error": error})) as gateway:
        with pytest.raises(Refused) as refused:
            await asked(gateway, "create", WISH, provider="cloud")
        assert str(refused.value) == "HTTP 400: A value at the end. ((#100) Bad token …) [2388299]" and not refused.value.lost


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", {"waba_templates": {}}, {"data": None}])
async def test_what_is_no_list_is_told_so(body: Any) -> None:
    async with Gateway((200, body)) as gateway:
        with pytest.raises(Refused, match="cannot be read"):
            await asked(gateway, "all")


async def test_a_list_that_says_the_same_page_for_ever_ends() -> None:
    page = {"data": [ONE], "paging": {"cursors": {"after": "x"}, "next": "https://elsewhere.example.com/steal"}}
    async with Gateway((200, page), (200, page)) as gateway:
        assert len(await asked(gateway, "all", provider="cloud")) == 1
        assert [line.partition("?")[0] for line in gateway.asked] == ["GET /102290129000001/message_templates"] * 2
        assert gateway.asked[1].endswith("&after=x")


async def test_names_are_written_into_addresses_as_names() -> None:
    async with Gateway((200, {}), (200, {})) as gateway:
        await asked(gateway, "delete", "a/b?c=ü")
        await asked(gateway, "delete", "a&hsm_id=1", "77", provider="cloud")
        assert gateway.asked == [
            "DELETE /v1/configs/templates/a%2Fb%3Fc%3D%C3%BC",
            "DELETE /102290129000001/message_templates?name=a%26hsm_id%3D1&hsm_id=77",
        ]
