"""The clock of schedules: at each moment of one it goes round all contacts, and those it is for get an event by the door of all events.

How far it has come stands in the store. A round that was begun goes on after a restart; a moment that was missed is caught up within an
hour, of several the newest; what is older is told in the log and passed over. The key of an event is made of flow, moment and contact, so
that whatever comes twice begins once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile

from msgspec import Struct
from msgspec.structs import replace

from botkit import wire
from botkit.bot import Bot
from botkit.clockwork import LONGEST, Clockwork
from botkit.engine.scheduled import outdated, wanted
from botkit.expressions import ExpressionError
from botkit.model import Conversation, Inbound, Scheduled, dump_event
from botkit.ports import Ports
from botkit.schedules import CATCH_UP, moments
from botkit.stores.base import Store

log = logging.getLogger("botkit.schedules")

PAGE = 100  # conversations that are read at once: others wait for the store meanwhile
_ROOM = 500  # events and messages that may wait when one more page is looked at
_BREATH = 0.2  # seconds until it is looked again whether there is room
_UNDER_WAY = timedelta(days=1)  # so long a round that was begun is worth going on with
_DATES = "dates"  # the mark of the schedules by dates that all conversations know
_TICK = timedelta(microseconds=1)


class Round(Struct, frozen=True):
    """How far a schedule has come: *moment* (UTC) is done, or where *after* is not None, under way beyond that key of a conversation."""

    moment: datetime
    after: str | None = None
    begun: int = 0  # events that it has led to since this process goes round


class Rounds:
    """*receive* is the door of the inbox, *bot* gives the bot of now, *waiting* how much waits there; only *channels* are gone round.
    *page*: so many conversations are read at once."""

    def __init__(
        self, store: Store, ports: Ports, receive: Callable[[Sequence[Inbound]], Awaitable[object]], bot: Callable[[], Bot],
        channels: Collection[str], waiting: Callable[[], int], page: int = PAGE,
    ) -> None:  # fmt: skip
        self._store = store
        self._ports = ports
        self._receive = receive
        self._bot = bot
        self._channels = channels
        self._waiting = waiting
        self._size = page
        self._known: dict[tuple[str, str], Round] = {}  # by flow and cron
        self._reckoned: str | None = None  # the mark of _DATES; None: it was not read yet
        self._clock = Clockwork("schedules", ports, log, self._look)

    @property
    def resting(self) -> bool:
        """Nothing is due: it waits for the clock."""
        return self._clock.resting > 0

    async def start(self) -> None:
        self._clock.start()

    def wake(self) -> None:
        """The bot is another one."""
        self._clock.wake()

    async def stop(self) -> None:
        """Begin no further page; rounds under way go on at the next start."""
        await self._clock.stop()

    async def _look(self) -> float:
        """Do a page of all that is due; seconds until there may be more."""
        bot = self._bot()
        waits = [await self._reckon(bot)]
        for flow, cron in _schedules(bot):
            waits.append(await self._turn(bot, flow, cron))
        return min(waits)

    # ---- by the clock

    async def _turn(self, bot: Bot, flow: str, cron: str) -> float:
        """Do a page of a schedule, if it is due; seconds until it goes on."""
        now, zone = self._ports.now(), bot.settings.zone
        known = self._known.get((flow, cron)) or await self._take_up(bot, flow, cron)
        if known.after is None:
            missed = next(moments(cron, known.moment, zone), now)
            if missed < now - CATCH_UP:
                log.warning("flow %s: %s was missed, and is too long ago to be caught up", flow, _told(bot, missed))
                known = await self._mark(flow, cron, Round(now - CATCH_UP))
            due = list(_until(moments(cron, known.moment, zone), now))
            if not due:
                coming = next(moments(cron, now, zone), None)
                return LONGEST if coming is None else (coming - self._ports.now()).total_seconds()
            if len(due) > 1:
                log.warning("flow %s: of %d moments that are due only the newest comes", flow, len(due))
            known = await self._mark(flow, cron, Round(due[-1], ""))
        if self._waiting() > _ROOM:
            return _BREATH
        await self._go_on(bot, flow, cron, known)
        return 0

    async def _take_up(self, bot: Bot, flow: str, cron: str) -> Round:
        """How far an earlier process came; a schedule that is new begins now."""
        kept = await self._store.marked(_mark(flow, cron))
        if not kept:
            return await self._mark(flow, cron, Round(self._ports.now()))
        known = Round(*wire.loads(kept))
        if known.after is not None and self._ports.now() - known.moment > _UNDER_WAY:
            log.warning("flow %s: the round of %s was not finished, and is too old now", flow, _told(bot, known.moment))
            known = Round(known.moment)
        self._known[flow, cron] = known
        return known

    async def _go_on(self, bot: Bot, flow: str, cron: str, known: Round) -> None:
        """One page of a round."""
        page = await self._store.conversations(known.after or "", self._size)
        inbounds: list[Inbound] = []
        faults: list[ExpressionError] = []
        for _, conversation in page:
            if conversation is None or conversation.channel not in self._channels:
                continue
            try:
                if wanted(bot, conversation, Scheduled("", known.moment, flow, cron, known.moment)):
                    key = f"every:{flow}:{known.moment.isoformat()}:{conversation.contact.id}"
                    inbounds.append(_inbound(conversation, Scheduled(key, self._ports.now(), flow, cron, known.moment)))
            except ExpressionError as error:
                faults.append(error)
        if faults:
            log.warning("flow %s: it cannot be told of %d contacts whether it is for them: %s", flow, len(faults), faults[0])
        if inbounds:
            await self._receive(inbounds)
        begun = known.begun + len(inbounds)
        if len(page) == self._size:
            await self._mark(flow, cron, Round(known.moment, page[-1][0], begun))
            return
        await self._mark(flow, cron, Round(known.moment))
        log.info("flow %s: the schedule of %s has come, for %d contacts", flow, _told(bot, known.moment), begun)

    async def _mark(self, flow: str, cron: str, told: Round) -> Round:
        await self._store.mark(_mark(flow, cron), wire.dumps([told.moment, told.after]).decode())
        self._known[flow, cron] = told
        return told

    # ---- by dates

    async def _reckon(self, bot: Bot) -> float:
        """Have moments by dates reckoned anew for those who have not met the schedules of this bot; seconds until the next look."""
        told = _dates(bot)
        if self._reckoned is None:
            self._reckoned = await self._store.marked(_DATES)
        if self._reckoned == told:
            return LONGEST
        after, stamp = "", self._ports.now()
        while told and not self._clock.ending:
            if self._waiting() > _ROOM:
                await self._ports.sleep(_BREATH)
                continue
            page = await self._store.conversations(after, self._size)
            inbounds = [
                _inbound(one, Scheduled(f"dates:{stamp.isoformat()}:{one.contact.id}", self._ports.now()))
                for _, one in page
                if one is not None and one.channel in self._channels and outdated(bot, one, Scheduled("", stamp))
            ]
            if inbounds:
                await self._receive(inbounds)
            if len(page) < self._size:
                break
            after = page[-1][0]
        if not self._clock.ending:
            await self._store.mark(_DATES, told)
            self._reckoned = told
        return 0

    # ---- where the clock is moved by hand

    async def coming(self, until: datetime) -> datetime | None:
        """The next moment, *until* included, at which a flow begins for somebody as things stand now; of at most a page of people."""
        bot, now = self._bot(), self._ports.now()
        everybody = [one for _, one in await self._store.conversations("", self._size) if one is not None]
        found: datetime | None = None
        for flow, cron in _schedules(bot):
            due = moments(cron, now, bot.settings.zone)
            for moment in _until(due if _timely(bot, flow, cron) else islice(due, 1), found or until):
                event = Scheduled("", moment, flow, cron, moment)
                if any(_surely(bot, one, event) for one in everybody):
                    found = moment
                    break
        return found

    async def pass_over(self, until: datetime) -> None:
        """Nothing begins before *until*: those moments are done."""
        for (flow, cron), known in list(self._known.items()):
            if known.after is None and known.moment < until - _TICK:
                await self._mark(flow, cron, replace(known, moment=until - _TICK))


def _until(found: Iterator[datetime], end: datetime) -> Iterator[datetime]:
    return takewhile(lambda moment: moment <= end, found)


def _surely(bot: Bot, conversation: Conversation, event: Scheduled) -> bool:
    try:
        return wanted(bot, conversation, event)
    except ExpressionError:
        return False


def _schedules(bot: Bot) -> list[tuple[str, str]]:
    """Flow and cron of every schedule, each once."""
    return list(dict.fromkeys((flow, trigger.every.fields) for flow, trigger in bot.schedules if trigger.every is not None))


def _timely(bot: Bot, flow: str, cron: str) -> bool:
    """Whether it may be for other people at another moment."""
    told = [trigger.every for name, trigger in bot.schedules if name == flow and trigger.every is not None]
    return any({"today", "now"} & set(every.to.expression.functions) for every in told if every.fields == cron)


def _dates(bot: Bot) -> str:
    """Names what the schedules by dates of a bot are; "": there are none."""
    told = [f"{flow} {trigger.relative.key} {trigger.relative.at}" for flow, trigger in bot.dates if trigger.relative is not None]
    return "; ".join([str(bot.settings.zone), *sorted(told)]) if told else ""


def _mark(flow: str, cron: str) -> str:
    return f"every:{flow}:{cron}"


def _inbound(conversation: Conversation, event: Scheduled) -> Inbound:
    channel, contact = conversation.channel, conversation.contact.id
    return Inbound(channel, event.key, event.at, dump_event(event), event, contact=contact, kind="event")


def _told(bot: Bot, moment: datetime) -> str:
    return moment.astimezone(bot.settings.zone).isoformat(timespec="minutes")
