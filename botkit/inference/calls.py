"""What filters, functions, methods and tests take and give, by the tables that the evaluator works from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from jinja2 import nodes

from botkit.expressions import FILTERS, FUNCTIONS, METHODS, TESTS, Operation
from botkit.expressions.filters import LENIENT
from botkit.expressions.values import any_of, fits
from botkit.inference.facts import path_of
from botkit.inference.findings import Finding
from botkit.inference.operators import ordered
from botkit.inference.types import ANY, BOOL, INTEGER, NOT_YET, TEXT, Type, joined, list_of, plain

if TYPE_CHECKING:
    from botkit.inference.expressions import Inference

Arguments = Sequence[tuple[nodes.Node, Type]]  # those that were given, by position
Gives = Callable[[Type, Arguments], Type]


def _elements(value: Type) -> Type:
    """An element of a list or a character of a text. Of a list that may be empty nothing is said."""
    if value.known == {"text"}:
        return TEXT
    return value.items or ANY if value.known == {"list"} else ANY


def _field(record: Type, arguments: Arguments, place: int) -> Type:
    """The field of a record that an argument names; the record itself where none does."""
    if len(arguments) <= place:
        return record
    node = arguments[place][0]
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and record.fields is not None and record.known == {"record"}:
        return record.fields.get(node.value, ANY)
    return ANY


def _default(value: Type, arguments: Arguments) -> Type:
    return joined([value.filled, arguments[0][1] if arguments else TEXT])


def _sum(value: Type, arguments: Arguments) -> Type:
    kinds = _field(_elements(value), arguments, 0).known
    return INTEGER if kinds == {"integer"} else plain("integer", "number") if kinds and kinds <= {"integer", "number"} else ANY


def _extreme(_: Type, arguments: Arguments) -> Type:
    if len(arguments) == 1 and arguments[0][1].known in ({"list"}, frozenset()):
        return _elements(arguments[0][1]).filled
    return joined([type_.filled for _, type_ in arguments])


def _get(record: Type, arguments: Arguments) -> Type:
    found = _field(record, arguments, 0)
    return found if len(arguments) < 2 or "any" in found.kinds else joined([found, arguments[1][1]])


def _values(record: Type, _: Arguments) -> Type:
    return list_of(joined(record.fields.values()) if record.fields else ANY)


# Where what is given depends on what is taken; everything else gives what its table says.
GIVES: Mapping[tuple[str, str], Gives] = {
    ("filter", "round"): lambda value, arguments: INTEGER if not arguments else plain("number"),
    ("filter", "abs"): lambda value, _: Type(value.known) if value.known else plain("integer", "number"),
    ("filter", "default"): _default,
    ("filter", "first"): lambda value, _: _elements(value),
    ("filter", "last"): lambda value, _: _elements(value),
    ("filter", "map"): lambda value, arguments: list_of(_field(_elements(value), arguments, 0)),
    ("filter", "sort"): lambda value, _: list_of(_elements(value)),
    ("filter", "sum"): _sum,
    ("filter", "float"): lambda value, _: (
        Type(value.known) if value.known <= {"integer", "number"} and value.known else plain("integer", "number")
    ),
    ("filter", "reverse"): lambda value, _: value if value.known and value.known <= {"text", "list"} else ANY,
    ("function", "min"): _extreme,
    ("function", "max"): _extreme,
    ("record", "get"): _get,
    ("record", "keys"): lambda *_: list_of(TEXT),
    ("record", "values"): _values,
    ("record", "items"): lambda record, _: list_of(list_of(joined([TEXT, *(record.fields or {"": ANY}).values()]))),
    ("text", "split"): lambda *_: list_of(TEXT),
}


def given(family: str, operation: Operation, value: Type, arguments: Arguments) -> Type:
    """The type of what *operation* gives; *family* is filter, function, or the kind of the value before the dot."""
    gives = GIVES.get((family, operation.name))
    if gives is not None:
        return gives(value, arguments)
    return ANY if operation.gives == "any" else plain(operation.gives)


# ---------------------------------------------------------------- as they stand in an expression


def filtered(around: Inference, node: nodes.Filter) -> Type:
    operation = FILTERS.get(node.name)
    if operation is None or node.node is None:
        return ANY
    lenient = node.name in LENIENT
    if lenient:
        with around.lenient():
            value = around.infer(node.node)
    else:
        value = around.infer(node.node)
    if not fits("none", operation.takes):
        value = around.need(node.node, value, f'"| {node.name}" needs a value')
    if not value.kinds and not lenient:
        return NOT_YET
    unfit = [kind for kind in value.known if not fits(kind, operation.takes)]
    arguments = _arguments(around, node, operation)
    if unfit:
        sure = len(unfit) == len(value.known)
        around.wrong(
            node,
            f'"| {node.name}" works on {any_of(operation.takes)}; {around.called(node.node, value)}',
            _instead(node.name, value),
            sure=sure,
        )
    elif node.name in ("sort", "sum", "join", "map"):
        _of_elements(around, node, value, arguments)
    return given("filter", operation, value, arguments)


def _instead(name: str, value: Type) -> str | None:
    """What works on a value of this kind, where a filter does not."""
    if value.known == {"time"} and name == "date":
        return "write | time"
    if value.known == {"date"} and name == "time":
        return "a date has no time of day; at(day, '09:00') makes one"
    if value.known <= {"integer", "number"} and name in ("upper", "lower", "title", "capitalize", "trim", "replace", "truncate"):
        return "make a text of it first: (… ~ '')"
    if value.known == {"record"}:
        return f"name one of its fields: {', '.join(value.fields)}" if value.fields else "name one of its fields"
    return None


def _of_elements(around: Inference, node: nodes.Filter, value: Type, arguments: Arguments) -> None:
    """sort, sum, join and map: what they do to elements, or to a field of each."""
    place = 1 if node.name == "join" else 0
    element = _elements(value)
    if value.known != {"list"}:
        return
    if len(arguments) > place and element.known and "record" not in element.known:
        around.wrong(arguments[place][0], f'"| {node.name}" is to look at a field of each element, and each is {element}')
        return
    one = _field(element, arguments, place)
    if node.name in ("sort", "sum") and one.may_be_none:
        around.found(Finding("may-be-none", node, f'"| {node.name}" needs a value in each element', sure=False))
    if not one.known or node.name == "map":
        return
    wrong = [kind for kind in one.known if not _suits(node.name, kind, one.known)]
    if wrong:
        hint = (
            f"name one of their fields: | {node.name}({'separator, ' if place else ''}'{next(iter(one.fields))}')" if one.fields else None
        )
        told = f'"| {node.name}" does not go with elements of which each is {one}'
        around.wrong(node, told, hint, sure=len(wrong) == len(one.known) and (node.name != "sort" or not _ordered(one.known)))


def _suits(name: str, kind: str, kinds: frozenset[str]) -> bool:
    """Whether an element of *kind* among others of *kinds* will do."""
    if name == "join":
        return kind not in ("record", "duration", "list")
    return kind in ("integer", "number") if name == "sum" else all(ordered(kind, other) for other in kinds)


def _ordered(kinds: frozenset[str]) -> bool:
    return any(ordered(one, other) for one in kinds for other in kinds)


def tested(around: Inference, node: nodes.Test) -> Type:
    found = TESTS.get(node.name)
    if found is None:
        return BOOL
    if node.name in LENIENT:
        with around.lenient():
            around.infer(node.node)
        return BOOL
    value = around.infer(node.node)
    if not fits("none", found[0]):
        value = around.need(node.node, value, f'"is {node.name}" needs a value')
    fit = [fits(kind, found[0]) for kind in value.known]
    if not all(fit):
        told = f'"is {node.name}" is asked of {any_of(found[0])}; {around.called(node.node, value)}'
        around.wrong(node.node, told, sure=not any(fit))
    return BOOL


def called(around: Inference, node: nodes.Call) -> Type:
    target = node.node
    if isinstance(target, nodes.Name):
        operation = FUNCTIONS.get(target.name)
        if operation is None:
            return ANY
        arguments = _arguments(around, node, operation)
        if operation.name in ("min", "max"):
            _compared(around, node, operation.name, arguments)
        return given("function", operation, NOT_YET, arguments)
    return _method(around, node, target) if isinstance(target, nodes.Getattr) else ANY


def _compared(around: Inference, node: nodes.Call, name: str, arguments: Arguments) -> None:
    one = joined(type_ for _, type_ in arguments)
    if len(arguments) == 1 and "list" in one.kinds:
        one = _elements(one)
        if one.may_be_none:
            around.found(Finding("may-be-none", node, f'"{name}" compares its values', sure=False))
    else:
        for argument, type_ in arguments:
            around.need(argument, type_, f'"{name}" compares its values')
    if one.known and not all(ordered(left, right) for left in one.known for right in one.known):
        around.wrong(node, f"{name}() cannot compare {one}", sure=not _ordered(one.known))


def _method(around: Inference, node: nodes.Call, target: nodes.Getattr) -> Type:
    name: str = target.attr
    tables = {kind: table[name] for kind, table in METHODS.items() if name in table}
    owner = around.need(target.node, around.infer(target.node), f'"{name}()" needs a value')
    if not tables:
        return ANY
    kinds = owner.known
    arguments = _arguments(around, node, tables[next((kind for kind in kinds if kind in tables), next(iter(tables)))])
    if not kinds:
        return joined(given(kind, one, ANY, arguments) for kind, one in tables.items())
    unfit = [kind for kind in kinds if kind not in tables]
    if unfit:
        around.wrong(target, f'{around.called(target.node, owner)} and has no "{name}()"', sure=len(unfit) == len(kinds))
    return joined(given(kind, tables[kind], owner, arguments) for kind in kinds if kind in tables) if len(unfit) < len(kinds) else ANY


def _arguments(around: Inference, node: nodes.Call | nodes.Filter, operation: Operation) -> Arguments:
    """The arguments that were given, each held to what *operation* takes."""
    known = [parameter.name for parameter in operation.parameters]
    given_: list[nodes.Node] = list(node.args)
    named = {known.index(one.key): one.value for one in node.kwargs if isinstance(one, nodes.Keyword) and one.key in known}
    found: list[tuple[nodes.Node, Type]] = []
    for number, argument in [*enumerate(given_), *named.items()]:
        type_ = around.infer(argument)
        if not operation.parameters:
            break
        parameter = operation.parameters[min(number, len(operation.parameters) - 1)]
        if not fits("none", parameter.kinds):
            with around.strict():
                type_ = around.need(argument, type_, f'"{operation.name}" needs a value')
        unfit = [kind for kind in type_.known if not fits(kind, parameter.kinds)]
        if unfit:
            told = f'"{parameter.name}" of {operation.name} is {any_of(parameter.kinds)}; {_what(around, argument, type_)}'
            around.wrong(argument, told, sure=len(unfit) == len(type_.known))
        if number == len(found):
            found.append((argument, type_))
    return found


def _what(around: Inference, node: nodes.Node, type_: Type) -> str:
    return around.called(node, type_) if path_of(node) is not None else f"this is {type_}"


__all__ = ["GIVES", "called", "filtered", "given", "tested"]
