"""The broadcasts of a sqlite store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from botkit.stores.broadcasts import SEND, TWICE, Broadcast, BroadcastState, Invited, Tally
from botkit.stores.sqlite_groups import Groups
from botkit.stores.sqlite_tables import Connection, at, moment

_AT_ONCE = 1000  # people that one transaction takes out: others wait for it

_BROADCAST = "SELECT id, channel, name, rate, made, state, at FROM broadcasts"
# The event of one of the people, and the message that it has led to.
_FATE = (
    "SELECT p.broadcast, p.row, CASE WHEN o.state IN ('sent', 'dropped', 'unsent', 'held') THEN o.state WHEN o.state IS NOT NULL THEN NULL"
    " WHEN e.state IN ('done', 'dead') THEN e.state WHEN e.state IS NULL THEN 'done' END AS fate, coalesce(o.detail, '') AS detail"
    " FROM invited p INDEXED BY invited_state JOIN broadcasts b ON b.id = p.broadcast LEFT JOIN outbox o ON o.id = p.send"
    " LEFT JOIN inbox e ON e.channel = b.channel AND e.key = p.key WHERE p.broadcast = ? AND p.state = 'begun'"
)


class SqliteBroadcasts:
    """The contract of BroadcastStore, on the tables `broadcasts` and `invited`."""

    _groups: Groups

    async def draft(self, broadcast: Broadcast) -> None:
        row = (broadcast.id, broadcast.channel, broadcast.name, broadcast.rate, moment(broadcast.made), broadcast.state)
        due = None if broadcast.at is None else moment(broadcast.at)
        sql = "INSERT INTO broadcasts (id, channel, name, rate, made, state, at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
        await self._groups.run(lambda c: c.execute(sql, (*row, due)), fresh=True)

    async def broadcast(self, which: str, /) -> Broadcast | None:
        row = await self._groups.run(lambda c: c.select_one(f"{_BROADCAST} WHERE id = ?", (which,)))
        return None if row is None else _broadcast(row)

    async def broadcasts(self, states: Sequence[BroadcastState], limit: int) -> list[Broadcast]:
        sql = f"{_BROADCAST} WHERE state IN ({', '.join('?' * len(states))}) ORDER BY made DESC, id LIMIT ?"
        rows = await self._groups.run(lambda c: c.execute(sql, (*states, limit)).fetchall())
        return [_broadcast(row) for row in rows]

    async def turn_broadcast(self, which: str, state: BroadcastState, /) -> None:
        await self._groups.run(lambda c: c.execute("UPDATE broadcasts SET state = ? WHERE id = ?", (state, which)))

    async def forget_broadcast(self, which: str, /) -> None:
        while await self._groups.run(lambda c: _forget(c, which)):
            pass  # there are more of its people

    async def invite(self, which: str, people: Sequence[Invited], /) -> None:
        await self._groups.run(lambda c: _invite(c, which, people), fresh=True)

    async def invited(self, which: str, state: str, after: int, limit: int, /) -> list[Invited]:
        sql = (
            "SELECT row, alias, state, key, send, wish, detail FROM invited WHERE broadcast = ? AND state = ? AND row > ?"
            " ORDER BY row LIMIT ?"
        )
        rows = await self._groups.run(lambda c: c.execute(sql, (which, state, after, limit)).fetchall())
        return [Invited(*row) for row in rows]

    async def mark_invited(self, which: str, rows: Mapping[int, tuple[str, str]], /) -> None:
        told = [(state, detail, which, row) for row, (state, detail) in rows.items()]
        sql = "UPDATE invited SET state = ?, detail = ? WHERE broadcast = ? AND row = ? AND state = 'send'"
        await self._groups.run(lambda c: c.executemany(sql, told))

    async def settle_invited(self, which: str, /) -> int:
        return await self._groups.run(lambda c: _settle(c, which))

    async def tally(self, which: str, statuses: bool = False, /) -> Tally:
        return await self._groups.run(lambda c: _tally(c, which, statuses))

    async def became(self, channel: str, key: str, /) -> str:
        row = await self._groups.run(lambda c: c.select_one("SELECT state FROM inbox WHERE channel = ? AND key = ?", (channel, key)))
        return "" if row is None else str(row[0])


def _broadcast(row: Sequence[object]) -> Broadcast:
    id_, channel, name, rate, made, state, due = row
    return Broadcast(id_, channel, name, rate, at(made), state, None if due is None else at(due))  # type: ignore[arg-type]  # a row of ours


def _forget(connection: Connection, id_: str) -> bool:
    """Take out a part of it; whether there is more. From the first part on it is "done": what is half there never begins to go out."""
    connection.execute("UPDATE broadcasts SET state = 'done' WHERE id = ?", (id_,))
    sql = "DELETE FROM invited WHERE broadcast = ? AND row IN (SELECT row FROM invited WHERE broadcast = ? ORDER BY row LIMIT ?)"
    more = connection.execute(sql, (id_, id_, _AT_ONCE)).rowcount == _AT_ONCE
    if not more:
        connection.execute("DELETE FROM broadcasts WHERE id = ?", (id_,))
    return more


def _invite(connection: Connection, id_: str, people: Sequence[Invited]) -> None:
    for one in people:
        state = one.state
        if state == SEND and connection.select_one(
            # Left to itself sqlite walks through the whole list.
            "SELECT 1 FROM invited INDEXED BY invited_alias WHERE broadcast = ? AND alias = ? AND state = 'send' AND row <> ?",
            (id_, one.to, one.row),
        ):
            state = TWICE
        connection.execute(
            "INSERT INTO invited (broadcast, row, alias, state, key, send, wish, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (broadcast, row) DO NOTHING",
            (id_, one.row, one.to, state, one.key, one.send, one.wish, one.detail if state == one.state else ""),
        )


def _settle(connection: Connection, id_: str) -> int:
    fates = [(fate, detail, of, row) for of, row, fate, detail in connection.execute(_FATE, (id_,)).fetchall() if fate is not None]
    connection.executemany("UPDATE invited SET state = ?, detail = ? WHERE broadcast = ? AND row = ?", fates)
    return len(fates)


def _tally(connection: Connection, id_: str, statuses: bool) -> Tally:
    states = dict(connection.execute("SELECT state, count(*) FROM invited WHERE broadcast = ? GROUP BY state", (id_,)).fetchall())
    details: dict[str, int] = {}
    if connection.select_one("SELECT 1 FROM broadcasts WHERE id = ? AND state = 'draft'", (id_,)):
        sql = "SELECT detail, count(*) FROM invited WHERE broadcast = ? AND state = 'send' GROUP BY detail"
        details = dict(connection.execute(sql, (id_,)).fetchall())
    if not statuses:
        return Tally(states, details)
    sql = (
        "SELECT o.status, count(*) FROM invited p JOIN outbox o ON o.id = p.send WHERE p.broadcast = ? AND p.state = 'sent'"
        " GROUP BY o.status"
    )
    told = dict(connection.execute(sql, (id_,)).fetchall())
    read = told.get("read", 0) + told.get("played", 0)
    return Tally(states, details, told.get("failed", 0), told.get("delivered", 0) + read, read)
