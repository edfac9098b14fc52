"""People of whom nothing was heard for long are forgotten, with their answers and their files, as botkit.yaml says by `retention`."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from botkit.messages.files import INSIDE
from botkit.model import Contact, Conversation
from botkit.ports import Ports
from botkit.steps import Handoff
from botkit.stores.base import Corrupt, Store

log = logging.getLogger("botkit.retention")

_PAGE = 100  # conversations that are looked at together
_SENDS = 1000  # sends that are read together: others wait for the store meanwhile


class Retention:
    """*span*: after so many seconds of silence, None: never. *root* is the bot's folder; None: there are no files.

    Whoever waits for something stays until it has come: a timer, a date, an answer that is on its way, people who have the conversation;
    and whoever was written to in the last days. Of who opted out that alone stays, with the number: else they would be written to again.
    """

    def __init__(self, store: Store, ports: Ports, span: Callable[[], int | None], root: Path | None = None) -> None:
        self._store = store
        self._ports = ports
        self._span = span
        self._root = root

    async def tidy(self) -> int:
        """How many people were forgotten. Raises StoreError."""
        span = self._span()
        if span is None:
            return 0
        since = self._ports.now() - timedelta(seconds=span)
        silent = await self._silent(since)
        gone, after, waiting = 0, since, list(silent)
        for n in range(0, len(waiting), _PAGE):
            after = await self._spoken_to(silent, after)
            for whose in waiting[n : n + _PAGE]:
                gone += whose in silent and await self._forget(*whose, since)
        if self._root is not None:
            await asyncio.to_thread(_sweep, self._root / INSIDE, since.date())
        return gone

    async def _silent(self, since: datetime) -> dict[tuple[str, str], None]:
        """Channel and contact of those of whom nothing was heard since then."""
        found: dict[tuple[str, str], None] = {}
        after = ""
        while page := await self._store.conversations(after, _PAGE):
            after = page[-1][0]
            found |= {(one.channel, one.contact.id): None for _, one in page if one is not None and is_silent(one, since)}
        return found

    async def _spoken_to(self, silent: dict[tuple[str, str], None], after: datetime) -> datetime:
        """Take those out of *silent* to whom something was sent after then; the moment to go on from."""
        while page := await self._store.sent_since(after, _SENDS):
            for channel, contact, _ in page:
                silent.pop((channel, contact), None)
            last = page[-1][2]
            after = last if last > after else last + timedelta(microseconds=1)
            if len(page) < _SENDS:
                break
        return after

    async def _forget(self, channel: str, contact: str, since: datetime) -> bool:
        try:
            conversation = await self._store.load(channel, contact)
        except Corrupt:
            return False
        if conversation is None or not is_silent(conversation, since):
            return False
        return await self._store.forget(conversation, remainder(conversation))


def is_silent(conversation: Conversation, since: datetime) -> bool:
    """Whether nothing was heard since then, nothing is awaited, and there is more than what always stays."""
    last = conversation.last_inbound
    entered = (frame.entered for frame in conversation.frames if frame.entered is not None)
    heard = max([moment for moment in (last, conversation.came, *entered) if moment is not None], default=None)
    if heard is None or heard >= since or conversation.timers or conversation.later or conversation.held or conversation.unclear:
        return False
    if any(frame.call is not None or frame.fingerprint.startswith(f"{Handoff.word} ") for frame in conversation.frames):
        return False
    return remainder(conversation) != conversation


def remainder(conversation: Conversation) -> Conversation | None:
    """What stays of it; None: nothing."""
    contact = conversation.contact
    if contact.attributes.get("opted_out") is not True or conversation.became:  # who is another contact now is remembered as that one
        return None
    kept = Contact(contact.id, contact.wa_id, contact.bsuid, attributes={"opted_out": True}, consent=contact.consent)
    bare = Conversation(conversation.channel, kept, version=conversation.version, last_inbound=conversation.last_inbound)
    return bare if bare == conversation else replace(bare, version=conversation.version + 1)


def _sweep(folder: Path, since: date) -> None:
    """Take out the files that contacts sent on days before *since*; each day has a folder of its own."""
    for day in folder.glob("????-??-??") if folder.is_dir() else ():
        try:
            old = date.fromisoformat(day.name) < since
        except ValueError:
            continue
        if old:
            shutil.rmtree(day, ignore_errors=True)
            log.info("the files of %s were taken out", day.name)
