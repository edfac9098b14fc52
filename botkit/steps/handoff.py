"""handoff: give the conversation to people; the bot is silent until it is handed back.

human:
  handoff: front_desk          # a queue of botkit.yaml
  say: One moment, a colleague will write to you here.    # once the queue has accepted
  note: = topic                # what the colleague should know
  with: {order: = order.id}    # more of it, under names of your own, for a queue that leads somewhere
  errors:
    closed: {say: We are back on Monday., go: menu}       # outside the queue's hours, or it declines
    timeout: {go: menu}        # nobody handed it back in time
  go: end                      # once it is handed back
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from botkit.outcomes import ERRORS, WITH, Arguments, Outcome, Save
from botkit.replies import Given, Reading
from botkit.shapes import DURATION, GivenValue, Key, Plain
from botkit.source import Node, Scalar
from botkit.steps.base import Arrival, Trigger, Turning


class Handoff(Struct, frozen=True, eq=False):
    queue: Scalar
    note: Given | None = None
    arguments: Arguments = ()
    timeout: int | None = None  # seconds; None: as the queue says
    save: Save | None = None
    errors: Mapping[str, Outcome] = field(default_factory=dict)

    word: ClassVar[str] = "handoff"
    begins: ClassVar[tuple[str, ...]] = ("handoff",)
    waits: ClassVar[bool] = True
    keys: ClassVar[Mapping[str, Key]] = {
        "handoff": Key(
            Plain("the name of a queue", names="queue"), "a queue of botkit.yaml; the bot is silent until the conversation is handed back"
        ),
        "note": Key(GivenValue(), "what the colleague should know"),
        "with": Key(WITH, "more that the colleague should know, by name, for a queue that leads somewhere"),
        "timeout": Key(DURATION, "how long it may stay there; then errors.timeout"),
        "errors": Key(ERRORS, "closed, timeout"),
    }

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Handoff | None:
        queue: Scalar | None = found.get("handoff")
        if queue is None:
            return None
        return cls(queue, found.get("note"), tuple(found.get("with", ())), found.get("timeout"), errors=found.get("errors", {}))

    def fingerprint(self) -> str:
        return f"handoff {self.queue.text}"

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        for outcome in self.errors.values():
            yield "error", outcome

    def begin(self, turn: Turning) -> Arrival:
        closed = self.errors.get("closed")
        if closed is not None and not turn.open_now(self.queue.text):
            return closed
        turn.hand_off(self.queue.text, turn.given(self.note) if self.note is not None else None, self.arguments)
        return "waits"
