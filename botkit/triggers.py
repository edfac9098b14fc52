"""What starts a flow: words when none is running, and what happens outside.

triggers:
  - book                                     # a word
  - words: [reserve, cita]
  - new_contact                              # the first message of somebody new
  - referral: ad-2026-06                     # the first message behind an advertisement
  - event: order.shipped                     # POST /events; its data become the params
  - {event: order.late, busy: wait, keep: 2d}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from botkit.replies import Reading
from botkit.shapes import DURATION, Either, Key, Keys, ListOf, Made, Plain, one_of
from botkit.source import Node, Scalar

Kind = Literal["new_contact", "referral", "event"]
KEEP = 3 * 86_400  # seconds that a start waits for the running flow to end, where the author names no time


@dataclass(frozen=True, slots=True, eq=False)
class Trigger:
    """*name* is that of the event, or the id of the advertisement. *busy* is for a contact whose conversation is under way: `over` begins a
    digression, `wait` begins when the running flow has ended, within *keep* seconds, `drop` never."""

    node: Node
    kind: Kind
    name: Scalar | None = None
    busy: Literal["over", "wait", "drop"] = "over"
    keep: int = KEEP


Triggers = tuple[tuple[Scalar, ...], tuple[Trigger, ...]]  # words, and the others

_KEYS = Keys(
    "a trigger",
    {
        "words": Key(ListOf(Plain("a word"), "words", lone=True), "words that start the flow when none is running"),
        "new_contact": Key(Plain("true"), "the first message of somebody new"),
        "referral": Key(Plain("the id of an advertisement"), "a message behind this advertisement"),
        "event": Key(Plain("the name of an event"), "something that happens outside: POST /events"),
        "busy": Key(one_of("over", "wait", "drop"), "for a contact whose conversation is under way: over, wait or drop"),
        "keep": Key(DURATION, "how long a start may wait; 3d"),
    },
    later=frozenset({"every", "relative"}),
)


def _trigger(value: Any, node: Node, reading: Reading) -> Trigger | tuple[Scalar, ...] | None:
    if isinstance(value, Scalar):
        return Trigger(node, "new_contact") if value.text.strip() == "new_contact" else (value,)
    kinds = [kind for kind in ("words", "new_contact", "referral", "event") if kind in value]
    if len(kinds) != 1:
        if kinds or len(value) <= 1:
            reading.report(
                "trigger", node, "a trigger is one of words, new_contact, referral and event", "write one of them, with its value"
            )
        return None
    kind = kinds[0]
    if kind == "words":
        if "busy" in value or "keep" in value:
            told = "words start a flow only when none is running: nothing can be busy"
            reading.report("unused-key", node, told, "delete busy and keep")
        return tuple(value["words"])
    name = value[kind] if kind != "new_contact" else None
    return Trigger(node, kind, name, value.get("busy", "over"), value.get("keep", KEEP))  # type: ignore[arg-type]  # one of Kind


def _sorted(found: list[Trigger | tuple[Scalar, ...]], _node: Node, _reading: Reading) -> Triggers:
    words = [word for one in found if isinstance(one, tuple) for word in one]
    return tuple(words), tuple(one for one in found if isinstance(one, Trigger))


TRIGGERS = Made(
    ListOf(Made(Either("a word, or what happens", Plain("a word"), None, _KEYS), _trigger), "a list of words, or of what happens"), _sorted
)
