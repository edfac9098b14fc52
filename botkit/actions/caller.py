"""Runs the calls that turns have asked for; their answers go in by the door of all events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from botkit.actions import failures
from botkit.actions.attempts import Answer, Attempts, Bell
from botkit.actions.context import Secrets
from botkit.actions.failures import Failure
from botkit.actions.functions import Action
from botkit.media.library import Library
from botkit.model import QUEUE, ActionFailed, ActionFinished, Call, Contact, Inbound, dump_event
from botkit.ports import Ports
from botkit.stores.base import Corrupt, OpenCall, Store, StoreUnavailable

T = TypeVar("T")

MOST_DEATHS = 3  # a call under which the process ended so often is given up: it may be what ends it
LONGEST_PAUSE = 30.0  # seconds
_LONGEST_OF_QUEUES = 300.0  # seconds, between two attempts to tell a queue something

_log = logging.getLogger("botkit.actions")


class Caller:
    """Each call is tried until its answer is in the inbox: across restarts, always under the same idempotency key.

    *actions* may be replaced at any time: attempts begun later use the new ones. At most *most_at_once* attempts of one action
    run at the same time; different actions never wait for one another.
    """

    def __init__(
        self, store: Store, actions: Mapping[str, Action], ports: Ports, receive: Callable[[Sequence[Inbound]], Awaitable[object]], *,
        secrets: Mapping[str, str], zone: ZoneInfo, most_at_once: int = 64,
    ) -> None:  # fmt: skip
        self.actions = actions
        self._store = store
        self._ports = ports
        self._receive = receive
        self._most = most_at_once
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._calls: dict[str, asyncio.Task[None]] = {}  # by call id
        self._last: dict[tuple[str, str], asyncio.Task[None]] = {}  # by channel and contact: what a queue is told, the newest
        self._attempts = Attempts(ports, Secrets(secrets), zone)
        self._held: set[str] = set()  # ids of the calls that a drain waits for: under way, or with an answer to bring in
        self._ending = asyncio.Event()
        self._early: list[tuple[str, Contact, Call]] | None = []  # what queues are to be told, behind what was left; None: that is begun

    async def start(self) -> None:
        """Take up the calls that a process before this one has left without an answer."""
        for left in await self._store.calls():
            self._begin(left.channel, await self._contact(left), left.call)
        early, self._early = self._early or [], None
        for channel, contact, call in early:
            self._begin(channel, contact, call)

    async def _contact(self, left: OpenCall) -> Contact:
        try:
            conversation = await self._store.load(left.channel, left.contact)
        except Corrupt:  # the call is answered all the same; what cannot be read is told where the answer is worked on
            conversation = None
        return conversation.contact if conversation is not None else Contact(left.contact)

    def put(self, channel: str, contact: Contact, calls: Sequence[Call]) -> None:
        """Run *calls*, whose turn is committed. One that is under way already is not begun again."""
        for call in calls:
            if self._early is not None and call.action.startswith(QUEUE):
                self._early.append((channel, contact, call))
            else:
                self._begin(channel, contact, call)

    def _begin(self, channel: str, contact: Contact, call: Call) -> None:
        if self._ending.is_set() or call.id in self._calls:
            return
        told = call.action.startswith(QUEUE)
        before = self._last.get((channel, contact.id)) if told else None
        task = self._ports.spawn(self._see_through(channel, contact, call, before), f"call {call.id}")
        self._calls[call.id] = task
        if told:
            self._last[channel, contact.id] = task
            task.add_done_callback(partial(self._told, (channel, contact.id)))
        task.add_done_callback(partial(self._ended, call.id))

    def connect(self, library: Library) -> None:
        """Who has the files of contacts; without, `ctx.media` has none."""
        self._attempts.library = library

    @property
    def under_way(self) -> int:
        """Calls whose answer is not in the inbox yet."""
        return len(self._calls)

    def _told(self, whose: tuple[str, str], task: asyncio.Task[None]) -> None:
        if self._last.get(whose) is task:
            del self._last[whose]

    def _ended(self, id_: str, _task: asyncio.Task[None]) -> None:
        del self._calls[id_]
        self._held.discard(id_)

    async def drain(self, seconds: float) -> None:
        """Begin nothing more and give what is under way *seconds* to end. What has no answer then is tried again at the next start.

        The last of the *seconds*, a quarter and one second at most, are for functions that are cut off, to clean up.
        """
        last = min(1.0, seconds / 4)
        self._ending.set()
        for id_, task in self._calls.items():
            if id_ not in self._held:
                task.cancel()
        await self._within(seconds - last, self._calls.values)
        for id_, task in self._calls.items():
            if task.cancel():  # False: it has just ended
                _log.warning("call %s has no answer yet: it is tried again at the next start, under the same idempotency key", id_)
        self._attempts.cancel()
        await self._within(last, lambda: [*self._calls.values(), *self._attempts.under_way])
        await self._attempts.close()

    async def _within(self, seconds: float, tasks: Callable[[], Iterable[asyncio.Task[None]]]) -> None:
        """Wait until none of *tasks* is left, *seconds* at most."""
        over = Bell()
        alarm = self._ports.later(seconds, over.ring)
        try:
            while (left := [task for task in tasks() if not task.done()]) and not over.rung.done():
                await asyncio.wait([*left, over.rung], return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()

    # ---------------------------------------------------------------- one call

    async def _see_through(self, channel: str, contact: Contact, call: Call, before: asyncio.Task[None] | None = None) -> None:
        """*before*: the call that this one comes after."""
        if before is not None and not before.done():
            await asyncio.wait([before])
        outcome = await self._outcome(channel, contact, call)
        if outcome is None:
            return
        self._held.add(call.id)
        key, at = f"call:{call.id}", self._ports.now()
        event: ActionFinished | ActionFailed
        if isinstance(outcome, Answer):
            event = ActionFinished(key, at, call.id, outcome.value, outcome.said)
        else:
            event = ActionFailed(key, at, call.id, outcome.error, outcome.detail)
        inbound = Inbound(channel, key, at, dump_event(event), event, contact=contact.id, kind="event")
        await self._surely("bring in the answer of", call, lambda: self._receive([inbound]))

    async def _outcome(self, channel: str, contact: Contact, call: Call) -> Answer | Failure | None:
        """The answer of the last attempt. None: it has one already, or it is to be tried by the next process."""
        while True:
            async with self._slots.setdefault(call.action, asyncio.Semaphore(self._most)):
                if self._ending.is_set():
                    return None
                self._held.add(call.id)
                number = await self._surely("count an attempt of", call, lambda: self._store.claim_call(call.id))
                if number == 0:
                    return None
                outcome = await self._attempt(channel, contact, call, number)
            again = isinstance(outcome, Failure) and outcome.again and number <= call.retries
            if isinstance(outcome, Failure):
                self._tell(call, outcome, again)
            if not again:
                return outcome
            self._held.discard(call.id)
            if self._ending.is_set():
                return None
            await self._pause(number, _LONGEST_OF_QUEUES if call.action.startswith(QUEUE) else LONGEST_PAUSE)

    async def _attempt(self, channel: str, contact: Contact, call: Call, number: int) -> Answer | Failure:
        action = self.actions.get(call.action)
        if action is None:
            return failures.missing(call)
        if number > call.retries + MOST_DEATHS:
            return failures.died(call, number - 1)
        return await self._attempts.make(action, channel, contact, call)

    def _tell(self, call: Call, failure: Failure, again: bool) -> None:
        if failure.cause is not None and not failure.again:  # declared: an answer like another
            _log.info("%s", failure.detail)
        else:
            note = ", is tried again" if again else ""
            _log.log(logging.WARNING if again else logging.ERROR, "%s%s", failure.detail, note, exc_info=failure.cause)

    # ---------------------------------------------------------------- patience

    async def _surely(self, what: str, call: Call, work: Callable[[], Awaitable[T]]) -> T:
        """What *work* gives, tried until the store can do it: what an action did must not be lost, nor done a second time."""
        turn = 0
        while True:
            try:
                return await work()
            except Exception as error:
                trace = None if isinstance(error, StoreUnavailable) else error
                _log.warning("cannot %s call %s yet: %s", what, call.id, error, exc_info=trace)
            turn += 1
            await self._pause(turn)

    async def _pause(self, turn: int, longest: float = LONGEST_PAUSE) -> None:
        """Full jitter, growing with *turn*, which counts from 1."""
        await self._ports.sleep(self._ports.chance() * min(longest, 2.0 ** min(turn, 10) / 2))
