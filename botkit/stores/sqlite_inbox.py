"""The inbox of a sqlite store: what came in, whose it is, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botkit.model import (
    STANDING,
    ActionFailed,
    ActionFinished,
    Conversation,
    Inbound,
    News,
    StatusChanged,
    TimerFired,
)
from botkit.stores import sqlite_outbox as outbox
from botkit.stores import sqlite_people as people
from botkit.stores.base import Dead, Outgoing, Pending, Quarantined, Received
from botkit.stores.recent import LOOKED
from botkit.stores.settling import behind, stays, with_status
from botkit.stores.sqlite_outbox import Parked
from botkit.stores.sqlite_tables import Connection, at, lane, lane_parts, moment

LATE = "by an earlier alias"  # the note of a message that came by a number which is no longer its contact's


def receive(connection: Connection, parked: Parked, inbounds: Sequence[Inbound], now: datetime) -> list[Received]:
    ended: list[Inbound] = []
    received = [_receive(connection, parked, inbound, now, ended) for inbound in inbounds]
    return received + [_receive(connection, parked, inbound, now, ended) for inbound in ended] if ended else received


def _receive(connection: Connection, parked: Parked, inbound: Inbound, now: datetime, ended: list[Inbound]) -> Received:
    """*ended* takes what a change of numbers leads to."""
    event = inbound.event
    if inbound.unreadable is not None or event is None:
        state = "done" if inbound.unreadable is None else "unreadable"
        seq = _write(connection, inbound, inbound.contact or "", state, now, inbound.unreadable or "")
        if inbound.news is not None and seq is not None:
            _stand(connection, inbound.news)
        return Received(inbound, seq is not None, seq or 0, inbound.contact or "")
    if isinstance(event, StatusChanged):
        return _receive_status(connection, parked, inbound, event, now)
    known = people.known(connection, inbound.channel, inbound.identity)
    contact = inbound.contact or people.whose(known)
    late = "" if contact or inbound.moved is not None else people.formerly(connection, inbound.channel, inbound.identity, inbound.at)
    contact = contact or late
    seq = _write(connection, inbound, contact, "open", now, LATE if late else "")
    if seq is None:
        if isinstance(event, TimerFired):
            _fired(connection, inbound.channel, contact, event)
        return Received(inbound, fresh=False)
    if inbound.moved is not None:
        contact, left = people.move(connection, inbound)
        connection.execute("UPDATE inbox SET contact = ? WHERE seq = ?", (contact, seq))
        if left is not None:
            ended.append(left)
    elif late:
        inbound = people.current(connection, inbound, contact)
    else:
        if inbound.identity is not None and not contact:
            contact = people.new(connection, inbound.channel)
            connection.execute("UPDATE inbox SET contact = ? WHERE seq = ?", (contact, seq))
        people.learn(connection, inbound, contact, known)
    if isinstance(event, ActionFinished | ActionFailed):
        outbox.close_call(connection, event.call)
    if isinstance(event, TimerFired):
        _fired(connection, inbound.channel, contact, event)
    conversation, corrupt = read(connection, inbound.channel, contact)
    return Received(inbound, True, seq, contact, conversation, corrupt)


def _receive_status(connection: Connection, parked: Parked, inbound: Inbound, event: StatusChanged, now: datetime) -> Received:
    before = outbox.about(connection, inbound.channel, event)
    known = people.known(connection, inbound.channel, inbound.identity)
    contact = before.contact if before is not None else inbound.contact or people.whose(known)
    work = stays(event, before is not None)
    seq = _write(connection, inbound, contact, "open" if work else "done", now)
    if seq is None:
        return Received(inbound, fresh=False)
    people.learn(connection, inbound, contact, known)
    after: Outgoing | None = None
    if before is not None:
        after = with_status(before, event, now)
        outbox.update(connection, before, after)
    elif not work:
        outbox.park(connection, parked, seq, inbound.channel, event, now)
    conversation, corrupt = read(connection, inbound.channel, contact) if work else (None, False)
    return Received(inbound, True, seq, contact, conversation, corrupt, before, after)


def _write(connection: Connection, inbound: Inbound, contact: str, state: str, now: datetime, note: str = "") -> int | None:
    """The seq of a new row; None: the event is there already."""
    written = connection.execute(
        "INSERT INTO inbox (channel, key, contact, kind, state, attempts, received, note, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (channel, key) DO NOTHING",
        (inbound.channel, inbound.key, contact, inbound.kind, state, state == "open", moment(now), note, inbound.raw),
    )
    return written.lastrowid if written.rowcount == 1 else None


# ---------------------------------------------------------------- conversations and timers


def read(connection: Connection, channel: str, contact: str) -> tuple[Conversation | None, bool]:
    """The conversation, and whether there is one that cannot be read."""
    try:
        return connection.conversations.read(lane(channel, contact)), False
    except ValueError:
        return None, True
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" in str(error):  # so the module says that a text is none
            return None, True
        raise


def page(connection: Connection, after: str, limit: int) -> list[tuple[str, Conversation | None]]:
    keys = list(connection.select("SELECT key FROM conversations WHERE key > ? ORDER BY key LIMIT ?", (after, limit)))
    return [(key, read(connection, *lane_parts(key))[0]) for (key,) in keys]


def _fired(connection: Connection, channel: str, contact: str, event: TimerFired) -> None:
    """Take a timer out of `due`; the conversation's next one takes its place."""
    key = lane(channel, contact)
    if connection.select_one("SELECT 1 FROM due WHERE key = ? AND timer = ?", (key, event.timer)) is None:
        return
    conversation, _ = read(connection, channel, contact)
    following = behind(conversation.timers, event.timer) if conversation is not None else None
    if following is None:
        connection.execute("DELETE FROM due WHERE key = ?", (key,))
    else:
        connection.execute("UPDATE due SET timer = ?, due = ? WHERE key = ?", (following.id, moment(following.due), key))


