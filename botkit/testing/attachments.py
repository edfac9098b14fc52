"""The endpoints of files (fact sheet §1.1, §1.5): upload, where a file is, its bytes, and the end of it."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import BodyPartReader, web

from botkit.testing.cabinet import Cabinet, Kept
from botkit.testing.configs import answer
from botkit.testing.refusal import INVALID_KEY, Refusal

_PAGE = b"<!DOCTYPE html><html><body>Log in to go on</body></html>"
_PIECE = 64 * 1024


class Attachments:
    """*knows* tells whether a request has the right key."""

    def __init__(self, knows: Callable[[web.Request], bool], cabinet: Cabinet) -> None:
        self._knows = knows
        self._cabinet = cabinet

    def routes(self) -> list[web.RouteDef]:
        """To be added last: a file's id is a path by itself."""
        return [
            web.post("/media", self._upload),
            web.get("/whatsapp_business/attachments/", self._bytes),
            web.get("/{id:[0-9A-Za-z._-]+}", self._where),
            web.delete("/{id:[0-9A-Za-z._-]+}", self._end),
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return answer(INVALID_KEY)
        if not request.content_type.startswith("multipart/"):
            return answer(Refusal(100, "The parameter file is required"))
        product, type_, content = "", "", None
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "messaging_product":
                product = await part.text()
            elif isinstance(part, BodyPartReader) and part.name == "file":
                type_, content = part.headers.get("Content-Type", ""), bytes(await part.read())
        if product != "whatsapp" or content is None:
            return answer(Refusal(100, f"The parameter {'file' if product == 'whatsapp' else 'messaging_product'} is required"))
        kept = self._cabinet.put(type_, content)
        return answer(kept) if isinstance(kept, Refusal) else web.json_response({"id": kept.id})

    async def _where(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return answer(INVALID_KEY)
        found = self._cabinet.find(request.match_info["id"])
        return answer(found) if isinstance(found, Refusal) else web.json_response(self._cabinet.told(found))

    async def _end(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return answer(INVALID_KEY)
        found = self._cabinet.find(request.match_info["id"])
        if isinstance(found, Refusal):
            return answer(found)
        self._cabinet.expire(found.id)
        return web.json_response({"success": True})

    async def _bytes(self, request: web.Request) -> web.StreamResponse:
        if not self._knows(request):
            return answer(INVALID_KEY)
        kept = self._cabinet.at(request.raw_path, request.query.get("mid", ""))
        if kept is None:
            return answer(Refusal(text="media not found", http=404, shape="plain"))
        if self._cabinet.spoiled:
            return await self._spoiled(request, kept)
        return web.Response(body=kept.content, content_type=kept.type)

    async def _spoiled(self, request: web.Request, kept: Kept) -> web.StreamResponse:
        match self._cabinet.spoiled.popleft():
            case "elsewhere":
                return web.Response(status=302, headers={"Location": "https://elsewhere.example/file"})
            case "page":
                return web.Response(body=_PAGE, content_type=kept.type)
            case "other":
                return web.Response(body=kept.content[:-1] + b"?", content_type=kept.type)
            case "short":
                return web.Response(body=kept.content[: len(kept.content) // 2], content_type=kept.type)
            case "cut":
                response = web.StreamResponse(headers={"Content-Length": str(len(kept.content)), "Content-Type": kept.type})
                await response.prepare(request)
                await response.write(kept.content[: len(kept.content) // 2])
            case "endless":
                response = web.StreamResponse(headers={"Content-Type": kept.type})
                await response.prepare(request)
                await response.write(kept.content)
                while request.transport is not None and not request.transport.is_closing():
                    try:
                        await response.write(bytes(_PIECE))
                    except ConnectionError:
                        break
        if request.transport is not None:
            request.transport.abort()
        return response
