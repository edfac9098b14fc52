"""Actions in a simulation: the bot's own, of which it is known when they are at work, and what stands in for them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from botkit.actions import Action
from botkit.actions.gathered import Record
from botkit.actions.threads import Threads
from botkit.actions.wanted import Anything
from botkit.signatures import Signature

Stand = Callable[[Mapping[str, Any]], Awaitable[Any]]  # takes the arguments as the function would


class Ran(Struct):
    """One attempt at an action of the bot's own: what the function gave, or the name that flows know its *error* by."""

    action: str
    value: Any = None
    error: str = ""


class AtWork:
    """Which of the bot's own functions are running, so that a simulation waits for them by the real clock; and what came of each."""

    def __init__(self) -> None:
        self.ran: list[Ran] = []  # in the order in which they began
        self._running: set[object] = set()
        self._threads = Threads()

    def __bool__(self) -> bool:
        return bool(self._running)

    def close(self) -> None:
        self._threads.close()

    def watched(self, action: Action) -> Action:
        """*action* as it is, but seen. A plain function is seen until its result has come back from its thread."""
        function = action.function

        async def run(*args: Any, **named: Any) -> Any:
            mark = object()
            self._running.add(mark)
            ran = Ran(action.name, error="timeout")  # unless it ends in time
            self.ran.append(ran)
            try:
                if action.waits:
                    value = await function(*args, **named)
                else:
                    value = await self._threads.run(action.name, functools.partial(function, *args, **named))
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # SystemExit, too: it is the function's end, not the process's
                ran.error = action.declared(error) or "any"
                raise
            else:
                ran.value, ran.error = value, ""
                return value
            finally:
                self._running.discard(mark)

        return replace(action, function=run, waits=True)


def standing_in(name: str, stand: Stand, action: Action | None) -> Action:
    """The action *name* with *stand* in the place of its function. What it is given and what it gives are held to the signature of
    *action*; None: nothing is known of it."""

    async def function(**arguments: Any) -> Any:
        return await stand(arguments)

    if action is not None:
        return replace(action, function=function, takes_ctx=False, waits=True, stand_in=True)
    return Action(Signature(name, open=True), function, (), Record(dict, lambda _: ()), Anything(), False, True, "", stand_in=True)


async def silence() -> None:
    """Never gives an answer: whoever waits for it gives up."""
    await asyncio.get_running_loop().create_future()
