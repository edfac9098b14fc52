"""The store of one process: a sqlite file that loses nothing it has acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from botkit.model import Conversation, Identity, Inbound, News, dump_conversation
from botkit.stores import sqlite_inbox as inbox
from botkit.stores import sqlite_outbox as outbox
from botkit.stores import sqlite_people as people
from botkit.stores.base import (
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
)
from botkit.stores.settling import first
from botkit.stores.sqlite_broadcasts import SqliteBroadcasts
from botkit.stores.sqlite_file import StoreFile
from botkit.stores.sqlite_groups import Groups
from botkit.stores.sqlite_tables import Connection, at, lane, lane_parts, moment

_AT_ONCE = 1000  # rows of a table that one transaction of `prune` takes: others wait for it


class SqliteStore(SqliteBroadcasts):
    """Keeps everything in the file *path*, for one process at a time; others may read the conversations meanwhile:

    `SqliteDict(path, tablename="conversations", flag="r", journal_mode="WAL", decode=json.loads)`.
    """

    def __init__(self, path: Path) -> None:
        self._groups = Groups(StoreFile(path))
        self._parked = outbox.Parked()

    async def open(self) -> None:
        await self._groups.open()
        await self._groups.run(self._parked.fill)

    async def close(self) -> None:
        await self._groups.close()

    # ---- the inbox

    async def receive(self, inbounds: Sequence[Inbound], now: datetime) -> list[Received]:
        return await self._groups.run(lambda c: inbox.receive(c, self._parked, inbounds, now), fresh=True)

    async def claim(self, seq: int) -> int:
        return await self._groups.run(lambda c: inbox.claim(c, seq))

    async def unfinished(self, after: int, limit: int) -> list[Pending]:
        return await self._groups.run(lambda c: inbox.unfinished(c, after, limit))

    async def bury(self, seq: int, reason: str, sends: Sequence[Outgoing], now: datetime) -> None:
        await self._groups.run(lambda c: inbox.bury(c, seq, reason, sends, now))

    async def dead(self, limit: int) -> list[Dead]:
        return await self._groups.run(lambda c: inbox.dead(c, limit))

    async def replay(self, seq: int) -> Pending | None:
        return await self._groups.run(lambda c: inbox.replay(c, seq))

    async def quarantined(self, limit: int) -> list[Quarantined]:
        return await self._groups.run(lambda c: inbox.quarantined(c, limit))

    # ---- conversations

    async def load(self, channel: str, contact: str) -> Conversation | None:
        conversation, corrupt = await self._groups.run(lambda c: inbox.read(c, channel, contact))
        if corrupt:
            raise _corrupt(lane(channel, contact))
        return conversation

    async def identity(self, channel: str, contact: str) -> Identity | None:
        return await self._groups.run(lambda c: people.identity(c, channel, contact))

    async def find(self, channel: str, alias: str) -> str | None:
        return await self._groups.run(lambda c: people.find(c, channel, alias))

    async def conversations(self, after: str, limit: int) -> list[tuple[str, Conversation | None]]:
        return await self._groups.run(lambda c: inbox.page(c, after, limit))

    async def commit(self, commit: Commit, now: datetime) -> None:
        text = dump_conversation(commit.conversation).decode()  # here, so that what cannot be kept never reaches a group
        await self._groups.run(lambda c: _commit(c, commit, text, now))

    async def forget(self, conversation: Conversation, remainder: Conversation | None) -> bool:
        text = None if remainder is None else dump_conversation(remainder).decode()
        return await self._groups.run(lambda c: people.forget(c, conversation, text))

    # ---- the outbox

    async def intend(self, ids: Sequence[str], now: datetime) -> None:
        await self._groups.run(lambda c: outbox.intend(c, ids, now))

    async def settle(self, outgoing: Outgoing, now: datetime) -> Outgoing:
        return await self._groups.run(lambda c: outbox.settle(c, self._parked, outgoing, now))

    async def sends(self, after: int, limit: int) -> list[Outgoing]:
        return await self._groups.run(lambda c: outbox.open_sends(c, after, limit))

    async def send(self, key: str, /) -> Outgoing | None:
        return await self._groups.run(lambda c: outbox.find(c, key))

    async def recent(self, channel: str, contact: str, limit: int) -> tuple[list[Pending], list[Outgoing]]:
        return await self._groups.run(lambda c: (inbox.recent(c, channel, contact, limit), outbox.recent(c, channel, contact, limit)))

    async def sent_since(self, since: datetime, limit: int | None = None) -> list[tuple[str, str, datetime]]:
        return await self._groups.run(lambda c: outbox.sent_since(c, since, limit))

    # ---- calls and timers

    async def calls(self) -> list[OpenCall]:
        return await self._groups.run(outbox.open_calls)

    async def claim_call(self, key: str, /) -> int:
        return await self._groups.run(lambda c: outbox.claim_call(c, key))

    async def due(self, now: datetime, limit: int) -> list[Due]:
        return await self._groups.run(lambda c: _due(c, now, limit))

    async def next_due(self) -> datetime | None:
        (soonest,) = await self._groups.run(lambda c: c.select_one("SELECT min(due) FROM due"))
        return None if soonest is None else at(soonest)

    # ---- keeping

    async def standings(self) -> list[News]:
        return await self._groups.run(inbox.standings)

    async def marked(self, name: str) -> str:
        row = await self._groups.run(lambda c: c.select_one("SELECT told FROM marks WHERE name = ?", (name,)))
        return "" if row is None else row[0]

    async def marks(self, beginning: str) -> dict[str, str]:
        sql, between = "SELECT name, told FROM marks WHERE name >= ? AND name < ?", (beginning, f"{beginning}\U0010ffff")
        return dict(await self._groups.run(lambda c: list(c.select(sql, between))))

    async def mark(self, name: str, told: str, until: datetime | None = None) -> None:
        if not told:
            await self._groups.run(lambda c: c.execute("DELETE FROM marks WHERE name = ?", (name,)))
            return
        sql = (
            "INSERT INTO marks (name, told, until) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET told = excluded.told, until = excluded.until"
        )
        await self._groups.run(lambda c: c.execute(sql, (name, told, None if until is None else moment(until))))

    async def prune(self, now: datetime) -> int:
        gone = 0
        while count := await self._groups.run(lambda c: _prune(c, now)):
            gone += count
        return gone


def _corrupt(key: str) -> Corrupt:
    return Corrupt(f"the conversation {key} is on record and cannot be read")


def _commit(connection: Connection, commit: Commit, text: str, now: datetime) -> None:
    conversation = commit.conversation
    channel, contact = conversation.channel, conversation.contact.id
    key = lane(channel, contact)
    done = connection.execute("UPDATE inbox SET state = 'done', note = ? WHERE seq = ? AND state = 'open'", (commit.note, commit.seq))
    ended = None if done.rowcount else connection.select_one("SELECT state FROM inbox WHERE seq = ?", (commit.seq,))
    if ended is not None or not connection.conversations.put(key, text, commit.base):
        _, corrupt = inbox.read(connection, channel, contact)
        if corrupt:
            raise _corrupt(key)
        if ended is not None:
            raise NotOpen(f"event {commit.seq} is {ended[0]} already")
        raise Conflict(f"the conversation {key} has moved on from version {commit.base}")
    if commit.rescheduled:
        _schedule(connection, key, conversation)
    outbox.insert(connection, commit.sends, now)
    for call in commit.calls:
        outbox.open_call(connection, channel, contact, call)


def _schedule(connection: Connection, key: str, conversation: Conversation) -> None:
    """Write down the first timer of a conversation, if it is another one than before."""
    kept = connection.select_one("SELECT timer, due FROM due WHERE key = ?", (key,))
    timer = first(conversation.timers)
    wanted = None if timer is None else (timer.id, moment(timer.due))
    if wanted == kept:
        return
    if wanted is None:
        connection.execute("DELETE FROM due WHERE key = ?", (key,))
    else:
        connection.execute(
            "INSERT INTO due (timer, due, key) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET timer = excluded.timer, due = excluded.due",
            (*wanted, key),
        )


def _due(connection: Connection, now: datetime, limit: int) -> list[Due]:
    rows = connection.select("SELECT key, timer, due FROM due WHERE due <= ? ORDER BY due, key LIMIT ?", (moment(now), limit))
    return [Due(*lane_parts(key), timer, at(due)) for key, timer, due in rows]


def _prune(connection: Connection, now: datetime) -> int:
    month, week, day = (moment(now - timedelta(days=days)) for days in (30, 8, 1))
    # Rows come in order of time, so the first young one ends the search; the newest stays, so that no seq is given twice.
    (young,) = connection.select_one("SELECT seq FROM inbox WHERE received >= ? ORDER BY seq LIMIT 1", (month,)) or (None,)
    (newest,) = connection.select_one("SELECT max(seq) FROM inbox")
    events = connection.execute(
        "DELETE FROM inbox WHERE seq IN"
        " (SELECT seq FROM inbox WHERE seq < ? AND state IN ('done', 'unreadable') ORDER BY seq LIMIT ?)",
        (young or newest or 0, _AT_ONCE),
    )
    sends = connection.execute(
        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE at < ? AND state IN ('sent', 'dropped', 'unsent')"
        " AND seq < (SELECT max(seq) FROM outbox) ORDER BY at LIMIT ?)",
        (week, _AT_ONCE),
    )
    parked = connection.execute("DELETE FROM parked WHERE received < ?", (day,))
    marks = connection.execute("DELETE FROM marks WHERE until < ?", (moment(now),))
    return events.rowcount + sends.rowcount + parked.rowcount + marks.rowcount
