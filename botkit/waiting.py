"""What an author may say of waiting itself: an old prompt that is said again, buttons that stay alive."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.outcomes import NOTHING, Outcome, outcome_keys, outcome_of
from botkit.replies import Reading
from botkit.says import SAY, Say
from botkit.shapes import DURATION, Either, Key, Keys, Made, Of, duration
from botkit.source import Node


class Resume(Struct, frozen=True, eq=False):
    """A prompt older than *after* seconds is said again before a free text is taken as its answer."""

    node: Node
    after: int
    say: tuple[Say, ...] = ()


class Stale(Struct, frozen=True, eq=False):
    """What a tap on an old message of the step does. *follow*: for so many seconds it re-opens the run; None: the outcome is taken."""

    node: Node
    follow: int | None
    outcome: Outcome = NOTHING


def _resume(found: dict[str, Any], node: Node, _reading: Reading) -> Resume | None:
    return Resume(node, found["after"], found.get("say", ())) if "after" in found else None


RESUME = Made(
    Keys(
        "resume",
        {
            "after": Key(DURATION, "how old the prompt must be: 12h", required=True),
            "say": Key(SAY, "what is said before the prompt is said again"),
        },
    ),
    _resume,
)

FOLLOW = 30 * 86_400  # seconds that old buttons stay alive where the author names no time


def _follow(text: str) -> int | None:
    word, _, span = text.strip().partition(" ")
    return None if word != "follow" else FOLLOW if not span else duration(span)


def _stale(value: Any, node: Node, reading: Reading) -> Stale:
    return Stale(node, value) if isinstance(value, int) else Stale(node, None, outcome_of(value, reading))


_FOLLOW = Of("follow, or follow and a time: follow 30d", _follow, pattern=r"^\s*follow(\s+\d{1,6}\s*[smhdw])?\s*$")
STALE = Made(
    Either("follow, follow 30d, or an outcome", _FOLLOW, None, outcome_keys("stale")),
    _stale,
)