# ---------------------------------------------------------------- what became of an event


# ---------------------------------------------------------------- news


def _stand(connection: Connection, news: News) -> None:
    """Keep *news* as the last word on what it is about, unless a later one is there."""
    if news.kind in STANDING:
        connection.execute(
            "INSERT INTO standings (channel, kind, about, language, at, state, reason, severity, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, kind, about, language) DO UPDATE SET at = excluded.at, state = excluded.state,"
            " reason = excluded.reason, severity = excluded.severity, told = excluded.told WHERE excluded.at >= at",
            (news.channel, news.kind, news.about, news.language, moment(news.at), news.state, news.reason, news.severity, news.told),
        )


def standings(connection: Connection) -> list[News]:
    rows: Any = connection.select(
        "SELECT channel, kind, at, state, about, language, reason, severity, told FROM standings ORDER BY channel, kind, about, language"
    )
    return [News(channel, kind, at(when), *rest) for channel, kind, when, *rest in rows]


def claim(connection: Connection, seq: int) -> int:
    rows = connection.execute("UPDATE inbox SET attempts = attempts + 1 WHERE seq = ? RETURNING attempts", (seq,)).fetchall()
    return rows[0][0] if rows else 0


def unfinished(connection: Connection, after: int, limit: int) -> list[Pending]:
    rows = connection.select(f"{_PENDING} WHERE state = 'open' AND seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [_pending(row) for row in rows]


def recent(connection: Connection, channel: str, contact: str, limit: int) -> list[Pending]:
    (newest,) = connection.select_one("SELECT coalesce(max(seq), 0) FROM inbox")
    rows = connection.select(
        f"{_PENDING} WHERE seq > ? AND channel = ? AND contact = ? ORDER BY seq DESC LIMIT ?", (newest - LOOKED, channel, contact, limit)
    )
    return [_pending(row) for row in rows]


_PENDING = "SELECT seq, channel, contact, key, kind, raw, attempts, note FROM inbox"


def _pending(row: Sequence[Any]) -> Pending:
    seq, channel, contact, key, kind, raw, attempts, note = row
    return Pending(seq, channel, contact, key, kind, raw, attempts, note == LATE)


def bury(connection: Connection, seq: int, reason: str, sends: Sequence[Outgoing], now: datetime) -> None:
    buried = connection.execute(
        "UPDATE inbox SET state = 'dead', note = ?, buried = ? WHERE seq = ? AND state = 'open'", (reason, moment(now), seq)
    )
    if buried.rowcount == 1:
        outbox.insert(connection, sends, now)


def dead(connection: Connection, limit: int) -> list[Dead]:
    rows: Any = connection.select(
        "SELECT seq, channel, contact, key, note, buried, raw FROM inbox WHERE state = 'dead' ORDER BY seq DESC LIMIT ?", (limit,)
    )
    return [Dead(seq, channel, contact, key, note, at(buried), raw) for seq, channel, contact, key, note, buried, raw in rows]


def replay(connection: Connection, seq: int) -> Pending | None:
    opened = connection.execute("UPDATE inbox SET state = 'open', attempts = 0, note = '' WHERE seq = ? AND state = 'dead'", (seq,))
    if opened.rowcount != 1:
        return None
    return _pending(connection.select_one(f"{_PENDING} WHERE seq = ?", (seq,)))


def quarantined(connection: Connection, limit: int) -> list[Quarantined]:
    rows: Any = connection.select(
        "SELECT seq, channel, note, received, raw FROM inbox WHERE state = 'unreadable' ORDER BY seq DESC LIMIT ?", (limit,)
    )
    return [Quarantined(seq, channel, note, at(received), raw) for seq, channel, note, received, raw in rows]
