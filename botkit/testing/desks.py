"""The addresses of templates, 360dialog's and Meta's, as the fake one answers them (fact sheet §1.1, §1.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from botkit import wire
from botkit.testing.approvals import Approvals
from botkit.testing.configs import answer
from botkit.testing.refusal import INVALID_KEY, Refusal

NO_JSON = Refusal(100, "Invalid parameter: the body is no JSON object")
EXPIRED = Refusal(190, "Invalid OAuth access token", http=401)
DIALOG360 = "/v1/configs/templates"
META = r"/{account:\d+}/message_templates"


class Desks:
    """*knows* tells whether a key is the right one."""

    def __init__(self, knows: Callable[[str], bool], approvals: Approvals) -> None:
        self._knows = knows
        self._approvals = approvals

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(DIALOG360, self._list),
            web.post(DIALOG360, self._create),
            web.delete(DIALOG360 + "/{name}", self._delete),
            web.get(META, self._list_meta),
            web.post(META, self._create_meta),
            web.delete(META, self._delete_meta),
            web.post(r"/{id:\d+}", self._edit_meta),
        ]

    # ---- 360dialog

    def _may(self, request: web.Request) -> bool:
        return self._knows(request.headers.get("D360-API-KEY", ""))

    async def _list(self, request: web.Request) -> web.Response:
        if not self._may(request):
            return answer(INVALID_KEY)
        known = self._approvals.templates
        offset, limit = _number(request, "offset", 0), _number(request, "limit", 100)
        page = known[offset : offset + limit]
        told = {"count": len(page), "total": len(known), "limit": limit, "offset": offset, "filters": {}, "sort": ["id"]}
        return web.json_response({**told, "waba_templates": page})

    async def _create(self, request: web.Request) -> web.Response:
        if not self._may(request):
            return answer(INVALID_KEY)
        made = self._approvals.create(await _body(request))
        return answer(_embedded(made)) if isinstance(made, Refusal) else web.json_response(made, status=201)

    async def _delete(self, request: web.Request) -> web.Response:
        if not self._may(request):
            return answer(INVALID_KEY)
        why = self._approvals.delete(request.match_info["name"])
        return answer(_embedded(why)) if why is not None else web.json_response({"meta": {"success": True, "http_code": 200}})

    # ---- Meta

    def _trusted(self, request: web.Request) -> bool:
        return self._knows(request.headers.get("Authorization", "").removeprefix("Bearer "))

    async def _list_meta(self, request: web.Request) -> web.Response:
        if not self._trusted(request):
            return answer(EXPIRED)
        known = self._approvals.templates
        offset, limit = int(request.query.get("after", "0")), _number(request, "limit", 25)
        page = [
            {**one, "id": one.get("external_id", one.get("id")), "status": str(one["status"]).upper()}
            for one in known[offset : offset + limit]
        ]
        paging: dict[str, Any] = {"cursors": {"before": str(offset), "after": str(offset + len(page))}}
        if offset + len(page) < len(known):
            paging["next"] = "https://graph.example.com/not-to-be-asked"
        return web.json_response({"data": page, "paging": paging})

    async def _create_meta(self, request: web.Request) -> web.Response:
        if not self._trusted(request):
            return answer(EXPIRED)
        made = self._approvals.create(await _body(request))
        if isinstance(made, Refusal):
            return answer(made)
        return web.json_response({"id": made["external_id"], "status": "PENDING", "category": made["category"]})

    async def _edit_meta(self, request: web.Request) -> web.Response:
        if not self._trusted(request):
            return answer(EXPIRED)
        body = await _body(request)
        why = self._approvals.edit(request.match_info["id"], body) if isinstance(body, dict) else NO_JSON
        return answer(why) if why is not None else web.json_response({"success": True})

    async def _delete_meta(self, request: web.Request) -> web.Response:
        if not self._trusted(request):
            return answer(EXPIRED)
        why = self._approvals.delete(request.query.get("name", ""), request.query.get("hsm_id", ""))
        return answer(why) if why is not None else web.json_response({"success": True})


async def _body(request: web.Request) -> Any:
    try:
        return wire.plain(await request.read())
    except ValueError:
        return None


def _number(request: web.Request, name: str, otherwise: int) -> int:
    told = request.query.get(name, "")
    return int(told) if told.isdecimal() else otherwise


def _embedded(why: Refusal) -> Refusal:
    """As 360dialog hands on what Meta says: within a text of its own."""
    return Refusal(why.code, why.text, why.http, "embedded", why.accepted, why.subcode, why.headers)
