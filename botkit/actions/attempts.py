"""One attempt at a call: the function is run within its time, and what comes of it is an answer or a failure."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from botkit.actions import failures, results
from botkit.actions.context import Context, Files, Person, Secrets
from botkit.actions.failures import Failure
from botkit.actions.functions import Action
from botkit.actions.http import Http
from botkit.actions.saying import Mouth
from botkit.actions.threads import Threads
from botkit.actions.wanted import Misfit
from botkit.media.library import Library
from botkit.model import Call, Contact, Send
from botkit.ports import Ports
from botkit.wire import Value, Veiled


class Answer(Struct, frozen=True):
    value: Value
    said: tuple[Send, ...] = ()


class Bell:
    """Rings once, whoever pulls first."""

    def __init__(self) -> None:
        self.rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ring(self, *_: object) -> None:
        if not self.rung.done():
            self.rung.set_result(None)


class _Unset(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _filled(value: Value, secrets: Callable[[str], str]) -> Value:
    match value:
        case Veiled():
            return value.filled(secrets)
        case dict():
            return {name: _filled(inner, secrets) for name, inner in value.items()}
        case list() | tuple():
            return [_filled(inner, secrets) for inner in value]
    return value


class Attempts:
    """What all attempts share: the HTTP client, the threads, the secrets."""

    def __init__(self, ports: Ports, secrets: Secrets, zone: ZoneInfo) -> None:
        self.under_way: set[asyncio.Task[None]] = set()  # functions that run; one whose time is over may still be here
        self.library: Library | None = None  # has the files of contacts
        self._ports = ports
        self._secrets = secrets
        self._zone = zone
        self._http = Http()
        self._threads = Threads()

    async def make(self, action: Action, channel: str, contact: Contact, call: Call) -> Answer | Failure:
        """Run the function once, for at most `call.timeout` seconds."""
        try:
            given, secrets = self._unveiled(action, call)
            if action.guard is not None:
                action.guard(call.arguments, secrets)
            arguments = action.arguments(given, self._zone)
        except _Unset as unset:
            return failures.unset(action, call, unset.name)
        except Misfit as misfit:
            return failures.misused(action, call, str(misfit))
        except Exception as error:  # of a class of the bot's own, compared or hashed on the way
            return failures.raised(error, action, call, self._secrets)
        box: list[Answer | Failure] = []
        silent = "a function that is marked by @understand says nothing: it names what was meant" if action.signature.hook else ""
        ctx = self._context(channel, contact, call, Mouth(silent))
        work = self._ports.spawn(self._run(action, call, ctx, arguments, box), f"action {call.action}")
        self.under_way.add(work)
        work.add_done_callback(self.under_way.discard)
        over = Bell()
        work.add_done_callback(over.ring)
        alarm = self._ports.later(min(call.timeout, action.longest or call.timeout), over.ring)
        try:
            await over.rung
        finally:
            # Not waited for: a function that does not let itself be cancelled would hold up the conversation.
            alarm.cancel()
            work.cancel()
            ctx.say.close()
        return box[0] if box else failures.timed_out(action, call)

    async def _run(self, action: Action, call: Call, ctx: Context, arguments: Mapping[str, Any], box: list[Answer | Failure]) -> None:
        """Call the function and put what comes of it into *box*."""
        work = partial(action.function, *([ctx] if action.takes_ctx else []), **arguments)
        try:
            value = work() if action.waits else await self._threads.run(action.name, work)
            if inspect.isawaitable(value):
                value = await value
            kept = self._kept(action, call, value)
            said = ctx.say.close()
            box.append(replace(kept, said=said) if said and isinstance(kept, Answer) else kept)
        except (KeyboardInterrupt, asyncio.CancelledError) as error:
            box.append(failures.raised(error, action, call, self._secrets))
            raise
        except BaseException as error:  # SystemExit, too: it is the function's end, not the process's
            box.append(failures.raised(error, action, call, self._secrets))

    def _unveiled(self, action: Action, call: Call) -> tuple[dict[str, Value], frozenset[str]]:
        """The arguments of *call* with its secrets in them, and their names. Raises _Unset."""
        names: set[str] = set()

        def secret(name: str) -> str:
            names.add(name)
            if action.stand_in:
                return "•••"
            if not self._secrets.get(name):
                raise _Unset(name)
            return self._secrets[name]

        return {name: _filled(value, secret) for name, value in call.arguments.items()}, frozenset(names)

    def _kept(self, action: Action, call: Call, value: Any) -> Answer | Failure:
        try:
            plain = results.kept(value, self._zone, action.most)
            action.gives.check(plain)
        except results.Unkeepable as error:
            return failures.unkept(action, call, str(error))
        except Misfit as misfit:
            return failures.unkept(action, call, str(misfit.under("the result")))
        return Answer(plain)

    def _context(self, channel: str, contact: Contact, call: Call, say: Mouth) -> Context:
        return Context(
            http=self._http,
            media=Files(self.library, channel, contact.id),
            idempotency_key=call.id,
            contact=Person.of(contact),
            secrets=self._secrets,
            now=self._ports.now().astimezone(self._zone),
            say=say,
            log=logging.LoggerAdapter(logging.getLogger(f"botkit.actions.{call.action}"), {"call": call.id, "origin": call.origin}),
        )

    def cancel(self) -> None:
        """Have every function that runs end; a plain one in its thread does not hear it."""
        for work in self.under_way:
            work.cancel()

    async def close(self) -> None:
        """Close the HTTP client and let idle threads end."""
        self._threads.close()
        await self._http.close()
