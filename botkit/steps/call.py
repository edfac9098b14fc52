"""call: run another flow and come back with what it returns.

where:
  call: address                # flows/address.yaml
  with: {country: ES}          # its params
  save: place                  # the variable that takes what it returns
  errors:
    cancelled: {go: menu}      # it ended with `go: fail cancelled`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from botkit.outcomes import ERRORS, SAVE, WITH, Arguments, Outcome, Save
from botkit.replies import Reading
from botkit.shapes import Key, Plain
from botkit.source import Node, Scalar
from botkit.steps.base import Arrival, Trigger, Turning


class Call(Struct, frozen=True, eq=False):
    flow: Scalar
    arguments: Arguments = ()
    save: Save | None = None
    errors: Mapping[str, Outcome] = field(default_factory=dict)

    word: ClassVar[str] = "call"
    begins: ClassVar[tuple[str, ...]] = ("call",)
    waits: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, Key]] = {
        "call": Key(Plain("the name of a flow", names="flow"), "a flow that is run and comes back"),
        "with": Key(WITH, "values for its params"),
        "save": Key(SAVE, "the variable that takes what it returns"),
        "errors": Key(ERRORS, "outcomes by the result name that it ended with"),
    }

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Call | None:
        flow: Scalar | None = found.get("call")
        if flow is None:
            return None
        return cls(flow, found.get("with", ()), found.get("save"), found.get("errors", {}))

    def fingerprint(self) -> str:
        return f"call {self.flow.text}"

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        for outcome in self.errors.values():
            yield "error", outcome

    def begin(self, turn: Turning) -> Arrival:
        turn.call_flow(self.flow.text, self.arguments, "", False)
        return "called"
