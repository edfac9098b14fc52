"""From a bot to pictures: every step a box, and an arrow for everything that leads from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from botkit.bot import Bot
from botkit.checks.walk import pieces
from botkit.flow import Flow, Route
from botkit.graph.picture import Arrow, Box, Kind, Picture, Way
from botkit.graph.words import awaited, cut, formula, lines_of, lines_of_flow, span, started, template_of, told, understood
from botkit.outcomes import END, Outcome, Target
from botkit.problems import Problem
from botkit.source import Mapping as Keys
from botkit.steps import Ask, Branch, Call, Handoff, Step, Wait

# A problem of a step that its picture shows, and how.
SHOWN = {"dead-end": "no way out", "unreachable-step": "nothing leads here", "outside-24h": "comes when the window has closed"}


def draw(
    bot: Bot,
    flows: Iterable[str] | None = None,
    *,
    language: str | None = None,
    problems: Iterable[Problem] = (),
    untested: frozenset[str] | None = None,
) -> list[Picture]:
    """A picture of each of *flows*, which the bot has; of all when None, the one that a first message starts before the others.

    *language*: of the labels; None: the one the bot is written in. *problems*: what `check` found, to mark it. *untested*: the keys of
    steps and outcomes that no test came by; None: not known, and nothing is coloured by it.
    """
    wrong = {(p.flow, p.step): SHOWN[p.code] for p in problems if p.code in SHOWN and p.step is not None}
    callers = _callers(bot)
    names = flows if flows is not None else sorted(bot.flows, key=lambda name: (name != bot.start, name))
    return [_Sheet(bot, bot.flows[name], language, wrong, untested).drawn(callers.get(name, ())) for name in names]


def _callers(bot: Bot) -> Mapping[str, Iterable[str]]:
    """By flow, what calls it or goes to it."""
    found: dict[str, dict[str, None]] = {}
    for piece in pieces(bot):
        whose = piece.flow.name if piece.flow is not None else "botkit.yaml"
        thing = piece.thing
        called = thing.flow if isinstance(thing, Call) else thing.call if isinstance(thing, Outcome) else None
        if called is not None:
            found.setdefault(called.text, {})[f"called by {whose}"] = None
        if isinstance(thing, Outcome) and thing.go is not None and not thing.go.word:
            name = thing.go.name.partition(".")[0]
            if piece.flow is None or (name != piece.flow.name and thing.go.name not in piece.flow.steps):
                found.setdefault(name, {})[f"from {whose}"] = None
    return found


class _Sheet:
    """One picture under way."""

    def __init__(
        self, bot: Bot, flow: Flow, language: str | None, wrong: Mapping[tuple[str | None, str], str], untested: frozenset[str] | None
    ) -> None:
        self.bot = bot
        self.flow = flow
        self.language = language
        self.wrong = wrong
        self.untested = untested
        self.boxes: dict[str, Box] = {}
        self.arrows: dict[tuple[str, str, Way], Arrow] = {}
        steps = flow.node.get("steps") if isinstance(flow.node, Keys) else None
        self.written = {key.text for key, _ in steps} if isinstance(steps, Keys) else set()

    def drawn(self, callers: Iterable[str]) -> Picture:
        flow = self.flow
        lines = (*started(flow, flow.name == self.bot.start), *callers)
        self._box(Box("(start)", "start", cut(flow.name), lines))
        for step in flow.steps.values():
            self._box(self._step_box(step))
        if flow.steps:
            self._arrow("(start)", flow.first, "onward", "")
        for step in flow.steps.values():
            self._step(step)
        self._always()
        return Picture(flow.name, tuple(self.boxes.values()), tuple(self.arrows.values()))

    # ---- boxes

    def _box(self, box: Box) -> str:
        self.boxes.setdefault(box.id, box)
        return box.id

    def _step_box(self, step: Step) -> Box:
        kind: Kind = step.verb.word if step.verb is not None else "say"  # type: ignore[assignment]  # the words of verbs are kinds
        link = step.verb.flow.text if isinstance(step.verb, Call) and step.verb.flow.text in self.bot.flows else ""
        tested = None if self.untested is None else step.path not in self.untested
        lines = tuple(lines_of(step, self.language))
        wrong = self.wrong.get((self.flow.name, step.name), "")
        if isinstance(step.verb, Call) and not link:
            wrong = wrong or "there is no such flow"
        return Box(step.name, kind, step.name, lines, step.waits, template_of(step), wrong, link, tested)

    def _there(self, source: str, name: str) -> str:
        """The box of what *name* names, for an arrow from *source*."""
        if name in self.flow.steps:
            return name
        head, _, inner = name.partition(".")
        other = self.bot.flows.get(head)
        if name in self.written:
            return self._box(Box(name, "say", name, wrong="could not be read"))
        if other is None or (inner and inner not in other.steps):
            return self._box(Box(f"({name})", "flow", cut(name), wrong="there is no such step"))
        return self._box(Box(f"({source} to {name})", "flow", cut(name), link=head))

    def _out(self, source: str, title: str) -> str:
        return self._box(Box(f"({source} {title})", "out", title))

    def _target(self, source: str, dest: str, target: Target | None) -> str:
        """The box that a way from *source* leads to."""
        if dest != END:
            return self._out(source, "back") if target is not None and target.word == "back" else self._there(source, dest)
        if target is None or target.word:
            return self._out(source, "end" if target is None else cut(f"{target.word} {target.name}".strip()))
        return self._there(source, target.name)

    # ---- arrows

    def _arrow(self, source: str, dest: str, way: Way, label: str, key: str = "") -> None:
        """Arrows between the same boxes are one, with several labels."""
        tested = None
        if self.untested is not None:
            from_ = self.boxes[source].tested
            tested = from_ is not False and key not in self.untested
        place = (source, dest, way)
        known = self.arrows.get(place)
        if known is None:
            self.arrows[place] = Arrow(source, dest, way, (label,) if label else (), tested)
            return
        if not label or not known.labels:
            labels: tuple[str, ...] = ()  # it leads this way in any case
        else:
            labels = tuple(dict.fromkeys((*known.labels, label)))
        self.arrows[place] = replace(known, labels=labels, tested=known.tested or tested)

    def _outcome(self, step: Step, outcome: Outcome, label: str, way: Way, *, stays: bool = False, key: str = "") -> None:
        """*stays*: where it does not say where to go, the step asks again. *key*: of what is taken first, where that is another one."""
        key = key or outcome.key
        called = cut(outcome.call.text) if outcome.call is not None else ""
        if outcome.go is None and stays:
            if called:
                self._arrow(step.name, self._visit(step.name, called), way, label, key)
        else:
            via = f"{label}, by way of {called}".removeprefix(", ") if called else label
            route = self.flow.route(step.name, outcome) or Route(step.name)
            self._arrow(step.name, self._target(step.name, route.dest, route.target), way, via, key)
        for name, inner in outcome.errors.items():
            self._outcome(step, inner, f"{called}: {cut(name)}", "error", stays=stays)

    def _visit(self, source: str, flow: str) -> str:
        known = flow in self.bot.flows
        wrong = "" if known else "there is no such flow"
        return self._box(Box(f"({source} calls {flow})", "visit", flow, wrong=wrong, link=flow if known else ""))

    def _done(self, step: Step, label: str, way: Way = "onward", key: str = "") -> None:
        self._outcome(step, step.onward if step.then.empty else step.then, label, way, key=key)

    def _taken(self, step: Step, outcome: Outcome, label: str) -> None:
        """An option: where it says neither where to go nor what to call, the step is done."""
        if outcome.go is None and outcome.call is None:
            self._done(step, label, "chosen", outcome.key)
        else:
            self._outcome(step, outcome, label, "chosen", stays=True)

    def _step(self, step: Step) -> None:
        verb = step.verb
        match verb:
            case None:
                self._done(step, "")
            case Ask():
                self._asked(step, verb)
                self._errors(step, verb.errors)
                if verb.fields:
                    self._done(step, " or ".join(cut(f"{one.key.text}: {one.type.word}") for one in verb.fields[:3]), "chosen")
            case Branch():
                for one in verb.ways:
                    self._outcome(step, one.outcome, f"if {formula(one.condition)}" if one.condition is not None else "else", "chosen")
                if all(one.condition is not None for one in verb.ways):
                    self._done(step, "else", "chosen")
            case Wait():
                self._asked(step, verb.ask)
                self._errors(step, verb.errors)
                self._done(step, awaited(verb), "onward" if verb.events else "time")
            case _:
                self._errors(step, verb.errors)
                self._done(step, "handed back" if isinstance(verb, Handoff) else "")
        for command in step.commands:
            self._outcome(step, command.outcome, understood(command), "chosen", stays=True)
        if step.condition is not None:
            self._arrow(step.name, self._target(step.name, step.following, None), "onward", "skipped")

    def _asked(self, step: Step, ask: Ask) -> None:
        for option in ask.options:
            label = cut(told(option.label, self.language)) or option.id
            self._taken(step, option.outcome, label)
        if ask.computed is not None:
            self._taken(step, ask.computed.outcome, f"one of {formula(ask.computed.source)}")
        if ask.retry.max is not None:
            tries = f"after {ask.retry.max} bad answer{'' if ask.retry.max == 1 else 's'}"
            self._outcome(step, ask.retry.outcome, tries, "error", stays=ask.retry.outcome.call is not None)
        for entry in ask.silence or ():
            self._outcome(step, entry.outcome, f"silent for {span(entry.after)}", "time", stays=True)
        if ask.stale is not None:
            self._outcome(step, ask.stale.outcome, "an old button", "chosen", stays=True)

    def _errors(self, step: Step, errors: Mapping[str, Outcome]) -> None:
        timeout: int | None = getattr(step.verb, "timeout", None)
        for name, outcome in errors.items():
            label = f"timeout {span(timeout)}" if name == "timeout" and timeout is not None else cut(name)
            self._outcome(step, outcome, label, "time" if name == "timeout" else "error")

    def _always(self) -> None:
        """What may happen at every step of the flow: one box for all of them."""
        flow, source = self.flow, "(always)"
        ways: list[tuple[Outcome, str, Way]] = [(command.outcome, understood(command), "chosen") for command in flow.commands]
        ways += [(entry.outcome, f"silent for {span(entry.after)}", "time") for entry in flow.silence or ()]
        ways += [(flow.on_error, "on_error", "error")]
        ways += [(moved.outcome, f"waits at {cut(name)}, which is gone", "onward") for name, moved in flow.moved.items()]
        lines = tuple(lines_of_flow(flow, self.language))
        leading = [way for way in ways if any(one.go is not None or one.call is not None for one in way[0].within())]
        if not lines and not leading:
            return
        self._box(Box(source, "always", "at every question", lines))
        for outcome, label, way in leading:
            for one in outcome.within():
                if one.go is not None:
                    dest = one.go.name if not one.go.word and one.go.name in flow.steps else END
                    self._arrow(source, self._target(source, dest, one.go), way, label, one.key)
                elif one.call is not None:
                    self._arrow(source, self._visit(source, cut(one.call.text)), way, label, one.key)


__all__ = ["draw"]
