"""A flow: what its file says, and the state machine that its steps make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from botkit.answers import Answer
from botkit.commands import COMMANDS, SILENCE, Command, Silence
from botkit.machine import Condition, LeanMachine, build
from botkit.outcomes import END, NOTHING, OUTCOME, Outcome, Target
from botkit.replies import Reading
from botkit.shapes import Either, Kept, Key, Keys, Made, MapOf, Plain
from botkit.shapes.nameless import strayed_keys
from botkit.source import Mapping, Node, Scalar
from botkit.steps import STEP, Ask, Step, read_step
from botkit.triggers import TRIGGERS, Trigger
from botkit.types import Typed, declared
from botkit.waiting import RESUME, Resume

MOST_STEPS = 2_000  # of one flow


class Moved(Struct, frozen=True, eq=False):
    """What becomes of people who wait at a step that is gone. *to*: the step that they wait at now; None: the outcome is taken."""

    key: Scalar
    to: Scalar | None = None
    outcome: Outcome = NOTHING


def _moved(pairs: list[tuple[Scalar, Scalar | Outcome]], _node: Node, _reading: Reading) -> dict[str, Moved]:
    return {key.text: Moved(key, value) if isinstance(value, Scalar) else Moved(key, None, value) for key, value in pairs}


_WHERE = Either("the name of a step, or an outcome", Plain("the name of a step", names="step"), None, OUTCOME)
MOVED = Made(MapOf(_WHERE, "steps that are gone"), _moved)

HEADER = Keys(
    "a flow",
    {
        "triggers": Key(TRIGGERS, "what starts it: words when no flow is running, or what happens outside"),
        "params": declared("what it is given, with types"),
        "returns": declared("the variables that it returns, with types"),
        "silence": Key(SILENCE, "what silence leads to at every waiting step of this flow"),
        "commands": Key(COMMANDS, "what is understood at every waiting step of this flow"),
        "on_error": Key(OUTCOME, "what follows a failure that no step handles"),
        "resume": Key(RESUME, "an older prompt is said again before a free text is taken as its answer"),
        "moved": Key(MOVED, "steps that are gone, and where people wait now who waited there"),
        "steps": Key(MapOf(Kept("a step", STEP), "steps by name", names=True, most=MOST_STEPS), "the steps, in order", required=True),
    },
)


class Route(Struct, frozen=True):
    """Where an outcome leads from a step: the state, and for the end state by which target (None: by running off the last step)."""

    dest: str
    target: Target | None = None


class Flow(Struct, eq=False):
    name: str
    node: Node
    steps: dict[str, Step]
    triggers: tuple[Scalar, ...] = ()  # words
    starts: tuple[Trigger, ...] = ()  # whatever else starts it
    params: Typed = ()
    returns: Typed = ()
    silence: tuple[Silence, ...] | None = None
    commands: tuple[Command, ...] = ()
    on_error: Outcome = NOTHING
    resume: Resume | None = None
    moved: dict[str, Moved] = field(default_factory=dict)  # by the name of a step that is gone
    machine: LeanMachine = field(default_factory=lambda: build((), ()))  # without a state until it is compiled
    routes: dict[tuple[str, Outcome], Route] = field(default_factory=dict)  # by step and outcome, of the steps' own
    shared: dict[Outcome, Route] = field(default_factory=dict)  # of those that may be taken at any step; dest "": stays there
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by key
    types: dict[str, Answer] = field(default_factory=dict)  # of variables, as far as they are declared
    turns_back: bool = False  # some outcome goes `back`: history is kept
    counts_visits: bool = False  # some expression reads `visits`

    @property
    def first(self) -> str:
        return next(iter(self.steps), END)

    @property
    def file(self) -> str:
        return self.node.place.file

    def own(self) -> Iterator[tuple[str, Outcome]]:
        """(trigger, outcome) of those that may be taken at any of its steps."""
        for command in self.commands:
            yield from _with_errors("command", command.outcome)
        for entry in self.silence or ():
            yield from _with_errors("silence", entry.outcome)
        yield from _with_errors("error", self.on_error)
        for moved in self.moved.values():
            yield from _with_errors("command", moved.outcome)

    def compile(self) -> None:
        """Build the machine. A target that names no step of this flow leads to the end state: what is wrong there is told by `check`."""
        self.routes.clear()
        self.shared = {outcome: self._route("", outcome.go) for _, outcome in self.own() if outcome.go is not None}
        self.types = {key.text: type_ for key, type_ in (*self.returns, *self.params)}
        for _, ask in asks(self):
            self.types.update({f.name: f.type for f in ask.fields if not f.contact})
        transitions: list[tuple[str, str, str, Condition | None]] = []
        for step in self.steps.values():
            for trigger, outcome in outcomes_of(step):
                transitions.append(self._transition(step, trigger, outcome))
            transitions.append(("skip", step.name, step.following, None))
            transitions.append(("leave", step.name, END, None))
        anywhere = [(how, self.shared[one].dest or None, _is(one)) for how, one in self.own() if one in self.shared]
        self.machine = build([*self.steps, END], transitions, anywhere)
        for outcome in [o for s in self.steps.values() for _, o in outcomes_of(s)] + [o for _, o in self.own()]:
            if outcome.key:
                self.outcomes[outcome.key] = outcome
            if outcome.go is not None and outcome.go.word == "back":
                self.turns_back = True

    def _transition(self, step: Step, trigger: str, outcome: Outcome) -> tuple[str, str, str, Condition | None]:
        target = outcome.go
        if target is None and trigger in ("option", "done") and outcome is not step.onward and outcome is not step.then:
            target = step.then.go
        if target is None:
            target = step.onward.go
        route = Route(step.following) if target is None else self._route(step.name, target)
        self.routes[step.name, outcome] = route
        return trigger, step.name, route.dest, _is(outcome)

    def route(self, step: str, outcome: Outcome) -> Route | None:
        """Where *outcome* leads from *step*; None where it cannot be taken there, or leads nowhere."""
        own = self.routes.get((step, outcome))
        if own is not None:
            return own
        shared = self.shared.get(outcome)
        return shared if shared is None or shared.dest else Route(step, shared.target)

    def _route(self, step: str, target: Target) -> Route:
        if target.word == "again" or target.word == "back":
            return Route(step, target)
        if not target.word and target.name in self.steps:
            return Route(target.name, target)
        return Route(END, target)


def outcomes_of(step: Step) -> Iterator[tuple[str, Outcome]]:
    """(trigger, outcome) of a step's own."""
    yield "done", step.onward
    if not step.then.empty:
        yield from _with_errors("done", step.then)
    if step.verb is not None:
        for trigger, outcome in step.verb.outcomes():
            yield from _with_errors(trigger, outcome)
    for command in step.commands:
        yield from _with_errors("command", command.outcome)


