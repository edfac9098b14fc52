"""One run: people write, the server is killed again and again, 360dialog has a bad day; then everything is counted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from botkit.ports import RealPorts
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.webhooks import Person, WebhookSender, status
from tests.crash import oracle
from tests.crash.process import AUTH, KEY, Process
from tests.crash.server import GRACE
from tests.crash.stream import Stream

PATIENCE = 20.0  # seconds without anything new, after which nothing more is expected


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    kills: int
    people: int = 8
    messages: int = 12  # of each, beside the first one; more than 20 would be slowed down as WhatsApp slows them down
    bug: str = "-"

    @property
    def events(self) -> int:
        return self.people * (self.messages + 1)


@dataclass(slots=True)
class Told:
    """What a run has shown."""

    findings: list[str] = field(default_factory=list)
    kills: int = 0
    doubles: int = 0  # messages that were accepted twice
    given_up: int = 0  # messages that were in doubt twice
    lost: int = 0  # answers that never reached the bot
    log: str = ""


class Progress:
    """Counts what happens, and calls at chosen counts."""

    def __init__(self) -> None:
        self.count = 0
        self._moved = asyncio.Event()

    def tick(self) -> None:
        self.count += 1
        self._moved.set()

    async def beyond(self, count: int) -> None:
        """Return when so much has happened, or nothing for a while."""
        try:
            while self.count < count:
                self._moved.clear()
                await asyncio.wait_for(self._moved.wait(), 2 * GRACE)
        except TimeoutError:
            return

    async def stalled(self, patience: float) -> None:
        """Return when nothing has happened for *patience* seconds."""
        try:
            while True:
                self._moved.clear()
                await asyncio.wait_for(self._moved.wait(), patience)
        except TimeoutError:
            return


class Run:
    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.ports = RealPorts()
        self.chance = Random(plan.seed)
        self.progress = Progress()
        self.fake = Fake360(self.ports, key=KEY, on_accept=self._accepted)
        self.folder = folder
        self.taken: set[str] = set()  # ids of the messages that WhatsApp has
        self.written = 0  # so many messages everybody may have written
        self.kill_at = 0  # the count at which the server ends in the middle of a request; 0: never
        people = [Person(wa_id=f"4477009{number:05}", name=f"Person {number}") for number in range(plan.people)]
        self.streams = [Stream(person, plan.messages, plan.seed, self.fake, self.ports, self._tick) for person in people]
        self.expected = sum(len(stream.answers()) for stream in self.streams)

    def _tick(self) -> None:
        self.progress.tick()
        if self.kill_at and self.progress.count >= self.kill_at:
            self.kill_at = 0
            self.process.kill()

    def _accepted(self, asked: Asked) -> None:
        """WhatsApp has taken a message; what becomes of the next ones is drawn anew."""
        draw, post, opaque = self.chance, self.fake.post, asked.body["biz_opaque_callback_data"]
        if opaque in self.taken and self.fake.withhold:  # of a second copy it is always told: otherwise nobody could know of either
            person = self.fake.people.person(asked.body["to"])
            post.put([status(self.fake.number, person, asked.wamid or "", "delivered", asked.at, opaque)])
        self.taken.add(opaque)
        post.repeat = draw.choice((1, 1, 1, 2))
        post.delay = draw.choice((0.0, 0.02, 0.3))
        silent = draw.random() < 0.05
        self.fake.withhold = {"sent", "delivered"} if silent else set()
        if draw.random() < (0.5 if silent else 0.08):
            self.fake.lose(1, accepted=draw.random() < 0.8)
        self._tick()

    async def run(self) -> Told:
        async with self.fake:
            self.process = Process(self.folder, self.fake.url, self.ports, self.plan.bug)
            self.fake.webhook(self.process.url, AUTH)
            self.fake.post.pause = 0.05
            await self.process.start()
            try:
                return await self._told()
            finally:
                await self.process.gone()

    async def _told(self) -> Told:
        async with WebhookSender(self.process.url, AUTH) as sender:
            work = asyncio.create_task(self._work(sender))
            stalled = asyncio.create_task(self.progress.stalled(PATIENCE))
            await asyncio.wait([work, stalled], return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            work.cancel()
            stalled.cancel()
            await asyncio.gather(work, stalled, return_exceptions=True)
        findings = [] if await self.process.end() == 0 else ["the server did not end well"]
        lives = self.process.lives()
        kills = len(lives) - 1
        findings += [f"{kills} kills, not {self.plan.kills}"] if kills != self.plan.kills else []
        gone = oracle.given_up(self.process.store)
        findings += oracle.said(self.streams, self.fake.requests, self.fake.post.posted, gone, lives, timedelta(seconds=GRACE))
        findings += await oracle.kept(self.streams, self.process.store, gone)
        findings += oracle.counted(self.streams, self.process.tally, kills)
        lost = sum(asked.answered is None for asked in self.fake.requests)
        return Told(findings, kills, oracle.doubles(self.fake.requests), len(gone), lost, self.process.log()[-4000:])

    async def _work(self, sender: WebhookSender) -> None:
        await asyncio.gather(self._kill(), *(stream.write(sender, self._turn) for stream in self.streams))
        while oracle.left(self.process.store):
            await self.ports.sleep(0.1)

    async def _kill(self) -> None:
        """Let people write a part of their messages, end the server in the middle of it, start it again, and so on."""
        draw, part = self.chance, self.plan.events // (self.plan.kills + 1)
        short = False  # whether the life that begins ends before it could settle what was in doubt
        for kill in range(1, self.plan.kills + 1):
            self.written = self.plan.messages * kill // (self.plan.kills + 1)
            moment = self.progress.count + draw.randint(1, part if short else 2 * part)
            self.kill_at = moment if draw.random() < 0.5 else 0  # at that very moment: an answer or an acknowledgement is on its way
            await self.progress.beyond(moment)
            await self.ports.sleep(draw.random() * 0.05)
            self.kill_at = 0
            self.process.kill()
            await self.process.restart()
            self.progress.tick()
            short = draw.random() < 0.3
            if not short:
                await self.ports.sleep(1.5 * GRACE)
        self.written = self.plan.messages

    async def _turn(self, number: int) -> None:
        """Until everybody may write message *number*."""
        while self.written < number:
            await self.ports.sleep(0.01)


async def crash(plan: Plan, folder: Path) -> Told:
    return await Run(plan, folder).run()
