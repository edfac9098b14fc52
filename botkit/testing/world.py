"""A bot at work in a world of its own: the parts that `serve` runs, with a clock that is moved by hand and a 360dialog next door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

from botkit.actions import Action
from botkit.actions.caller import Caller
from botkit.bot import Bot
from botkit.channels import Channel
from botkit.handoffs import Declined
from botkit.lanes import Lanes
from botkit.model import QUEUE, Call, Conversation, Event, Inbound, Turn
from botkit.ports import RealPorts
from botkit.providers import PROVIDERS
from botkit.rounds import Rounds
from botkit.sayings import saying
from botkit.sender import Sender
from botkit.stores.memory import MemoryStore
from botkit.testing import webhooks
from botkit.testing.clock import Clock, Endless
from botkit.testing.exchange import Asked
from botkit.testing.functions import AtWork, Ran, Stand, standing_in
from botkit.testing.line import Line, address
from botkit.testing.mail import Mail, Told
from botkit.testing.people import People
from botkit.testing.said import Said
from botkit.testing.shelf import Shelf
from botkit.testing.stillness import still_loop
from botkit.testing.transcript import Transcript
from botkit.testing.webhooks import Change, Person
from botkit.timers import Timers

_KEY = "simulated-key"
_HURRIES = 500  # moves of the clock for what cannot wait: then it is left as it is
_FAR = timedelta(days=366)
_END = datetime(9999, 12, 31, tzinfo=UTC)
_TURNS = 1_000  # that one thing may lead to: timers on the way to one moment


class Snapshot(Struct, frozen=True):
    """All that a simulation remembers at one moment."""

    now: datetime
    store: MemoryStore
    people: Mapping[str, People]
    travelling: tuple[Told, ...]
    mark: tuple[int, int]
    told: int = 0
    person: Person | None = None  # who writes, and the numbers of before
    formerly: tuple[str, ...] = ()
    with_meta: frozenset[str] = frozenset()  # channels whose contact Meta's own agent answers


class World:
    """To be used on a StillLoop, as `async with`. What has taken place stands in `transcript`.

    *now*: aware. *actions* are those of the bot; *stands*, by their names, are called in their stead.
    """

    def __init__(
        self, bot: Bot, now: datetime, actions: Mapping[str, Action] | None = None, *, stands: Mapping[str, Stand] | None = None,
        secrets: Mapping[str, str] | None = None, templates: Sequence[dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        self.bot = bot  # may be replaced: turns begun later are the new one's
        self.transcript = Transcript()
        self.clock = Clock(now)
        self.store = MemoryStore()
        self._at_work = AtWork()
        self._own = actions or {}
        self._actions = {name: self._at_work.watched(action) for name, action in self._own.items()}
        for name, stand in (stands or {}).items():
            self.stand_in(name, stand)
        self.told: list[Mapping[str, Any]] = []  # what queues that lead somewhere were told
        self.declines = False  # whether they take no conversation
        self._secrets = secrets or {}
        names = [channel.name for channel in bot.settings.channels] or ["main"]
        self.channels = {name: Channel(name, api_key=_KEY, base_url=address(name), rate=1e6) for name in names}
        self.providers = {name: PROVIDERS[channel.provider](channel) for name, channel in self.channels.items()}
        self.mail = Mail(self.clock, self._deliver)
        self.line = Line(names, self.clock, key=_KEY, asked=self._asked, tell=self.mail.tell, templates=templates)
        self._shelf = Shelf(lambda: self.bot.media, self.clock.now)
        self._build()

    def _build(self) -> None:
        self.sender = Sender(
            self.store, self.channels, self.providers, self.clock, self._receive, client=self.line, marketing=self._marketing,
            files=self._shelf,
        )  # fmt: skip
        zone = self.bot.settings.zone
        self.caller = Caller(self.store, self._actions, self.clock, self._receive, secrets=self._secrets, zone=zone)
        self.caller.connect(self._shelf)
        self.lanes = Lanes(
            self.store, self._advance, self.clock, self.sender, self.caller, self.providers, apology=lambda who: self._words("failed", who),
            flood=lambda who: self._words("too_many", who),
        )  # fmt: skip
        self.timers = Timers(self.store, self.clock, self._receive)
        self.lanes.call_at(self.timers.wake)
        self.rounds = Rounds(self.store, self.clock, self._receive, lambda: self.bot, self.channels, lambda: 0)

    def _marketing(self, template: str) -> bool:
        found = self.bot.templates.get(template)
        return found is not None and found.category == "marketing"

    def stand_in(self, action: str, stand: Stand | None) -> None:
        """From now on *stand* is called in the stead of *action*; None: the bot's own function is run."""
        if stand is not None:
            self._actions[action] = standing_in(action, stand, self._own.get(action))
        elif action in self._own:
            self._actions[action] = self._at_work.watched(self._own[action])
        else:
            self._actions.pop(action, None)

    @property
    def ran(self) -> list[Ran]:
        """Every attempt at an action of the bot's own, in order."""
        return self._at_work.ran

    def _words(self, name: str, conversation: Conversation | None) -> str:
        chosen = conversation.contact.attributes.get("language") if conversation is not None else None
        return saying(name, chosen if isinstance(chosen, str) else self.bot.settings.language)

    # ---- running

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
        self._at_work.close()

    async def open(self) -> None:
        self._loop = still_loop()
        await self._start()

    async def _start(self) -> None:
        await self.sender.start()
        await self.lanes.start()
        await self.caller.start()
        await self.timers.start()
        await self.rounds.start()
        await self.settle()

    async def close(self) -> None:
        await self.rounds.stop()
        await self.timers.stop()
        await self.lanes.drain()
        await self.caller.drain(0)
        await self.sender.drain(0)

    async def restart(self) -> None:
        """As if the process had ended and another one had begun: it knows what is in the store."""
        await self.close()
        self._build()
        await self._start()

    # ---- time

    @property
    def said(self) -> list[Said]:
        return self.transcript.said

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def pass_(self, seconds: float) -> list[Said]:
        """Time passes; what is due on the way happens, in its order."""
        return await self.until(self.now + timedelta(seconds=seconds))

    async def until(self, moment: datetime) -> list[Said]:
        """It becomes *moment*; what is due on the way happens, in its order. An earlier one changes nothing. Raises Endless."""
        before, begun = len(self.said), len(self.transcript.moments)
        self.mail.arrive()
        self.rounds.wake()  # the bot may be another one
        await self.settle()
        while (due := await self.next_due(moment)) is not None:
            self._ends(begun)
            await self.rounds.pass_over(due)
            self.clock.set(max(due, self.now))
            await self.settle()
        await self.rounds.pass_over(moment)
        self.clock.set(max(moment, self.now))
        await self.settle()
        return self.said[before:]

    async def next_due(self, until: datetime | None = None) -> datetime | None:
        """When the next thing happens by itself, *until* included; None: nothing does. Without it, schedules are looked at for a year."""
        timer = await self.store.next_due()
        if until is None:
            until = max(timer or self.now, self.now + min(_FAR, _END - self.now))
        limit = min(timer, until) if timer is not None else until
        scheduled = await self.rounds.coming(limit) if self.bot.schedules else None
        return scheduled or (timer if timer is not None and timer <= until else None)

    async def settle(self) -> None:
        """Until all that can happen now has happened. The clock moves only for what cannot go on otherwise: an action that is waited for,
        a message that is to be sent again, more messages than WhatsApp lets one contact have at once. Raises Endless."""
        begun = len(self.transcript.moments)
        for _ in range(_HURRIES):
            await self._loop.still()
            if not await self._hurry():
                return
            self._ends(begun)

    def _ends(self, begun: int) -> None:
        if len(self.transcript.moments) - begun > _TURNS:
            raise Endless(f"one thing led to more than {_TURNS} turns")

    async def _hurry(self) -> bool:
        """Let something happen that waits for a clock; whether there was anything."""
        calls = await self.store.calls()
        if calls and self._at_work:
            await self._real_work(max(call.call.timeout for call in calls))
            if self._at_work:
                self.clock.set(self.clock.next_alarm or self.now)
            return True
        waiting = bool(calls) or any(state.running and state.queued for state in self.sender.state().values())
        alarm = self.clock.next_alarm if waiting else None
        if alarm is None:
            return False
        self.clock.set(alarm)
        return True

    async def _real_work(self, seconds: float) -> None:
        """Wait for functions of the bot's own, by the real clock."""
        stirred = self._loop.stirred()
        alarm = RealPorts().later(seconds, lambda: None if stirred.done() else stirred.set_result(None))
        await stirred
        alarm.cancel()

    # ---- back

    def snapshot(self) -> Snapshot:
        """To be taken when all is settled."""
        people = {name: exchange.people.copy() for name, exchange in self.line.exchanges.items()}
        return Snapshot(self.now, self.store.copy(), people, tuple(self.mail.travelling), self.transcript.mark(), len(self.told))

    async def back(self, snapshot: Snapshot) -> None:
        """All is as it was at *snapshot*, which may be used again."""
        await self.close()
        self.mail.travelling = list(snapshot.travelling)
        self.clock.set(snapshot.now)
        self.store = snapshot.store.copy()
        for name, exchange in self.line.exchanges.items():
            exchange.people = snapshot.people[name].copy()
        self.transcript.back(snapshot.mark)
        del self.told[snapshot.told :]
        self._build()
        await self._start()

    # ---- within

    def _advance(self, conversation: Conversation, event: Event) -> Turn:
        turn = self.transcript.turn(self.bot, conversation, event)
        for effect in turn.effects:
            if isinstance(effect, Call) and effect.action.startswith(QUEUE) and effect.action not in self._actions:
                desk = standing_in(effect.action, self._desk, None)
                self._actions[effect.action] = replace(desk, raises=(Declined,))
        return turn

    async def _desk(self, arguments: Mapping[str, Any]) -> None:
        """Nobody is there in a simulation: what a queue is told is taken down."""
        told = arguments["told"]
        if self.declines and told["event"] == "opened":
            raise Declined("the desk of this talk is closed")
        self.told.append(told)

    def _asked(self, channel: str, asked: Asked) -> None:
        self.transcript.asked(self.now, channel, asked)

    async def _receive(self, inbounds: Sequence[Inbound]) -> object:
        return await self.lanes.receive(inbounds)

    async def _deliver(self, channel: str, change: Change) -> None:
        body = webhooks.body(self.line.exchanges[channel].number, [change])
        await self._receive(self.providers[channel].events(body, self.now))
