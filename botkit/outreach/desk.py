"""What may be asked of a bot from outside, by address: the same for requests over HTTP and for a command that has the bot at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from botkit.outreach.broadcasts import Broadcasts
from botkit.outreach.drafts import Drafts, shown
from botkit.outreach.people import Refused
from botkit.outreach.single import Single
from botkit.stores.base import Store
from botkit.stores.broadcasts import BroadcastState

Answer = tuple[int, dict[str, Any]]  # status of HTTP, and what is told

ADDRESSES = ("/send", "/send/", "/start", "/broadcasts", "/broadcasts/")  # one that ends with / is followed by an id
_STATES: tuple[BroadcastState, ...] = ("draft", "running", "stopped", "done")


class Outreach:
    """*broadcasts* None: they do not go out from here."""

    def __init__(self, store: Store, channels: Collection[str], single: Single, drafts: Drafts, broadcasts: Broadcasts | None) -> None:
        self._store = store
        self._channels = tuple(channels)
        self._single = single
        self._drafts = drafts
        self._broadcasts = broadcasts

    async def answer(self, method: str, path: str, asked: Mapping[str, Any], key: str = "") -> Answer:
        """*asked*: the body, or what stands behind the `?` of a GET. Raises Refused, Overloaded, StoreError."""
        place, _, id_ = path.strip("/").partition("/")
        match method, place, bool(id_):
            case "POST", "send" | "start", False:
                return 200 if asked.get("dry_run") is True else 202, await self._send(place, asked, key)
            case "GET", "send", True:
                return 200, await self._single.became(self._channel(asked), id_)
            case "GET", "broadcasts", False:
                return 200, {"broadcasts": [shown(one) for one in await self._store.broadcasts(_STATES, 50)]}
            case "POST", "broadcasts", False:
                return 201, shown(await self._drafts.make(self._channel(asked), asked))
            case "GET", "broadcasts", True:
                return 200, await self._drafts.told(id_, bool(asked.get("statuses")))
            case "POST", "broadcasts", True:
                return 200, await self._broadcast(id_, asked)
        raise Refused(405, f"{method} is nothing that {path} takes")

    def _channel(self, asked: Mapping[str, Any]) -> str:
        channel = asked.get("channel") or self._channels[0]
        if channel not in self._channels:
            raise Refused(404, f'there is no channel "{str(channel)[:60]}"; there are: {", ".join(self._channels)}')
        return str(channel)

    async def _send(self, place: str, asked: Mapping[str, Any], key: str) -> dict[str, Any]:
        given = asked.get("key") or key
        if not isinstance(given, str):
            raise Refused(400, '"key" must be a text')
        to = asked.get("to")
        to = str(to) if isinstance(to, int) and not isinstance(to, bool) else to
        if not isinstance(to, str) or not to:
            raise Refused(400, '"to" is missing: a number with its country\'s prefix, or a BSUID')
        if place == "start" and not asked.get("flow"):
            raise Refused(400, '"flow" is missing: the flow to begin')
        if place == "send" and asked.get("flow"):
            raise Refused(400, "a flow is begun by POST /start")
        wish = {name: value for name, value in asked.items() if name not in ("to", "channel", "key", "dry_run")}
        return await self._single.send(self._channel(asked), to, wish, given, asked.get("dry_run") is True)

    async def _broadcast(self, id_: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        common = asked.get("common") or {}
        if not isinstance(common, dict):
            raise Refused(400, '"common" must be an object')
        match asked.get("do"):
            case "invite":
                people = asked.get("people")
                if not isinstance(people, list):
                    raise Refused(400, '"people" must be a list')
                await self._drafts.invite(id_, common, people)
                return {"id": id_, "added": len(people)}
            case "invite_tagged":
                after = await self._drafts.invite_tagged(id_, common, str(asked.get("tag") or ""), str(asked.get("after") or ""))
                return {"id": id_, "after": after}
            case "begin":
                count = asked.get("count")
                await self._drafts.begin(id_, count if isinstance(count, int) else None)
            case "stop":
                await self._drafts.stop(id_)
            case "resume":
                await self._drafts.resume(id_)
            case "forget":
                await self._drafts.forget(id_)
                return {"id": id_, "state": "forgotten"}
            case _:
                raise Refused(400, '"do" is invite, invite_tagged, begin, stop, resume or forget')
        if self._broadcasts is not None:
            self._broadcasts.wake()
        return await self._drafts.told(id_, False)
