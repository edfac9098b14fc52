"""Attributes: of the contact, of what variables hold, of data/."""

from __future__ import annotations

from botkit.checks.known import Source
from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.uses import BUILT_IN, Use, uses
from botkit.checks.walk import Piece
from botkit.expressions import ATTRIBUTES, FILTERS, METHODS
from botkit.expressions.values import a
from botkit.outcomes import Assign, Save
from botkit.problems import Place
from botkit.schedules import Relative
from botkit.signatures import ValueType
from botkit.source import Scalar
from botkit.steps.ask import Field

# What a message of the contact has, whatever its type. WhatsApp may send more: what is like none of these is taken for that.
OF_MESSAGES = (
    "text", "type", "id", "at", "mime_type", "filename", "latitude", "longitude", "name", "address", "contacts", "origin", "product_items",
    "reply_to", "forwarded", "referral", "referred_product",
)  # fmt: skip


def unknown(find: Survey) -> None:
    """An attribute of the contact that is not declared, a file of data/ that is not there, a field that a value does not have."""
    undeclared: set[str] = set()
    for use in find.once(uses):
        path = use.name.path
        if not path:
            continue
        match use.name.name:
            case "contact":
                _contact(find, use.piece, use.node, path[0], use.offset + len("contact."), undeclared)
            case "data" if path[0] not in find.bot.data and not find.unread("data", path[0]):
                near = find.nearest(path[0], find.bot.data, "data")
                told = f"there is no file data/{path[0]}.yaml"
                at, shift = _attribute(use, 0)
                find.report(
                    "unknown-attribute", at, told, meant(near) or "write it", of=use.piece, fix=renamed(use.node, path[0], near, shift)
                )
            case "msg" if path[0] not in OF_MESSAGES and (near := find.nearest(path[0], OF_MESSAGES, "messages")) is not None:
                at, shift = _attribute(use, 0)
                told = f'a message has no "{path[0]}"'
                find.report("unknown-attribute", at, told, meant(near), of=use.piece, fix=renamed(use.node, path[0], near, shift))
            case name if use.piece.flow is not None and name in find.known[use.piece.flow.name]:
                _fields(find, use, find.known[use.piece.flow.name][name])
    for piece in find.of(Field, Assign, Save):
        thing: Field | Assign | Save = piece.thing
        if thing.contact:
            _contact(find, piece, thing.node if isinstance(thing, Save) else thing.key, thing.name, len("contact."), undeclared)


def _attribute(use: Use, depth: int) -> tuple[Place, int]:
    """Where the attribute number *depth* of a name stands."""
    shift = use.offset + len(use.name.name) + 1 + sum(len(part) + 1 for part in use.name.path[:depth])
    return use.node.locate(shift, len(use.name.path[depth])), shift


def _contact(find: Survey, piece: Piece, node: Scalar, name: str, offset: int, undeclared: set[str]) -> None:
    """*undeclared*: the names that are like no other and have been told: what is missing is one line of botkit.yaml."""
    if name in BUILT_IN or name in find.bot.attributes or name in undeclared or not find.whole(None):
        return
    known = [*BUILT_IN, *find.bot.attributes]
    near = find.nearest(name, known, "attributes")
    if near is None:
        undeclared.add(name)
    dated = any(piece.thing.to.expression.source.strip() == f"contact.{name}" for piece in find.of(Relative))
    hint = meant(near) or f"declare it in botkit.yaml: contact: {{{name}: {'date' if dated else 'text'}}}"
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
    elif name in FILTERS:
        hint = f"write {whole} | {name}"
    told = f'"{whole}" is {a(kinds[0])} and has no "{name}"' if len(kinds) == 1 else f'"{whole}" has no "{name}"'
    find.report("unknown-attribute", at, told, hint, of=use.piece, fix=renamed(use.node, name, near, shift))


def given(find: Survey) -> None:
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


__all__ = ["given", "unknown"]
