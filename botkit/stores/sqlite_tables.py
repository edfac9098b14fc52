"""The tables of a sqlite store: what they hold, and the connection on which sqlitedict and the queues share one transaction.

Moments are whole microseconds since 1970, UTC. Flags are 0 or 1. A state is the word of the contract.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlitedict import SqliteDict

from botkit.model import Conversation, dump_conversation, load_conversation
from botkit.stores.sqlite_file import APPLICATION_ID, SCHEMA, StoreFile

TABLES = """
CREATE TABLE inbox (
  seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, key TEXT NOT NULL, contact TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL,                     -- open, done, dead, unreadable
  attempts INTEGER NOT NULL DEFAULT 0, received INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '', buried INTEGER, raw BLOB NOT NULL,
  UNIQUE (channel, key));
CREATE INDEX inbox_open ON inbox (seq) WHERE state = 'open';
CREATE INDEX inbox_aside ON inbox (state, seq) WHERE state IN ('dead', 'unreadable');
CREATE TABLE contacts (number INTEGER PRIMARY KEY, channel TEXT NOT NULL);
CREATE TABLE aliases (
  channel TEXT NOT NULL, alias TEXT NOT NULL, kind TEXT NOT NULL, contact TEXT NOT NULL, UNIQUE (channel, alias, kind));
CREATE INDEX aliases_of ON aliases (contact);
CREATE TABLE due (key TEXT PRIMARY KEY, timer TEXT NOT NULL, due INTEGER NOT NULL);
CREATE INDEX due_first ON due (due);
CREATE TABLE outbox (
  id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, contact TEXT NOT NULL, payload BLOB, template BLOB, closed TEXT NOT NULL,
  origin TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, resent INTEGER NOT NULL, refused INTEGER NOT NULL,
  wamid TEXT, status TEXT NOT NULL, code INTEGER, detail TEXT, at INTEGER NOT NULL, seq INTEGER PRIMARY KEY);
CREATE INDEX outbox_open ON outbox (seq) WHERE state IN ('queued', 'trying', 'doubt', 'held');
CREATE INDEX outbox_wamid ON outbox (wamid) WHERE wamid IS NOT NULL;
CREATE INDEX outbox_at ON outbox (at);
CREATE TABLE parked (
  seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, wamid TEXT NOT NULL, opaque TEXT, received INTEGER NOT NULL, event TEXT NOT NULL);
CREATE INDEX parked_wamid ON parked (wamid);
CREATE INDEX parked_opaque ON parked (opaque);
CREATE TABLE calls (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL, contact TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, call TEXT NOT NULL);
"""

# What each version of the tables has more than the one before; a file of an older botkit gets it when it is opened.
LATER: dict[int, str] = {
    2: "CREATE TABLE marks (name TEXT PRIMARY KEY, told TEXT NOT NULL);\n",
    3: """
CREATE TABLE broadcasts (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL, name TEXT NOT NULL, rate REAL NOT NULL, made INTEGER NOT NULL, state TEXT NOT NULL,
  at INTEGER) WITHOUT ROWID;
CREATE TABLE invited (
  broadcast TEXT NOT NULL, row INTEGER NOT NULL, alias TEXT NOT NULL, state TEXT NOT NULL, key TEXT NOT NULL, send TEXT NOT NULL,
  wish BLOB NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (broadcast, row)) WITHOUT ROWID;
CREATE INDEX invited_state ON invited (broadcast, state, row);
CREATE INDEX invited_alias ON invited (broadcast, alias);
""",
    4: "ALTER TABLE outbox ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;\n",
    5: """
CREATE TABLE former (
  channel TEXT NOT NULL, alias TEXT NOT NULL, kind TEXT NOT NULL, contact TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (channel, alias, kind)) WITHOUT ROWID;
CREATE TABLE joined (channel TEXT NOT NULL, contact TEXT NOT NULL, main TEXT NOT NULL, PRIMARY KEY (channel, contact)) WITHOUT ROWID;
CREATE TABLE standings (
  channel TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL, language TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
  reason TEXT NOT NULL, severity TEXT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (channel, kind, about, language)) WITHOUT ROWID;
""",
    6: """
