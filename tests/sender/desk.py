"""What stands around a sender: a store, a 360dialog of our own on loopback, and the little of the lanes that a sender sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from msgspec.structs import replace

from botkit import wire
from botkit.channels import Channel
from botkit.messages import Text
from botkit.model import Contact, Conversation, ExternalEvent, Inbound, MessageReceived, StatusChanged, dump_event
from botkit.ports import FrozenPorts
from botkit.providers import Dialog360
from botkit.sender import Sender
from botkit.stores.base import Commit, Outgoing, Received, Store
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.webhooks import Person

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ANA = Person(wa_id="447700900111", bsuid="GB.41", name="Ana")
BEN = Person(wa_id="447700900222", name="Ben")
TEMPLATE = b'{"type":"template","template":{"name":"news","language":{"code":"en"}}}'


def text(body: str) -> bytes:
    return wire.dumps(Text(body).payload())


def row(id_: str, contact: str = "c1", **fields: Any) -> Outgoing:
    """A text that says its own id."""
    return replace(Outgoing(id_, "shop", contact, text(id_)), **fields)


def word(asked: Asked) -> str:
    """What was sent, in short: the text, or "template"."""
    body = asked.body
    return "template" if body["type"] == "template" else str(body["text"]["body"])


class Desk:
    def __init__(self, store: Store, ports: FrozenPorts, fake: Fake360) -> None:
        self.store = store
        self.ports = ports
        self.fake = fake
        self.events: list[StatusChanged] = []  # what the bot would be told of its messages
        self.channel: Channel = replace(fake.channel(), rate=100_000.0)  # time stands still here
        self._turns = 0
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        app = web.Application()
        app.add_routes([web.post("/hook", self._hook)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.fake.webhook(f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook")

    async def close(self) -> None:
        await self.crash()
        assert self._runner
        await self._runner.cleanup()

    # ---- processes

    async def up(self, **options: Any) -> Sender:
        """A process begins."""
        self.provider = Dialog360(self.channel)
        self.sender = Sender(self.store, {"shop": self.channel}, {"shop": self.provider}, self.ports, self.receive, **options)
        await self.sender.start()
        return self.sender

    async def crash(self) -> None:
        """The process ends, with whatever it was at."""
        await self.sender.drain(0)

    # ---- the lanes

    async def _hook(self, request: web.Request) -> web.Response:
        await self.receive(self.provider.events(await request.read(), self.ports.now()))
        return web.Response()

    async def receive(self, inbounds: Sequence[Inbound]) -> list[Received]:
        received = await self.store.receive(inbounds, self.ports.now())
        for one in received:
            if not one.fresh:
                continue
            match one.inbound.event:
                case StatusChanged() as event:
                    if event.status in ("failed", "unsent"):
                        self.events.append(event)
                    self.sender.told(one)
                case MessageReceived() as event if event.opens_window:
                    self.sender.heard("shop", one.contact, event.at, one.inbound.identity)
                    await self._commit(one, at=event.at)
        return received

    async def _commit(self, one: Received, *sends: Outgoing, at: datetime | None = None, opted_out: bool = False) -> None:
        before = one.conversation or Conversation("shop", Contact(one.contact))
        attributes = {**before.contact.attributes, **({"opted_out": True} if opted_out else {})}
        contact = replace(before.contact, attributes=attributes)
        after = replace(before, contact=contact, last_inbound=at or before.last_inbound, version=before.version + 1)
        await self.store.commit(Commit(one.seq, after, before.version, sends), self.ports.now())

    async def wrote(self, who: Person = ANA) -> str:
        """A contact writes; who that is."""
        self.fake.inbound(who, "hi")
        await self.fake.settled()
        contact = await self.store.find("shop", who.bsuid or who.wa_id or "")
        assert contact is not None
        return contact

    async def say(self, *rows: Outgoing, opted_out: bool = False) -> tuple[Outgoing, ...]:
        """A turn that says *rows*; as they were committed."""
        self._turns += 1
        event = ExternalEvent(f"turn:{self._turns}", self.ports.now(), "go")
        inbound = Inbound("shop", event.key, event.at, dump_event(event), event, contact=rows[0].contact, kind="event")
        (one,) = await self.store.receive([inbound], self.ports.now())
        last = one.conversation.last_inbound if one.conversation else None
        begun = self.sender.begin(rows[0].channel, rows[0].contact, rows, last, opted_out)
        await self._commit(one, *begun, opted_out=opted_out)
        self.sender.put(begun, last, opted_out)
        return begun

    def slow(self) -> list[asyncio.Future[None]]:
        """From now on 360dialog takes each request and answers it when its future is done."""
        answers: list[asyncio.Future[None]] = []

        async def sleep(seconds: float) -> None:
            answers.append(asyncio.get_running_loop().create_future())
            await answers[-1]

        self.ports.sleep = sleep  # type: ignore[method-assign]  # by which the fake delays its answers
        self.fake.delay = 1.0
        return answers

    async def tells(self, wamid: str, pricing: dict[str, Any] | None) -> None:
        """WhatsApp tells that a message was delivered, and what it is priced as; None: not that."""
        said: dict[str, Any] = {"id": wamid, "status": "delivered", "timestamp": str(int(self.ports.now().timestamp()))}
        said |= {"recipient_id": ANA.wa_id, **({"pricing": pricing} if pricing is not None else {})}
        body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {"statuses": [said]}}]}]}
        await self.receive(self.provider.events(wire.dumps(body), self.ports.now()))
        await self.quiet()

    async def enters_free(self, until: datetime | None, contact: str = "c1") -> None:
        """All messages to a contact are free of charge *until* then, after an advertisement."""
        event = ExternalEvent(f"free:{until}", self.ports.now(), "go")
        inbound = Inbound("shop", event.key, event.at, dump_event(event), event, contact=contact, kind="event")
        (one,) = await self.store.receive([inbound], self.ports.now())
        assert one.conversation is not None
        after = replace(one.conversation, free=until, version=one.conversation.version + 1)
        await self.store.commit(Commit(one.seq, after, one.conversation.version), self.ports.now())

    # ---- looking

    async def quiet(self) -> None:
        """Until everybody waits for time to pass."""
        seen = None
        while seen != (now := (len(self.fake.requests), len(self.fake.post.posted))):
            seen = now
            await self.sender.settled()
            await self.fake.settled()

    async def passes(self, **span: float) -> None:
        """Time goes by, and what was due happens."""
        self.ports.pass_(**span)
        await self.quiet()

    def said(self) -> list[str]:
        """What reached WhatsApp, in order."""
        return [word(asked) for asked in self.fake.requests if asked.accepted]

    def tried(self) -> list[str]:
        return [word(asked) for asked in self.fake.requests]

    async def state(self, id_: str) -> str:
        kept = await self.store.send(id_)
        assert kept is not None
        return kept.state

    async def kept(self, id_: str) -> Outgoing:
        found = await self.store.send(id_)
        assert found is not None
        return found


async def until(condition: Callable[[], bool]) -> None:
    """Let the sockets work until *condition* holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)
