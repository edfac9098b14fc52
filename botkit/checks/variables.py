"""Variables: those that nothing sets, and those that nothing reads."""

from __future__ import annotations

import re

from botkit.checks import bare
from botkit.checks.results import near_return
from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.unsaved import could_save
from botkit.checks.uses import BUILT_IN, GIVEN, Use, uses
from botkit.checks.walk import Piece
from botkit.expressions import FUNCTIONS
from botkit.outcomes import Assign, Save
from botkit.replies import Formula, Given, Reply
from botkit.source import Mapping as Keys
from botkit.source import Node, Scalar, Sequence
from botkit.steps import Run
from botkit.steps.wait import Wait


def unknown(find: Survey) -> None:
    """A variable that nothing sets; a bare variable in botkit.yaml, which has none."""
    happens = {piece.flow for piece in find.of(Wait) if piece.thing.events}
    happens |= {flow for flow in find.bot.flows.values() if any(start.kind == "event" for start in flow.starts)}
    unset: dict[tuple[str, str], list[Use]] = {}
    for use in find.once(uses):
        name, piece = use.name.name, use.piece
        own = find.known[piece.flow.name] if piece.flow is not None else {}
        if name in GIVEN or name in own or (name == "event" and piece.flow in happens):
            continue
        if name == "secrets":
            if piece.inside(Run) is None or piece.inside(Given) is None or not use.name.path:
                told = '"secrets" can only be named under the "with" of a run: no text and no variable ever holds one'
                find.report("secret-elsewhere", use.place, told, "with: {key: = secrets.NAME}, or ctx.secrets in an action", of=piece)
        elif piece.flow is None:
            _of_no_flow(find, use)
        elif name != "visits" and not _lost(find, piece, name):
            near = _near(find, piece.flow.name, name)
            if near is None and not find.whole(piece.flow):
                near = find.nearest(name, _filled(piece.flow.node), f"filled by {piece.flow.name}")  # by a step that could not be read
            if near is None:
                unset.setdefault((piece.flow.name, name), []).append(use)
                continue
            hint = meant(near, own[near][0].told if near in own else None)
            fix = renamed(use.node, name, near, use.offset)
            find.report("unknown-variable", use.place, f'nothing sets "{name}"', hint, of=piece, fix=fix)
    for (flow, name), found in unset.items():
        if find.problems.full:
            break
        more = f", which is read in {len(found)} places" if len(found) > 1 else ""
        whole = find.whole(find.bot.flows[flow])
        hint = _elsewhere(find, name) or (could_save(find, find.bot.flows[flow], name, found) if whole else None)
        hint = hint or f"ask for it, set it, or quote it if it is a text: '{name}'"
        find.report("unknown-variable", found[0].place, f'nothing sets "{name}"{more}', hint, of=found[0].piece)


def _near(find: Survey, flow: str, name: str) -> str | None:
    """What a name that *flow* does not know was meant to be."""
    if name in FUNCTIONS:
        return f"{name}()"
    if name in BUILT_IN or name in find.bot.attributes:
        return f"contact.{name}"
    return find.nearest(name, [*find.known[flow], *GIVEN], f"variables of {flow}")


def _of_no_flow(find: Survey, use: Use) -> None:
    name = use.name.name
    attributes = [*BUILT_IN, *find.bot.attributes]
    near = f"contact.{name}" if name in attributes else None
    hint = meant(near) or f"keep it with the contact: contact: {{{name}: text}} in botkit.yaml, and contact.{name} here"
    told = f'"{name}" is no name that botkit.yaml knows: variables belong to flows, here is only contact'
    find.report("unknown-variable", use.place, told, hint, of=use.piece, fix=renamed(use.node, name, near, use.offset))


def _elsewhere(find: Survey, name: str) -> str | None:
    holder = next((flow for flow, names in find.known.items() if name in names), None)
    if holder is not None:
        return f'flow "{holder}" has one, and flows see nothing of each other: give it as a param, or keep it as contact.{name}'
    return None


