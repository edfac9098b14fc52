"""The queues of a bot as actions: each call is one thing that a queue is told, tried until it is heard, declined, or too late."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from msgspec import Struct

from botkit.actions import Action
from botkit.actions.context import Context
from botkit.actions.functions import Passing
from botkit.actions.gathered import Record
from botkit.actions.http import written
from botkit.actions.threads import Threads
from botkit.actions.wanted import Anything
from botkit.environment import Desk
from botkit.handoffs.failures import Declined, GivenUp, Unreachable
from botkit.handoffs.post import Post
from botkit.model import QUEUE
from botkit.settings import Queue
from botkit.signatures import Signature

log = logging.getLogger("botkit.handoffs")

OPENING = timedelta(minutes=10)  # so long a queue is asked to take a conversation; then it counts as closed
LONGEST = timedelta(hours=24)  # so long it is told anything else
_MOST = 1_000  # handoffs that were declined and are remembered

Before = Callable[[str, str, datetime], Awaitable[Sequence[Mapping[str, Any]]]]  # channel, contact, until when -> what was said last


class Trouble(Struct, frozen=True):
    """A queue cannot be told anything: since when, and why."""

    since: datetime
    reason: str


class Queues:
    """*desks*: where queues lead, by their names. *before* tells what was said last in a conversation."""

    def __init__(self, desks: Mapping[str, Desk], before: Before) -> None:
        self.desks = desks
        self.shown: Callable[[Mapping[str, Any]], None] | None = None  # told in the place of all desks, where the bot is only tried out
        self._before = before
        self._post = Post()
        self._threads = Threads()
        self._troubles: dict[str, Trouble] = {}
        self._begun: dict[str, datetime] = {}  # by delivery: its first attempt
        self._declined: dict[str, None] = {}  # handoffs, the oldest first

    def actions(self, queues: Sequence[Queue], own: Mapping[str, Action]) -> dict[str, Action]:
        """An action for each of *queues* that leads somewhere; *own* are the functions of the bot."""
        return {QUEUE + queue.name: self._action(queue, own) for queue in queues if queue.leads}

    def _action(self, queue: Queue, own: Mapping[str, Action]) -> Action:
        name = queue.name
        tell = self._posted if queue.action is None else partial(self._run, own.get(queue.action.text))

        async def deliver(ctx: Context, told: dict[str, Any]) -> None:
            await self._deliver(name, ctx, told, tell)

        return Action(
            Signature(QUEUE + name, open=True), deliver, (Declined, GivenUp), Record(dict, lambda _: ()), Anything(), True, True, ""
        )

    async def _deliver(self, queue: str, ctx: Context, told: dict[str, Any], tell: Callable[..., Awaitable[None]]) -> None:
        id_, opening = told["id"], told["event"] == "opened"
        begun = self._begun.setdefault(id_, ctx.now)
        try:
            if told["handoff"] in self._declined:
                raise Declined("it has not taken this conversation")
            if ctx.now - begun > (OPENING if opening else LONGEST):
                trouble = self._troubles.get(queue)
                raise GivenUp(trouble.reason if trouble is not None else "it gave no answer")
            if self.shown is not None:
                self.shown(told)
            else:
                await tell(queue, ctx, told)
        except (Declined, GivenUp) as error:
            self._begun.pop(id_, None)
            if opening:
                self._declined[told["handoff"]] = None
                if len(self._declined) > _MOST:
                    del self._declined[next(iter(self._declined))]
            level = logging.ERROR if isinstance(error, GivenUp) else logging.WARNING
            log.log(level, "queue %s was not told of %s: %s", queue, _what(told), error)
            if isinstance(error, Declined) and error.wrong:
                self._troubled(queue, ctx.now, str(error))
            elif isinstance(error, Declined):
                self._troubles.pop(queue, None)
            raise
        except BaseException as error:  # CancelledError, too: its time was over
            self._troubled(queue, ctx.now, str(error) if isinstance(error, Passing) else f"its function ended with {type(error).__name__}")
            raise
        self._begun.pop(id_, None)
        if self._troubles.pop(queue, None) is not None:
            log.info("queue %s is told again what happens", queue)

    def _troubled(self, queue: str, now: datetime, reason: str) -> None:
        before = self._troubles.get(queue)
        self._troubles[queue] = Trouble(now if before is None else before.since, reason)

    async def _posted(self, queue: str, ctx: Context, told: dict[str, Any]) -> None:
        desk = self.desks.get(queue)
        if desk is None or not desk.url or not desk.secret:
            raise Unreachable("its address or its secret is not known: the bot has to be started anew")
        body = written(await self._whole(ctx, told))
        await self._post.tell(desk, told["id"], int(ctx.now.timestamp()), body, told["event"] == "opened")

    async def _run(self, action: Action | None, queue: str, ctx: Context, told: dict[str, Any]) -> None:
        if action is None:
            raise Unreachable("there is no such action")
        work = partial(action.function, *([ctx] if action.takes_ctx else []), delivery=await self._whole(ctx, told))
        try:
            value = work() if action.waits else await self._threads.run(action.name, work)
            if inspect.isawaitable(value):
                await value
        except Exception as error:
            if not isinstance(error, Passing) and action.declared(error) is not None:
                raise Declined(f"{action.name} raised {type(error).__name__}") from error
            raise

    async def _whole(self, ctx: Context, told: dict[str, Any]) -> dict[str, Any]:
        if told["event"] != "opened":
            return told
        until = datetime.fromisoformat(told["at"])
        return {**told, "messages": list(await self._before(told["channel"], ctx.contact.id, until))}

    def reasons(self, now: datetime) -> Iterator[str]:
        """Which queues cannot be told anything now."""
        for name, trouble in self._troubles.items():
            minutes = int((now - trouble.since).total_seconds() // 60)
            yield f"queue {name} cannot be told what happens, for {minutes} min: {trouble.reason}"

    async def close(self) -> None:
        self._threads.close()
        await self._post.close()


def _what(told: Mapping[str, Any]) -> str:
    return {"opened": "a new conversation", "message": "a message", "unsent": "a message that did not arrive"}.get(told["event"], "an end")
