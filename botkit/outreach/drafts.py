"""A broadcast before it goes out, and its list: made, filled, counted by reason, begun, stopped, resumed, forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botkit import wire
from botkit.lanes.outgoing import send_id
from botkit.outreach.people import Addressee, People, Refused
from botkit.ports import Ports
from botkit.stores.base import Store
from botkit.stores.broadcasts import SEND, Broadcast, Invited, Tally
from botkit.wishes import BadWish, address

MOST = 500_000  # people
RATE = 20.0  # people a second, where nobody says otherwise
_FASTEST = 500.0
_LONGEST = timedelta(days=90)
_BREATH = 20  # people that are looked at in one go
_PART = 1000  # people in one request
_FEW = 10  # bad rows that are named
_MANY = 1000  # of those that could not be sent, looked at for their reasons
_PAGE = 200  # conversations


class Drafts:
    """*limit*: to how many people a business may write first in a day, on a channel, and when that was told; None: nobody knows."""

    def __init__(
        self, people: People, store: Store, ports: Ports, limit: Callable[[str], tuple[int, datetime] | None] = lambda channel: None
    ) -> None:
        self._people = people
        self._limit = limit
        self._store = store
        self._ports = ports
        self._sizes: dict[str, int] = {}  # people of the drafts that are being filled

    async def make(self, channel: str, asked: Mapping[str, Any]) -> Broadcast:
        """A new draft. Raises Refused."""
        bot = self._people.bot()
        template, flow = asked.get("template"), asked.get("flow")
        if (template is None) == (flow is None):
            raise Refused(422, "a broadcast is of a template, or of a flow")
        there, what = (bot.flows, "flow") if template is None else (bot.templates, "template")
        name = str(flow if template is None else template)
        if name not in there:
            raise Refused(422, f'there is no {what} "{name[:60]}"; there are: {", ".join(sorted(there)) or "none"}')
        rate = asked.get("rate", RATE)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0.01 <= rate <= _FASTEST:
            raise Refused(422, f'"rate" is a number of messages a second, at most {_FASTEST:g}')
        now = self._ports.now()
        made = Broadcast(self._ports.token()[:10], channel, name, float(rate), now, at=_moment(asked.get("at"), now))
        await self._store.draft(made)
        return made

    async def invite(self, id_: str, common: Mapping[str, Any], people: Sequence[Any]) -> None:
        """Add *people*, each `{row, to, …}`; what holds for all of them stands in *common*. Raises Refused."""
        draft = await self._draft(id_)
        if len(people) > _PART:
            raise Refused(422, f"at most {_PART} people are added at once")
        told = [person for person in people if isinstance(person, dict) and _is_row(person.get("row"))]
        if len(told) != len(people):
            raise Refused(422, 'each of "people" is an object with "row", a number of its own from 0 on, and "to"')
        if await self._size(id_) + len(told) > MOST:
            raise Refused(422, f"a broadcast has at most {MOST} people")
        await self._add(draft, common, told)

    async def invite_tagged(self, id_: str, common: Mapping[str, Any], tag: str, after: str) -> str:
        """Add a page of all contacts of the channel with a *tag*: those for whom contact.<tag> is yes, or whose contact.tags hold it. The
        key to go on from; "": that was all. Raises Refused."""
        draft = await self._draft(id_)
        page = await self._store.conversations(after, _PAGE)
        row = await self._size(id_)
        found: list[dict[str, Any]] = []
        for _, conversation in page:
            if conversation is None or conversation.channel != draft.channel:
                continue
            contact = conversation.contact
            tags = contact.attributes.get("tags")
            if contact.attributes.get(tag) is True or (isinstance(tags, list | tuple | str) and tag in _words(tags)):
                row += 1
                found.append({"row": row, "to": contact.bsuid or contact.wa_id or ""})
        await self._add(draft, common, found)
        return page[-1][0] if len(page) == _PAGE else ""

    async def _size(self, id_: str) -> int:
        """How many people a draft has, or a few more."""
        if id_ not in self._sizes:
            self._sizes[id_] = sum((await self._store.tally(id_)).states.values())
        return self._sizes[id_]

    async def _add(self, draft: Broadcast, common: Mapping[str, Any], people: Sequence[Mapping[str, Any]]) -> None:
        there = self._sizes.get(draft.id, 0)
        found = await asyncio.gather(*(self._find(draft.channel, one) for one in people))  # at once: a transaction for all of them
        invited: list[Invited] = []
        for n, (one, addressee) in enumerate(zip(people, found, strict=True)):
            if n % _BREATH == 0:
                await self._ports.sleep(0)  # answers go first
            invited.append(self._invited(draft, common, one, addressee))
        await self._store.invite(draft.id, invited)
        self._sizes[draft.id] = there + len(invited)

    async def _find(self, channel: str, person: Mapping[str, Any]) -> Addressee | Refused:
        if person.get("broken"):
            return Refused(422, str(person["broken"])[:200], "bad_row")
        to = str(person.get("to") or "")
        try:
            return await self._people.find(channel, to)
        except Refused as refused:
            return Refused(422, address(to).why or str(refused), refused.reason)

    def _invited(self, draft: Broadcast, common: Mapping[str, Any], person: Mapping[str, Any], addressee: Addressee | Refused) -> Invited:
        row, to = int(person["row"]), str(person.get("to") or "")[:200]
        if isinstance(addressee, Refused):
            return Invited(row, to, addressee.reason, detail=str(addressee))
        asked = {**common, **{name: value for name, value in person.items() if name not in ("row", "to")}}
        try:
            _, found = self._people.judge(addressee, asked, self._ports.now())
        except BadWish as error:
            return Invited(row, to, "bad_row", detail=str(error))
        alias = addressee.alias
        key = f"broadcast:{draft.id}:{alias}"
        detail = found.told if found.reason else f"{found.template} {found.language}".strip()
        return Invited(row, alias, found.reason or SEND, key, send_id(draft.channel, key, 0), wire.dumps(wire.escaped(asked)), detail)

    async def begin(self, id_: str, count: int | None) -> None:
        """Let it go out; *count*: to so many, as who asks has seen it. Raises Refused."""
        await self._draft(id_)
        self._sizes.pop(id_, None)
        ahead = (await self._store.tally(id_)).states.get(SEND, 0)
        if count != ahead:
            raise Refused(409, f"{ahead} people are to get it, not {count}")
        if not ahead:
            raise Refused(409, "nobody is to get it")
        await self._store.turn_broadcast(id_, "running")

    async def stop(self, id_: str) -> None:
        one = await self.known(id_)
        if one.state != "running":
            raise Refused(409, f"this broadcast is not running: it is {one.state}")
        await self._store.turn_broadcast(id_, "stopped")

    async def resume(self, id_: str) -> None:
        """Go on with those who have not got it."""
        one = await self.known(id_)
        if one.state not in ("stopped", "running"):
            raise Refused(409, f"only what was stopped goes on: this broadcast is {one.state}")
        await self._store.turn_broadcast(id_, "running")

    async def forget(self, id_: str) -> None:
        await self._draft(id_)
        self._sizes.pop(id_, None)
        await self._store.forget_broadcast(id_)

    async def known(self, id_: str) -> Broadcast:
        """Raises Refused where there is none."""
        found = await self._store.broadcast(id_)
        if found is None:
            raise Refused(404, f'there is no broadcast "{id_[:60]}"')
        return found

    async def told(self, id_: str, statuses: bool) -> dict[str, Any]:
        """How it stands, with the counts by state and reason. *statuses*: with what WhatsApp has told, too."""
        one = await self.known(id_)
        known = self._limit(one.channel)
        limit = {} if known is None else {"limit": {"people": known[0], "told": known[1].isoformat(timespec="seconds")}}
        why = {"why": await self._why(id_)} if statuses else {}
        return {**shown(one), **_counts(await self._store.tally(id_, statuses), statuses), **limit, "bad": await self._bad(id_), **why}

    async def _bad(self, id_: str) -> list[dict[str, Any]]:
        """The first rows that cannot be sent to, with the reason."""
        found = [one for state in ("bad_number", "bad_row") for one in await self._store.invited(id_, state, -1, _FEW)]
        return [{"row": one.row, "why": one.detail, "reason": one.state} for one in found]

    async def _why(self, id_: str) -> list[dict[str, Any]]:
        """Why messages could not be sent: each reason of the first of them with its first row, and how many of those have it."""
        reasons: dict[str, dict[str, Any]] = {}
        for state in ("unsent", "dead"):
            for one in await self._store.invited(id_, state, -1, _MANY):
                why = one.detail or "no reason was given"
                reasons.setdefault(why, {"row": one.row, "why": why, "state": one.state, "count": 0})["count"] += 1
        return sorted(reasons.values(), key=lambda one: -int(one["count"]))[:_FEW]

    async def tidy(self) -> int:
        """Forget drafts of more than a day ago, and what was done more than 30 days ago; how many."""
        now = self._ports.now()
        old = [one for one in await self._store.broadcasts(["draft"], 100) if now - one.made > timedelta(days=1)]
        old += [one for one in await self._store.broadcasts(["done", "stopped"], 1000) if now - (one.at or one.made) > timedelta(days=30)]
        for one in old:
            await self._store.forget_broadcast(one.id)
        return len(old)

    async def _draft(self, id_: str) -> Broadcast:
        found = await self.known(id_)
        if found.state != "draft":
            raise Refused(409, f"this broadcast has begun: it is {found.state}")
        return found


def shown(one: Broadcast) -> dict[str, Any]:
    due = {"at": one.at.isoformat(timespec="seconds")} if one.at is not None else {}
    return {
        "id": one.id, "channel": one.channel, "name": one.name, "state": one.state, "rate": one.rate,
        "made": one.made.isoformat(timespec="seconds"), **due,
    }  # fmt: skip


def _counts(tally: Tally, statuses: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"counts": dict(sorted(tally.states.items())), "ahead": tally.ahead}
    if tally.details:
        told["first"] = dict(sorted(tally.details.items()))
    if statuses:
        told |= {"failed": tally.failed, "delivered": tally.delivered, "read": tally.read}
    return told


def _is_row(row: Any) -> bool:
    return isinstance(row, int) and not isinstance(row, bool) and 0 <= row < 2**53


def _words(tags: list[Any] | tuple[Any, ...] | str) -> list[str]:
    return [str(tag) for tag in tags] if not isinstance(tags, str) else tags.replace(",", " ").split()


def _moment(written: Any, now: datetime) -> datetime | None:
    if written in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        raise Refused(422, f'"at" is a moment like 2026-06-24T09:00:00+02:00, not "{str(written)[:40]}"') from None
    if found.tzinfo is None:
        raise Refused(422, '"at" needs an offset from UTC: 2026-06-24T09:00:00+02:00')
    if found - now > _LONGEST:
        raise Refused(422, f'"at" is at most {_LONGEST.days} days ahead')
    return found.astimezone(UTC) if found > now else None