ALTER TABLE marks ADD COLUMN until INTEGER;
CREATE INDEX marks_until ON marks (until) WHERE until IS NOT NULL;
""",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def at(kept: int) -> datetime:
    return _EPOCH + timedelta(microseconds=kept)


def lane(channel: str, contact: str) -> str:
    """The key of a conversation."""
    return f"{channel}:{contact}"


def lane_parts(key: str) -> tuple[str, str]:
    """Channel and contact of a conversation's key; a contact's id holds no colon."""
    channel, _, contact = key.rpartition(":")
    return channel, contact


class Connection:
    """One sqlite connection in the shape that sqlitedict asks of its own, so that its table lives in our transactions.

    The transaction is begun and ended by the thread that owns the connection: `commit` and `close` as sqlitedict calls them do
    nothing.
    """

    autocommit = False

    def __init__(self, raw: sqlite3.Connection, path: Path) -> None:
        self.raw = raw
        self.execute = raw.execute
        self.conversations = Conversations(self, path)

    def executemany(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.raw.executemany(sql, rows)

    def select(self, sql: str, arguments: tuple[Any, ...] = ()) -> Iterator[Any]:
        return self.raw.execute(sql, arguments)

    def select_one(self, sql: str, arguments: tuple[Any, ...] = ()) -> Any:
        return self.raw.execute(sql, arguments).fetchone()

    def commit(self, blocking: bool = True) -> None:
        """The group commits."""

    def close(self, force: bool = False) -> None:
        """The thread closes."""


def _text(conversation: Conversation) -> str:
    return dump_conversation(conversation).decode()


class Conversations(SqliteDict):  # type: ignore[misc]  # sqlitedict has no types
    """`<channel>:<contact>` -> conversation. Reading one that is damaged raises ValueError."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection  # before sqlitedict's own __init__, which asks for it
        super().__init__(
            str(path), "conversations", journal_mode="WAL", encode=_text, decode=load_conversation, outer_stack=False
        )

    def _new_conn(self) -> Connection:
        return self._connection

    def __setitem__(self, key: str, conversation: Conversation) -> None:
        self._connection.execute(
            "INSERT INTO conversations (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, _text(conversation)),
        )

    def read(self, key: str) -> Conversation | None:
        """What stands under *key*; None: nothing does."""
        row = self._connection.select_one("SELECT value FROM conversations WHERE key = ?", (key,))
        return None if row is None else load_conversation(row[0])

    def put(self, key: str, text: str, base: int) -> bool:
        """Keep a conversation, already as JSON, if the one on record is still at version *base* (0: there is none); whether it was."""
        if base == 0:
            sql, row = "INSERT INTO conversations (value, key) VALUES (?, ?) ON CONFLICT DO NOTHING", (text, key)
            return self._connection.execute(sql, row).rowcount == 1
        sql = "UPDATE conversations SET value = ? WHERE key = ? AND CASE WHEN json_valid(value) THEN value ->> '$.version' END = ?"
        return self._connection.execute(sql, (text, key, base)).rowcount == 1


def connect(file: StoreFile) -> Connection:
    """A connection that promises what the store promises: a log written ahead, synced at every commit.

    Raises StoreUnusable for tables of a newer botkit, sqlite3.Error when sqlite cannot do it.
    """
    raw = sqlite3.connect(file.path, timeout=5, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        raw.execute("PRAGMA synchronous = FULL")
        (version,) = raw.execute("PRAGMA user_version").fetchone()
        file.fits(version)
        if version == 0:
            _create(raw)
        elif version < SCHEMA:
            raw.execute("BEGIN IMMEDIATE")
            _raise(raw, version)
            raw.execute("COMMIT")
        (mode,) = raw.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise sqlite3.OperationalError(f"the file stays in journal mode {mode}")
        raw.execute("PRAGMA wal_autocheckpoint = 2000")
        raw.execute("PRAGMA journal_size_limit = 67108864")
        raw.execute("PRAGMA cache_size = -32000")
        raw.execute("PRAGMA temp_store = MEMORY")
        return Connection(raw, file.path)
    except BaseException:
        raw.close()
        raise


def _create(raw: sqlite3.Connection) -> None:
    # Before the file is switched to WAL: so the application id always stands in the main file, where it can be seen without opening it.
    raw.execute("PRAGMA journal_mode = DELETE")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute('CREATE TABLE "conversations" (key TEXT PRIMARY KEY, value BLOB)')  # as sqlitedict would
    _run(raw, TABLES)
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _raise(raw, 1)
    raw.execute("COMMIT")


def _raise(raw: sqlite3.Connection, version: int) -> None:
    """Give tables of *version* what they lack."""
    for number in range(version + 1, SCHEMA + 1):
        _run(raw, LATER[number])
    raw.execute(f"PRAGMA user_version = {SCHEMA}")


def _run(raw: sqlite3.Connection, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            raw.execute(statement)
