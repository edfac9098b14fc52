"""Tests that run on a loop which tells when it is still."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

from botkit.testing.stillness import StillLoop


def still(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        with asyncio.Runner(loop_factory=StillLoop) as runner:
            runner.run(test(*args, **named))

    return run
