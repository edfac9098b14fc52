"""The machines are those of `transitions`, only lighter: held against the stock ones on random graphs."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transitions import Machine, MachineError

from botkit.engine import advance
from botkit.machine import LeanMachine, LeanTransition, build
from botkit.model import Contact, Conversation, MessageReceived
from tests.engine.talk import MONDAY, read

STATES = tuple("ABCDE")
TRIGGERS = ("option", "done", "error")


class Mover:
    """What is moved: it has a state, and what conditions look at."""

    __slots__ = ("state", "value")

    def __init__(self, state: str, value: int) -> None:
        self.state = state
        self.value = value


def _is(value: int) -> Callable[[Any], bool]:
    return lambda data: data.model.value == value


def _crash(_: Any) -> bool:
    raise ValueError("a condition that fails")


_transitions = st.lists(
    st.tuples(
        st.sampled_from(TRIGGERS), st.sampled_from(STATES), st.sampled_from(STATES), st.sampled_from((None, _is(0), _is(1), _is(2), _crash))
    ),
    max_size=25,
)
_firings = st.lists(st.tuples(st.sampled_from(TRIGGERS), st.sampled_from(STATES), st.integers(0, 3)), min_size=1, max_size=30)


def fired(machine: Machine, trigger: str, state: str, value: int) -> tuple[object, str]:
    """What a machine makes of it: its answer, or the kind of its exception, and the state after it."""
    mover = Mover(state, value)
    try:
        answer: object = machine.events[trigger].trigger(mover) if trigger in machine.events else "no such trigger"
    except (MachineError, ValueError) as error:
        answer = type(error)
    return answer, mover.state


@settings(max_examples=300, deadline=None)
@given(_transitions, _firings)
def test_it_does_what_the_stock_machine_does(
    graph: list[tuple[str, str, str, Callable[[Any], bool] | None]], firings: list[tuple[str, str, int]]
) -> None:
    lean = build(STATES, graph)
    stock = Machine(model=None, states=list(STATES), initial=None, auto_transitions=False, send_event=True)
    for trigger, source, dest, condition in graph:
        stock.add_transition(trigger, source, dest, conditions=[] if condition is None else [condition])
    assert list(lean.states) == list(stock.states) and set(lean.events) == set(stock.events)
    for firing in firings:
        assert fired(lean, *firing) == fired(stock, *firing)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TRIGGERS), st.sampled_from(STATES), st.sampled_from((*STATES, None))), max_size=20), _firings)
def test_transitions_added_as_the_library_adds_them_work_too(
    graph: list[tuple[str, str, str | None]], firings: list[tuple[str, str, int]]
) -> None:
    """Also internal ones, which lead nowhere."""
    machines = [
        kind(model=None, states=list(STATES), initial=None, auto_transitions=False, send_event=True) for kind in (LeanMachine, Machine)
    ]
    for trigger, source, dest in graph:
        for machine in machines:
            machine.add_transition(trigger, source, dest, conditions=[_is(1)])
    for firing in firings:
        assert fired(machines[0], *firing) == fired(machines[1], *firing)


def test_it_owns_nobody_and_has_no_state_of_its_own() -> None:
    machine = build(["a", "b"], [("go", "a", "b", None)])
    assert (machine.models, machine.initial, list(machine.states)) == ([], None, ["a", "b"])
    assert fired(machine, "go", "a", 0) == (True, "b")
    assert machine.models == []


def test_the_first_transition_whose_condition_holds_is_taken() -> None:
    machine = build("abc", [("go", "a", "b", _is(1)), ("go", "a", "c", None), ("go", "a", "b", None)])
    assert fired(machine, "go", "a", 1) == (True, "b")
    assert fired(machine, "go", "a", 2) == (True, "c")


_anywhere = st.lists(
    st.tuples(st.sampled_from(TRIGGERS), st.sampled_from((*STATES, None)), st.sampled_from((None, _is(1), _is(2)))), max_size=4
)


@settings(max_examples=100, deadline=None)
@given(_transitions, _anywhere, _firings)
def test_what_may_be_taken_anywhere_is_as_if_it_stood_at_every_state_behind_the_states_own(
    graph: list[tuple[str, str, str, Callable[[Any], bool] | None]],
    anywhere: list[tuple[str, str | None, Callable[[Any], bool] | None]],
    firings: list[tuple[str, str, int]],
) -> None:
    written = [(trigger, state, dest or state, condition) for trigger, dest, condition in anywhere for state in STATES]
    once, everywhere = build(STATES, graph, anywhere), build(STATES, [*graph, *written])
    assert set(once.events) == set(everywhere.events)
    for firing in firings:
        assert fired(once, *firing) == fired(everywhere, *firing)


def test_a_command_of_a_flow_is_kept_once_however_many_steps_there_are() -> None:
    commands = "\n".join(f"  c{n}: {{match: [word{n}], go: s{n}}}" for n in range(20))
    steps = "\n".join(f"  s{n}: {{ask: {{a{n}: text}}, say: What?}}" for n in range(30))
    events = read(main=f"commands:\n{commands}\nsteps:\n{steps}").flows["main"].machine.events.values()
    assert sum(len(event.anywhere) for event in events) == 20  # type: ignore[attr-defined]  # they are lean ones
    assert sum(len(ways) for event in events for ways in event.transitions.values()) < 6 * 30


def test_where_none_holds_it_stays() -> None:
    assert fired(build("ab", [("go", "a", "b", _is(1))]), "go", "a", 2) == (False, "a")


def test_a_word_is_never_looked_up_as_a_function() -> None:
    """`transitions` imports what a string names; no word of a flow may become one."""
    machine = LeanMachine(model=None, states=["a", "b"], initial=None, auto_transitions=False)
    machine.events["go"] = machine.event_cls("go", machine)
    machine.events["go"].add_transition(LeanTransition("a", "b", ["os.getcwd"]))
    with pytest.raises(TypeError):
        machine.events["go"].trigger(Mover("a", 0))


def test_the_library_is_quiet() -> None:
    assert logging.getLogger("transitions").level == logging.WARNING


def test_an_idle_conversation_takes_no_memory_in_the_process() -> None:
    bot = read(main="steps: {a: {say: A?, options: {x: X}}, b: {say: 'B, {{ msg.text }}?', ask: {y: integer}, timeout: 1d}}")

    def idle(first: int) -> None:
        for n in range(first, first + 200):
            conversation = Conversation("main", Contact(f"c{n}"))
            for text in ("hello", "x", "what?"):
                conversation = advance(bot, conversation, MessageReceived("k", MONDAY, "w", "text", text)).conversation
            assert conversation.frames[0].step == "b"

    idle(0)  # whatever is cached is cached now
    gc.collect()
    before = len(gc.get_objects())
    idle(1_000)
    gc.collect()
    assert len(gc.get_objects()) - before < 20
    assert bot.flows["main"].machine.models == []


def test_a_flow_is_one_machine_with_a_state_for_each_step_and_an_end() -> None:
    bot = read(
        main="""
            commands: {out: {match: out, go: c}}
            steps:
              a: {say: A?, ask: {x: text}, options: {o: {label: O, go: c}}, retry: {max: 2, go: end}}
              b: {branch: [{if: x, go: a}]}
              c: {run: x.y, errors: {any: {go: other}}}
        """,
        other="steps: {o: {say: O.}}",
    )
    machine = bot.flows["main"].machine
    assert list(machine.states) == ["a", "b", "c", "end"] and machine.models == []
    assert set(machine.events) == {"done", "option", "exhausted", "branch", "error", "command", "skip", "leave"}
    assert all(t.dest in machine.states for e in machine.events.values() for ts in e.transitions.values() for t in ts)
