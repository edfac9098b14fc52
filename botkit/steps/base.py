"""What every verb of a step can do: read itself, tell where it may lead, begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol

from msgspec import Struct

from botkit.model import MessageReceived
from botkit.outcomes import Assign, Outcome, Save
from botkit.replies import Formula, Given, Nested, Reading, Reply
from botkit.says import Say
from botkit.shapes import Key
from botkit.source import Node, Scalar
from botkit.wire import Value

# The kinds of thing that lead from a step to another one: the triggers of every machine.
Trigger = Literal["option", "done", "exhausted", "error", "silence", "command", "branch", "skip", "leave"]

# What begins at a step: nothing (the turn goes on), an outcome to take, a wait (the turn ends), or another flow (the turn goes on there).
Arrival = Outcome | Literal["waits", "called"] | None


class Turning(Protocol):
    """The turn under way, as far as a verb needs it. Whatever evaluates may raise ExpressionError."""

    item: Value  # what expressions call `item`: the record that an option is made of

    def evaluate(self, formula: Formula) -> Value: ...

    def given(self, given: Given | Nested) -> Value:
        """A literal as it stands, or the value of its formula; of nested ones a record or a list."""
        ...

    def render(self, reply: Reply) -> str: ...

    def variable(self, name: str, contact: bool) -> Value: ...

    def assign(self, name: str, contact: bool, value: Value) -> None: ...

    def call_action(self, action: str, arguments: Sequence[tuple[Scalar, Given | Nested]], timeout: float, retries: int) -> None:
        """Only *arguments* see `secrets`."""
        ...

    def open_now(self, queue: str) -> bool:
        """Whether the queue takes conversations at this hour."""
        ...

    def hand_off(self, queue: str, note: Value, arguments: Sequence[tuple[Scalar, Given | Nested]] = ()) -> None: ...

    def call_flow(self, flow: str, arguments: Sequence[tuple[Scalar, Given | Nested]], via: str, digression: bool) -> None: ...


class Verb(Protocol):
    """One kind of step. *keys* are the keys it adds to a step; the docstring of its file is its manual page."""

    word: ClassVar[str]
    begins: ClassVar[tuple[str, ...]]  # the keys any of which makes a step one of this kind
    keys: ClassVar[Mapping[str, Key]]
    waits: ClassVar[bool]

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Verb | None:
        """The verb that a step writes; None when it has reported why not."""
        ...

    def fingerprint(self) -> str:
        """What a waiting contact depends on: equal texts mean that waiting goes on under a new release."""
        ...

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        """Where it may lead, beside going on."""
        ...

    def begin(self, turn: Turning) -> Arrival: ...

    @property
    def save(self) -> Save | None:
        """The variable that takes its result."""
        ...

    @property
    def errors(self) -> Mapping[str, Outcome]: ...


def assign(turn: Turning, sets: Sequence[Assign]) -> None:
    for one in sets:
        turn.assign(one.name, one.contact, turn.given(one.value))


class Check(Struct, frozen=True, eq=False):
    """A condition of an answer, and what is said when it is not true."""

    node: Node
    condition: Formula
    otherwise: Say
    reads: frozenset[tuple[str, bool]] = frozenset()  # the variables that it names; True: attributes of the contact


__all__ = ["Arrival", "Check", "MessageReceived", "Trigger", "Turning", "Verb", "assign"]
