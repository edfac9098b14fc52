"""Who is meant, and whether they may be written to: what the store knows of an address, and the event that leads to a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from botkit.bot import Bot
from botkit.model import Conversation, Event, Identity, Inbound, dump_event
from botkit.stores.base import Corrupt, Store
from botkit.wishes import Address, Verdict, Wish, address, forms, read_wish, verdict
from botkit.wishes.verdict import nobody_yet


class Refused(Exception):
    """Something is asked for that cannot be; *str* is for who asked. *status*: of HTTP. *reason*: in one word, for programs."""

    def __init__(self, status: int, told: str, reason: str = "") -> None:
        super().__init__(told)
        self.status = status
        self.reason = reason


class Addressee(Struct, frozen=True):
    """*contact*: the internal id; "": nobody is known by this address yet."""

    address: Address
    contact: str
    conversation: Conversation

    @property
    def alias(self) -> str:
        """The address that the person is known by; the same for every way to write it, and of two the one that no new number changes."""
        known = self.conversation.contact
        return known.bsuid or known.wa_id or self.address.alias

    def inbound(self, event: Event) -> Inbound:
        channel = self.conversation.channel
        if self.contact:
            return Inbound(channel, event.key, event.at, dump_event(event), event, contact=self.contact, kind="event")
        identity = Identity(self.address.wa_id, self.address.bsuid)
        return Inbound(channel, event.key, event.at, dump_event(event), event, identity, kind="event")


class People:
    """*bot* gives the bot of now."""

    def __init__(self, store: Store, bot: Callable[[], Bot]) -> None:
        self._store = store
        self.bot = bot

    async def find(self, channel: str, written: str) -> Addressee:
        """Raises Refused for what is no address, and for a conversation that cannot be read."""
        found = address(written)
        if not found.alias:
            raise Refused(422, f"{written[:60]!r}: {found.why}", "bad_number")
        for alias in [found.bsuid] if found.bsuid else forms(found.wa_id or ""):
            contact = await self._store.find(channel, alias)
            if contact is not None:
                return await self._known(channel, contact, found)
        return Addressee(found, "", nobody_yet(channel, found.wa_id, found.bsuid))

    async def _known(self, channel: str, contact: str, found: Address) -> Addressee:
        try:
            conversation = await self._store.load(channel, contact)
        except Corrupt as error:
            raise Refused(409, str(error), "unreadable") from None
        if conversation is None:
            identity = await self._store.identity(channel, contact) or Identity(found.wa_id, found.bsuid)
            conversation = nobody_yet(channel, identity.wa_id, identity.bsuid)
        return Addressee(found, contact, conversation)

    def judge(self, to: Addressee, asked: Mapping[str, Any], at: datetime) -> tuple[Wish, Verdict]:
        """What is asked for, and whether it may go. Raises BadWish."""
        wish = read_wish(self.bot(), asked, to.conversation, at)
        return wish, verdict(self.bot(), to.conversation, wish, at)


def inbounds(to: Addressee, wish: Wish, key: str, at: datetime) -> Sequence[Inbound]:
    return [to.inbound(event) for event in wish.events(key, at)]
