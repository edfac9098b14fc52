"""What is written down of a send, however long the store cannot: what became of a message must not be forgotten."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from botkit.model import Conversation, Identity, Inbound, StatusChanged, dump_event
from botkit.ports import Ports
from botkit.providers.base import Outcome
from botkit.sender import rows
from botkit.stores.base import Corrupt, Outgoing, Store, StoreError, StoreUnavailable, StoreUnusable

T = TypeVar("T")

log = logging.getLogger("botkit.sender")

_LONGEST = 30.0  # seconds between two tries to reach the store


class Ledger:
    """Asks the store, again and again with growing pauses while it is unavailable. *receive* is the door of the inbox."""

    def __init__(self, store: Store, ports: Ports, receive: Callable[[Sequence[Inbound]], Awaitable[object]]) -> None:
        self._store = store
        self._ports = ports
        self._receive = receive

    async def identity(self, row: Outgoing) -> Identity | None:
        return await self._insist(lambda: self._store.identity(row.channel, row.contact))

    async def conversation(self, row: Outgoing, main: str = "") -> Conversation | None:
        """None: there is none that can be read, so nobody knows that the window is open. Of a contact that turned out to be another one
        (*main*, where its own conversation does not say so yet) it is that one's, with the opt-out and the window of both."""
        try:
            found = await self._load(row.channel, row.contact)
            main = main or (found.became if found is not None else "")
            while found is not None and main and main != row.contact:
                other = await self._load(row.channel, main)
                if other is None:
                    break
                found, main = _both(found, other), other.became
            return found
        except Corrupt:
            return None

    async def _load(self, channel: str, contact: str) -> Conversation | None:
        return await self._insist(lambda: self._store.load(channel, contact))

    async def intend(self, row: Outgoing) -> Outgoing:
        """Write down that a request is about to leave."""
        now = self._ports.now()
        await self._insist(lambda: self._store.intend([row.id], now))
        return rows.trying(row, now)

    async def settle(self, row: Outgoing) -> Outgoing:
        """Write down what became of a send; the row as it then is, with what a status said of it."""
        try:
            return await self._insist(lambda: self._store.settle(row, self._ports.now()))
        except StoreError as error:  # it was taken out of the outbox: nothing is to be done for it
            log.warning("channel %s: %s", row.channel, error)
            return replace(row, state="dropped")

    async def unsent(self, row: Outgoing, outcome: Outcome) -> None:
        """It can never leave. The event that tells the bot so also writes it down for the send, in one transaction."""
        now = self._ports.now()
        event = StatusChanged(f"unsent:{row.id}", now, "", "unsent", row.id, outcome.code, outcome.detail or None)
        inbound = Inbound(row.channel, event.key, now, dump_event(event), event, contact=row.contact, kind="event")
        log.warning("channel %s: message %s (%s) cannot be sent: %s", row.channel, row.id, row.origin, outcome.detail)
        await self._insist(lambda: self._receive([inbound]))

    # ---- what was noted down of contacts and channels, for a later process

    async def noted(self, name: str) -> str:
        return await self._insist(lambda: self._store.marked(name))

    async def all_noted(self, beginning: str) -> dict[str, str]:
        return await self._insist(lambda: self._store.marks(beginning))

    async def note(self, name: str, told: str, until: datetime | None = None) -> None:
        await self._insist(lambda: self._store.mark(name, told, until))

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        pause = 0.25
        while True:
            try:
                return await ask()
            except (StoreUnavailable, StoreUnusable) as error:
                log.warning("the sender waits for the store: %s", error)
            except StoreError:
                raise
            except Exception:
                log.exception("the sender waits for the store")
            await self._ports.sleep(pause * (0.5 + self._ports.chance()))
            pause = min(_LONGEST, pause * 2)


def _both(one: Conversation, other: Conversation) -> Conversation:
    """*other*, with what still holds of *one*, which turned out to be it."""
    heard = max((at for at in (one.last_inbound, other.last_inbound) if at is not None), default=None)
    out = one.contact.attributes.get("opted_out") is True or other.contact.attributes.get("opted_out") is True
    contact = replace(other.contact, attributes={**other.contact.attributes, "opted_out": out})
    return replace(other, contact=contact, last_inbound=heard)
