"""branch: go one way or another, without asking.

split:
  branch:
    - {if: age < 18, go: too_young}
    - {if: contact.city == "Madrid", go: near}
    - go: far                  # the last one has no `if`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from botkit.outcomes import Outcome, Save, outcome_keys, outcome_of
from botkit.replies import Formula, Reading
from botkit.shapes import Expr, Key, ListOf, Made
from botkit.source import Node
from botkit.steps.base import Arrival, Trigger, Turning


class Way(Struct, frozen=True, eq=False):
    """One entry of a branch. *condition* None: always."""

    node: Node
    condition: Formula | None
    outcome: Outcome


def _way(found: dict[str, Any], node: Node, reading: Reading) -> Way:
    return Way(node, found.get("if"), outcome_of(found, reading))


WAY = Made(outcome_keys("an entry of branch", more={"if": Key(Expr(), "taken when this is true")}), _way)


class Branch(Struct, frozen=True, eq=False):
    ways: tuple[Way, ...]
    save: Save | None = None
    errors: Mapping[str, Outcome] = field(default_factory=dict)

    word: ClassVar[str] = "branch"
    begins: ClassVar[tuple[str, ...]] = ("branch",)
    waits: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, Key]] = {"branch": Key(ListOf(WAY, "a list of { if, … }"), "the first entry whose `if` is true is taken")}

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Branch | None:
        ways: list[Way] | None = found.get("branch")
        return None if not ways else cls(tuple(ways))

    def fingerprint(self) -> str:
        return "branch"

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        for way in self.ways:
            yield "branch", way.outcome

    def begin(self, turn: Turning) -> Arrival:
        for way in self.ways:
            if way.condition is None or turn.evaluate(way.condition):
                return way.outcome
        return None
