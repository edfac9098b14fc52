"""understand: the function of the bot's own that is asked what a message means which nothing else has understood.

understand: model.guess                    # the function guess in actions/model.py, marked by @understand
understand: {run: model.guess, timeout: 3s}
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.replies import Reading
from botkit.shapes import DURATION, Key, Keys, Made, Plain
from botkit.source import Node, Scalar

HOOK = "understand"  # the name that its calls go by, and its mocks
TIMEOUT = 5  # seconds where the author names none


class Hook(Struct, frozen=True, eq=False):
    """*timeout* in seconds: then the bot goes on as if it had understood nothing."""

    function: Scalar
    timeout: int = TIMEOUT


def _hook(found: dict[str, Any], _node: Node, _reading: Reading) -> Hook | None:
    return Hook(found["run"], found.get("timeout", TIMEOUT)) if "run" in found else None


UNDERSTAND = Made(
    Keys(
        "understand",
        {
            "run": Key(Plain("the name of a function"), "a function marked by @understand, as in model.guess", required=True),
            "timeout": Key(DURATION, "how long it may take; 5s"),
        },
        lone="run",
    ),
    _hook,
)
