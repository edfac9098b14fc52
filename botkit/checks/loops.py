"""Loops that no contact can stop: steps that follow one another for ever, flows that call themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from botkit.checks.survey import Calling, Survey
from botkit.commands import Command, Silence
from botkit.outcomes import END
from botkit.source import Node
from botkit.steps import Call, Step

Spot = tuple[str, str]  # flow and step


class _Edge(Struct, frozen=True):
    to: Spot
    kind: str  # free, run or call
    node: Node | None  # the word that leads there


def loops(find: Survey) -> None:
    """Steps that lead in a circle without waiting for the contact, within a flow or over several; flows that call themselves."""
    graph = _graph(find)
    at_once = {spot: [edge for edge in edges if edge.kind != "run"] for spot, edges in graph.items()}
    told: set[Spot] = set()
    for circles in (_circles(at_once), _circles(graph)):
        for circle in circles:
            spots = {spot for spot, _ in circle}
            if not told & spots:
                told |= spots
                if all(find.sound(find.bot.flows[flow].steps[step]) for flow, step in spots):  # else one of them may well wait
                    _tell(find, circle)
    _recursion(find, {flow for flow, _ in told})


def _tell(find: Survey, circle: list[tuple[Spot, _Edge]]) -> None:
    spots = [spot for spot, _ in circle]
    many = len({flow for flow, _ in spots}) > 1
    names = [f'"{flow}.{step}"' if many else f'"{step}"' for flow, step in spots]
    path = " → ".join([*names, names[0]])
    (flow, name), last = circle[-1]
    step = find.bot.flows[flow].steps[name]
    at = last.node or step.key
    kinds = {edge.kind for _, edge in circle}
    if "call" in kinds:
        inner, edge = next((spot, edge) for spot, edge in circle if edge.kind == "call")
        caller = find.bot.flows[inner[0]].steps[inner[1]]
        told = f'flow "{edge.to[0]}" is called again and again, without an end and without a question: {path}'
        hint = "delete one of the calls: a called flow comes back by itself when it ends"
        find.report("endless-calls", edge.node or caller.key, told, hint, of=caller)
    elif "run" in kinds:
        told = f"these steps go round in a circle and ask the contact nothing; only an action can stop them: {path}"
        hint = "let one of them ask something, or count the rounds and leave by a branch"
        find.report("action-loop", at, told, hint, of=step, severity="warning")
    elif len(spots) == 1:
        told = f"step {names[0]} leads to itself and does not wait for an answer"
        find.report("endless-loop", at, told, "lead on to another step, or let this one ask something", of=step)
    else:
        told = f"these steps lead to one another for ever, and none of them waits for an answer: {path}"
        find.report("endless-loop", at, told, "let one of them ask something, or lead out of the circle", of=step)


def _graph(find: Survey) -> dict[Spot, list[_Edge]]:
    """What follows a step without a word of the contact."""
    ends = _ends(find)
    graph: dict[Spot, list[_Edge]] = {}
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            edges = graph[flow.name, step.name] = []
            called = find.place_of(step.verb.flow.text) if isinstance(step.verb, Call) else None
            if called is not None and isinstance(step.verb, Call):
                edges.append(_Edge((called[0].name, called[1]), "call", step.verb.flow))
            for to, kind, result, node in _onward(find, flow.name, step):
                if kind == "call" and (called is None or result not in ends[called[0].name]):
                    continue
                edges.append(_Edge(to, "run" if kind == "run" else "free", node))
    return graph


def _onward(find: Survey, flow: str, step: Step) -> Iterable[tuple[Spot, str, str, Node | None]]:
    """Where the run goes on in the frame of *step*: the step, who decides it, what a called flow must end with, the word."""
    for way in find.ways[flow, step.name]:
        if way.kind not in ("free", "run", "call") or (way.target is not None and way.target.word == "back"):
            continue
        node = way.target.node if way.target is not None else None
        if way.dest != END:
            yield (flow, way.dest), way.kind, way.result, node
        elif way.outside is not None and (there := find.place_of(way.outside)) is not None:
            yield (there[0].name, there[1]), way.kind, way.result, node


def _ends(find: Survey) -> Mapping[str, set[str]]:
    """What each flow can end with before it has waited for anything but actions: done, or what it fails with."""
    ends: dict[str, set[str]] = {name: set() for name in find.bot.flows}
    changed = True
    while changed:
        changed = False
        for flow in find.bot.flows.values():
            found = _ends_of(find, (flow.name, flow.first), ends)
            if found - ends[flow.name]:
                ends[flow.name] |= found
                changed = True
    return ends


def _ends_of(find: Survey, first: Spot, ends: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    seen: set[Spot] = set()
    stack = [first]
    while stack:
        spot = stack.pop()
        if spot in seen:
            continue
        seen.add(spot)
        flow, name = spot
        step = find.bot.flows[flow].steps.get(name)
        if step is None:  # no step of this flow could be read
            continue
        called = ends.get(step.verb.flow.text, set()) if isinstance(step.verb, Call) else set()
        for way in find.ways[spot]:
            if way.kind in ("free", "run") or (way.kind == "call" and way.result in called):
                word = way.target.word if way.target is not None else "end"
                if way.dest == END and word in ("end", "fail"):
                    found.add(way.target.name if way.target is not None and word == "fail" else "done")
        for to, kind, result, _ in _onward(find, flow, step):
            if kind != "call" or result in called:
                stack.append(to)
    return found


def _circles(graph: Mapping[Spot, list[_Edge]]) -> Iterable[list[tuple[Spot, _Edge]]]:
    """One circle, a shortest one, of every set of steps that lead to one another."""
    order = {spot: n for n, spot in enumerate(graph)}
    for group in _groups(graph):
        yield _shortest(graph, min(group, key=order.__getitem__), set(group))


def _shortest(graph: Mapping[Spot, list[_Edge]], first: Spot, inside: set[Spot]) -> list[tuple[Spot, _Edge]]:
    before: dict[Spot, tuple[Spot, _Edge]] = {}
    queue = [first]
    for spot in queue:
        for edge in graph[spot]:
            if edge.to == first:
                circle = [(spot, edge)]
                while spot != first:
                    spot, edge = before[spot]
                    circle.append((spot, edge))
                return circle[::-1]
            if edge.to in inside and edge.to not in before:
                before[edge.to] = spot, edge
                queue.append(edge.to)
    raise AssertionError("steps that lead to one another make a circle")  # pragma: no cover


def _groups(graph: Mapping[Spot, list[_Edge]]) -> Iterable[list[Spot]]:
    """The strongly connected sets of steps, without recursion (Tarjan)."""
    index: dict[Spot, int] = {}
    low: dict[Spot, int] = {}
    open_: list[Spot] = []
    held: set[Spot] = set()
    for root in graph:
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            spot, n = work.pop()
            if n == 0:
                index[spot] = low[spot] = len(index)
                open_.append(spot)
                held.add(spot)
            edges = graph[spot]
            while n < len(edges):
                to = edges[n].to
                n += 1
                if to not in index:
                    work += [(spot, n), (to, 0)]
                    break
                if to in held:
                    low[spot] = min(low[spot], index[to])
            else:
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[spot])
                if low[spot] == index[spot]:
                    group = [open_.pop()]
                    while group[-1] != spot:
                        group.append(open_.pop())
                    held.difference_update(group)
                    if len(group) > 1 or any(edge.to == spot for edge in edges):
                        yield group


def _recursion(find: Survey, told: set[str]) -> None:
    """A flow that is called while it waits for the end of a call: each round goes one call deeper, and there are 20."""
    calls: dict[str, list[Calling]] = {}
    leads: dict[str, set[str]] = {name: set() for name in find.bot.flows}
    for call in find.calls:
        flow, callee = call.piece.flow, call.flow.text
        if flow is not None and call.piece.step is not None and callee in find.bot.flows and not _by_command(call):
            calls.setdefault(flow.name, []).append(call)
            leads[flow.name].add(callee)
    for (flow_name, _), found in find.ways.items():
        leads[flow_name] |= {there[0].name for way in found if way.outside and (there := find.place_of(way.outside)) is not None}
    ordered = {name: sorted(there) for name, there in leads.items()}
    for name, own in calls.items():
        for call in own:
            path = _path(ordered, call.flow.text, name) if not told & {name, call.flow.text} else None
            if path is None or told & {name, *path}:
                continue
            told |= {name, *path}
            chain = " → ".join(f'"{one}"' for one in (name, *path))
            sentence = f"this call leads back to its own flow: {chain}; each round goes one call deeper, and at most 20 are possible"
            callee = call.flow.text
            target = callee if callee not in find.written[name] else f"{callee}.{find.bot.flows[callee].first}"
            hint = f'a called flow comes back by itself when it ends: take out its way back, or write "go: {target}" here'
            find.report("recursive-call", call.flow, sentence, hint, of=call.piece, severity="warning")


def _by_command(call: Calling) -> bool:
    return call.piece.inside(Command) is not None or call.piece.inside(Silence) is not None


def _path(leads: Mapping[str, list[str]], first: str, goal: str) -> list[str] | None:
    """The flows from *first* to *goal*; None when no way leads there."""
    before: dict[str, str | None] = {first: None}
    queue = [first]
    for name in queue:
        if name == goal:
            path: list[str] = []
            at: str | None = name
            while at is not None:
                path.append(at)
                at = before[at]
            return path[::-1]
        for there in leads[name]:
            if there not in before:
                before[there] = name
                queue.append(there)
    return None


__all__ = ["loops"]
