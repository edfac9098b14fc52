"""What starts a flow: words when none is running, and what happens outside.

triggers:
  - book                                     # a word
  - words: [reserve, cita]
  - new_contact                              # the first message of somebody new
  - referral: ad-2026-06                     # the first message behind an advertisement
  - event: order.shipped                     # POST /events; its data become the params
  - {event: order.late, busy: wait, keep: 2d}
  - every: {cron: "0 9 * * MON", to: contact.subscribed}          # minute, hour, day, month, weekday
  - relative: {to: contact.due_date, by: -14d, at: "09:00"}       # fourteen days before that date
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from botkit.replies import Reading
from botkit.schedules import EVERY, RELATIVE, Every, Relative
from botkit.shapes import DURATION, Either, Key, Keys, ListOf, Made, Plain, one_of
from botkit.source import Mapping, Node, Scalar

Kind = Literal["new_contact", "referral", "event", "every", "relative"]
KEEP = 3 * 86_400  # seconds that a start waits for the running flow to end, where the author names no time


class Trigger(Struct, frozen=True, eq=False):
    """*name* is that of the event, or the id of the advertisement. *busy* is for a contact whose conversation is under way: `over` begins a
    digression, `wait` begins when the running flow has ended, within *keep* seconds, `drop` never."""

    node: Node
    kind: Kind
    name: Scalar | None = None
    busy: Literal["over", "wait", "drop"] = "over"
    keep: int = KEEP
    every: Every | None = None
    relative: Relative | None = None


Triggers = tuple[tuple[Scalar, ...], tuple[Trigger, ...]]  # words, and the others

_KEYS = Keys(
    "a trigger",
    {
        "words": Key(ListOf(Plain("a word"), "words", lone=True), "words that start the flow when none is running"),
        "new_contact": Key(Plain("true"), "the first message of somebody new"),
        "referral": Key(Plain("the id of an advertisement"), "a message behind this advertisement"),
        "event": Key(Plain("the name of an event"), "something that happens outside: POST /events"),
        "every": Key(EVERY, "again and again, by the clock"),
        "relative": Key(RELATIVE, "before or after a date of the contact's"),
        "busy": Key(one_of("over", "wait", "drop"), "for a contact whose conversation is under way: over, wait or drop"),
        "keep": Key(DURATION, "how long a start may wait; 3d"),
    },
)
_KINDS = ("words", "new_contact", "referral", "event", "every", "relative")


def _trigger(value: Any, node: Node, reading: Reading) -> Trigger | tuple[Scalar, ...] | None:
    if isinstance(value, Scalar):
        return Trigger(node, "new_contact") if value.text.strip() == "new_contact" else (value,)
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) != 1:
        written = {key.text for key, _ in node} if isinstance(node, Mapping) and not kinds else set[str]()
        if kinds or written <= {"busy", "keep"}:  # what could not be read, or is misspelt, has been told
            told = "a trigger is one of words, new_contact, referral, event, every and relative"
            beside = f"{'/'.join(sorted(written))} stands beside a trigger: - {{event: order.shipped, busy: wait}}" if written else None
            reading.report("trigger", node, told, beside or "write one of them, with its value")
        return None
    kind = kinds[0]
    if kind == "words":
        if "busy" in value or "keep" in value:
            told = "words start a flow only when none is running: nothing can be busy"
            reading.report("unused-key", node, told, "delete busy and keep")
        return tuple(value["words"])
    name = value[kind] if kind in ("referral", "event") else None
    busy, keep = value.get("busy", "over"), value.get("keep", KEEP)
    return Trigger(node, kind, name, busy, keep, value.get("every"), value.get("relative"))  # type: ignore[arg-type]  # one of Kind


def _sorted(found: list[Trigger | tuple[Scalar, ...]], _node: Node, _reading: Reading) -> Triggers:
    words = [word for one in found if isinstance(one, tuple) for word in one]
    return tuple(words), tuple(one for one in found if isinstance(one, Trigger))


TRIGGERS = Made(
    ListOf(Made(Either("a word, or what happens", Plain("a word"), None, _KEYS), _trigger), "a list of words, or of what happens"), _sorted
)
