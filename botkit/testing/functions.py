"""Actions in a simulation: the bot's own, of which it is known when they are at work, and what stands in for them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from botkit.actions import Action
from botkit.actions.gathered import Record
from botkit.actions.threads import Threads
from botkit.actions.wanted import Anything
from botkit.signatures import Signature

Stand = Callable[[Mapping[str, Any]], Awaitable[Any]]  # takes the arguments as the function would


class AtWork:
    """Which of the bot's own functions are running, so that a simulation waits for them by the real clock."""

    def __init__(self) -> None:
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
            try:
                if action.waits:
                    return await function(*args, **named)
                return await self._threads.run(action.name, functools.partial(function, *args, **named))
            finally:
                self._running.discard(mark)

        return replace(action, function=run, waits=True)


def standing_in(name: str, stand: Stand, action: Action | None) -> Action:
    """The action *name* with *stand* in the place of its function. What it is given and what it gives are held to the signature of
    *action*; None: nothing is known of it."""

    async def function(**arguments: Any) -> Any:
        return await stand(arguments)

    if action is not None:
        return replace(action, function=function, takes_ctx=False, waits=True)
    return Action(Signature(name, open=True), function, (), Record(dict, lambda _: ()), Anything(), False, True, "")


async def silence() -> None:
    """Never gives an answer: whoever waits for it gives up."""
    await asyncio.get_running_loop().create_future()
