"""run: call an action, a Python function of actions/ or a built-in one such as http.get, and wait for its answer.

book:
  run: clinic.book             # the function book in actions/clinic.py
  with: {day: = day}           # its arguments; records and lists may stand in them
  save: visit                  # the variable that takes what it returns
  timeout: 10s                 # of one attempt; 10s if left out
  retries: 2                   # attempts after the first, with growing pauses
  errors:
    SlotTaken: {say: That slot has just been taken., go: pick_date}
    any: {go: human}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from botkit.outcomes import ERRORS, SAVE, WITH, Arguments, Outcome, Save
from botkit.replies import Reading
from botkit.shapes import DURATION, Key, Plain, whole
from botkit.source import Node, Scalar
from botkit.steps.base import Arrival, Trigger, Turning

TIMEOUT = 10  # seconds of one attempt where the author names none
_NAME = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")


class Run(Struct, frozen=True, eq=False):
    action: Scalar
    arguments: Arguments = ()
    save: Save | None = None
    timeout: int = TIMEOUT
    retries: int = 0
    errors: Mapping[str, Outcome] = field(default_factory=dict)

    word: ClassVar[str] = "run"
    begins: ClassVar[tuple[str, ...]] = ("run",)
    waits: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, Key]] = {
        "run": Key(Plain("the name of an action", names="action"), "an action: file and function, as in clinic.book"),
        "with": Key(WITH, "its arguments"),
        "save": Key(SAVE, "the variable that takes what it returns"),
        "timeout": Key(DURATION, "how long one attempt may take; 10s"),
        "retries": Key(whole(0, 10), "attempts after the first"),
        "errors": Key(ERRORS, "outcomes by error: the name of an exception, timeout, or any"),
    }

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Run | None:
        action: Scalar | None = found.get("run")
        if action is None:
            return None
        if not _NAME.match(action.text):
            hint = "write the file and the function: clinic.book"
            reading.report("bad-action", action, f'"{action.text[:60]}" is no name of an action', hint)
            return None
        fields = {name: found[name] for name in ("save", "timeout", "retries", "errors") if name in found}
        return cls(action, found.get("with", ()), **fields)

    def fingerprint(self) -> str:
        return f"run {self.action.text}"

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        for outcome in self.errors.values():
            yield "error", outcome

    def begin(self, turn: Turning) -> Arrival:
        turn.call_action(self.action.text, self.arguments, float(self.timeout), self.retries)
        return "waits"