def _lost(find: Survey, piece: Piece, name: str) -> bool:
    """Whether what sets it may stand in a part of the flow that could not be read."""
    if piece.flow is None or find.whole(piece.flow):
        return False
    if _mentioned(piece.flow.node, name):
        return True
    if name not in find.lost(piece.flow):
        return False
    written = re.compile(rf"\b{name}\s*:|:\s*{name}\s*(?:[,}}#]|$)", re.MULTILINE)  # a misspelt save, a step that is read once of two times
    return any(written.search(rows) for rows in find.torn(piece.flow).values())


def _mentioned(node: Node, name: str) -> bool:
    match node:
        case Keys():
            return any(key.text == name or (key.text == "save" and _is(value, name)) or _mentioned(value, name) for key, value in node)
        case Sequence():
            return any(_mentioned(item, name) for item in node.items)
    return False


def _filled(node: Node) -> list[str]:
    """What is written under `save` and `ask`, wherever it stands."""
    match node:
        case Keys():
            saved = [value.text for key, value in node if key.text == "save" and isinstance(value, Scalar)]
            asked = [name.text for key, value in node if key.text == "ask" and isinstance(value, Keys) for name, _ in value]
            return [*saved, *asked, *(name for _, value in node for name in _filled(value))]
        case Sequence():
            return [name for item in node.items for name in _filled(item)]
    return []


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Scalar) and node.text == name


def bare_in_settings(find: Survey) -> None:
    """A variable that botkit.yaml sets: it belongs to no flow, so that it is lost at once."""
    for piece in find.of(Assign, Save):
        thing: Assign | Save = piece.thing
        if piece.flow is None and not thing.contact:
            node = thing.key if isinstance(thing, Assign) else thing.node
            known = thing.name in BUILT_IN or thing.name in find.bot.attributes
            near = f"contact.{thing.name}" if known else None
            told = f'"{thing.name}" would be lost at once: botkit.yaml belongs to no flow, and only contact lasts'
            hint = meant(near) or f"declare it under contact: {{{thing.name}: text}}, and write contact.{thing.name} here"
            find.report("unknown-variable", node, told, hint, of=piece, fix=renamed(node, thing.name, near))


def unused(find: Survey) -> None:
    """A variable that is filled and never read."""
    read: dict[str, set[str]] = {name: set() for name in find.bot.flows}
    for piece in find.of(Formula):
        if piece.flow is not None:
            read[piece.flow.name].update(name.name for name in piece.thing.expression.names)
    for piece in find.of(Reply):
        if piece.flow is not None:
            read[piece.flow.name].update(name.name for text in piece.thing.all.values() for name in text.names)
    for use in find.once(uses):
        if use.piece.flow is not None:
            read[use.piece.flow.name].add(use.name.name)
    guessed = _guessed(find)
    for flow in find.bot.flows.values():
        if not find.whole(flow):
            continue
        for name, sources in find.known[flow.name].items():
            if name in read[flow.name] or name.startswith("_") or any(one.how in ("params", "returns") for one in sources):
                continue
            if (flow.name, name) in guessed:
                continue
            first = sources[0]
            what = {"ask": "the answer in", "save": "what is saved in"}.get(first.how, "what is set in")
            hint = "delete save" if first.how == "save" else f'read it somewhere, or call it "_{name}": then it is not meant to be read'
            fix = renamed(first.node, name, f"_{name}") if first.how != "save" else ()
            of = flow.steps[first.step] if first.step is not None else flow
            find.report("unused-variable", first.node, f'nothing reads {what} "{name}"', hint, of=of, severity="warning", fix=fix)


def _guessed(find: Survey) -> set[tuple[str, str]]:
    """Variables that a misspelt name, or a return that nothing sets, was meant to read: what is wrong is the name."""
    found = bare.meant(find)
    for flow in find.bot.flows.values():
        for key, _ in flow.returns:
            if all(source.how == "returns" for source in find.known[flow.name][key.text]):
                near = near_return(find, flow, key.text)
                if near is not None:
                    found.add((flow.name, near))
    for use in find.once(uses):
        around = use.piece.flow
        if around is not None and use.name.name not in find.known[around.name] and use.name.name not in GIVEN:
            near = _near(find, around.name, use.name.name)
            if near is not None:
                found.add((around.name, near))
    return found


__all__ = ["bare_in_settings", "unknown", "unused"]
