"""One event's turn: tried, written down with all it leads to, or given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from botkit.lanes import outgoing
from botkit.lanes.lane import Item, Lane
from botkit.lanes.parts import Advance, Calls, Sends, Words
from botkit.lanes.patience import Patience
from botkit.model import Call, Contact, Conversation, Event, Identity, Inbound, MessageReceived, TimerFired, Turn
from botkit.ports import Ports
from botkit.stores.base import OPEN, Commit, Conflict, Corrupt, NotOpen, Outgoing, Received, Store, StoreError
from botkit.where import where

log = logging.getLogger("botkit.lanes")

FAILURES = 3  # so often an event may fail


class Turns:
    """*apology* and *flood* are what is said to a contact whose message is given up; *arrive* takes what a turn itself brings in."""

    def __init__(
        self, store: Store, advance: Advance, ports: Ports, sender: Sends, caller: Calls, patience: Patience, *, apology: Words,
        flood: Words, arrive: Callable[[Received], None],
    ) -> None:  # fmt: skip
        self.advance = advance
        self.alarm: Callable[[datetime], None] = lambda _: None
        self._store = store
        self._ports = ports
        self._sender = sender
        self._caller = caller
        self._patience = patience
        self._words = {"apology": apology, "flood": flood}
        self._arrive = arrive

    async def know(self, lane: Lane) -> None:
        """Read the conversation of *lane* if it is not known. Raises Leaving."""
        outages = 0
        while not lane.known:
            conversation, broken = None, ""
            try:
                conversation = await self._store.load(lane.channel, lane.contact)
            except Corrupt as error:
                broken = str(error)
            except StoreError as error:
                outages += 1
                await self._outage(lane, error, outages)
                continue
            if not lane.known:
                lane.conversation, lane.broken, lane.known = conversation, broken, True

    async def take(self, lane: Lane, item: Item) -> None:
        """Work on *item* until it is done or given up: once this returns, that is on the disk. Raises Leaving."""
        outages = conflicts = 0
        while True:
            try:
                await self._step(lane, item)
                return
            except NotOpen:
                item.over = True
                lane.forget()
            except (Conflict, Corrupt):
                lane.forget()
                conflicts += 1
                if conflicts > 1:
                    await self._patience.wait(conflicts)
            except StoreError as error:
                outages += 1
                await self._outage(lane, error, outages)
            except Exception as error:
                self._failed(lane, item, error)

    async def _step(self, lane: Lane, item: Item) -> None:
        if not lane.known:
            await self.know(lane)
        if lane.broken:
            item.doomed = item.doomed or lane.broken
        if item.over:
            await self._catch_up(lane, item)
        elif item.doomed or item.event is None:
            await self._bury(lane, item)
        else:
            await self._try(lane, item, item.event)

    # ---- well

    async def _try(self, lane: Lane, item: Item, event: Event) -> None:
        if not item.counted:
            item.attempts = await self._store.claim(item.seq)
            item.counted = True
        before = lane.conversation or await self._new(lane, item)
        before = _up_to_date(before, item.inbound, event)
        turn = self.advance(before, event)
        if turn.conversation.version != before.version + 1:
            raise ValueError(f"the turn led from version {before.version} to {turn.conversation.version}")
        await self._write(lane, item, before, turn)

    async def _write(self, lane: Lane, item: Item, before: Conversation, turn: Turn) -> None:
        conversation = turn.conversation
        rescheduled = conversation.timers != before.timers or type(item.event) is TimerFired
        rows: tuple[Outgoing, ...] = ()
        calls: tuple[Call, ...] = ()
        if turn.effects:
            rows = outgoing.rows(turn, item.inbound.key)
            calls = tuple(effect for effect in turn.effects if type(effect) is Call)
            if told := list(outgoing.told(turn)):  # before the turn, too: what is told twice is one event
                for received in await self._store.receive(told, self._ports.now()):
                    self._arrive(received)
            if any(row.state == "unsent" for row in rows):
                # Before the turn: were they lost between the two, nobody would ever hear of them.
                for received in await self._store.receive(list(outgoing.unsent(rows, self._ports.now())), self._ports.now()):
                    self._arrive(received)
        opted_out = conversation.contact.attributes.get("opted_out") is True
        if rows:
            rows = self._sender.begin(lane.channel, lane.contact, rows, conversation.last_inbound, opted_out)
        try:
            commit = Commit(item.seq, conversation, before.version, rows, calls, rescheduled=rescheduled)
            await self._store.commit(commit, self._ports.now())
        except BaseException as error:
            if rows:
                self._sender.abandon(rows)
            if isinstance(error, StoreError) and not isinstance(error, Conflict | Corrupt) and item.written is None:
                item.written = rows, calls
            raise
        lane.conversation = conversation
        if opted_out != (before.contact.attributes.get("opted_out") is True):
            self._sender.wishes(lane.channel, lane.contact, opted_out)
        self._hand_on(lane, conversation, rows, calls)

    def _hand_on(self, lane: Lane, conversation: Conversation, rows: Sequence[Outgoing], calls: Sequence[Call]) -> None:
        """Tell those whose work begins when a turn is on the disk. What fails now is done at the next start: the turn itself stands."""
        try:
            if rows:
                self._sender.put(rows, conversation.last_inbound, conversation.contact.attributes.get("opted_out") is True)
            if calls:
                self._caller.put(lane.channel, conversation.contact, calls)
            if conversation.timers:
                self.alarm(min(timer.due for timer in conversation.timers))
        except Exception as error:
            log.error("channel %s: a turn is written down, but what follows it could not begin: %s", lane.channel, where(error))

    async def _catch_up(self, lane: Lane, item: Item) -> None:
        """The event is over already. If its turn is one of ours whose commit seemed to fail, go on as if it had not."""
        if item.written is not None and lane.conversation is not None:
            rows, calls = item.written
            self._sender.wishes(lane.channel, lane.contact, lane.conversation.contact.attributes.get("opted_out") is True)
            found = [await self._store.send(row.id) for row in rows]
            self._hand_on(lane, lane.conversation, [row for row in found if row is not None and row.state in OPEN], calls)

    async def _new(self, lane: Lane, item: Item) -> Conversation:
        identity = item.inbound.identity or await self._store.identity(lane.channel, lane.contact) or Identity()
        return Conversation(lane.channel, Contact(lane.contact, identity.wa_id, identity.bsuid, identity.profile))

    # ---- not well

    def _failed(self, lane: Lane, item: Item, error: Exception) -> None:
        item.counted = False
        log.error("channel %s: event %s failed (%d): %s", lane.channel, item.inbound.key, item.attempts, where(error))
        if item.attempts >= FAILURES:
            item.doomed = f"{where(error)}: {str(error)[:300]}"

    async def _bury(self, lane: Lane, item: Item) -> None:
        conversation = lane.conversation
        rows: list[Outgoing] = []
        if isinstance(item.event, MessageReceived) and item.event.opens_window and (text := self._last_words(item, conversation)):
            rows.append(outgoing.note(text, lane.channel, lane.contact, item.inbound.key, item.last_words))
        await self._store.bury(item.seq, item.doomed, rows, self._ports.now())
        log.error("channel %s: event %s is a dead letter", lane.channel, item.inbound.key)
        if rows:
            spoke = item.event.at if item.event is not None else self._ports.now()
            if conversation is not None and conversation.last_inbound is not None:
                spoke = max(spoke, conversation.last_inbound)
            opted_out = conversation is not None and conversation.contact.attributes.get("opted_out") is True
            self._sender.put(rows, spoke, opted_out)

    def _last_words(self, item: Item, conversation: Conversation | None) -> str:
        if not item.last_words:
            return ""
        try:
            return self._words[item.last_words](conversation)
        except Exception as error:
            log.error("the words for a message that is given up cannot be made: %s", where(error))
            return ""

    async def _outage(self, lane: Lane, error: StoreError, turn: int) -> None:
        if turn == 1:
            log.warning("channel %s: work waits for the store: %s", lane.channel, error)
        await self._patience.wait(turn)


def _up_to_date(before: Conversation, inbound: Inbound, event: Event) -> Conversation:
    """*before* with the contact's ids and name as this event tells them; what it leaves out stays."""
    told, contact = inbound.identity, before.contact
    if told is None:
        return before
    if inbound.moved is not None:
        told = inbound.moved
        ids = told.wa_id or contact.wa_id, told.bsuid or contact.bsuid, contact.profile
    elif isinstance(event, MessageReceived):  # what the contact wrote with is what an answer goes to
        ids = told.wa_id or contact.wa_id, told.bsuid or contact.bsuid, told.profile or contact.profile
    else:
        ids = contact.wa_id or told.wa_id, contact.bsuid or told.bsuid, contact.profile
    if ids == (contact.wa_id, contact.bsuid, contact.profile):
        return before
    wa_id, bsuid, profile = ids
    return replace(before, contact=replace(contact, wa_id=wa_id, bsuid=bsuid, profile=profile))
