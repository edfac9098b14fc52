"""What other systems and operators may ask of a running bot: an event, a handback. A bearer token is wanted for all of it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from aiohttp import hdrs, web

from botkit import wire
from botkit.lanes import Overloaded
from botkit.model import Event, ExternalEvent, Identity, Inbound, OperatorCommand, dump_event
from botkit.ports import Ports
from botkit.server import answers
from botkit.server.server import Endpoint
from botkit.server.webhook import read_body
from botkit.stores.base import Received, StoreError

Receive = Callable[[Sequence[Inbound]], Awaitable[list[Received]]]

LARGEST = 64 * 1024  # bytes of a request
_DEPTH = 20
_BSUID = re.compile(r"^[A-Z]{2}\.")


class _Refused(Exception):
    """A request that asks for something that cannot be; the message is for who sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Operations:
    """*find* leads from a number or BSUID to the contact's internal id. *token*: without one nobody is let in."""

    def __init__(
        self, token: str | None, channels: Iterable[str], ports: Ports, receive: Receive, find: Callable[[str, str], Awaitable[str | None]]
    ) -> None:
        self._token = token.encode() if token else None
        self._channels = tuple(channels)
        self._ports = ports
        self._receive = receive
        self._find = find

    def endpoints(self) -> dict[str, Endpoint]:
        return {"/events": self._answering(self._event), "/handback": self._answering(self._handback)}

    def _answering(self, work: Callable[[Mapping[str, Any]], Awaitable[Inbound]]) -> Endpoint:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            if request.method != "POST":
                return answers.not_allowed("POST")
            if not self._granted(request):
                what = "the token is missing or wrong" if self._token else "this bot has no BOTKIT_API_TOKEN"
                return answers.line(401, what, {"WWW-Authenticate": "Bearer"})
            body = await read_body(request)
            if body is None or len(body) > LARGEST:
                return answers.line(413, f"requests have at most {LARGEST} bytes")
            try:
                inbound = await work(_asked(body))
                received = await self._receive([inbound])
            except _Refused as refused:
                return answers.record(refused.status, {"error": str(refused)})
            except (Overloaded, StoreError):
                return answers.line(503, "it cannot be stored now", {"Retry-After": "5"})
            return answers.record(200, {"status": "stored" if received[0].fresh else "known", "id": inbound.key.partition(":")[2]})

        return answer

    def _granted(self, request: web.BaseRequest) -> bool:
        given = request.headers.getall(hdrs.AUTHORIZATION, ())
        if self._token is None or len(given) != 1:
            return False
        scheme, _, token = given[0].partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode("utf-8", "surrogateescape"), self._token)

    async def _event(self, asked: Mapping[str, Any]) -> Inbound:
        name = _text(asked, "event", required=True)
        data = asked.get("data", {})
        if not isinstance(data, dict):
            raise _Refused(400, '"data" must be an object')
        id_ = _text(asked, "id") or self._ports.token()
        now = self._ports.now()
        event = ExternalEvent(f"event:{id_}", now, name, data, _text(asked, "key"))
        return await self._inbound(asked, event, new=True)

    async def _handback(self, asked: Mapping[str, Any]) -> Inbound:
        data = asked.get("data", {})
        if not isinstance(data, dict):
            raise _Refused(400, '"data" must be an object')
        id_ = _text(asked, "id") or self._ports.token()
        return await self._inbound(asked, OperatorCommand(f"command:{id_}", self._ports.now(), "handback", data), new=False)

    async def _inbound(self, asked: Mapping[str, Any], event: Event, new: bool) -> Inbound:
        channel = _text(asked, "channel") or self._channels[0]
        if channel not in self._channels:
            raise _Refused(404, f'there is no channel "{channel[:60]}"')
        alias = _text(asked, "contact", required=True).lstrip("+")
        contact = await self._find(channel, alias)
        if contact is not None:
            return Inbound(channel, event.key, event.at, dump_event(event), event, contact=contact, kind="event")
        if not new:
            raise _Refused(404, "no such contact has written to this channel")
        identity = Identity(bsuid=alias) if _BSUID.match(alias) else Identity(wa_id=alias)
        return Inbound(channel, event.key, event.at, dump_event(event), event, identity, kind="event")


def _asked(body: bytes) -> Mapping[str, Any]:
    try:
        asked = wire.plain(body)
    except ValueError:
        raise _Refused(400, "the body is no JSON") from None
    if not isinstance(asked, dict) or wire.depth_over(asked, _DEPTH):
        raise _Refused(400, "the body must be a JSON object, not nested too deeply")
    return asked


def _text(asked: Mapping[str, Any], name: str, required: bool = False) -> str:
    value = asked.get(name)
    if value is None and not required:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (required and not value) or len(value) > 200:
        raise _Refused(400, f'"{name}" must be a text of at most 200 characters')
    return value
