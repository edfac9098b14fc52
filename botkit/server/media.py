"""GET /media: a file that a contact has sent, for who has the conversation; with the token."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import web

from botkit.media import Library, MediaError
from botkit.media.library import READ
from botkit.server import answers
from botkit.server.bearer import Bearer
from botkit.server.server import Endpoint

_STATUS = {"gone": 404, "too_large": 413}
# Whatever a contact has sent, no browser shows it as a page of the bot's.
_HEADERS = {"Server": "botkit", "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_LONGEST = 200  # characters of an id


def endpoints(library: Library, channels: Collection[str], token: str | None) -> dict[str, Endpoint]:
    """`/media?id=…&channel=…`; without a channel it is the first one's."""
    bearer, first = Bearer(token), next(iter(channels), "")

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.method != "GET":
            return answers.not_allowed("GET")
        refused = bearer.refused(request)
        if refused is not None:
            return refused
        id_, channel = request.query.get("id", ""), request.query.get("channel", first)
        if not id_ or len(id_) > _LONGEST:
            return answers.record(400, {"error": "which file? /media?id=…"})
        if channel not in channels:
            return answers.record(404, {"error": "there is no such channel"})
        try:
            content = await library.read(channel, {"id": id_}, READ)
        except MediaError as error:
            return answers.record(_STATUS.get(error.reason, 502), {"error": str(error), "reason": error.reason})
        return web.Response(body=content, content_type="application/octet-stream", headers=_HEADERS)

    return {"/media": answer}
