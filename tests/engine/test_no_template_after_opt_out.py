"""Whoever has opted out gets no template, whatever is said, taps, fires, is started or fails before and after."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from botkit.bot import Bot
from botkit.model import Identity, Inbound, OperatorCommand, Scheduled, dump_event
from botkit.testing.simulation import Simulation
from botkit.testing.stillness import StillLoop
from tests.engine.talk import read

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)
TEMPLATES = {"nudge.yaml": "category: marketing\nbody: Are you there?\n", "tick.yaml": "category: utility\nbody: It ticks.\n"}
MAIN = """
silence: [{after: 30h, say: {text: Come back!, template: {name: nudge}}}]
steps:
  menu: {say: How can we help?, options: {book: Book, wait: {label: Wait, go: later}, human: {label: People, go: human}}}
  name:
    say: {text: Your name?, template: {name: nudge}}
    ask: {name: text}
    timeout: 3d
    errors: {timeout: {say: {template: {name: nudge}, closed: drop}, go: end}}
  later: {wait: 26h}
  told: {say: {text: "It is time, {{ name or 'you' }}.", template: {name: tick}}, go: menu}
  human: {handoff: desk, go: told}
"""
NEWS = """
triggers: [{event: ready}, {event: late, busy: wait}, {every: {cron: "0 9 * * *", to: true}}]
steps:
  a: {say: {template: {name: tick}, closed: hold}}
  b: {wait: 40h}
  c: {say: {text: And?, template: {name: nudge}}, ask: {x: text}}
"""


def bot(command: bool) -> Bot:
    settings = "queues: {desk: {}}\n"
    if command:
        settings += "commands: {bye: {match: [enough], set: {contact.opted_out: true}, say: Good bye., go: quit}}\n"
    return read(settings, TEMPLATES, main=MAIN, news=NEWS)


BOTS = [bot(False), bot(True)]
OUT = [("hear", "STOP"), ("hear", "unsubscribe"), ("wish", "opt_out"), ("status", "131050"), ("standby", "stop")]
ANYTHING = [
    ("hear", "hello"), ("hear", "Ana"), ("hear", "enough"),
    ("tap", "book"), ("tap", "wait"), ("tap", "human"), ("pass", "1"), ("pass", "25"),
    ("pass", "31"), ("pass", "80"), ("event", "ready"), ("event", "late"), ("start", "news"), ("handback", ""), ("taken", "app"),
    ("taken", "agent"), ("given", ""), ("status", "131047"), ("status", "131026"), ("restart", ""), ("schedule", ""), ("wish", "opt_out"),
    ("hear", "START"), ("wish", "opt_in"), ("hear", "STOP"),
]  # fmt: skip
Deed = tuple[str, str]
DEEDS = st.sampled_from(ANYTHING)


class Phone:
    def __init__(self, world: Simulation) -> None:
        self.world = world
        self.count = 0

    async def do(self, deed: Deed) -> None:
        what, of = deed
        world = self.world
        match what:
            case "hear":
                await world.hear(of)
            case "standby":
                await self.come(OperatorCommand("", world.now, "taken", {"by": "agent"}))
                await world.hear(of)
            case "tap" if any(shown.payload.endswith(f":{of}") for said in world.said for shown in said.options):
                await world.tap(of)
            case "pass":
                await world.pass_(int(of) * 3600)
            case "event":
                await world.event(of)
            case "start":
                await world.begin(of)
            case "handback":
                await self.come(OperatorCommand("", world.now, "handback"))
            case "taken":
                await self.come(OperatorCommand("", world.now, "taken", {"by": of}))
            case "given":
                await self.come(OperatorCommand("", world.now, "given"))
            case "wish":
                await self.come(OperatorCommand("", world.now, of, {"source": "WhatsApp"}))
            case "status" if world.said:
                await world.status("failed", int(of))
            case "schedule":
                await self.come(Scheduled("", world.now, "news", "0 9 * * *", world.now))
            case "restart":
                await world.restart()

    async def come(self, event: Any) -> None:
        self.count += 1
        event = replace(event, key=f"x:{self.count}")
        contact = await self.world.store.find("main", "34600111222")
        who = Identity("34600111222") if contact is None else None
        await self.world._receive([Inbound("main", event.key, event.at, dump_event(event), event, who, contact, "event")])
        await self.world.settle()

    @property
    def templates(self) -> int:
        return sum(said.body.get("type") == "template" for said in self.world.said)

    async def out(self) -> bool:
        contact = await self.world.store.find("main", "34600111222")
        conversation = await self.world.store.load("main", contact) if contact is not None else None
        return conversation is not None and conversation.contact.attributes.get("opted_out") is True


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@example(BOTS[0], [("tap", "book")], ("wish", "opt_out"), [("status", "131047"), ("pass", "1")])
@given(st.sampled_from(BOTS), st.lists(DEEDS, max_size=8), st.sampled_from(OUT), st.lists(DEEDS, max_size=8))
def test_no_template_after_an_opt_out(bot: Bot, before: list[Deed], out: Deed, after: list[Deed]) -> None:
    async def talk() -> None:
        async with Simulation(bot, MONDAY) as world:
            phone = Phone(world)
            for deed in (("hear", "hello"), *before, out, *after, ("pass", "200")):
                was, sent = await phone.out(), phone.templates
                await phone.do(deed)
                if was and await phone.out():
                    assert phone.templates == sent, (deed, world.said[-1].text)

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(talk())


def test_the_same_talk_without_an_opt_out_has_templates() -> None:
    async def talk() -> int:
        async with Simulation(BOTS[0], MONDAY) as world:
            phone = Phone(world)
            for deed in (("hear", "hello"), ("pass", "31"), ("event", "ready"), ("wish", "opt_out"), ("wish", "opt_in"), ("schedule", "")):
                await phone.do(deed)
            return phone.templates

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        assert runner.run(talk()) >= 3
