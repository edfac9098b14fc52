"""wait: do nothing for a time, until a moment, or until something happens outside.

paid:
  wait: {event: payment.settled, key: = order.id}   # POST /events; kept when it comes early
  save: receipt                # the event's data
  timeout: 20m
  errors:
    timeout: {say: We did not see your payment., go: pay}
tomorrow:
  wait: {until: "= at(day, '09:00')"}               # in the bot's time zone
nudge:
  wait: 30m
  options: {stop: {label: No more, go: end}}        # may stand beside it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from botkit.outcomes import ERRORS, SAVE, Outcome, Save
from botkit.replies import Formula, Given, Reading
from botkit.shapes import DURATION, SWITCH, Either, Expr, GivenValue, Key, Keys, ListOf, Made, Plain
from botkit.source import Node, Scalar
from botkit.steps.ask import Ask
from botkit.steps.base import Arrival, Trigger, Turning

_UNTIL = Keys(
    "wait",
    {
        "until": Key(Expr(), "a moment, a day or a time of day"),
        "event": Key(
            ListOf(Plain("the name of an event"), "the name of an event, or a list of names", lone=True), "what must happen outside"
        ),
        "key": Key(GivenValue(), "what the event must be about"),
        "latest": Key(SWITCH, "of events that came early only the newest counts"),
    },
)


class Wait(Struct, frozen=True, eq=False):
    """*seconds*, *until* or *events*: one of them. *ask* holds the options beside it."""

    node: Node
    seconds: int | None = None
    until: Formula | None = None
    events: tuple[Scalar, ...] = ()
    about: Given | None = None
    latest: bool = False
    save: Save | None = None
    timeout: int | None = None
    errors: Mapping[str, Outcome] = field(default_factory=dict)
    ask: Ask = field(default_factory=lambda: Ask(silence=()))

    word: ClassVar[str] = "wait"
    begins: ClassVar[tuple[str, ...]] = ("wait",)
    waits: ClassVar[bool] = True
    keys: ClassVar[Mapping[str, Key]] = {
        "wait": Key(
            Made(Either("a time such as 30m, or { until: … }, or { event: … }", DURATION, None, _UNTIL), lambda v, _n, _r: v), "how long"
        ),
        "options": Ask.keys["options"],
        "retry": Ask.keys["retry"],
        "save": Key(SAVE, "the variable that takes the event's data"),
        "timeout": Key(DURATION, "a fixed limit from the first entry of the step; then errors.timeout"),
        "errors": Key(ERRORS, "timeout, unsent"),
    }

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Wait | None:
        told = found.get("wait")
        if told is None:
            return None
        given: dict[str, Any] | None = {"seconds": told} if isinstance(told, int) else _fields(told, node, reading)
        if given is None:
            return None
        more: dict[str, Any] = {name: found[name] for name in ("save", "timeout", "errors") if name in found}
        beside: dict[str, Any] = {name: found[name] for name in ("options", "retry") if name in found}
        ask = Ask.of({**beside, "": node}, node, reading) if "options" in beside else None
        if ask is not None:
            more["ask"] = ask
        return cls(node, **given, **more)

    def fingerprint(self) -> str:
        what = ",".join(name.text for name in self.events) if self.events else "until" if self.until is not None else ""
        return f"wait {what}|{','.join(o.id for o in self.ask.options)}"

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        for outcome in self.errors.values():
            yield "error", outcome
        yield from self.ask.outcomes()

    def begin(self, _turn: Turning) -> Arrival:
        return "waits"


def _fields(told: dict[str, Any], node: Node, reading: Reading) -> dict[str, Any] | None:
    given = [name for name in ("until", "event") if name in told]
    if not given and any(key.text in ("until", "event") for key, _ in getattr(told.get(""), "entries", ())):
        return None  # it could not be read, which is told
    if len(given) != 1:
        reading.report(
            "wait-for-what", told.get("", node), "a wait is for a time, until a moment or for an event", "wait: 30m, or wait: {event: name}"
        )
        return None
    if "until" in told:
        return {"until": told["until"]}
    return {"events": tuple(told["event"]), "about": told.get("key"), "latest": told.get("latest", False)}
