"""Which variables are filled where: every step of a flow with what may have come before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from botkit.checks.answers import hopeless
from botkit.checks.anywhere import anywhere
from botkit.checks.handed import called, contact_for, params, returned
from botkit.checks.holdings import State, either
from botkit.checks.known import type_of
from botkit.checks.typed import NOBODY, Bound, Typed, key_of
from botkit.flow import Flow
from botkit.inference import ANY, TEXT, Type, declared, plain
from botkit.outcomes import END, Outcome
from botkit.steps import Ask, Branch, Call, Handoff, Run, Step
from botkit.steps.wait import Wait

if TYPE_CHECKING:
    from botkit.checks.survey import Survey

_COPIED = 20  # names that are copied in the time in which one is compared

Stays = Literal["waits", "goes"]  # what follows an outcome that leads nowhere: the step waits on, or is left


class Edge(Struct, frozen=True):
    """A way from *step* ("": from outside) to *dest*, with what holds on it. *how* is a word of the language, *detail* its name."""

    step: str
    dest: str
    how: str
    detail: str
    state: State


class Walk:
    """One flow, walked through until nothing new is found. What holds at its parts is in *typed*."""

    def __init__(self, find: Survey, flow: Flow, others: Mapping[str, Walk], upset: frozenset[str]) -> None:
        self.find = find
        self.flow = flow
        self.others = others
        self.typed = Typed(find, flow)
        self.fillings = self.typed.fillings
        self.upset = [f"contact.{name}" for name in upset if f"contact.{name}" in self.typed.filled]  # emptied while somebody waits
        self.entry: dict[str, State] = {}
        self.waiting: dict[str, State] = {}
        self.edges: dict[str, list[Edge]] = {}
        self.begun: dict[tuple[str, str, str], Edge] = {}  # ways into the flow
        self.exit: State | None = None
        self.callers: set[tuple[str, str]] = set()  # (flow, step) that wait for the end of this flow
        self.due: dict[str, None] = {}  # steps to be looked at, in order
        self.news: set[tuple[str, str]] = set()  # steps of other flows to be looked at
        self.stands = ""
        self.shared: dict[str, set[tuple[str, str]]] = {}  # by step, the ways of its flow that were followed there
        self.spent = 0  # names that were compared
        self.most = 0  # that may be
        self._seen = 0

    # ------------------------------------------------------------ what comes from elsewhere

    def begin(self, step: str, given: Mapping[str, tuple[bool, bool, str]], contact: Mapping[str, int], how: str, detail: str) -> bool:
        """Enter *step* from outside: params with (may be filled, may be none, why); whether that is news. Other variables are empty."""
        masks = dict.fromkeys(self.find.known[self.flow.name], self.fillings.nothing)
        for key, answer in self.flow.params:
            full, empty, why = given.get(key.text, (True, False, ""))
            mask = self.fillings.value(("param", key.text), declared(type_of(answer))) if full else 0
            masks[key.text] = mask | (self.fillings.none(("param", key.text, why), why) if empty else 0)
        masks.update({key: contact.get(key, bit | self.fillings.nothing) for key, bit in self.typed.filled.items()})
        state = State(masks)
        self.begun[step, how, detail] = Edge("", step, how, detail, state)
        return self._enter(step, state)

    def begin_anyhow(self, step: str) -> None:
        """Enter *step* with variables of which nothing is known: what leads there could not be read."""
        masks = dict.fromkeys(self.find.known[self.flow.name], self.fillings.value("anything", ANY))
        self._enter(step, State({**masks, **self.typed.anyone()}))

    def _enter(self, step: str, state: State) -> bool:
        before = self.entry.get(step)
        after = either(before, state)
        self.spent += len(state.masks) * self.fillings.weight if before is not None else 0
        if after is before:
            return False
        self.entry[step] = after
        self.due[step] = None
        return True

    def run(self, most: int) -> int:
        """Look at all that is due, until *most* names were compared. How many were."""
        self.spent, self.most = 0, most
        while True:
            while self.due:
                if self.spent > most:
                    return self.spent
                name = next(iter(self.due))
                del self.due[name]
                self._step(self.flow.steps[name])
                self.spent += len(self.edges[name]) * (len(self.entry[name].masks) // _COPIED + 10)
            anywhere(self)
            if self.spent > most:
                return self.spent
            if self.fillings.version != self._seen:
                self._seen = self.fillings.version
                self.due.update(dict.fromkeys(self.entry))
            if not self.due:
                return self.spent

    # ------------------------------------------------------------ a step

    def _step(self, step: Step) -> None:
        self.stands = step.name
        self.edges[step.name] = []
        state = self.entry[step.name]
        if step.condition is not None:
            self.typed.mark(step.condition, state)
            state, skipped = self.typed.tested(step.condition, state)
            self._edge(step, step.following, "skip", "", skipped)
        for one in step.set:
            state = self.typed.assigned(one, state, step.name)
        self._waits(step, state)
        for _ in range(8):  # what is set while it waits holds when it goes on waiting
            state = self.waiting[step.name]
            self.typed.mark(step, state)
            self._verb(step, state)
            for command in step.commands:
                after = self.taken(command.outcome, state, step.name)
                self.follow(step, command.outcome, after, "command", command.name, "waits")
            if self.waiting[step.name] is state:
                break
            self.edges[step.name] = [edge for edge in self.edges[step.name] if edge.how == "skip"]

    def _waits(self, step: Step, state: State) -> None:
        verb = step.verb
        if self.upset and verb is not None and (verb.waits or isinstance(verb, Call)):
            nothing = self.typed.cleared
            state = State({**state.masks, **{key: state.masks[key] | nothing for key in self.upset}}, state.there)
        before = self.waiting.get(step.name)
        self.waiting[step.name] = either(before, state)
        self.spent += len(state.masks) * self.fillings.weight if before is not None else 0

    def _verb(self, step: Step, state: State) -> None:
        match step.verb:
            case None:
                self._move(step, step.onward, state, "on", "")
            case Ask():
                self._asked(step, step.verb, state)
                self._failed(step, state)
            case Wait():
                self._succeed(step, self.typed.saved(step.verb.save, state, step.name, plain("record")), step.onward, "on", "")
                self._asked(step, step.verb.ask, state)
                self._failed(step, state)
            case Run():
                signature = (self.find.signatures or {}).get(step.verb.action.text)
                known = signature is not None and signature.result.kinds != ("none",)
                result = declared(signature.result, f"what {step.verb.action.text} returns") if signature is not None and known else ANY
                after = self.typed.saved(step.verb.save, state, step.name, result)
                self._succeed(step, after, step.onward, "on", "")
                self._failed(step, state)
            case Call():
                done = called(self, step.verb.flow, step.verb.arguments, step.verb.save, state, step.name)
                if done is not None:
                    self._succeed(step, done, step.onward, "on", "")
                self._failed(step, state)
            case Branch():
                self._branched(step, step.verb, state)
            case Handoff():
                self._succeed(step, state, step.onward, "on", "")
                self._failed(step, state)

    def _branched(self, step: Step, branch: Branch, state: State) -> None:
        for number, way in enumerate(branch.ways, 1):
            after = state
            if way.condition is not None:
                self.typed.mark(way.condition, state)
                after, state = self.typed.tested(way.condition, state)
            self.follow(step, way.outcome, self.taken(way.outcome, after, step.name), "branch", str(number), "goes")
            if way.condition is None:
                return
        self._move(step, step.onward, state, "on", "")

    def _failed(self, step: Step, state: State) -> None:
        for name, outcome in step.verb.errors.items() if step.verb is not None else ():
            after = self.taken(outcome, state, step.name)
            self.follow(step, outcome, after, "error", name, "goes")
            if name in ("unsent", "any") and outcome.call is not None:
                self._waits(step, after)

    def _asked(self, step: Step, ask: Ask, state: State) -> None:
        own = [f"contact.{name}" if contact else name for name, contact in ask.variables]
        empty = state
        for key in own:
            if key in empty.masks:
                empty = empty.having(key, self.fillings.none((step.name, key), f'an answer at step "{step.name}" may leave it empty'))
        if ask.save is not None and not ask.offers:
            empty = self.typed.saved(ask.save, empty, step.name, ANY)
        for lost, _, _ in hopeless(ask):
            empty = self.typed.having(empty, lost.key.text, (step.name, lost.name), ANY)  # it is told that nothing fills it
        for field in ask.fields:
            key = f"contact.{field.name}" if field.contact else field.name
            after = self._answered(ask, self.typed.having(empty, key, (step.name, field.name), declared(type_of(field.type))), key, step)
            self._succeed(step, after, step.onward, "answer", field.name)
        for option in ask.options:
            value = Type(frozenset({"text"}), choices=(option.id,))
            if option.value is not None:
                value = self.typed.given(option.value, state)
            after = self._answered(ask, self.typed.saved(ask.save, empty, f"{step.name}.{option.id}", value), key_of(ask.save), step)
            if option.condition is not None:
                self.typed.mark(option.condition, state)
            self._chosen(step, option.outcome, after, option.id, NOBODY)
        if ask.computed is not None:
            self.typed.mark(ask.computed, state)
            source, _ = self.typed.infer(ask.computed.source, state)
            item = (source.items or ANY) if source.known == {"list"} else ANY
            after = self._answered(ask, self.typed.saved(ask.save, empty, f"{step.name}.from", item), key_of(ask.save), step)
            self._chosen(step, ask.computed.outcome, after, "", {"item": item})
        self._unheard(step, ask, state)

    def _chosen(self, step: Step, outcome: Outcome, state: State, option: str, bound: Bound) -> None:
        after = self.taken(outcome, state, step.name, bound)
        if outcome.go is None and outcome.call is None:
            self._succeed(step, after, outcome, "option", option)
        else:
            self.follow(step, outcome, after, "option", option, "waits")

    def _answered(self, ask: Ask, state: State, filled: str | None, step: Step) -> State:
        """What holds once the checks have let an answer pass that has filled *filled*."""
        own = {f"contact.{name}" if contact else name for name, contact in ask.variables}
        for check in ask.checks:
            reads = {f"contact.{name}" if contact else name for name, contact in check.reads} & own
            if reads - {filled}:
                continue
            self.typed.mark(check.condition, state)
            state, refused = self.typed.tested(check.condition, state)
            self.typed.mark(check.otherwise, refused)
        return state

    def _unheard(self, step: Step, ask: Ask, state: State) -> None:
        """What follows when no answer comes, or none that is understood."""
        retry = ask.retry.outcome
        if ask.retry.max is not None:
            self.follow(step, retry, self.taken(retry, state, step.name), "retry", "", "waits" if retry.call is not None else "goes")
        for entry in ask.silence or ():
            self.follow(step, entry.outcome, self.taken(entry.outcome, state, step.name), "silence", "", "waits")
        if ask.stale is not None and ask.stale.follow is not None:
            for edge in list(self.edges[step.name]):
                if edge.how != "skip":
                    self._waits(step, State({**edge.state.masks, **self.typed.anyone()}, edge.state.there))

    # ------------------------------------------------------------ outcomes

    def taken(self, outcome: Outcome, state: State, step: str, bound: Bound = NOBODY) -> State:
        """What holds once the variables of *outcome* are set."""
        for one in outcome.set:
            state = self.typed.assigned(one, state, step, bound)
        self.typed.mark(outcome, state)
        return state

    def _succeed(self, step: Step, state: State, outcome: Outcome, how: str, detail: str) -> None:
        """The step is done: what `then` says, then where *outcome* leads."""
        then = step.then
        if not then.empty:
            state = self.taken(then, state, step.name)
            if then.go is not None or then.call is not None:
                self.follow(step, then, state, how, detail, "goes")
                return
        self._move(step, outcome, state, how, detail)

    def follow(self, step: Step, outcome: Outcome, state: State, how: str, detail: str, stays: Stays) -> None:
        """Where *outcome*, whose variables are set, leads."""
        if outcome.call is None:
            if outcome.go is not None or stays == "goes":
                self._move(step, outcome, state, how, detail)
            else:
                self._waits(step, state)
            return
        back = [called(self, outcome.call, outcome.arguments, outcome.save, state, step.name), returned(self, outcome.call, state)]
        for name, inner in outcome.errors.items():
            self.follow(step, inner, self.taken(inner, state, step.name), "error", name, stays)
        for after in back:
            if after is not None and stays == "waits":
                self._waits(step, after)
            elif after is not None:
                self._move(step, step.onward, after, how, detail)

    def _move(self, step: Step, outcome: Outcome, state: State, how: str, detail: str) -> None:
        """Leave *step* by the route of *outcome*, or stay where it says so."""
        route = self.flow.route(step.name, outcome)
        if route is None:
            return
        target = route.target
        if target is not None and target.word == "back":
            for name in self.waiting:
                self._turned_back(name, state)
        elif route.dest != END:
            self._edge(step, route.dest, how, detail, state)
        elif target is None or target.word == "end":
            self._ends(state)
        elif not target.word:
            there = self.find.place_of(target.name)
            walk = self.others.get(there[0].name) if there is not None else None
            if there is not None and walk is not None:
                given = params(self, outcome.arguments, there[0], state, step.name)
                if walk.begin(there[1], given, contact_for(self, walk, state), "go", f"{self.flow.name}.{step.name}"):
                    self.news.add((walk.flow.name, there[1]))

    def _edge(self, step: Step, dest: str, how: str, detail: str, state: State) -> None:
        if dest == END:
            self._ends(state)
        elif dest in self.flow.steps:
            self.edges[step.name].append(Edge(step.name, dest, how, detail, state))
            self._enter(dest, state)

    def _turned_back(self, name: str, state: State) -> None:
        """`back` brings the variables as they were, and the contact as it is."""
        step = self.flow.steps[name]
        waiting = self.waiting[name]
        contact = {key: waiting.masks[key] | state.masks[key] for key in self.typed.filled}
        if step.waits and any(waiting.masks[key] != mask for key, mask in contact.items()):
            self._waits(step, State({**waiting.masks, **contact}, waiting.there))
            if name != self.stands:
                self.due[name] = None

    def _ends(self, state: State) -> None:
        after = either(self.exit, state)
        if after is not self.exit:
            self.exit = after
            self.news |= self.callers


__all__ = ["TEXT", "Edge", "Walk"]
