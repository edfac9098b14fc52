"""What stands behind a dot or in square brackets: attributes of records and dates, elements of lists, pieces of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from botkit.expressions import ATTRIBUTES, FILTERS, METHODS
from botkit.inference.facts import path_of
from botkit.inference.findings import Finding
from botkit.inference.types import ANY, TEXT, Type, joined, plain, told
from botkit.problems import did_you_mean

if TYPE_CHECKING:
    from botkit.inference.expressions import Inference

_LOOP = {"index": "integer", "index0": "integer", "length": "integer", "first": "bool", "last": "bool"}


def attribute(around: Inference, node: nodes.Getattr) -> Type:
    name: str = node.attr
    inner = node.node
    if isinstance(inner, nodes.Name) and inner.name == "loop" and "loop" in around.bound:
        return plain(_LOOP.get(name, "any"))
    owner = around.infer(inner)
    found = {kind: _of(kind, owner, name) for kind in owner.known}
    lacking = [kind for kind, type_ in found.items() if type_ is None]
    if not found or len(lacking) < len(found):
        owner = around.need(inner, owner, f'it is asked for "{name}"')
    if not found:
        return owner.fields[name] if owner.fields is not None and name in owner.fields else ANY
    if lacking and not (around.forgiving and lacking == ["record"]):
        _lacks(around, node, owner, name, lacking, sure=len(lacking) == len(found))
    types = [type_ for type_ in found.values() if type_ is not None]
    return joined(types) if types else ANY


def _of(kind: str, owner: Type, name: str) -> Type | None:
    """The attribute *name* of a value of that kind; None: it has none."""
    if kind == "record":
        return owner.fields.get(name) if owner.fields is not None else ANY
    return plain(ATTRIBUTES[kind][name][0]) if name in ATTRIBUTES.get(kind, {}) else None


def _lacks(around: Inference, node: nodes.Getattr, owner: Type, name: str, lacking: list[str], *, sure: bool) -> None:
    methods = [method for kind in lacking for method in METHODS.get(kind, {})]
    known = [*(owner.fields or ()), *(one for kind in owner.known for one in ATTRIBUTES.get(kind, {}))]
    near = f"{name}()" if name in methods else ""
    hint = did_you_mean(name, known) or (f"it has {', '.join(known)}" if known else None)
    if near:
        hint = f"write {near}"
    elif name in FILTERS and "record" not in lacking:
        hint = f"write it as a filter: | {name}"
    told_ = (
        f'{around.called(node.node, owner)} and has no "{name}"'
        if sure
        else f'{around.called(node.node, owner)}, and {told(lacking)} has no "{name}"'
    )
    around.found(Finding("unknown-attribute", node, told_, hint, sure, path_of(node), word=near))


def item(around: Inference, node: nodes.Getitem) -> Type:
    owner = around.need(node.node, around.infer(node.node), "a part of it is asked for")
    kinds = owner.known
    if isinstance(node.arg, nodes.Slice):
        for bound in (node.arg.start, node.arg.stop, node.arg.step):
            if bound is not None:
                _place(around, bound, around.infer(bound).filled, "a slice")
        if kinds and not kinds & {"text", "list"}:
            return around.wrong(node.node, f"{around.called(node.node, owner)}, which has no parts")
        return owner if kinds and kinds <= {"text", "list"} else ANY
    key = around.infer(node.arg)
    if not kinds:
        return ANY
    whole = kinds & {"text", "list", "record"}
    if whole != kinds:
        return around.wrong(node.node, f"{around.called(node.node, owner)}, which has no parts", sure=not whole)
    types: list[Type] = []
    if kinds & {"text", "list"}:
        with around.strict():
            _place(around, node.arg, around.need(node.arg, key, "a place in a list is a number"), str(owner))
        types += [TEXT] if "text" in kinds else []
        types += [owner.items or ANY] if "list" in kinds else []
    if "record" in kinds:
        name = node.arg.value if isinstance(node.arg, nodes.Const) else None
        types.append(owner.fields.get(name, ANY) if owner.fields is not None and isinstance(name, str) else ANY)
    return joined(types)


def _place(around: Inference, node: nodes.Node, type_: Type, owner: str) -> None:
    if type_.known and type_.known != {"integer"}:
        told = f"a place in {owner} is an integer, counted from 0; {around.called(node, type_)}"
        around.wrong(node, told, sure="integer" not in type_.known)


__all__ = ["attribute", "item"]
