"""One talk: the simulation behind it, what was done so far, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from botkit.model import Conversation
from botkit.testing import contents
from botkit.testing.contents import Content
from botkit.testing.functions import Ran
from botkit.testing.said import Moment, Said, Shown
from botkit.testing.simulation import Endless, Simulation, Snapshot, Unknown
from botkit.testing.webhooks import Person
from botkit.window import MARGIN, SPAN, is_open
from botkit.wire import Value

_READABLE = 99  # of one unit of time: 4673m says less than the moment itself


class Done(Struct, frozen=True):
    """Something that was done to the bot, as a talk in a test writes it, and what came out. *word*: user, tap, after, at, status,
    handback, agent, event, phone, handover, new_number; "" for what a test has no words for, which *value* names."""

    word: str
    value: Value
    said: Sequence[Said] = ()


class _Way(Struct, frozen=True):
    """Where it was before something was done."""

    snapshot: Snapshot
    done: int
    ran: int


class Session(Struct):
    """*simulation* runs. *begun*: when the talk began, aware. *language* ("": the bot's) and *known*: of the contact, from before."""

    simulation: Simulation
    begun: datetime
    language: str = ""
    known: Mapping[str, Value] = field(default_factory=dict)
    unkept: str = ""  # why no test can begin as this talk did
    done: list[Done] = field(default_factory=list)
    _ways: list[_Way] = field(default_factory=list)
    _origin: _Way | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.simulation.bot.settings.zone

    @property
    def person(self) -> Person:
        """Who began this talk; the number may be another one by now."""
        return (self._origin.snapshot.person if self._origin is not None else None) or self.simulation.person

    def now(self) -> datetime:
        """The time of the talk, in the bot's zone."""
        return self.simulation.now.astimezone(self.zone)

    # ---- what is done

    async def _do(self, word: str, value: Value, work: Callable[[], Awaitable[list[Said]]]) -> Sequence[Said]:
        """Do *work*, which can be undone. What could not be done leaves all as it was. Raises Unknown."""
        way = self._way()
        try:
            said = await work()
        except Endless:
            await self._return(way)
            raise Unknown("timers fire without end", "a silence that goes to its own step never ends") from None
        self._ways.append(way)
        self.done.append(Done(word, value, tuple(said)))
        return said

    async def say(self, text: str) -> Sequence[Said]:
        """The contact writes *text*; a number of the options shown last is a tap on that one."""
        button = self.shown(text)
        return await (self.tap(button) if button is not None else self.send(text, "user", text))

    async def send(self, content: Content | str, word: str, value: Value) -> Sequence[Said]:
        """The contact sends anything else; *word* and *value* tell of it in a test."""
        return await self._do(word, value, lambda: self.simulation.hear(content))

    async def react(self, emoji: str) -> Sequence[Said]:
        """An emoji on the bot's last message. Raises Unknown when there is none."""
        return await self.send(contents.reaction(emoji, self.simulation.last().wamid), "user", {"reaction": emoji})

    async def tap(self, button: Shown) -> Sequence[Said]:
        return await self._do("tap", button.id or button.label, lambda: self.simulation.tap(button.payload))

    async def pass_(self, seconds: int) -> Sequence[Said]:
        return await self._do("after", span(seconds), lambda: self.simulation.pass_(seconds))

    async def until(self, moment: datetime) -> Sequence[Said]:
        """It becomes *moment*, aware; a moment that is past changes nothing."""
        return await self._do("at", written(moment, self.zone), lambda: self.simulation.until(moment))

    async def next_timer(self) -> Sequence[Said] | None:
        """Go to the next thing that is due, a timer or a schedule; None: nothing is."""
        due = await self.simulation.next_due()
        if due is None:
            return None
        wait = max(timedelta(0), due - self.simulation.now)
        seconds = int(wait.total_seconds()) + (wait.microseconds > 0)
        if int(span(seconds)[:-1]) <= _READABLE:
            return await self.pass_(seconds)
        try:
            return await self.until(self.simulation.now + timedelta(seconds=seconds))
        except OverflowError:
            return None

    async def status(self, word: str, code: int | None = None) -> Sequence[Said]:
        return await self._do("status", word if code is None else f"{word} {code}", lambda: self.simulation.status(word, code))

    async def event(self, name: str, about: str, data: Mapping[str, Value]) -> Sequence[Said]:
        told: dict[str, Value] = {"name": name, **({"key": about} if about else {}), **({"data": dict(data)} if data else {})}
        return await self._do("event", told if len(told) > 1 else name, lambda: self.simulation.event(name, about, data))

    async def handback(self) -> Sequence[Said]:
        return await self._do("handback", True, self.simulation.handback)

    async def agent(self, text: str) -> Sequence[Said]:
        """Who has the conversation writes to the contact."""
        return await self._do("agent", text, lambda: self.simulation.agent(text))

    async def phone(self, text: str) -> Sequence[Said]:
        """Somebody of the business writes to the contact from the phone's app."""
        return await self._do("phone", text, lambda: self.simulation.phone(text))

    async def handover(self, to: str) -> Sequence[Said]:
        """Meta's own agent answers from now on ("meta"), or the bot again ("bot")."""
        return await self._do("handover", to, lambda: self.simulation.handover(to))

    async def new_number(self, number: str) -> Sequence[Said]:
        """The contact has another number from now on. Raises Unknown when nobody has written yet."""
        return await self._do("new_number", number, lambda: self.simulation.new_number(number))

    async def again(self) -> Sequence[Said]:
        """The last webhook comes once more."""
        return await self._do("", "/dup", self.simulation.again)

    async def command(self, command: str, data: Mapping[str, Value]) -> Sequence[Said]:
        """An operator's command; a test has no words for it. Who has not written yet says hello first."""

        async def work() -> list[Said]:
            if await self.conversation() is None:
                await self.simulation.hear("hello")
            return await self.simulation.operate(command, data)

        return await self._do("", f"/{command}", work)

    # ---- the way back

    def _way(self) -> _Way:
        return _Way(self.simulation.snapshot(), len(self.done), len(self.simulation.ran))

    def begin(self) -> None:
        """The talk begins here: neither `back` nor `restart` leads further back."""
        self._ways.clear()
        self._origin = self._way()

    async def back(self) -> bool:
        """Undo what was done last; whether there was anything."""
        if not self._ways:
            return False
        await self._return(self._ways.pop())
        return True

    async def restart(self) -> None:
        """Begin anew, as the same person and at the same time."""
        if self._origin is not None:
            await self._return(self._origin)
        self._ways.clear()

    async def _return(self, way: _Way) -> None:
        await self.simulation.back(way.snapshot)
        del self.done[way.done :]
        del self.simulation.ran[way.ran :]

    # ---- how things stand

    def options(self) -> Sequence[Shown]:
        """What was shown to choose from since the contact chose or wrote last."""
        asked = [n for n, done in enumerate(self.done) if done.word in ("user", "tap") or done.value == "/goto"]
        since = asked[-1] if asked else 0
        said = [one for done in self.done[since:] for one in done.said]
        return next((one.options for one in reversed(said) if one.options and one.wamid), ())

    def shown(self, text: str) -> Shown | None:
        """The option that a number stands for; None where *text* is what an option is called."""
        options, number = self.options(), text.strip()
        if any(number in (option.id, option.label) for option in options):
            return None
        return options[int(number) - 1] if number.isdecimal() and len(number) < 3 and 0 < int(number) <= len(options) else None

    async def conversation(self) -> Conversation | None:
        return await self.simulation.conversation()

    async def gathers(self) -> bool:
        """Whether the bot waits whether more of an answer is to come."""
        conversation = await self.conversation()
        return conversation is not None and any(timer.name == "gather" for timer in conversation.timers)

    async def window(self) -> str:
        """How long free messages may still be sent."""
        conversation = await self.conversation()
        last = conversation.last_inbound if conversation is not None else None
        if last is None:
            return "window closed: nobody has written yet"
        if not is_open(last, self.simulation.now) and conversation is not None and conversation.contact.attributes.get("opted_out") is True:
            return "window closed: nothing is sent, as the contact has opted out"
        if not is_open(last, self.simulation.now):
            return "window closed: templates only"
        minutes = int((SPAN - MARGIN - (self.simulation.now - last)).total_seconds()) // 60
        return f"window open {minutes // 60} h {minutes % 60:02}"

    def moments(self) -> list[Moment]:
        return self.simulation.transcript.moments

    def ran(self) -> list[Ran]:
        """What the bot's own functions gave, attempt by attempt."""
        return self.simulation.ran


def span(seconds: int) -> str:
    """A time as authors write it: 90m, 25h, 7d."""
    size, unit = next(((size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "m")) if seconds and seconds % size == 0), (1, "s"))
    return f"{seconds // size}{unit}"


def written(moment: datetime, zone: ZoneInfo) -> str:
    """An aware moment as a test writes it: in the bot's zone, with an offset only where the clock shows that hour twice."""
    local = moment.astimezone(UTC).astimezone(zone)
    naive = local.replace(tzinfo=None, fold=0)
    told = local if naive.replace(tzinfo=zone).utcoffset() != local.utcoffset() else naive
    return told.isoformat(timespec="seconds" if local.second else "minutes")
