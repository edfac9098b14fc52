"""Names: the variables, attributes and data that expressions read and outcomes write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botkit.checks.known import Source
from botkit.checks.results import near_return
from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.walk import Piece
from botkit.expressions import ATTRIBUTES, FUNCTIONS, METHODS, NameUse
from botkit.expressions.values import a
from botkit.outcomes import Assign, Save
from botkit.problems import Place
from botkit.replies import Formula, Reply, is_formula
from botkit.says import Say
from botkit.signatures import ValueType
from botkit.source import Mapping as Keys
from botkit.source import Node, Scalar, Sequence
from botkit.steps.ask import Field
from botkit.steps.computed import Computed
from botkit.steps.wait import Wait

BUILT_IN = ("wa_id", "phone", "name", "language", "opted_out")  # attributes of every contact
_GIVEN = frozenset({"contact", "msg", "answer", "channel", "data"})


@dataclass(frozen=True, slots=True)
class Use:
    """A name that is read, and where: *node* and the offset in it."""

    piece: Piece
    name: NameUse
    node: Scalar
    offset: int


def uses(find: Survey) -> tuple[Use, ...]:
    """Every name that an expression or a text reads, but those that a loop around it has bound."""
    return tuple(_uses(find))


def _uses(find: Survey) -> Iterator[Use]:
    for piece in find.of(Formula):
        formula: Formula = piece.thing
        for name in formula.expression.names:
            if not _bound(piece, name.name):
                yield Use(piece, name, formula.node, formula.offset + name.offset)
    for piece in find.of(Reply):
        yield from _in_reply(piece, piece.thing)
    for piece in find.of(Say):
        file = find.bot.files.get(piece.thing.file.text) if piece.thing.file is not None else None
        if file is not None:
            yield from _in_reply(Piece(file, (*piece.above, piece.thing), piece.flow, piece.step), file)


def _in_reply(piece: Piece, reply: Reply) -> Iterator[Use]:
    # A text that is all one expression was read as {{ … }}: its offsets are one further.
    text = reply.node.text
    shift = len(text) - len(text.lstrip()) - 1 if is_formula(text) else 0
    for name in reply.text.names:
        if not _bound(piece, name.name):
            yield Use(piece, name, reply.node, name.offset + shift)


def _bound(piece: Piece, name: str) -> bool:
    """Whether `each … as` or computed options give it."""
    for n, holder in enumerate(piece.above):
        if isinstance(holder, Say) and holder.each is not None and holder.name == name and piece.thing is not holder.each:
            return True
        inner = piece.above[n + 1] if n + 1 < len(piece.above) else piece.thing
        if isinstance(holder, Computed) and name == "item" and inner is not holder.source:
            return True
    return False


def unknown(find: Survey) -> None:
    """A variable that nothing sets; a bare variable in botkit.yaml, which has none."""
    waiting = {piece.flow for piece in find.of(Wait) if piece.thing.events}
    for use in find.once(uses):
        name, piece = use.name.name, use.piece
        own = find.known[piece.flow.name] if piece.flow is not None else {}
        if name in _GIVEN or name in own or (name == "event" and piece.flow in waiting):
            continue
        at = use.node.locate(use.offset, len(name))
        if name == "secrets":
            told = 'this version of botkit does not know "secrets" in an expression yet'
            find.report("not-yet", at, told, "take it out; an action finds them in ctx.secrets", of=piece)
        elif piece.flow is None:
            _of_no_flow(find, use, at)
        elif name != "visits" and not _lost(find, piece, name):
            near = _near(find, piece.flow.name, name)
            fix = renamed(use.node, name, near, use.offset)
            hint = meant(near, own[near][0].told if near is not None and near in own else None) or _elsewhere(find, name)
            find.report("unknown-variable", at, f'nothing sets "{name}"', hint, of=piece, fix=fix)


def _near(find: Survey, flow: str, name: str) -> str | None:
    """What a name that *flow* does not know was meant to be."""
    return f"{name}()" if name in FUNCTIONS else find.nearest(name, [*find.known[flow], *_GIVEN], f"variables of {flow}")


def _of_no_flow(find: Survey, use: Use, at: Place) -> None:
    name = use.name.name
    attributes = [*BUILT_IN, *find.bot.attributes]
    near = f"contact.{name}" if name in attributes else None
    hint = meant(near) or f"keep it with the contact: contact: {{{name}: text}} in botkit.yaml, and contact.{name} here"
    told = f'"{name}" is no name that botkit.yaml knows: variables belong to flows, here is only contact'
    find.report("unknown-variable", at, told, hint, of=use.piece, fix=renamed(use.node, name, near, use.offset))


def _elsewhere(find: Survey, name: str) -> str:
    if name in BUILT_IN or name in find.bot.attributes:
        return f'did you mean "contact.{name}"?'
    holder = next((flow for flow, names in find.known.items() if name in names), None)
    if holder is not None:
        return f'flow "{holder}" has one, and flows see nothing of each other: give it as a param, or keep it as contact.{name}'
    return f"ask for it, set it, or quote it if it is a text: '{name}'"


def _lost(find: Survey, piece: Piece, name: str) -> bool:
    """Whether what sets it may stand in a part of the flow that could not be read."""
    return piece.flow is not None and not find.whole(piece.flow) and _mentioned(piece.flow.node, name)


def _mentioned(node: Node, name: str) -> bool:
    match node:
        case Keys():
            return any(key.text == name or (key.text == "save" and _is(value, name)) or _mentioned(value, name) for key, value in node)
        case Sequence():
            return any(_mentioned(item, name) for item in node.items)
    return False


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


def attributes(find: Survey) -> None:
    """An attribute of the contact that is not declared, a file of data/ that is not there, a field that a value does not have."""
    for use in find.once(uses):
        path = use.name.path
        if not path:
            continue
        match use.name.name:
            case "contact":
                _contact(find, use.piece, use.node, path[0], use.offset + len("contact."))
            case "data" if path[0] not in find.bot.data and not find.unread("data", path[0]):
                near = find.nearest(path[0], find.bot.data, "data")
                told = f"there is no file data/{path[0]}.yaml"
                at, shift = _attribute(use, 0)
                find.report("unknown-attribute", at, told, meant(near), of=use.piece, fix=renamed(use.node, path[0], near, shift))
            case name if use.piece.flow is not None and name in find.known[use.piece.flow.name]:
                _fields(find, use, find.known[use.piece.flow.name][name])
    for piece in find.of(Field, Assign, Save):
        thing: Field | Assign | Save = piece.thing
        if thing.contact:
            _contact(find, piece, thing.node if isinstance(thing, Save) else thing.key, thing.name, len("contact."))


def _attribute(use: Use, depth: int) -> tuple[Place, int]:
    """Where the attribute number *depth* of a name stands."""
    shift = use.offset + len(use.name.name) + 1 + sum(len(part) + 1 for part in use.name.path[:depth])
    return use.node.locate(shift, len(use.name.path[depth])), shift


def _contact(find: Survey, piece: Piece, node: Scalar, name: str, offset: int) -> None:
    if name in BUILT_IN or name in find.bot.attributes or not find.whole(None):
        return
    known = [*BUILT_IN, *find.bot.attributes]
    near = find.nearest(name, known, "attributes")
    hint = meant(near) or f"declare it in botkit.yaml: contact: {{{name}: text}}"
    at = node.locate(offset, len(name))
    find.report("unknown-attribute", at, f'a contact has no "{name}"', hint, of=piece, fix=renamed(node, name, near, offset))


def _fields(find: Survey, use: Use, sources: list[Source]) -> None:
    """The attributes behind a variable, as far as it is known what it holds."""
    types = [source.type for source in sources]
    for depth, name in enumerate(use.name.path):
        inner = [field.type for one in types for field in one.fields if field.name == name]
        if not inner:
            if all(_surely_lacks(one, name) for one in types):
                _lacking(find, use, depth, types)
            return
        if any(not one.fields for one in types):
            return
        types = inner


def _surely_lacks(type_: ValueType, name: str) -> bool:
    kinds = [kind for kind in type_.kinds if kind != "none"]
    if not kinds or "any" in kinds or ("record" in kinds and not type_.fields):
        return False
    return not any(name in ATTRIBUTES.get(kind, {}) for kind in kinds)


def _lacking(find: Survey, use: Use, depth: int, types: list[ValueType]) -> None:
    name = use.name.path[depth]
    whole = ".".join((use.name.name, *use.name.path[:depth]))
    kinds = list(dict.fromkeys(kind for one in types for kind in one.kinds if kind != "none"))
    fields = [field.name for one in types for field in one.fields]
    known = [*fields, *(attribute for kind in kinds for attribute in ATTRIBUTES.get(kind, {}))]
    methods = [method for kind in kinds for method in METHODS.get(kind, {})]
    at, shift = _attribute(use, depth)
    near = find.nearest(name, known)
    hint = meant(near) or (f"it has {', '.join(dict.fromkeys(known))}" if known else None)
    if name in methods:
        near, hint = f"{name}()", f"write {whole}.{name}()"
    told = f'"{whole}" is {a(kinds[0])} and has no "{name}"' if len(kinds) == 1 else f'"{whole}" has no "{name}"'
    find.report("unknown-attribute", at, told, hint, of=use.piece, fix=renamed(use.node, name, near, shift))


def given_attributes(find: Survey) -> None:
    """An attribute that WhatsApp gives, and nobody can set."""
    for piece in find.of(Field, Assign, Save):
        thing: Field | Assign | Save = piece.thing
        if thing.contact and thing.name in ("wa_id", "phone"):
            node = thing.node if isinstance(thing, Save) else thing.key
            hint = f"declare one of your own, for example contact.own_{thing.name}"
            find.report("given-attribute", node, f'"contact.{thing.name}" comes from WhatsApp and cannot be set', hint, of=piece)
    for key, _ in find.bot.settings.contact:
        if key.text in ("wa_id", "phone"):
            told = f'"{key.text}" comes from WhatsApp: every contact has it, and nobody can set it'
            find.report("given-attribute", key, told, "delete it", severity="warning")


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
    found = set()
    for flow in find.bot.flows.values():
        for key, _ in flow.returns:
            if all(source.how == "returns" for source in find.known[flow.name][key.text]):
                near = near_return(find, flow, key.text)
                if near is not None:
                    found.add((flow.name, near))
    for use in find.once(uses):
        around = use.piece.flow
        if around is not None and use.name.name not in find.known[around.name] and use.name.name not in _GIVEN:
            near = _near(find, around.name, use.name.name)
            if near is not None:
                found.add((around.name, near))
    return found


__all__ = ["attributes", "bare_in_settings", "given_attributes", "unknown", "unused", "uses"]
