"""To one person: said or begun through the door of all events, once for a key, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from botkit.lanes.outgoing import send_id
from botkit.model import Inbound
from botkit.outreach.people import People, Refused, inbounds
from botkit.ports import Ports
from botkit.stores.base import Outgoing, Store
from botkit.wishes import BadWish

Receive = Callable[[Sequence[Inbound]], Awaitable[object]]

KEY = re.compile(r"[A-Za-z0-9._:@=+-]{1,200}")


def event_key(id_: str) -> str:
    return f"send:{id_}"


class Single:
    """*receive* is the door of the inbox."""

    def __init__(self, people: People, store: Store, ports: Ports, receive: Receive) -> None:
        self._people = people
        self._store = store
        self._ports = ports
        self._receive = receive

    async def send(self, channel: str, to: str, asked: Mapping[str, Any], key: str = "", dry: bool = False) -> dict[str, Any]:
        """*asked*: as `read_wish` takes it. A *key* that was there before is told, and nothing more is sent; "": it has none. *dry*: it is
        only tried out.

        Raises Refused with the reason; then nothing is sent.
        """
        if key and not KEY.fullmatch(key):
            raise Refused(400, "a key has at most 200 letters, digits and ._:@=+-")
        id_ = key or self._ports.token()
        if key and await self._store.became(channel, event_key(id_)):
            return {"id": id_, "status": "known", "channel": channel}
        addressee = await self._people.find(channel, to)
        now = self._ports.now()
        try:
            wish, found = self._people.judge(addressee, asked, now)
        except BadWish as error:
            raise Refused(422, str(error), "bad_request") from None
        if found.reason and not (found.reason == "closed" and asked.get("closed") in ("hold", "drop")):
            raise Refused(422, found.told, found.reason)
        if not dry:
            await self._receive(inbounds(addressee, wish, event_key(id_), now))
        told = {"template": found.template, "language": found.language} if found.template else {}
        return {"id": id_, "status": "would be sent" if dry else "accepted", "channel": channel, **told}

    async def became(self, channel: str, id_: str) -> dict[str, Any]:
        """What came of it so far. Raises Refused: nobody has asked for that, or it is too long ago."""
        event = await self._store.became(channel, event_key(id_))
        row = await self._store.send(send_id(channel, event_key(id_), 0))
        if not event and row is None:
            raise Refused(404, "nothing was asked for under this id, or it is more than 30 days ago")
        return {"id": id_, "channel": channel, **_told(row, event)}


# What is over: nothing more is to be expected of it within seconds.
SETTLED = frozenset({"sent", "delivered", "read", "played", "failed", "dropped", "unsent", "held", "done", "dead"})


def _told(row: Outgoing | None, event: str) -> dict[str, Any]:
    if row is None:
        return {"status": "waiting" if event == "open" else event or "done"}
    words = {"queued": "waiting", "trying": "waiting", "doubt": "in doubt"}
    told: dict[str, Any] = {"status": row.status or "sent" if row.state == "sent" else words.get(row.state, row.state)}
    if row.code is not None:
        told["code"] = row.code
    if row.detail:
        told["detail"] = row.detail
    if row.wamid:
        told["message_id"] = row.wamid
    if row.at is not None:
        told["at"] = row.at.isoformat(timespec="seconds")
    return told
