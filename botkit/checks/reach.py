"""What nothing leads to, and what leads nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from botkit.checks.paths import Way
from botkit.checks.survey import Survey
from botkit.commands import Command, Silence
from botkit.flow import Flow
from botkit.outcomes import END, Outcome
from botkit.problems import Place
from botkit.source import Scalar
from botkit.steps import Ask, Step


def steps(find: Survey) -> None:
    """A step that nothing leads to."""
    named: dict[str, set[str]] = {}  # by flow, the steps that "flow.step" names anywhere
    for piece in find.of(Outcome):
        if (target := piece.thing.go) is not None and not target.word:
            flow_name, _, step_name = target.name.partition(".")
            named.setdefault(flow_name, set()).add(step_name)
    meant = _meant(find)
    for flow in find.bot.flows.values():
        if not find.whole(flow):
            continue
        roots = [flow.first, *(o.go.name for _, o in flow.own() if o.go is not None and not o.go.word)]
        roots += named.get(flow.name, ())
        roots += meant.get(flow.name, ())
        onward = {step.name: [way.dest for way in find.ways[flow.name, step.name] if way.dest != END] for step in flow.steps.values()}
        for name in _lost(flow.steps, roots, onward.__getitem__):
            step = flow.steps[name]
            told = f'nothing leads to step "{name}"'
            find.report("unreachable-step", step.key, told, f'lead to it with "go: {name}", or delete it', of=step, severity="warning")


def _meant(find: Survey) -> Mapping[str, list[str]]:
    """The steps of each flow that a misspelt target was meant to lead to: what is wrong is the target."""
    found: dict[str, list[str]] = {}
    for piece in find.of(Outcome):
        target, flow = piece.thing.go, piece.flow
        if flow is not None and target is not None and not target.word and target.name not in flow.steps:
            near = None if target.name in find.bot.flows else find.near_target(flow, target.name)
            if near in flow.steps:
                found.setdefault(flow.name, []).append(near)
    return found


def flows(find: Survey) -> None:
    """A flow that nothing starts."""
    if find.broken:
        return
    bot = find.bot
    leads: dict[str | None, list[str]] = {}
    for piece in find.of(Outcome):
        target = piece.thing.go
        if target is not None and not target.word:
            leads.setdefault(piece.flow.name if piece.flow else None, []).append(target.name)
    for call in find.calls:
        leads.setdefault(call.piece.flow.name if call.piece.flow else None, []).append(call.flow.text)
    known = {source: [name.partition(".")[0] for name in names] for source, names in leads.items()}
    unknown = [name for names in known.values() for name in names if name not in bot.flows] + [bot.start]
    roots = [bot.start, *known.get(None, ()), *(flow.name for flow in bot.flows.values() if flow.triggers or flow.starts)]
    roots += [near for name in unknown if name not in bot.flows and (near := find.nearest(name, bot.flows, "flows")) is not None]
    for name in _lost(bot.flows, roots, lambda source: [there for there in known.get(source, ()) if there in bot.flows]):
        flow = bot.flows[name]
        hint = "give it triggers, call it from a step, or make it the start of botkit.yaml"
        find.report("unreachable-flow", Place(flow.file), f'nothing starts flow "{name}"', hint, of=flow, severity="warning")


def _lost(all_: Mapping[str, object], roots: Iterable[str], onward: Callable[[str], Iterable[str]]) -> list[str]:
    """Those that no root leads to, without the ones that only another lost one leads to."""
    reached = _from([root for root in roots if root in all_], onward)
    lost = [name for name in all_ if name not in reached]
    followers = {there for name in lost for there in onward(name) if there != name}
    first = [name for name in lost if name not in followers]
    covered = _from(first, onward)
    for name in lost:  # what is left goes round in circles
        if name not in covered:
            first.append(name)
            covered |= _from([name], onward)
    return first


def _from(roots: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack.extend(onward(name))
    return seen


def dead_ends(find: Survey) -> None:
    """A step where a contact is stuck: whatever is answered, it asks again."""
    callers: dict[str, set[str]] = {}
    for call in find.calls:
        if call.piece.flow is not None:
            callers.setdefault(call.flow.text, set()).add(call.piece.flow.name)
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            if not isinstance(step.verb, Ask) or not find.whole(flow) or not find.whole(None):
                continue
            if any(_leads_away(way, step) for way in find.ways[flow.name, step.name]):
                continue
            if any(call.piece.step is step for call in find.calls) or _commands_lead_out(find, flow, step, callers):
                continue
            told = f'there is no way out of step "{step.name}": whatever is answered, it asks again'
            hint = "let one of its options go to another step or end, or add a command that leads out"
            find.report("dead-end", step.key, told, hint, of=step)


def _leads_away(way: Way, step: Step) -> bool:
    return way.kind != "skip" and (way.dest != step.name or (way.target is not None and way.target.word == "back"))


def _commands_lead_out(find: Survey, flow: Flow, step: Step, callers: Mapping[str, set[str]]) -> bool:
    around = _from([flow.name], lambda name: callers.get(name, set()))
    shared: list[Command | Silence] = [*find.bot.settings.commands, *(find.bot.settings.silence or ())]
    for name in around:
        shared += [*find.bot.flows[name].commands, *(find.bot.flows[name].silence or ())]
    for one in shared:
        for outcome in one.outcome.within():
            if outcome.call is not None or (outcome.go is not None and outcome.go.word != "again" and outcome.go.name != step.name):
                return True
    return False


def back_to_nothing(find: Survey) -> None:
    """`back` at a step that a run comes to before its flow has asked anything: there is no question to go back to."""
    for flow in find.bot.flows.values():
        if not find.whole(flow):
            continue

        def onward(name: str, flow: Flow = flow) -> Iterable[str]:
            return [way.dest for way in find.ways[flow.name, name] if way.kind != "wait" and way.dest != END]

        for name in _from([flow.first], onward):
            step = flow.steps[name]
            for way in find.ways[flow.name, name] if not step.waits else ():
                if way.target is not None and way.target.word == "back" and way.kind != "wait":
                    told = f'flow "{flow.name}" can come here before it has asked anything: then there is no question to go back to'
                    find.report(
                        "back-to-nothing", way.target.node, told, "write go: and the step that is meant", of=step, severity="warning"
                    )


def no_option_left(find: Survey) -> None:
    """A step all of whose options have an `if`: where none is true there is nothing to choose from."""
    for piece in find.of(Ask):
        ask: Ask = piece.thing
        if ask.options and not ask.fields and ask.computed is None and all(option.condition is not None for option in ask.options):
            last: Scalar = ask.options[-1].key
            told = "every option of this step has an if: where none of them is true, there is nothing to choose"
            find.report("no-option-left", last, told, 'let the last one stand without "if"', of=piece, severity="warning")


__all__ = ["back_to_nothing", "dead_ends", "flows", "no_option_left", "steps"]
