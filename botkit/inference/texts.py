"""A text with {{ }}, {% if %} and {% for %}, looked through part by part."""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import nodes

from botkit.expressions.values import a
from botkit.inference.expressions import Inference
from botkit.inference.facts import facts, path_of
from botkit.inference.findings import Finding
from botkit.inference.types import ANY, TEXT, Type


def through(around: Inference, parts: Iterable[nodes.Node]) -> None:
    """Let *around* find what does not go in *parts* of a text."""
    for part in parts:
        match part:
            case nodes.Output():
                for one in part.nodes:
                    if not isinstance(one, nodes.TemplateData):
                        _output(around, one)
            case nodes.If():
                _condition(around, part)
            case nodes.For():
                _repeated(around, part)


def _output(around: Inference, node: nodes.Node) -> None:
    type_ = around.written(node)
    path = path_of(node)
    if type_.kinds == {"none"} and path is not None and len(path) == 1:
        told = f'"{path[0]}" is always none here, so this says nothing'
        around.found(Finding("may-be-none", node, told, path=path, why=type_.why, sure=False))


def _condition(around: Inference, node: nodes.If) -> None:
    known = around.there
    branches = [(node.test, node.body), *((other.test, other.body) for other in node.elif_)]
    for test, body in branches:
        around.infer(test)
        true, false = facts(test)
        before = around.there
        with around.knowing(true | frozenset(around.needed)):
            through(around, body)
        around.there = before | false
    with around.knowing(frozenset()):
        through(around, node.else_)
    around.there = known


def _repeated(around: Inference, node: nodes.For) -> None:
    value = around.need(node.iter, around.infer(node.iter), "a loop needs a list")
    if value.known and not value.known & {"list", "record"}:
        around.wrong(node.iter, f"a loop goes over a list; {around.called(node.iter, value)}")
    element = (value.items or ANY) if value.known == {"list"} else TEXT if value.known == {"record"} else ANY
    outer, around.bound = around.bound, {**around.bound, **_bound(around, node.target, element)}
    if node.test is not None:
        with around.knowing(frozenset()):
            around.infer(node.test)
    around.bound = {**around.bound, "loop": ANY}
    with around.knowing(frozenset()):
        through(around, node.body)
    around.bound = outer
    with around.knowing(frozenset()):
        through(around, node.else_)


def _bound(around: Inference, target: nodes.Node, element: Type) -> dict[str, Type]:
    if isinstance(target, nodes.Name):
        return {target.name: element}
    names = [one.name for one in target.items if isinstance(one, nodes.Name)] if isinstance(target, nodes.Tuple) else []
    if element.known and "list" not in element.known:
        around.wrong(target, f"this loop takes {len(names)} values at a time, and an element is {a(next(iter(element.known)))}")
    return dict.fromkeys(names, (element.items or ANY) if element.known == {"list"} else ANY)


__all__ = ["through"]
