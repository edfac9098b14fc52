"""State machines as `transitions` builds them, with the work per step taken out that botkit does not need.

A machine owns no model: an event of it is triggered on any object with a `state`. Of `transitions`' hooks only conditions are
called; they are functions, never names, pure and synchronous.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from transitions import Machine, MachineError, core

logging.getLogger("transitions").setLevel(logging.WARNING)

Condition = Callable[[Any], bool]  # takes transitions' EventData; .model is what moves


class LeanTransition(core.Transition):
    """Checks its conditions and moves the model."""

    def execute(self, event_data: Any) -> bool:
        for condition in self.conditions:
            if not condition.func(event_data):  # type: ignore[operator]  # never a name here
                return False
        if self.dest is not None:
            event_data.model.state = self.dest
        return True


class LeanEvent(core.Event):
    """Tries the transitions of the model's state in their order, then those of any state."""

    def __init__(self, name: str, machine: Any) -> None:
        super().__init__(name, machine)
        self.anywhere: list[LeanTransition] = []

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether one was taken. Raises MachineError where the state has none."""
        candidates = self.transitions.get(model.state)
        if candidates is None and not self.anywhere:
            raise MachineError(f'"{self.name}" cannot happen in {model.state}')
        data = _Data(model)
        ways = chain(candidates or (), self.anywhere)
        return any(transition.execute(data) for transition in ways)  # type: ignore[arg-type]  # the part that is used


class _Data:
    """What a condition is given: as much of transitions' EventData as conditions here may use."""

    __slots__ = ("model",)

    def __init__(self, model: Any) -> None:
        self.model = model


class LeanMachine(Machine):
    transition_cls = LeanTransition
    event_cls = LeanEvent


def build(
    states: Iterable[str],
    transitions: Iterable[tuple[str, str, str, Condition | None]],
    anywhere: Iterable[tuple[str, str | None, Condition | None]] = (),
) -> LeanMachine:
    """A machine with *states* and (trigger, source, destination, condition). Every destination must be a state: this is not checked.

    *anywhere*: (trigger, destination, condition) of what may be taken in any state, after the state's own; None: the state stays. Each is
    kept once: a thousand commands at a thousand steps are a thousand transitions.
    """
    machine = LeanMachine(model=None, initial=None, auto_transitions=False, send_event=True)
    machine.add_states(list(states))
    events: dict[str, LeanEvent] = {}

    def of(trigger: str) -> LeanEvent:
        event = events.get(trigger)
        if event is None:
            event = events[trigger] = LeanEvent(trigger, machine)
        return event

    for trigger, source, dest, condition in transitions:
        of(trigger).add_transition(LeanTransition(source, dest, None if condition is None else [condition]))  # type: ignore[arg-type]  # a list, as documented
    for trigger, onward, condition in anywhere:
        of(trigger).anywhere.append(LeanTransition("*", onward, None if condition is None else [condition]))  # type: ignore[arg-type]  # as above
    machine.events.update(events)
    return machine
