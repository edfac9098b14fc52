"""The outbox of a sqlite store: sends, the statuses that tell of them, and the calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from botkit import wire
from botkit.model import Call, StatusChanged, dump_event, load_event
from botkit.stores.base import OpenCall, Outgoing, StoreError
from botkit.stores.recent import LOOKED
from botkit.stores.settling import settled, with_status
from botkit.stores.sqlite_tables import Connection, at, moment

_ROW = (
    "SELECT id, channel, contact, payload, template, closed, origin, state, attempts, resent, refused, wamid, status, code, detail, at,"
    " seq, returned FROM outbox"
)
_MANY = 100_000  # parked keys held in memory


class Parked:
    """Which sends may have a status waiting for them, so that only those are looked for.

    Holds too much rather than too little: what was rolled back or pruned stays in it.
    """

    def __init__(self) -> None:
        self._keys: set[str] | None = set()  # wamids and outbox ids; None: too many to hold, always look

    def fill(self, connection: Connection) -> None:
        for wamid, opaque in connection.select("SELECT wamid, opaque FROM parked"):
            self.add(wamid, opaque)

    def add(self, wamid: str, opaque: str | None) -> None:
        if self._keys is not None:
            self._keys.update(key for key in (wamid, opaque) if key)
            if len(self._keys) > _MANY:
                self._keys = None

    def may_hold(self, row: Outgoing) -> bool:
        return self._keys is None or row.id in self._keys or row.wamid in self._keys


def _outgoing(row: Sequence[Any]) -> Outgoing:
    values = (*row[:9], bool(row[9]), bool(row[10]), *row[11:15], at(row[15]), *row[16:])
    return Outgoing(*values)


def insert(connection: Connection, sends: Iterable[Outgoing], now: datetime) -> None:
    """A send whose id is there already is left as it is."""
    for s in sends:
        connection.execute(
            "INSERT INTO outbox (id, channel, contact, payload, template, closed, origin, state, attempts, resent, refused, wamid, status,"
            " code, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (
                *(s.id, s.channel, s.contact, s.payload, s.template, s.closed, s.origin, s.state, s.attempts, s.resent, s.refused),
                *(s.wamid, s.status, s.code, s.detail, moment(s.at or now)),
            ),
        )


def find(connection: Connection, id_: str) -> Outgoing | None:
    row = connection.select_one(f"{_ROW} WHERE id = ?", (id_,))
    return None if row is None else _outgoing(row)


def about(connection: Connection, channel: str, event: StatusChanged) -> Outgoing | None:
    """The send that a status tells of."""
    sent = find(connection, event.opaque) if event.opaque else None
    if sent is None and event.id:
        row = connection.select_one(f"{_ROW} WHERE wamid = ? AND channel = ?", (event.id, channel))
        sent = None if row is None else _outgoing(row)
    return sent if sent is not None and sent.channel == channel else None


def update(connection: Connection, before: Outgoing, after: Outgoing) -> None:
    """Write what has changed of a send."""
    if after == before or after.at is None:
        return
    kept = after.state, after.wamid, after.at, after.attempts, after.resent, after.refused, after.returned
    if kept == (before.state, before.wamid, before.at, before.attempts, before.resent, before.refused, before.returned):
        # No index is touched: most statuses.
        connection.execute(
            "UPDATE outbox SET status = ?, code = ?, detail = ? WHERE seq = ?", (after.status, after.code, after.detail, after.seq)
        )
        return
    connection.execute(
        "UPDATE outbox SET state = ?, attempts = ?, resent = ?, refused = ?, wamid = ?, status = ?, code = ?, detail = ?, at = ?,"
        " returned = ? WHERE seq = ?",
        (
            *(after.state, after.attempts, after.resent, after.refused, after.wamid, after.status, after.code, after.detail),
            *(moment(after.at), after.returned, after.seq),
        ),
    )


def park(connection: Connection, parked: Parked, seq: int, channel: str, event: StatusChanged, now: datetime) -> None:
    """Keep a status until its send is known."""
    connection.execute(
        "INSERT INTO parked (seq, channel, wamid, opaque, received, event) VALUES (?, ?, ?, ?, ?, ?)",
        (seq, channel, event.id, event.opaque, moment(now), dump_event(event).decode()),
    )
    parked.add(event.id, event.opaque)


def intend(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    connection.executemany(
        "UPDATE outbox SET state = 'trying', attempts = attempts + 1, at = ?"
        " WHERE id = ? AND state IN ('queued', 'trying', 'doubt', 'held')",
        [(moment(now), id_) for id_ in ids],
    )


def settle(connection: Connection, parked: Parked, told: Outgoing, now: datetime) -> Outgoing:
    if told.state == "sent" and not told.status and not parked.may_hold(told):
        # Nearly always the answer comes first and only once: then there is nothing to weigh, and the row need not be read.
        rows = connection.execute(
            "UPDATE outbox SET state = 'sent', resent = max(resent, ?), wamid = coalesce(?, wamid), code = ?, detail = ?"
            " WHERE id = ? AND state = 'trying' AND status = '' AND attempts = ? AND refused = ? RETURNING resent, wamid, at, seq",
            (told.resent, told.wamid, told.code, told.detail, told.id, told.attempts, told.refused),
        ).fetchall()
        for resent, wamid, left, seq in rows:
            return replace(told, resent=bool(resent), wamid=wamid, at=at(left), seq=seq)
    before = find(connection, told.id)
    if before is None:
        raise StoreError(f"there is no send {told.id} in the outbox")
    after = settled(before, told, now)
    if parked.may_hold(after):
        found = connection.execute(
            "SELECT seq, event FROM parked WHERE channel = ? AND (opaque = ? OR wamid = ?) ORDER BY seq",
            (after.channel, after.id, after.wamid or after.id),
        ).fetchall()
        for seq, kept in found:
            event = load_event(kept)
            if isinstance(event, StatusChanged):
                after = with_status(after, event, now)
            connection.execute("DELETE FROM parked WHERE seq = ?", (seq,))
    update(connection, before, after)
    return after


def open_sends(connection: Connection, after: int, limit: int) -> list[Outgoing]:
    rows = connection.select(
        f"{_ROW} WHERE state IN ('queued', 'trying', 'doubt', 'held') AND seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [_outgoing(row) for row in rows]


def recent(connection: Connection, channel: str, contact: str, limit: int) -> list[Outgoing]:
    (newest,) = connection.select_one("SELECT coalesce(max(seq), 0) FROM outbox")
    rows = connection.select(
        f"{_ROW} WHERE seq > ? AND channel = ? AND contact = ? ORDER BY seq DESC LIMIT ?", (newest - LOOKED, channel, contact, limit)
    )
    return [_outgoing(row) for row in rows]


def sent_since(connection: Connection, since: datetime, limit: int | None) -> list[tuple[str, str, datetime]]:
    sql = "SELECT channel, contact, at FROM outbox WHERE at >= ? AND attempts > 0 ORDER BY at LIMIT ?"
    rows = connection.select(sql, (moment(since), -1 if limit is None else limit))
    return [(channel, contact, at(when)) for channel, contact, when in rows]


# ---------------------------------------------------------------- calls


def open_call(connection: Connection, channel: str, contact: str, call: Call) -> None:
    kept = {name: getattr(call, name) for name in call.__struct_fields__}
    kept["arguments"] = wire.escaped(call.arguments)
    connection.execute(
        "INSERT INTO calls (id, channel, contact, call) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (call.id, channel, contact, wire.dumps(kept).decode()),
    )


def close_call(connection: Connection, id_: str) -> None:
    connection.execute("DELETE FROM calls WHERE id = ?", (id_,))


def open_calls(connection: Connection) -> list[OpenCall]:
    rows = connection.select("SELECT call, channel, contact, attempts FROM calls ORDER BY rowid")
    return [OpenCall(Call(**wire.loads(call)), channel, contact, attempts) for call, channel, contact, attempts in rows]


def claim_call(connection: Connection, id_: str) -> int:
    rows = connection.execute("UPDATE calls SET attempts = attempts + 1 WHERE id = ? RETURNING attempts", (id_,)).fetchall()
    return rows[0][0] if rows else 0
