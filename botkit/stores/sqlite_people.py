"""The contacts of a sqlite store: which aliases lead to whom, which did before, and two that turned out to be one."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from botkit.model import Conversation, Identity, Inbound, StatusChanged
from botkit.stores.settling import left_behind
from botkit.stores.sqlite_tables import Connection, lane, moment

Known = dict[str, str]  # kind of alias -> contact


def aliases(identity: Identity | None) -> list[tuple[str, str]]:
    """Kind and alias, the BSUID first."""
    if identity is None:
        return []
    return [(kind, alias) for kind, alias in (("bsuid", identity.bsuid), ("wa_id", identity.wa_id)) if alias is not None]


def known(connection: Connection, channel: str, identity: Identity | None) -> Known:
    """Those of *identity* that lead to a contact."""
    found: Known = {}
    for kind, alias in aliases(identity):  # nearly always one of the two: asked for alone it takes half
        row = connection.select_one("SELECT contact FROM aliases WHERE channel = ? AND alias = ? AND kind = ?", (channel, alias, kind))
        if row is not None:
            found[kind] = row[0]
    return found


def whose(found: Known) -> str:
    """The contact that the aliases lead to, the BSUID first; "" when they lead to none."""
    return found.get("bsuid") or found.get("wa_id") or ""


def formerly(connection: Connection, channel: str, identity: Identity | None, at: datetime) -> str:
    """The contact that an alias of *identity* led to at the time *at*, though it does no more; "": none."""
    for kind, alias in aliases(identity):
        row = connection.select_one(
            "SELECT contact FROM former WHERE channel = ? AND alias = ? AND kind = ? AND at >= ?", (channel, alias, kind, moment(at))
        )
        if row is not None:
            contact: str = row[0]
            return contact
    return ""


def new(connection: Connection, channel: str) -> str:
    row = connection.execute("INSERT INTO contacts (channel) VALUES (?)", (channel,))
    return f"c{row.lastrowid}"


def learn(connection: Connection, inbound: Inbound, contact: str, found: Known) -> None:
    """Add the aliases of *inbound* that are new to its contact; one that it has left behind is not taken up by what was on its way."""
    if not contact:
        return
    for kind, alias in aliases(inbound.identity):
        if kind not in found and not _left(connection, inbound, contact, kind, alias):
            row = connection.select_one("SELECT main FROM joined WHERE channel = ? AND contact = ?", (inbound.channel, contact))
            _add(connection, inbound.channel, kind, alias, row[0] if row is not None else contact)


def _left(connection: Connection, inbound: Inbound, contact: str, kind: str, alias: str) -> bool:
    row = connection.select_one(
        "SELECT at FROM former WHERE channel = ? AND alias = ? AND kind = ? AND contact = ?", (inbound.channel, alias, kind, contact)
    )
    return row is not None and (isinstance(inbound.event, StatusChanged) or bool(row[0] >= moment(inbound.at)))


def _add(connection: Connection, channel: str, kind: str, alias: str, contact: str) -> None:
    """The newest alias of its kind is the one to write to."""
    connection.execute("DELETE FROM aliases WHERE channel = ? AND alias = ? AND kind = ?", (channel, alias, kind))
    connection.execute("INSERT INTO aliases (channel, alias, kind, contact) VALUES (?, ?, ?, ?)", (channel, alias, kind, contact))


def current(connection: Connection, inbound: Inbound, contact: str) -> Inbound:
    """*inbound*, which came by an alias of earlier, as if it came by the one of now."""
    now = identity(connection, inbound.channel, contact)
    profile = inbound.identity.profile if inbound.identity is not None else None
    return replace(inbound, identity=replace(now, profile=profile) if now is not None else None)


def move(connection: Connection, inbound: Inbound) -> tuple[str, Inbound | None]:
    """The contact of *inbound*, which has *moved*, is known by its new aliases from now on. Where they lead to another contact already, for
    it wrote before we heard of the change, the two are one: the earlier goes on, and the event that ends the other is returned."""
    channel, after = inbound.channel, inbound.moved
    before = known(connection, channel, inbound.identity)
    contact = whose(before) or formerly(connection, channel, inbound.identity, inbound.at)
    there = known(connection, channel, after)
    newer = formerly(connection, channel, after, inbound.at)  # what it is changed into is over by now, too
    other = whose(there) or newer
    contact = contact or other or new(connection, channel)
    changed = {kind for kind, _ in aliases(after)}
    for kind, alias in aliases(inbound.identity):
        if kind in changed:
            sql = "DELETE FROM aliases WHERE channel = ? AND alias = ? AND kind = ? AND contact = ?"
            connection.execute(sql, (channel, alias, kind, contact))
            connection.execute(
                "INSERT INTO former (channel, alias, kind, contact, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, alias, kind)"
                " DO UPDATE SET contact = excluded.contact, at = max(at, excluded.at)",
                (channel, alias, kind, contact, moment(inbound.at)),
            )
        elif kind not in before:
            _add(connection, channel, kind, alias, contact)
    left: Inbound | None = None
    if other and other != contact:
        connection.execute("UPDATE aliases SET contact = ? WHERE channel = ? AND contact = ?", (contact, channel, other))
        connection.execute("UPDATE former SET contact = ? WHERE channel = ? AND contact = ?", (contact, channel, other))
        connection.execute("UPDATE joined SET main = ? WHERE channel = ? AND main = ?", (contact, channel, other))
        connection.execute("INSERT INTO joined (channel, contact, main) VALUES (?, ?, ?)", (channel, other, contact))
        left = left_behind(inbound, other, contact)
    if not newer:
        for kind, alias in aliases(after):
            _add(connection, channel, kind, alias, contact)
    return contact, left


def identity(connection: Connection, channel: str, contact: str) -> Identity | None:
    sql = "SELECT kind, alias FROM aliases WHERE contact = ? AND channel = ? ORDER BY rowid"
    found = dict(connection.select(sql, (contact, channel)))
    if not found:
        row = connection.select_one("SELECT main FROM joined WHERE channel = ? AND contact = ?", (channel, contact))
        found = dict(connection.select(sql, (row[0], channel))) if row is not None else {}
    return Identity(found.get("wa_id"), found.get("bsuid")) if found else None


def find(connection: Connection, channel: str, alias: str) -> str | None:
    row = connection.select_one("SELECT contact FROM aliases WHERE channel = ? AND alias = ? ORDER BY kind", (channel, alias))
    if row is None:
        row = connection.select_one("SELECT contact FROM former WHERE channel = ? AND alias = ? ORDER BY kind", (channel, alias))
    return None if row is None else row[0]


__all__ = ["current", "find", "formerly", "identity", "known", "learn", "move", "new", "whose"]


def forget(connection: Connection, conversation: Conversation, remainder: str | None) -> bool:
    whose = conversation.channel, conversation.contact.id
    key = lane(*whose)
    standing = connection.conversations.read(key)
    if standing is None or standing.version != conversation.version or _busy(connection, whose):
        return False
    connection.execute("DELETE FROM due WHERE key = ?", (key,))
    connection.execute(_LETTERS, whose)
    if remainder is not None:
        return connection.conversations.put(key, remainder, conversation.version)
    connection.execute("DELETE FROM conversations WHERE key = ?", (key,))
    connection.execute("DELETE FROM aliases WHERE channel = ? AND contact = ?", whose)
    connection.execute("DELETE FROM former WHERE channel = ? AND contact = ?", whose)
    connection.execute("DELETE FROM joined WHERE channel = ? AND ? IN (contact, main)", whose)
    return True


# The newest event stays, so that no seq is given twice.
_LETTERS = "DELETE FROM inbox WHERE state = 'dead' AND channel = ? AND contact = ? AND seq < (SELECT max(seq) FROM inbox)"
_UNDER_WAY = (
    "SELECT 1 FROM inbox WHERE state = 'open' AND channel = ? AND contact = ? LIMIT 1",
    "SELECT 1 FROM outbox WHERE state IN ('queued', 'trying', 'doubt', 'held') AND channel = ? AND contact = ? LIMIT 1",
    "SELECT 1 FROM calls WHERE channel = ? AND contact = ? LIMIT 1",
)


def _busy(connection: Connection, whose: tuple[str, str]) -> bool:
    """Whether something of a contact is under way."""
    return any(connection.select_one(asked, whose) is not None for asked in _UNDER_WAY)
