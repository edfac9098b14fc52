"""What must be true when all is over: nothing lost, nothing twice but what had to be, all in order."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from botkit import wire
from botkit.stores.base import OPEN
from botkit.stores.sqlite import SqliteStore
from botkit.stores.sqlite_tables import at
from botkit.testing.fake360 import Asked
from botkit.testing.postbox import Posted
from tests.crash.stream import Stream

LATE = timedelta(seconds=1)  # a request may have been on its way so long before a status was told
CLOSE = timedelta(seconds=0.1)  # what two clocks may be apart


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that was in doubt twice, so that a third copy would be one too many. It may have arrived, and nobody can know."""

    id: str
    wa_id: str
    text: str
    resent: bool
    at: datetime


def _select(path: Path, query: str) -> list[Any]:
    """What a notebook would see of the store, while the bot is at work or not."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def left(path: Path) -> int:
    """How much the bot still has to do."""
    states = ", ".join(f"'{state}'" for state in OPEN)
    counts = _select(
        path,
        f"SELECT count(*) FROM inbox WHERE state = 'open' UNION ALL SELECT count(*) FROM outbox WHERE state IN ({states})"
        " UNION ALL SELECT count(*) FROM calls",
    )
    return sum(count for (count,) in counts)


def given_up(path: Path) -> list[GivenUp]:
    """Messages that the store has as unsent."""
    rows = _select(
        path,
        "SELECT id, alias, payload, resent, outbox.at FROM outbox JOIN aliases USING (channel, contact)"
        " WHERE state = 'unsent' AND kind = 'wa_id'",
    )
    return [
        GivenUp(id_, wa_id, wire.plain(payload)["text"]["body"].rstrip(), bool(resent), at(when))
        for id_, wa_id, payload, resent, when in rows
    ]


def said(
    streams: Iterable[Stream], requests: Sequence[Asked], posted: Sequence[Posted], gone: Collection[GivenUp],
    lives: Sequence[tuple[datetime, datetime]], grace: timedelta,
) -> list[str]:  # fmt: skip
    """What is wrong with what people got."""
    told = _told(posted)
    findings = [
        f"given up without need: {message.text}"
        for message in gone
        if not message.resent or told.get(message.id, message.at) < message.at - LATE
    ]
    excused = {(message.wa_id, message.text) for message in gone}
    accepted = [asked for asked in requests if asked.accepted]
    times: dict[str, list[datetime]] = {}
    got: dict[str, list[str]] = {}
    for asked in accepted:
        copies = times.setdefault(asked.body["biz_opaque_callback_data"], [])
        if not copies:
            got.setdefault(asked.body["to"], []).append(asked.body["text"]["body"].rstrip())
        copies.append(asked.at)
    for stream in streams:
        number = stream.person.wa_id or ""
        heard = got.get(number, [])
        expected = [text for text in stream.answers() if text in heard or (number, text) not in excused]
        missing, surplus = Counter(expected) - Counter(heard), Counter(heard) - Counter(expected)
        findings += [f"lost: {text}" for text in missing]
        findings += [f"doubled or wrong: {text}" for text in surplus]
        if not missing and not surplus and heard != expected:
            findings.append(f"out of order: {heard}")
    for id_, copies in times.items():
        if len(copies) > 2:
            findings.append(f"third copy: {id_}")
        for first, second in pairwise(copies):
            if max(_within(first, second, lives)) < grace - CLOSE:
                findings.append(f"resent blindly: {id_} after {(second - first).total_seconds():.2f} s")
            elif id_ in told and told[id_] < second - LATE:
                findings.append(f"resent though its status was known: {id_}")
    return findings


def _within(first: datetime, second: datetime, lives: Sequence[tuple[datetime, datetime]]) -> list[timedelta]:
    """How long between the two each process lived: a grace begins anew with a process, for nobody listened before."""
    return [min(second, end) - max(first, start) for start, end in lives]


def doubles(requests: Sequence[Asked]) -> int:
    """How many messages were accepted a second time."""
    counts = Counter(asked.body["biz_opaque_callback_data"] for asked in requests if asked.accepted)
    return sum(count - 1 for count in counts.values())


def _told(posted: Sequence[Posted]) -> dict[str, datetime]:
    """When a status of each message was first acknowledged by the bot."""
    told: dict[str, datetime] = {}
    for post in posted:
        if post.status == 200:
            for status in _statuses(wire.plain(post.body)):
                told.setdefault(status.get("biz_opaque_callback_data", ""), post.at)
    return told


def _statuses(data: Any) -> list[dict[str, Any]]:
    return [s for entry in data["entry"] for change in entry["changes"] for s in change["value"].get("statuses", ())]


async def kept(streams: Iterable[Stream], path: Path, gone: Collection[GivenUp]) -> list[str]:
    """What is wrong with what the store holds."""
    unsent = Counter(message.wa_id for message in gone)  # each is told to the bot, in a turn of its own
    store = SqliteStore(path)
    await store.open()
    try:
        findings = [f"left in the inbox: {pending.key}" for pending in await store.unfinished(0, 10)]
        findings += [f"left in the outbox: {row.id} ({row.state})" for row in await store.sends(0, 10)]
        findings += [f"dead letter: {dead.key}: {dead.reason}" for dead in await store.dead(10)]
        findings += [f"call without an answer: {left.call.id}" for left in await store.calls()]
        for stream in streams:
            number = stream.person.wa_id or ""
            contact = await store.find("main", number)
            conversation = await store.load("main", contact) if contact is not None else None
            if conversation is None:
                findings.append(f"lost: the conversation with {number}")
            elif conversation.version != (turns := stream.turns() + unsent[number]):
                findings.append(f"{'doubled' if conversation.version > turns else 'lost'}: {conversation.version} turns, not {turns}")
        return findings
    finally:
        await store.close()


def counted(streams: Sequence[Stream], tally: Path, kills: int) -> list[str]:
    """What is wrong with what actions were asked for: each call once, but for those that a kill ended."""
    keys = Counter(tally.read_text().split() if tally.exists() else ())
    calls = sum(stream.calls() for stream in streams)
    findings = [f"{len(keys)} calls were made, not {calls}"] if len(keys) != calls else []
    if sum(keys.values()) - len(keys) > len(streams) * kills:
        findings.append("calls were repeated though nobody ended them")
    return findings
