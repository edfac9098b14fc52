"""A bot of a few lines, a sender and a caller that remember, and a store that can be made to fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from msgspec.structs import replace

from botkit.channels import Channel
from botkit.lanes import Advance, Lanes
from botkit.messages import Text
from botkit.model import (
    ActionFailed,
    ActionFinished,
    Call,
    Contact,
    Conversation,
    Event,
    Frame,
    Identity,
    Inbound,
    MessageReceived,
    Send,
    StatusChanged,
    Timer,
    Turn,
    Unclear,
    dump_event,
)
from botkit.ports import FrozenPorts
from botkit.providers import Dialog360
from botkit.stores.base import Outgoing, Received, Store
from botkit.testing import webhooks
from botkit.testing.webhooks import Number, Person, body

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBER = Number()
CHANNEL = Channel("main", api_key="k", phone_number_id=NUMBER.phone_number_id)
PROVIDER = Dialog360(CHANNEL)
ANA = Person("15550000001", "US.1", "Ana")
BEN = Person("15550000002", None, "Ben")


def said(key: str, text: str = "hi", who: Person = ANA) -> Inbound:
    """A message, as the webhook brings it."""
    content = {"type": "text", "text": {"body": text}}
    (inbound,) = PROVIDER.events(body(NUMBER, [webhooks.message(NUMBER, who, content, key, NOON)]), NOON)
    return inbound


def event(happened: Event, contact: str = "c1") -> Inbound:
    return Inbound("main", happened.key, NOON, dump_event(happened), happened, contact=contact, kind="event")


def advance(conversation: Conversation, event: Event) -> Turn:
    """Counts what it hears and says it back. "call" and "wait" do that, "hm" asks what it means, "long" says too much, "boom" is a bug."""
    counted = conversation.frames[-1] if conversation.frames else Frame("count", "ask")
    heard = _text(event)
    frame = replace(counted, variables={"heard": [*counted.variables.get("heard", []), heard]})
    effects: list[Any] = [Send(Text(f"{heard}?"), origin="count.ask")]
    timers: tuple[Timer, ...] = ()
    if heard == "boom":
        raise ZeroDivisionError(heard)
    if heard == "call":
        frame = replace(frame, call=f"call:{event.key}")
        effects = [Call(f"call:{event.key}", "book", {}, 5.0)]
    unclear = conversation.unclear
    if heard == "hm":
        unclear = Unclear(f"call:{event.key}", 1, event.key, heard)
        effects = [Call(f"call:{event.key}", "understand", {}, 5.0)]
    if heard == "wait":
        timers = (Timer(1, "wait", event.at + timedelta(minutes=5)),)
    if heard == "long":
        effects = [Send(Text("x" * 5000)), Send(Text("short"))]
    if isinstance(event, ActionFinished | ActionFailed):
        frame, unclear = replace(frame, call=None), None
    last = event.at if isinstance(event, MessageReceived) else conversation.last_inbound
    after = replace(
        conversation, frames=(frame,), timers=timers, version=conversation.version + 1, last_inbound=last, unclear=unclear
    )  # fmt: skip
    return Turn(after, tuple(effects))


def _text(event: Event) -> str:
    match event:
        case MessageReceived():
            return event.text
        case StatusChanged():
            return event.status
        case ActionFinished():
            return str(event.value)
    return type(event).__name__


@dataclass
class Outbox:
    """A sender that only remembers: `put` is what is to leave."""

    rows: list[Outgoing] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)
    voices: list[tuple[str, Identity | None]] = field(default_factory=list)
    statuses: list[Received] = field(default_factory=list)
    wanted: dict[str, bool] = field(default_factory=dict)  # whether templates are
    mains: dict[str, str] = field(default_factory=dict)  # who turned out to be whom
    again: bool = False  # what a closed window stopped leaves again
    known: list[tuple[datetime | None, bool]] = field(default_factory=list)  # told with rows: the last inbound, and opted out

    def begin(
        self, channel: str, contact: str, rows: tuple[Outgoing, ...], last_inbound: datetime | None, opted_out: bool
    ) -> tuple[Outgoing, ...]:
        self.begun.append(rows[0].id)
        return rows if rows[0].state != "queued" else (replace(rows[0], state="trying", attempts=1), *rows[1:])

    def abandon(self, rows: Sequence[Outgoing]) -> None:
        self.abandoned.append(rows[0].id)

    def put(self, rows: Sequence[Outgoing], last_inbound: datetime | None, opted_out: bool) -> None:
        self.rows += rows
        self.known.append((last_inbound, opted_out))

    def heard(self, channel: str, contact: str, at: datetime, wa: Identity | None = None, /) -> None:
        self.voices.append((contact, wa))

    def moved(self, channel: str, contact: str, main: str = "", /) -> None:
        self.voices.append((contact, None))
        if main:
            self.mains[contact] = main

    def wishes(self, channel: str, contact: str, opted_out: bool, /) -> None:
        self.wanted[contact] = not opted_out

    def told(self, received: Received) -> None:
        self.statuses.append(received)

    def goes_another_way(self, row: Outgoing) -> bool:
        return self.again

    def said(self, contact: str | None = None) -> list[str]:
        """The texts of all that is to leave."""
        return [text(row) for row in self.rows if row.state != "unsent" and contact in (None, row.contact)]


@dataclass
class Callbox:
    """A caller that only remembers."""

    calls: list[tuple[Contact, Call]] = field(default_factory=list)

    def put(self, channel: str, contact: Contact, calls: Sequence[Call]) -> None:
        self.calls += [(contact, call) for call in calls]


def text(row: Outgoing) -> str:
    return str(json.loads(row.payload or b"{}")["text"]["body"])


@dataclass
class World:
    """Lanes over *store*, with everything around them."""

    store: Store
    step: Advance = advance
    apology: str = "Sorry."
    limits: dict[str, int] = field(default_factory=dict)
    ports: FrozenPorts = field(default_factory=lambda: FrozenPorts(NOON))
    outbox: Outbox = field(default_factory=Outbox)
    callbox: Callbox = field(default_factory=Callbox)

    def __post_init__(self) -> None:
        self.lanes = Lanes(
            self.store, self.step, self.ports, self.outbox, self.callbox, {"main": PROVIDER},
            apology=self.apology, flood="One at a time, please.", **self.limits,
        )  # fmt: skip

    async def hear(self, *inbounds: Inbound) -> list[Received]:
        return await self.lanes.receive(inbounds)

    async def quiet(self) -> None:
        """Until nothing is under way. Time does not pass."""
        await still(lambda: self.lanes._tasks == 0)

    async def patient(self) -> None:
        """Until nothing is under way; time passes for what waits."""
        while self.lanes._tasks:
            await still(lambda: not self.lanes._tasks or bool(self.ports._sleepers))
            self.ports.pass_(seconds=10)
            await asyncio.sleep(0)

    async def heard(self, contact: str = "c1") -> list[Any]:
        """What the conversation remembers to have heard."""
        await self.quiet()
        conversation = await self.store.load("main", contact)
        return [] if conversation is None else list(conversation.frames[-1].variables["heard"])


async def still(true: Callable[[], bool]) -> None:
    """Until *true* is; gives up after a minute."""
    async with asyncio.timeout(60):
        for turn in count():
            if true():
                return
            await asyncio.sleep(0 if turn % 10 else 0.001)


class Frail:
    """A store in front of another one, whose next calls fail: `fail["commit"] = [StoreUnavailable("full")]`.

    In `after` instead of `fail`, the error comes after the work was done. `gates` hold the next calls up until they are
    set; `late` do so after the work was done, before it is answered.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.fail: dict[str, list[Exception]] = {}
        self.after: dict[str, list[Exception]] = {}
        self.gates: dict[str, list[asyncio.Event]] = {}
        self.late: dict[str, list[asyncio.Event]] = {}
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        work = getattr(self._store, name)

        async def ask(*arguments: Any) -> Any:
            self.asked.append(name)
            if self.gates.get(name):
                await self.gates[name].pop(0).wait()
            if self.fail.get(name):
                raise self.fail[name].pop(0)
            answer = await work(*arguments)
            if self.late.get(name):
                await self.late[name].pop(0).wait()
            if self.after.get(name):
                raise self.after[name].pop(0)
            return answer

        return ask

