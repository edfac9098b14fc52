"""Who may ask a bot for something: whoever knows its token, and asks in JSON."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from math import isfinite
from typing import Any

from aiohttp import hdrs, web

from botkit import wire
from botkit.server import answers
from botkit.server.webhook import read_body

LARGEST = 64 * 1024  # bytes of a request
_DEPTH = 20


class Bearer:
    """*token*: without one nobody is let in."""

    def __init__(self, token: str | None) -> None:
        self._token = token.encode() if token else None

    def refused(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """The answer to who may not ask; None: they may."""
        if self._granted(request):
            return None
        what = "the token is missing or wrong" if self._token else "this bot has no BOTKIT_API_TOKEN"
        return answers.line(401, what, {"WWW-Authenticate": "Bearer"})

    def _granted(self, request: web.BaseRequest) -> bool:
        given = request.headers.getall(hdrs.AUTHORIZATION, ())
        if self._token is None or len(given) != 1:
            return False
        scheme, _, token = given[0].partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode("utf-8", "surrogateescape"), self._token)


async def asked_of(request: web.BaseRequest) -> Mapping[str, Any] | web.StreamResponse:
    """What the body of *request* holds, or the answer to one that is none."""
    body = await read_body(request)
    if body is None or len(body) > LARGEST:
        return answers.line(413, f"requests have at most {LARGEST} bytes")
    try:
        asked = wire.plain(body)
    except ValueError:
        return answers.record(400, {"error": "the body is no JSON"})
    if not isinstance(asked, dict) or wire.depth_over(asked, _DEPTH):
        return answers.record(400, {"error": "the body must be a JSON object, not nested too deeply"})
    if not _finite(asked):
        return answers.record(400, {"error": "a number in it is larger than any can be"})
    return asked


def _finite(value: Any) -> bool:
    """Whether all numbers in *value* are numbers: 1e999 is read as what no store can keep."""
    match value:
        case float():
            return isfinite(value)
        case dict():
            return all(map(_finite, value.values()))
        case list():
            return all(map(_finite, value))
    return True
