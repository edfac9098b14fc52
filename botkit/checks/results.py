"""How flows end, and who catches it: outcomes of called flows, errors of actions, what comes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from msgspec import Struct

from botkit.checks.survey import Survey, error_key, meant, renamed
from botkit.checks.walk import Piece
from botkit.flow import Flow
from botkit.outcomes import Arguments, Outcome, Save
from botkit.source import Node, Scalar
from botkit.steps import Call, Run, Step
from botkit.web import asks_the_web, is_error

# What else can happen at a step, beside what its action raises or its flow ends with.
_HAPPENS: Mapping[str, tuple[str, ...]] = {
    "ask": ("timeout", "unsent"),
    "run": ("timeout",),
    "call": ("failed",),
    "handoff": ("closed", "timeout", "unsent"),
    "wait": ("timeout", "unsent"),
}


def results(find: Survey) -> Mapping[str, dict[str, Node] | None]:
    """What each flow can end with beside `done`, with the word that says so; None where it could not be read whole."""
    found: dict[str, dict[str, Node] | None] = {}
    for flow in find.bot.flows.values():
        found[flow.name] = {} if find.whole(flow) else None
    for piece in find.of(Outcome):
        target = piece.thing.go
        own = found.get(piece.flow.name) if piece.flow is not None else None
        if target is not None and target.word == "fail" and own is not None:
            own.setdefault(target.name, target.node)
    _pass_on(find, found)
    return found


class _Heir(Struct, frozen=True):
    """A flow that ends with what another one ends with, but for what is *caught*. *node* None: it goes there, and does not come back."""

    flow: str
    caught: frozenset[str]
    node: Scalar | None


def _pass_on(find: Survey, found: dict[str, dict[str, Node] | None]) -> None:
    """Let flows end with what the flows end with that they call or go to, and that they do not catch: each outcome handed on once."""
    heirs: dict[str, list[_Heir]] = {}
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            verb = step.verb
            if isinstance(verb, Call) and "any" not in verb.errors:
                heirs.setdefault(verb.flow.text, []).append(_Heir(flow.name, frozenset(verb.errors), verb.flow))
            for way in find.ways[flow.name, step.name]:
                there = find.place_of(way.outside) if way.outside else None
                if there is not None:
                    heirs.setdefault(there[0].name, []).append(_Heir(flow.name, frozenset(), None))
    unread = [name for name, own in found.items() if own is None]
    while unread:
        for heir in heirs.get(unread.pop(), ()):
            if heir.node is not None and found[heir.flow] is not None:
                found[heir.flow] = None
                unread.append(heir.flow)
    due = deque((name, outcome, node) for name, own in found.items() for outcome, node in (own or {}).items())
    while due:
        name, outcome, node = due.popleft()
        for heir in heirs.get(name, ()):
            own = found[heir.flow]
            if own is not None and outcome not in own and outcome not in heir.caught:
                own[outcome] = heir.node if heir.node is not None else node
                due.append((heir.flow, outcome, own[outcome]))


def error_names(find: Survey) -> None:
    """A name under `errors` that can never happen there."""
    known = find.once(results)
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            verb = step.verb
            if verb is None or isinstance(verb, Call) or verb.word not in _HAPPENS:
                continue
            happens: tuple[str, ...] = _HAPPENS[verb.word]
            if isinstance(verb, Run):
                signature = (find.signatures or {}).get(verb.action.text)
                if signature is None:
                    continue
                exact = [name for name in verb.errors if asks_the_web(verb.action.text) and is_error(name)]
                happens = (*dict.fromkeys((*signature.raises, *exact)), *happens)
                said, listed = f'{verb.action.text} never raises "{{}}"', f"{verb.action.text} raises"
            else:
                said, listed = '"{}" never happens here', "here can happen"
            _misnamed(find, step, step.onward.node, verb.errors, happens, said, listed)
    for call in find.calls:
        ends = known.get(call.flow.text)
        if ends is not None:
            said, listed = f'flow "{call.flow.text}" never ends with "{{}}"', f'flow "{call.flow.text}" ends with'
            of = call.piece.step if call.piece.step is not None else call.piece.flow
            _misnamed(find, of, call.node, call.errors, (*ends, "failed"), said, listed)


def _misnamed(
    find: Survey, of: Step | Flow | None, node: Node | None, errors: Mapping[str, Outcome], happens: Iterable[str], said: str, listed: str
) -> None:
    names = [*dict.fromkeys(happens)]
    for name, outcome in errors.items():
        at = error_key(node, name) or outcome.node
        if name == "any" or name in names or at is None:
            continue
        near: str | None = None
        hint: str | None = "done is no error: what follows a good end is the go of the step, or the next step"
        if name != "done":
            near = find.nearest(name, [*names, "any"])
            hint = meant(near) or f"{listed} {', '.join(names)}; any catches all of it"
        fix = renamed(at, name, near) if isinstance(at, Scalar) else ()
        find.report("no-such-error", at, said.format(name), hint, of=of, fix=fix)


def uncaught(find: Survey) -> None:
    """What a called flow ends with and nobody catches: the conversation is over without a word."""
    known = find.once(results)
    roots = _roots(find)
    for call in find.calls:
        ends = known.get(call.flow.text)
        flow = call.piece.flow
        if call.digression or not ends or flow is None or flow.name not in roots or not find.whole(flow) or "any" in call.errors:
            continue
        meant_ = {find.nearest(name, ends) for name in call.errors if name not in ends}  # misnamed, which is told
        for name, node in ends.items():
            if name not in call.errors and name not in meant_:
                told = f'flow "{call.flow.text}" can end with "{name}" (line {node.line} of {node.source.file}), and nobody catches it'
                hint = f"add errors: {{{name}: {{go: …}}}}, or any: for all of them"
                find.report("uncaught-outcome", call.flow, told, hint, of=call.piece, severity="warning")
                break


def _roots(find: Survey) -> set[str]:
    """Flows that may run with nobody waiting for their end."""
    roots = {find.bot.start, *(flow.name for flow in find.bot.flows.values() if flow.triggers or flow.starts)}
    for piece in find.of(Outcome):
        target = piece.thing.go
        if piece.flow is None and target is not None and not target.word:
            roots.add(target.name.partition(".")[0])
    stack = list(roots)
    while stack:
        flow = find.bot.flows.get(stack.pop())
        for step in flow.steps if flow is not None else ():
            for way in find.ways[flow.name, step] if flow is not None else ():
                there = way.outside.partition(".")[0] if way.outside else None
                if there is not None and there not in roots:
                    roots.add(there)
                    stack.append(there)
    return roots


def failing(find: Survey) -> None:
    """`fail` with a name that has a meaning of its own, or in a flow that nobody calls."""
    called = {call.flow.text for call in find.calls}
    for piece in find.of(Outcome):
        target = piece.thing.go
        if target is None or target.word != "fail" or piece.flow is None:
            continue
        if target.name in ("done", "any", "failed"):
            meaning = {"done": "a good end", "any": "whatever happens", "failed": "an error"}[target.name]
            hint = "go: end" if target.name == "done" else "give it a name of its own: go: fail cancelled"
            told = f'"{target.name}" means {meaning} already, so no flow can fail with it'
            fix = renamed(target.node, target.text, "end") if target.name == "done" else ()
            find.report("reserved-outcome", target.node, told, hint, of=piece, fix=fix)
        elif piece.flow.name not in called and not find.broken and not _replaces(find, piece.flow.name, called):
            told = f'nobody calls flow "{piece.flow.name}", so nobody is told that it failed with "{target.name}"'
            fix = renamed(target.node, target.text, "end")
            find.report("unheard-outcome", target.node, told, "go: end", of=piece, severity="warning", fix=fix)


def _replaces(find: Survey, name: str, called: set[str]) -> bool:
    """Whether a called flow goes to this one, which then ends in its place."""
    for (flow, _), found in find.ways.items():
        if flow in called and any(way.outside and way.outside.partition(".")[0] == name for way in found):
            return True
    return False


def nothing_returned(find: Survey) -> None:
    """`save` of what returns nothing."""
    for call in find.calls:
        flow = find.bot.flows.get(call.flow.text)
        if call.save is not None and flow is not None and not flow.returns and find.whole(flow):
            hint = f"delete save, or declare in {flow.file} what it returns: returns: {{NAME: text}}"
            find.report("nothing-returned", call.save.node, f'flow "{flow.name}" returns nothing', hint, of=call.piece)
    for piece in find.of(Run):
        save: Save | None = piece.thing.save
        signature = (find.signatures or {}).get(piece.thing.action.text)
        if save is not None and signature is not None and signature.result.kinds == ("none",):
            find.report("nothing-returned", save.node, f"{signature.name} returns nothing", "delete save", of=piece)


def params(find: Survey) -> None:
    """`with` that gives a flow what it does not take, or leaves out what it takes."""
    for call in find.calls:
        flow = find.bot.flows.get(call.flow.text)
        if flow is not None:
            _given(find, call.piece, flow, call.flow, call.arguments)
    for piece in find.of(Outcome):
        target = piece.thing.go
        if target is not None and not target.word:
            there = find.place_of(target.name)
            own = piece.flow is not None and target.name in find.written[piece.flow.name]
            if there is not None and not own:
                _given(find, piece, there[0], target.node, piece.thing.arguments)


def _given(find: Survey, piece: Piece, flow: Flow, at: Scalar, arguments: Arguments) -> None:
    if not find.whole(flow):
        return
    takes = [key.text for key, _ in flow.params]
    given = {key.text: key for key, _ in arguments}
    missing = [name for name in takes if name not in given]
    for name, key in given.items():
        if name not in takes:
            near = find.nearest(name, missing)
            listed = f"its params are {', '.join(takes)}" if takes else f"delete it, or declare it in {flow.file}: params: {{{name}: text}}"
            told = f'flow "{flow.name}" takes no "{name}"'
            find.report("unknown-argument", key, told, meant(near) or listed, of=piece, fix=renamed(key, name, near))
            missing = [one for one in missing if one != near]
    if missing:
        told = f'flow "{flow.name}" takes {", ".join(missing)}, and here nothing is given for it'
        hint = f"with: {{{', '.join(f'{name}: …' for name in missing)}}}"
        find.report("missing-argument", at, told, hint, of=piece, severity="warning")


def near_return(find: Survey, flow: Flow, name: str) -> str | None:
    """The variable of *flow* that a return which nothing sets was most likely meant to be."""
    returned = {key.text for key, _ in flow.returns}
    return find.nearest(name, [one for one in find.known[flow.name] if one not in returned], f"returned by {flow.name}")


def unset_returns(find: Survey) -> None:
    """A variable that a flow returns and nothing in it sets."""
    for flow in find.bot.flows.values():
        if not find.whole(flow):
            continue
        taken = {key.text for key, _ in flow.params}
        for key, _ in flow.returns:
            if key.text not in taken and not any(one.how != "returns" for one in find.known[flow.name][key.text]):
                told = f'flow "{flow.name}" returns "{key.text}", and nothing sets it'
                near = near_return(find, flow, key.text)
                hint = meant(near) or "set it, ask for it, or delete it from returns"
                find.report("unset-return", key, told, hint, of=flow, fix=renamed(key, key.text, near))


__all__ = ["error_names", "failing", "near_return", "nothing_returned", "params", "results", "uncaught", "unset_returns"]
