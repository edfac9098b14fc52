"""The broadcasts of a store that forgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from botkit.stores.base import OPEN, Outgoing
from botkit.stores.broadcasts import BEGUN, SEND, TWICE, Broadcast, BroadcastState, Invited, Tally


class MemoryBroadcasts:
    """The contract of BroadcastStore, over dicts."""

    def __init__(self) -> None:
        self._broadcasts: dict[str, Broadcast] = {}
        self._invited: dict[tuple[str, int], Invited] = {}  # by broadcast and row

    async def send(self, key: str, /) -> Outgoing | None:
        raise LookupError(key)  # the whole store has an outbox

    async def became(self, channel: str, key: str, /) -> str:
        raise LookupError(key)  # and an inbox

    async def draft(self, broadcast: Broadcast) -> None:
        self._broadcasts.setdefault(broadcast.id, broadcast)

    async def broadcast(self, which: str, /) -> Broadcast | None:
        return self._broadcasts.get(which)

    async def broadcasts(self, states: Sequence[BroadcastState], limit: int) -> list[Broadcast]:
        found = [one for one in self._broadcasts.values() if one.state in states]
        return sorted(sorted(found, key=lambda one: one.id), key=lambda one: one.made, reverse=True)[:limit]

    async def turn_broadcast(self, which: str, state: BroadcastState, /) -> None:
        if which in self._broadcasts:
            self._broadcasts[which] = replace(self._broadcasts[which], state=state)

    async def forget_broadcast(self, which: str, /) -> None:
        self._broadcasts.pop(which, None)
        self._invited = {key: one for key, one in self._invited.items() if key[0] != which}

    async def invite(self, which: str, people: Sequence[Invited], /) -> None:
        there = {one.to: one.row for one in self._of(which) if one.state == SEND}
        for one in people:
            if one.state == SEND and there.setdefault(one.to, one.row) != one.row:
                one = replace(one, state=TWICE, detail="")
            self._invited.setdefault((which, one.row), one)

    async def invited(self, which: str, state: str, after: int, limit: int, /) -> list[Invited]:
        return [one for one in self._of(which) if one.state == state and one.row > after][:limit]

    async def mark_invited(self, which: str, rows: Mapping[int, tuple[str, str]], /) -> None:
        for row, (state, detail) in rows.items():
            one = self._invited.get((which, row))
            if one is not None and one.state == SEND:
                self._invited[which, row] = replace(one, state=state, detail=detail)

    async def settle_invited(self, which: str, /) -> int:
        settled = 0
        channel = self._broadcasts[which].channel if which in self._broadcasts else ""
        for one in self._of(which):
            if one.state != BEGUN:
                continue
            row = await self.send(one.send)
            event = await self.became(channel, one.key)
            fate = row.state if row is not None else event or "done"
            if fate == "held" or (fate not in OPEN and fate != "open"):
                self._invited[which, one.row] = replace(one, state=fate, detail=(row.detail if row is not None else "") or "")
                settled += 1
        return settled

    async def tally(self, which: str, statuses: bool = False, /) -> Tally:
        people = self._of(which)
        states = Counter(one.state for one in people)
        broadcast = self._broadcasts.get(which)
        drafted = broadcast is not None and broadcast.state == "draft"
        details = Counter(one.detail for one in people if one.state == SEND and drafted)
        if not statuses:
            return Tally(dict(states), dict(details))
        told: Counter[str] = Counter()
        for one in people:
            row = await self.send(one.send) if one.state == "sent" else None
            told[row.status if row is not None else ""] += 1
        read = told["read"] + told["played"]
        return Tally(dict(states), dict(details), told["failed"], told["delivered"] + read, read)

    def _of(self, which: str) -> list[Invited]:
        return [one for (of, _), one in sorted(self._invited.items(), key=lambda kept: kept[0][1]) if of == which]
