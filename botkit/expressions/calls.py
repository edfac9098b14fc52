"""What stands behind "|" and "is", and what is called: looked up in the tables at load, checked against them at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from botkit.expressions.filters import FILTERS, LENIENT, TESTS
from botkit.expressions.functions import FUNCTIONS
from botkit.expressions.methods import METHODS
from botkit.expressions.names import Locals, Run, label, named, nothing
from botkit.expressions.tables import Operation
from botkit.expressions.values import ExpressionError, Missing, Scope, a, any_of, charge, fits, kind_of
from botkit.problems import did_you_mean
from botkit.wire import Value

if TYPE_CHECKING:
    from botkit.expressions.evaluate import Compiler

_ALL_METHODS = frozenset(name for table in METHODS.values() for name in table)

# What an argument is when one behind it is named and it is not given.
_DEFAULTS: dict[tuple[str, str], Value] = {("join", "separator"): ", ", ("default", "other"): ""}


def filtered(compiler: Compiler, node: nodes.Filter) -> Run:
    name: str = node.name
    if node.node is None:
        return compiler.fault(node, "a filter needs a value before it")
    found = FILTERS.get(name)
    inner = compiler.compile(node.node)
    if found is None:
        return compiler.fault(node, f'there is no filter "{name}"', did_you_mean(name, FILTERS), code="unknown-filter", length=len(name))
    compiler.filters.append(name)
    arguments = _arguments(compiler, node, found)
    if name in LENIENT:
        inner = _lenient(inner)
    called = label(node.node)

    def run(scope: Scope, local: Locals) -> Value:
        value = inner(scope, local)
        kind = kind_of(value)
        if not fits(kind, found.takes):
            if value is None:
                raise nothing(called)
            raise ExpressionError(f'"{name}" works on {any_of(found.takes)}; {named(called, kind)} is {a(kind)}')
        if isinstance(value, str | list | tuple):
            charge(scope, len(value) if isinstance(value, str) else len(value) * 8)
        return found.call(scope, value, *_checked(found, arguments, scope, local))

    return run


def tested(compiler: Compiler, node: nodes.Test) -> Run:
    name: str = node.name
    found = TESTS.get(name)
    inner = compiler.compile(node.node)
    if found is None:
        return compiler.fault(
            node, f'nothing can be asked with "is {name}"', did_you_mean(name, TESTS) or f"there are {', '.join(TESTS)}", length=2
        )
    if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return compiler.fault(node, f'"is {name}" takes no arguments')
    kinds, test = found
    if name in LENIENT:
        inner = _lenient(inner)
    called = label(node.node)

    def run(scope: Scope, local: Locals) -> Value:
        value = inner(scope, local)
        if not fits(kind_of(value), kinds):
            raise nothing(called) if value is None else ExpressionError(f'"is {name}" is asked of {any_of(kinds)}')
        return test(value)

    return run


def called(compiler: Compiler, node: nodes.Call) -> Run:
    target = node.node
    match target:
        case nodes.Name():
            return _function(compiler, node, target)
        case nodes.Getattr():
            return _method(compiler, node, target)
    return compiler.fault(node, "only a function or a method can be called")


def _function(compiler: Compiler, node: nodes.Call, target: nodes.Name) -> Run:
    name: str = target.name
    found = FUNCTIONS.get(name)
    if found is None:
        filter_ = "length" if name == "len" else name
        hint = f"write it behind the value: value | {filter_}" if filter_ in FILTERS else did_you_mean(name, FUNCTIONS)
        if name in ("str", "string", "text"):
            hint = '"~" makes a text of anything: value ~ \'\''
        return compiler.fault(target, f'there is no function "{name}"', hint, code="unknown-function", length=len(name))
    compiler.functions.append(name)
    arguments = _arguments(compiler, node, found)
    return lambda scope, local: found.call(scope, *_checked(found, arguments, scope, local))


def _method(compiler: Compiler, node: nodes.Call, target: nodes.Getattr) -> Run:
    name: str = target.attr
    owner = compiler.compile(target.node)
    if name not in _ALL_METHODS:
        hint = f"write it as a filter: | {name}" if name in FILTERS else did_you_mean(name, _ALL_METHODS)
        if name in FUNCTIONS and not any(one for one in FUNCTIONS[name].parameters if not one.optional):
            hint = f"write {name}()"  # date.today(), now.now()
        return compiler.fault(target, f'there is no method "{name}"', hint, code="unknown-function", length=len(name))
    tables = {kind: table[name] for kind, table in METHODS.items() if name in table}
    called = label(target.node)
    # The arguments of one name are alike for every kind that has it, so any of them serves to check the number.
    arguments = _arguments(compiler, node, next(iter(tables.values())))

    def run(scope: Scope, local: Locals) -> Value:
        value = owner(scope, local)
        if value is None:
            raise nothing(called)
        kind = kind_of(value)
        found = tables.get(kind)
        if found is None:
            raise ExpressionError(f'{named(called, kind)} has no "{name}()"')
        charge(scope, len(value) if isinstance(value, str) else 1)
        return found.call(scope, value, *_checked(found, arguments, scope, local))

    return run


def _arguments(compiler: Compiler, node: nodes.Call | nodes.Filter, found: Operation) -> list[Run | None]:
    """The arguments by position; None for one that was left out before another that was named."""
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        compiler.fault(node, '"*" and "**" cannot stand before an argument')
        return []
    given: list[nodes.Expr | None] = list(node.args)
    known = [p.name for p in found.parameters]
    for keyword in node.kwargs:
        if not isinstance(keyword, nodes.Keyword):
            continue
        if keyword.key not in known:
            compiler.fault(keyword, f'{found.name} takes no "{keyword.key}"', did_you_mean(keyword.key, known))
            return []
        position = known.index(keyword.key)
        given.extend([None] * (position + 1 - len(given)))
        given[position] = keyword.value
    needed = sum(not p.optional for p in found.parameters)
    most = 100 if found.many else len(known)
    if not needed <= len(given) <= most or any(one is None for one in given[:needed]):
        compiler.fault(node, f"{found.name} takes {_number_of(needed, most, found.many)}; here it is given {len(given)}", found.signature)
    if found.proof is not None and all(one is None or isinstance(one, nodes.Const) for one in given[-1:]):
        constants = [one.value if isinstance(one, nodes.Const) else None for one in given[:most]]
        wrong = found.proof(*constants)
        if wrong:
            compiler.fault(given[-1] or node, wrong)
    return [compiler.compile(one) if one is not None else None for one in given]


def _checked(found: Operation, arguments: list[Run | None], scope: Scope, local: Locals) -> list[Value]:
    """The values of the arguments, each of a kind that the operation takes. Raises ExpressionError."""
    values: list[Value] = []
    for number, argument in enumerate(arguments):
        parameter = found.parameters[min(number, len(found.parameters) - 1)]
        if argument is None:
            values.append(_DEFAULTS.get((found.name, parameter.name)))
            continue
        value = argument(scope, local)
        kind = kind_of(value)
        if not fits(kind, parameter.kinds):
            raise ExpressionError(f'{found.name} takes {any_of(parameter.kinds)} for "{parameter.name}"; it is given {a(kind)}')
        values.append(value)
    return values


def _number_of(needed: int, most: int, many: bool) -> str:
    if many:
        return "at least 1 argument"
    if most == 0:
        return "no arguments"
    counted = str(needed) if needed == most else f"{needed} to {most}"
    return f"{counted} argument{'' if counted == '1' else 's'}"


def _lenient(inner: Run) -> Run:
    def run(scope: Scope, local: Locals) -> Value:
        try:
            return inner(scope, local)
        except Missing:
            return None

    return run