def _with_errors(trigger: str, outcome: Outcome) -> Iterator[tuple[str, Outcome]]:
    """*outcome*, taken by *trigger*; what the flow that it calls may end with is an error, whatever called it."""
    yield trigger, outcome
    for inner in outcome.errors.values():
        yield from _with_errors("error", inner)


def _is(outcome: Outcome) -> Condition:
    def holds(data: Any) -> bool:
        return data.model.outcome is outcome

    return holds


def read_flow(name: str, node: Node, reading: Reading) -> Flow | None:
    """The flow of a file, not compiled yet; None when there is nothing in it that could be one."""
    found = HEADER.read(node, reading)
    if found is None or not isinstance(node, Mapping):
        return None
    pairs: list[tuple[Scalar, Node]] = found.get("steps", [])
    if not pairs:
        written = node.get("steps")
        if isinstance(written, Mapping) and not written.entries:
            reading.report("no-steps", node.key("steps") or node, "this flow has no step", "steps: and below it the first step")
        return None
    steps: dict[str, Step] = {}
    strayed = strayed_keys(pairs, STEP, HEADER, node, reading)
    for n, (key, body) in enumerate(pairs):
        if key in strayed:
            continue
        following = pairs[n + 1][0].text if n + 1 < len(pairs) else END
        inner = reading.into(key.text)
        inner.step, inner.around = key.text, ((HEADER, node),)
        step = read_step(key, body, name, following, inner)
        if step is not None:
            steps[key.text] = step
    given = {word: found[word] for word in ("params", "returns", "silence", "commands", "on_error", "resume", "moved") if word in found}
    return Flow(name, node, steps, *found.get("triggers", ((), ())), **given)


def asks(flow: Flow) -> Iterator[tuple[Step, Ask]]:
    """The steps that ask."""
    for step in flow.steps.values():
        if step.ask is not None:
            yield step, step.ask
