"""Requests to write to somebody, over HTTP: /send, /start, /broadcasts, with the token."""

from __future__ import annotations

from aiohttp import web

from botkit.lanes import Overloaded
from botkit.outreach import Outreach, Refused
from botkit.outreach.desk import ADDRESSES
from botkit.server import answers
from botkit.server.bearer import Bearer, asked_of
from botkit.server.server import Endpoint
from botkit.stores.base import StoreError

_KEY = "Idempotency-Key"
_LONGEST = 400  # characters behind the ? of an address


def endpoints(outreach: Outreach, token: str | None) -> dict[str, Endpoint]:
    bearer = Bearer(token)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.method not in ("GET", "POST"):
            return answers.not_allowed("GET", "POST")
        refused = bearer.refused(request)
        if refused is not None:
            return refused
        if len(request.query_string) > _LONGEST:
            return answers.record(400, {"error": "the address is too long"})
        asked = dict(request.query) if request.method == "GET" else await asked_of(request)
        if isinstance(asked, web.StreamResponse):
            return asked
        try:
            status, told = await outreach.answer(request.method, request.path, asked, request.headers.get(_KEY, ""))
        except Refused as error:
            return answers.record(error.status, {"error": str(error)} | ({"reason": error.reason} if error.reason else {}))
        except (Overloaded, StoreError):
            return answers.line(503, "it cannot be stored now", {"Retry-After": "5"})
        return answers.record(status, told)

    return dict.fromkeys(ADDRESSES, answer)
