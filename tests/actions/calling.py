"""A caller at work: a turn that asks for a call, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from botkit.actions import Action, found
from botkit.actions.caller import Caller
from botkit.model import ActionFailed, ActionFinished, Call, Contact, Conversation, Identity, Inbound, MessageReceived, load_event
from botkit.ports import FrozenPorts
from botkit.stores.base import Commit, Store
from tests.actions import clinic

NOON = datetime(2026, 6, 22, 10, tzinfo=UTC)  # noon in Madrid
MADRID = ZoneInfo("Europe/Madrid")
ACTIONS: dict[str, Action] = found("clinic", clinic)
SECRETS = {"CLINIC_KEY": "k3y-of-the-clinic"}
ATTRIBUTES = {"name": "Ana", "city": "Madrid"}


def call(action: str, id_: str = "call-1", *, timeout: float = 10, retries: int = 0, **arguments: Any) -> Call:
    return Call(id_, f"clinic.{action}", arguments, timeout, retries, "booking.book")


class Desk:
    """A store, a caller, and the door through which answers come in."""

    def __init__(self, store: Store, *, most_at_once: int = 64) -> None:
        self.store = store
        self.ports = FrozenPorts(NOON)
        self.answers: list[ActionFinished | ActionFailed] = []
        self.refusals: list[Exception] = []  # raised by the door, one after the other, before it lets anything in
        self._came = asyncio.Event()
        self._count = count(1)
        self.caller = self.new_caller(most_at_once)

    def new_caller(self, most_at_once: int = 64) -> Caller:
        """The caller of the next process."""
        self.caller = Caller(
            self.store, ACTIONS, self.ports, self._receive, secrets=SECRETS, zone=MADRID, most_at_once=most_at_once
        )  # fmt: skip
        return self.caller

    async def _receive(self, inbounds: Sequence[Inbound]) -> object:
        if self.refusals:
            raise self.refusals.pop(0)
        received = await self.store.receive(inbounds, self.ports.now())
        for one in received:
            assert one.fresh
            event = load_event(one.inbound.raw)  # what a restart would read
            assert event == one.inbound.event and one.inbound.kind == "event" and one.inbound.key == event.key
            assert isinstance(event, ActionFinished | ActionFailed)
            self.answers.append(event)
        self._came.set()
        return received

    async def commit(self, *calls: Call, wa_id: str = "34600111222") -> Contact:
        """A turn that asks for *calls*; the contact it is about."""
        number = next(self._count)
        message = MessageReceived(f"m{number}", NOON, f"m{number}", "text", "book")
        inbound = Inbound("main", message.key, NOON, b"{}", message, Identity(wa_id, None, "Ana M."))
        (received,) = await self.store.receive([inbound], NOON)
        base = received.conversation.version if received.conversation else 0
        contact = Contact(received.contact, wa_id, None, "Ana M.", ATTRIBUTES)
        conversation = Conversation("main", contact, version=base + 1)
        await self.store.commit(Commit(received.seq, conversation, base, calls=calls), NOON)
        return contact

    async def put(self, *calls: Call) -> None:
        self.caller.put("main", await self.commit(*calls), calls)

    async def answer(self) -> ActionFinished | ActionFailed:
        """The next answer that comes in, if it does without the clock moving."""
        while not self.answers:
            self._came.clear()
            await self._came.wait()
        return self.answers.pop(0)

    async def run(self, *calls: Call) -> ActionFinished | ActionFailed:
        await self.put(*calls)
        return await self.answer()

    async def until(self, happens: Any) -> None:
        """Let everything run on until *happens* holds; the clock stands still."""
        while not happens():
            await asyncio.sleep(0)

    async def breathe(self) -> None:
        """Let everything run on for a while; the clock stands still."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def pause(self) -> None:
        """Until all calls wait for the clock, and none for its function."""
        await self.until(lambda: not self.caller._attempts.under_way)
        await self.breathe()
        await self.until(lambda: self.ports._sleepers)
