"""What other systems and operators may ask of a running bot: an event, a handback. A bearer token is wanted for all of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from botkit.lanes import Overloaded
from botkit.model import Event, ExternalEvent, Identity, Inbound, OperatorCommand, dump_event
from botkit.ports import Ports
from botkit.server import answers
from botkit.server.bearer import Bearer, asked_of
from botkit.server.server import Endpoint
from botkit.stores.base import Received, StoreError

Receive = Callable[[Sequence[Inbound]], Awaitable[list[Received]]]

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
        self._bearer = Bearer(token)
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
            refusal = self._bearer.refused(request)
            if refusal is not None:
                return refusal
            asked = await asked_of(request)
            if isinstance(asked, web.StreamResponse):
                return asked
            try:
                inbound = await work(asked)
                received = await self._receive([inbound])
            except _Refused as refused:
                return answers.record(refused.status, {"error": str(refused)})
            except (Overloaded, StoreError):
                return answers.line(503, "it cannot be stored now", {"Retry-After": "5"})
            return answers.record(200, {"status": "stored" if received[0].fresh else "known", "id": inbound.key.partition(":")[2]})

        return answer

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


def _text(asked: Mapping[str, Any], name: str, required: bool = False) -> str:
    value = asked.get(name)
    if value is None and not required:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (required and not value) or len(value) > 200:
        raise _Refused(400, f'"{name}" must be a text of at most 200 characters')
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character, which no store keeps
        raise _Refused(400, f'"{name}" holds half of a character') from None
    return value
