"""One talk: the simulation behind it, what was done so far, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from botkit.model import ActionFailed, ActionFinished, Call, Conversation
from botkit.testing.contents import Content
from botkit.testing.said import Moment, Said, Shown
from botkit.testing.simulation import Simulation, Snapshot
from botkit.testing.webhooks import Person
from botkit.window import MARGIN, SPAN, is_open
from botkit.wire import Value


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done to the bot, as a talk in a test writes it, and what came out. *word*: user, tap, after, at, status,
    handback, event; "" for what a test has no words for."""

    word: str
    value: Value
    said: Sequence[Said] = ()


@dataclass(slots=True)
class Session:
    """*simulation* runs. *begun*: when the talk began, aware."""

    simulation: Simulation
    begun: datetime
    done: list[Done] = field(default_factory=list)
    _ways: list[tuple[Snapshot, int]] = field(default_factory=list)
    _last: tuple[Content | str, str] | None = None  # what was sent last, and its wamid

    @property
    def zone(self) -> ZoneInfo:
        return self.simulation.bot.settings.zone

    @property
    def person(self) -> Person:
        return self.simulation.person

    def now(self) -> datetime:
        """The time of the talk, in the bot's zone."""
        return self.simulation.now.astimezone(self.zone)

    # ---- what is done

    def _mark(self) -> None:
        self._ways.append((self.simulation.snapshot(), len(self.done)))

    def _keep(self, word: str, value: Value, said: Sequence[Said]) -> Sequence[Said]:
        self.done.append(Done(word, value, tuple(said)))
        return said

    async def say(self, text: str) -> Sequence[Said]:
        """The contact writes *text*; a number of the options shown last is a tap on that one."""
        button = self.shown(text)
        if button is not None:
            return await self.tap(button)
        return await self.send(text, "user", text)

    async def send(self, content: Content | str, word: str, value: Value) -> Sequence[Said]:
        """The contact sends anything else; *word* and *value* tell of it in a test."""
        self._mark()
        before = len(self.simulation.said)
        wamid = self.simulation.line.exchanges[self.simulation.channel].inbound(self.person, content)
        self._last = content, wamid
        await self.simulation.settle()
        return self._keep(word, value, self.simulation.said[before:])

    async def tap(self, button: Shown) -> Sequence[Said]:
        self._mark()
        return self._keep("tap", button.id or button.label, await self.simulation.tap(button.payload))

    async def pass_(self, seconds: int) -> Sequence[Said]:
        self._mark()
        return self._keep("after", span(seconds), await self.simulation.pass_(seconds))

    async def until(self, moment: datetime) -> Sequence[Said]:
        """It becomes *moment*, aware; a moment that is past changes nothing."""
        self._mark()
        told = moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
        return self._keep("at", told, await self.simulation.until(moment))

    async def next_timer(self) -> tuple[timedelta | None, Sequence[Said]]:
        """Go to the next thing that is due; None: nothing is."""
        due = await self.simulation.store.next_due()
        if due is None:
            return None, ()
        wait = max(timedelta(0), due - self.simulation.now)
        seconds = int(wait.total_seconds()) + (wait.microseconds > 0)
        return wait, await self.pass_(seconds)

    async def status(self, word: str, code: int | None = None) -> Sequence[Said]:
        self._mark()
        return self._keep("status", word if code is None else f"{word} {code}", await self.simulation.status(word, code))

    async def event(self, name: str, data: Mapping[str, Value]) -> Sequence[Said]:
        self._mark()
        return self._keep("event", {"name": name, "data": dict(data)} if data else name, await self.simulation.event(name, "", data))

    async def handback(self) -> Sequence[Said]:
        self._mark()
        return self._keep("handback", True, await self.simulation.handback())

    async def again(self) -> Sequence[Said]:
        """Deliver the last webhook once more."""
        if self._last is None:
            return ()
        self._mark()
        before = len(self.simulation.said)
        self.simulation.line.exchanges[self.simulation.channel].inbound(self.person, self._last[0], wamid=self._last[1])
        await self.simulation.settle()
        return self._keep("", "dup", self.simulation.said[before:])

    async def command(self, command: str, data: Mapping[str, Value]) -> Sequence[Said]:
        """An operator's command; a test has no words for it."""
        self._mark()
        said = await self.simulation.operate(command, data)
        return self._keep("", command, said)

    # ---- the way back

    async def back(self) -> bool:
        """Undo what was done last; whether there was anything."""
        if not self._ways:
            return False
        snapshot, count = self._ways.pop()
        await self.simulation.back(snapshot)
        del self.done[count:]
        return True

    async def restart(self) -> None:
        """Begin anew, as the same person and at the same time."""
        if self._ways:
            await self.simulation.back(self._ways[0][0])
        self._ways.clear()
        self.done.clear()
        self._last = None

    # ---- how things stand

    def options(self) -> Sequence[Shown]:
        """The options of the newest message that has some."""
        aliases = (self.person.wa_id, self.person.bsuid)
        return next((one.options for one in reversed(self.simulation.said) if one.options and one.to in aliases), ())

    def shown(self, text: str) -> Shown | None:
        """The option that a number stands for."""
        options = self.options()
        number = text.strip()
        return options[int(number) - 1] if number.isdecimal() and len(number) < 3 and 0 < int(number) <= len(options) else None

    async def conversation(self) -> Conversation | None:
        return await self.simulation.conversation()

    async def window(self) -> str:
        """How long free messages may still be sent."""
        conversation = await self.conversation()
        last = conversation.last_inbound if conversation is not None else None
        if last is None:
            return "window closed: nobody has written yet"
        if not is_open(last, self.simulation.now):
            return "window closed: templates only"
        minutes = int((SPAN - MARGIN - (self.simulation.now - last)).total_seconds()) // 60
        return f"window open {minutes // 60} h {minutes % 60:02}"

    def moments(self) -> list[Moment]:
        return self.simulation.transcript.moments

    def mocks(self) -> dict[str, list[dict[str, Value]]]:
        """What every action that was called has answered, in order: the mocks of a test."""
        called: dict[str, str] = {}
        found: dict[str, list[dict[str, Value]]] = {}
        for moment in self.moments():
            called.update({effect.id: effect.action for effect in moment.turn.effects if isinstance(effect, Call)})
            match moment.event:
                case ActionFinished(call=call, value=value) if call in called:
                    found.setdefault(called[call], []).append({"return": value})
                case ActionFailed(call=call, error=error) if call in called:
                    found.setdefault(called[call], []).append({"raise": error})
        return found


def span(seconds: int) -> str:
    """A time as authors write it: 90m, 25h, 7d."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    if seconds < 60:
        return f"{seconds}s"
    return f"{seconds // 60}m" if seconds % 60 == 0 or seconds > 36_000 else f"{seconds}s"
