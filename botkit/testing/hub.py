"""360dialog's Partner API (fact sheet §1.6): a partner's channels, and a new key for one, which ends the one before."""

from __future__ import annotations

import json
from collections.abc import Callable

from aiohttp import web

from botkit.ports import Ports
from botkit.testing.configs import answer
from botkit.testing.refusal import INVALID_KEY, Refusal

_CHANNELS = "/api/v2/partners/{partner}/channels"


class Hub:
    """*renew* is told the new key of the number. Everything else may be changed at any time."""

    def __init__(self, ports: Ports, renew: Callable[[str], None]) -> None:
        self.partner = "pa360PA"
        self.key = "fake-partner-key"
        self.channels = {"ch360CH": True}  # id → whether its client lets the partner make keys
        self.address = ""  # where a key is to be used, as the answer tells it
        self._ports = ports
        self._renew = renew

    def routes(self) -> list[web.RouteDef]:
        return [web.get(_CHANNELS, self._list), web.post(_CHANNELS + "/{channel}/api_keys", self._make)]

    def _refusal(self, request: web.Request) -> Refusal | None:
        if request.headers.get("X-API-Key") != self.key:
            return INVALID_KEY
        partner = request.match_info["partner"]
        return None if partner == self.partner else Refusal(text=f"Permission denied for partner {partner}", http=403, shape="dialog")

    async def _list(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return answer(refusal)
        rows = [{"id": id_, "status": "ready", "waba_account": {"id": f"wa-{id_}"}} for id_ in self.channels]
        return web.json_response({"partner_channels": rows, "count": len(rows), "total": len(rows)})

    async def _make(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return answer(refusal)
        channel = request.match_info["channel"]
        if channel not in self.channels:
            return answer(Refusal(text="channel not found", http=404, shape="dialog"))
        if not self.channels[channel]:
            return answer(Refusal(text=f"Permission denied for partner {self.partner}", http=403, shape="dialog"))
        key = f"made-{self._ports.token()}"
        self._renew(key)
        made = {"id": self._ports.token()[:8], "api_key": key, "address": self.address, "app_id": self._ports.token()[:8]}
        return web.Response(status=201, text=json.dumps(made), content_type="application/json")
