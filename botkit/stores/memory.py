"""A store that forgets when the process ends: for tests, the simulator and `chat`."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from botkit.model import (
    ActionFailed,
    ActionFinished,
    Conversation,
    Identity,
    Inbound,
    News,
    StatusChanged,
    Timer,
    TimerFired,
    dump_conversation,
    load_conversation,
)
from botkit.stores.base import (
    OPEN,
    Commit,
    Conflict,
    Corrupt,
    Dead,
    Due,
    NotOpen,
    OpenCall,
    Outgoing,
    Pending,
    Quarantined,
    Received,
    StoreError,
)
from botkit.stores.memory_broadcasts import MemoryBroadcasts
from botkit.stores.memory_inbox import Entry, is_busy
from botkit.stores.memory_marks import MemoryMarks
from botkit.stores.memory_news import Standings
from botkit.stores.memory_people import People
from botkit.stores.recent import LOOKED
from botkit.stores.settling import behind, first, settled, stays, with_status

_Lane = tuple[str, str]  # channel, contact


class MemoryStore(MemoryBroadcasts, MemoryMarks):
    """The whole contract over dicts; conversations are kept as JSON, so that what sqlite would refuse is refused here too."""

    def __init__(self) -> None:
        super().__init__()
        MemoryMarks.__init__(self)
        self._inbox: dict[int, Entry] = {}
        self._keys: set[tuple[str, str]] = set()
        self._parked: dict[int, tuple[str, StatusChanged, datetime]] = {}
        self._people = People()
        self._standings = Standings()
        self._conversations: dict[_Lane, bytes] = {}
        self._loaded: dict[_Lane, tuple[bytes, Conversation]] = {}  # those of them that were read, with what they were read from
        self._due: dict[_Lane, Timer] = {}
        self._outbox: dict[str, Outgoing] = {}
        self._calls: dict[str, OpenCall] = {}
        self._seq = 0
        self._sends = 0

    async def open(self) -> None:
        """Nothing is to be taken."""

    async def close(self) -> None:
        """Nothing is to be given free; what is kept stays until the object goes."""

    def copy(self) -> MemoryStore:
        """A store that holds the same, and goes its own way from now on."""
        other = MemoryStore()
        for name, value in vars(self).items():
            setattr(other, name, copy(value))
        other._inbox = {seq: replace(entry) for seq, entry in self._inbox.items()}
        return other

    # ---- the inbox

    async def receive(self, inbounds: Sequence[Inbound], now: datetime) -> list[Received]:
        ended: list[Inbound] = []
        received = [self._receive(inbound, now, ended) for inbound in inbounds]
        return received + [self._receive(inbound, now, ended) for inbound in ended]

    def _receive(self, inbound: Inbound, now: datetime, ended: list[Inbound]) -> Received:
        """*ended* takes what a change of numbers leads to."""
        key, event = (inbound.channel, inbound.key), inbound.event
        if key in self._keys:
            if isinstance(event, TimerFired):
                self._fired(inbound, event)
            return Received(inbound, fresh=False)
        self._keys.add(key)
        self._seq += 1
        entry = self._inbox[self._seq] = Entry(inbound, now, inbound.contact or "")
        if inbound.unreadable is not None:
            entry.state = "unreadable"
            return Received(inbound, True, self._seq, entry.contact)
        if event is None:
            if inbound.news is not None:
                self._standings.stand(inbound.news)
            return Received(inbound, True, self._seq, entry.contact)
        before = after = None
        if isinstance(event, StatusChanged):
            before = self._about(inbound.channel, event)
            if before is not None:
                after = self._outbox[before.id] = with_status(before, event, now)
                entry.contact = before.contact
            entry.contact = entry.contact or self._people.whose(inbound.channel, inbound.identity)
            self._people.learn(inbound, entry.contact)
            if not stays(event, before is not None):
                if before is None:
                    self._parked[self._seq] = (inbound.channel, event, now)
                return Received(inbound, True, self._seq, entry.contact, before=before, after=after)
        elif inbound.moved is not None:
            entry.contact, left = self._people.move(inbound)
            ended += [left] if left is not None else []
        elif not inbound.contact and inbound.identity is not None:
            inbound = self._resolve(inbound, entry)
        entry.state, entry.attempts = "open", 1
        if isinstance(event, ActionFinished | ActionFailed):
            self._calls.pop(event.call, None)
        if isinstance(event, TimerFired):
            self._fired(inbound, event)
        conversation, corrupt = self._read(inbound.channel, entry.contact)
        return Received(inbound, True, self._seq, entry.contact, conversation, corrupt, before, after)

    def _resolve(self, inbound: Inbound, entry: Entry) -> Inbound:
        """Fill in the contact of *entry*, a new one where nobody is known by the aliases."""
        people = self._people
        entry.contact = people.whose(inbound.channel, inbound.identity)
        if not entry.contact:
            entry.contact = people.formerly(inbound.channel, inbound.identity, inbound.at)
            if entry.contact:
                entry.late = True
                return people.current(inbound, entry.contact)
            entry.contact = people.new()
        people.learn(inbound, entry.contact)
        return inbound

    async def standings(self) -> list[News]:
        return self._standings.all()

    def _fired(self, inbound: Inbound, event: TimerFired) -> None:
        lane = (inbound.channel, inbound.contact or "")
        waiting = self._due.get(lane)
        if waiting is not None and waiting.id == event.timer:
            conversation, _ = self._read(*lane)
            following = behind(conversation.timers, event.timer) if conversation is not None else None
            if following is None:
                del self._due[lane]
            else:
                self._due[lane] = following

    def _about(self, channel: str, event: StatusChanged) -> Outgoing | None:
        row = self._outbox.get(event.opaque or "")
        if row is None and event.id:
            row = next((r for r in self._outbox.values() if r.wamid == event.id and r.channel == channel), None)
        return row if row is not None and row.channel == channel else None

    async def claim(self, seq: int) -> int:
        entry = self._inbox.get(seq)
        if entry is None:
            return 0
        entry.attempts += 1
        return entry.attempts

    async def unfinished(self, after: int, limit: int) -> list[Pending]:
        return [entry.pending(seq) for seq, entry in self._inbox.items() if entry.state == "open" and seq > after][:limit]

    async def bury(self, seq: int, reason: str, sends: Sequence[Outgoing], now: datetime) -> None:
        entry = self._inbox.get(seq)
        if entry is not None and entry.state == "open":
            entry.state, entry.note, entry.buried = "dead", reason, now
            self._queue(sends, now)

    async def dead(self, limit: int) -> list[Dead]:
        return [entry.dead(seq) for seq, entry in reversed(self._inbox.items()) if entry.state == "dead"][:limit]

    async def replay(self, seq: int) -> Pending | None:
        entry = self._inbox.get(seq)
        if entry is None or entry.state != "dead":
            return None
        entry.state, entry.attempts, entry.note, entry.late = "open", 0, "", False
        return entry.pending(seq)

    async def became(self, channel: str, key: str, /) -> str:
        if (channel, key) not in self._keys:
            return ""
        return next(entry.state for entry in reversed(self._inbox.values()) if (entry.inbound.channel, entry.inbound.key) == (channel, key))

    async def quarantined(self, limit: int) -> list[Quarantined]:
        return [entry.quarantined(seq) for seq, entry in reversed(self._inbox.items()) if entry.state == "unreadable"][:limit]

    # ---- conversations

    def _read(self, channel: str, contact: str) -> tuple[Conversation | None, bool]:
        """The conversation, and whether there is one that cannot be read."""
        lane = channel, contact
        kept = self._conversations.get(lane)
        if kept is None:
            return None, False
        read = self._loaded.get(lane)
        if read is None or read[0] is not kept:
            try:
                read = self._loaded[lane] = kept, load_conversation(kept)
            except ValueError:
                return None, True
        return read[1], False

    async def load(self, channel: str, contact: str) -> Conversation | None:
        conversation, corrupt = self._read(channel, contact)
        if corrupt:
            raise Corrupt(f"the conversation {channel}:{contact} is on record and cannot be read")
        return conversation

    async def identity(self, channel: str, contact: str) -> Identity | None:
        return self._people.identity(channel, contact)

    async def find(self, channel: str, alias: str) -> str | None:
        return self._people.find(channel, alias)

    async def conversations(self, after: str, limit: int) -> list[tuple[str, Conversation | None]]:
        lanes = sorted((f"{channel}:{contact}", (channel, contact)) for channel, contact in self._conversations)
        return [(key, self._read(*lane)[0]) for key, lane in lanes if key > after][:limit]

    async def commit(self, commit: Commit, now: datetime) -> None:
        kept = dump_conversation(commit.conversation)
        lane = (commit.conversation.channel, commit.conversation.contact.id)
        standing, corrupt = self._read(*lane)
        if corrupt:
            raise Corrupt(f"the conversation {lane[0]}:{lane[1]} is on record and cannot be read")
        entry = self._inbox.get(commit.seq)
        if entry is not None and entry.state != "open":
            raise NotOpen(f"event {commit.seq} is {entry.state} already")
        version = 0 if standing is None else standing.version
        if version != commit.base or (standing is None) != (commit.base == 0):
            raise Conflict(f"the conversation {lane[0]}:{lane[1]} has moved on from version {commit.base}")
        self._conversations[lane] = kept
        timer = first(commit.conversation.timers)
        if timer is None:
            self._due.pop(lane, None)
        else:
            self._due[lane] = timer
        self._queue(commit.sends, now)
        for call in commit.calls:
            self._calls.setdefault(call.id, OpenCall(call, *lane))
        if entry is not None:
            entry.state, entry.note = "done", commit.note

    # ---- the outbox

    def _queue(self, sends: Sequence[Outgoing], now: datetime) -> None:
        for send in sends:
            if send.id not in self._outbox:
                self._sends += 1
                self._outbox[send.id] = replace(send, seq=self._sends, at=send.at or now)

    async def intend(self, ids: Sequence[str], now: datetime) -> None:
        for id_ in ids:
            row = self._outbox.get(id_)
            if row is not None and row.state in OPEN:
                self._outbox[id_] = replace(row, state="trying", attempts=row.attempts + 1, at=now)

    async def settle(self, outgoing: Outgoing, now: datetime) -> Outgoing:
        row = self._outbox.get(outgoing.id)
        if row is None:
            raise StoreError(f"there is no send {outgoing.id} in the outbox")
        row = settled(row, outgoing, now)
        for seq, (channel, event, _) in sorted(self._parked.items()):
            if channel == row.channel and (event.opaque == row.id or (row.wamid is not None and event.id == row.wamid)):
                del self._parked[seq]
                row = with_status(row, event, now)
        self._outbox[row.id] = row
        return row

    async def sends(self, after: int, limit: int) -> list[Outgoing]:
        return [row for row in self._outbox.values() if row.state in OPEN and row.seq > after][:limit]

    async def send(self, key: str, /) -> Outgoing | None:
        return self._outbox.get(key)

    async def recent(self, channel: str, contact: str, limit: int) -> tuple[list[Pending], list[Outgoing]]:
        inbox = islice(reversed(self._inbox.items()), LOOKED)
        events = [e.pending(seq) for seq, e in inbox if (e.inbound.channel, e.contact) == (channel, contact)]
        sends = [r for r in islice(reversed(self._outbox.values()), LOOKED) if (r.channel, r.contact) == (channel, contact)]
        return events[:limit], sends[:limit]

    async def sent_since(self, since: datetime, limit: int | None = None) -> list[tuple[str, str, datetime]]:
        left = [(r.channel, r.contact, r.at) for r in self._outbox.values() if r.attempts and r.at is not None and r.at >= since]
        return sorted(left, key=lambda row: row[2])[:limit]

    # ---- calls and timers

    async def calls(self) -> list[OpenCall]:
        return list(self._calls.values())

    async def claim_call(self, key: str, /) -> int:
        call = self._calls.get(key)
        if call is None:
            return 0
        self._calls[key] = replace(call, attempts=call.attempts + 1)
        return call.attempts + 1

    async def due(self, now: datetime, limit: int) -> list[Due]:
        ready = [Due(*lane, timer.id, timer.due) for lane, timer in self._due.items() if timer.due <= now]
        return sorted(ready, key=lambda d: (d.due, d.channel, d.contact))[:limit]

    async def next_due(self) -> datetime | None:
        return min((timer.due for timer in self._due.values()), default=None)

    # ---- keeping

    async def forget(self, conversation: Conversation, remainder: Conversation | None) -> bool:
        lane = conversation.channel, conversation.contact.id
        standing, _ = self._read(*lane)
        if standing is None or standing.version != conversation.version or is_busy(lane, self._inbox, self._outbox, self._calls):
            return False
        self._due.pop(lane, None)
        self._take_out([seq for seq, e in self._inbox.items() if e.state == "dead" and (e.inbound.channel, e.contact) == lane])
        if remainder is not None:
            self._conversations[lane] = dump_conversation(remainder)
        else:
            del self._conversations[lane]
            self._people.forget(*lane)
        return True

    def _take_out(self, seqs: Sequence[int]) -> None:
        for seq in seqs:
            inbound = self._inbox.pop(seq).inbound
            self._keys.discard((inbound.channel, inbound.key))

    async def prune(self, now: datetime) -> int:
        month, week, day = now - timedelta(days=30), now - timedelta(days=8), now - timedelta(days=1)
        events = [seq for seq, e in self._inbox.items() if e.state in ("done", "unreadable") and e.received < month and seq < self._seq]
        sends = [
            row.id for row in self._outbox.values() if row.state not in OPEN and row.at and row.at < week and row.seq < self._sends
        ]
        self._take_out(events)
        for send in sends:
            del self._outbox[send]
        for seq in (parked := [seq for seq, (_, _, at) in self._parked.items() if at < day]):
            del self._parked[seq]
        return len(events) + len(sends) + len(parked) + self._outdated(now)
