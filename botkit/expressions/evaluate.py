"""From Jinja's syntax tree to closures: an allow-list, so that there is nothing to escape from."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import nodes

from botkit.expressions import calls, operators
from botkit.expressions.methods import ATTRIBUTES, METHODS
from botkit.expressions.names import Locals, NameUse, Run, label, named, nothing
from botkit.expressions.tokens import Fault
from botkit.expressions.values import ExpressionError, Missing, Scope, charge, kind_of, sized, weighed
from botkit.expressions.writing import write
from botkit.wire import Value, Veiled

_BINARY: dict[type[nodes.Expr], Callable[[Value, Value, Scope], Value]] = {
    nodes.Add: operators.add,
    nodes.Sub: operators.subtract,
    nodes.Mul: operators.multiply,
    nodes.Div: operators.divide,
    nodes.FloorDiv: operators.floor_divide,
    nodes.Mod: operators.modulo,
}
_ORDER: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "lt": ("<", operator.lt),
    "lteq": ("<=", operator.le),
    "gt": (">", operator.gt),
    "gteq": (">=", operator.ge),
}
_ALIKE = frozenset({int, str, Decimal})  # two of one of these types are compared as Python does
_LOOP = ("index", "index0", "first", "last", "length")


class Compiler:
    """One source on its way to closures: collects the names it reads and the faults it has."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.names: list[NameUse] = []
        self.functions: list[str] = []
        self.filters: list[str] = []
        self.slots: dict[str, int] = {}  # loop variables in scope -> their slot
        self.size = 1  # slots needed

    def fault(self, node: nodes.Node, message: str, hint: str | None = None, *, code: str = "expression", length: int = 1) -> Run:
        offset = node.lineno + 1 if isinstance(node, nodes.Getattr) else node.lineno  # a Getattr stands at its dot
        self.faults.append(Fault(code, offset, length, message, hint))
        return _nothing

    def compile(self, node: nodes.Node) -> Run:
        match node:
            case nodes.Const():
                return _constant(node.value)
            case nodes.TemplateData():
                return _constant(node.data)
            case nodes.Name():
                return self.name(node, ())
            case nodes.Getattr():
                return self.attribute(node)
            case nodes.Getitem():
                return self.item(node)
            case nodes.Compare():
                return self.comparison(node)
            case nodes.And():
                left, right = self.compile(node.left), self.compile(node.right)
                return lambda scope, local: left(scope, local) and right(scope, local)
            case nodes.Or():
                left, right = self.compile(node.left), self.compile(node.right)
                return lambda scope, local: left(scope, local) or right(scope, local)
            case nodes.Not():
                inner = self.compile(node.node)
                return lambda scope, local: not inner(scope, local)
            case nodes.Neg() | nodes.Pos():
                return self.signed(node)
            case nodes.BinExpr() if type(node) in _BINARY:
                return self.binary(node)
            case nodes.Concat():
                return self.concatenation(node)
            case nodes.CondExpr():
                return self.choice(node)
            case nodes.List() | nodes.Tuple():
                return _listed([self.compile(one) for one in node.items])
            case nodes.Dict():
                return self.record(node)
            case nodes.Filter():
                return calls.filtered(self, node)
            case nodes.Test():
                return calls.tested(self, node)
            case nodes.Call():
                return calls.called(self, node)
        return self.fault(node, "this cannot stand in an expression")

    # ------------------------------------------------------------ names

    def name(self, node: nodes.Name, path: tuple[str, ...]) -> Run:
        name: str = node.name
        if name == "null":
            return _constant(None)
        if name == "loop" and "loop" in self.slots:
            return self.fault(node, '"loop" alone is no value', f"there are {', '.join('loop.' + one for one in _LOOP)}", length=4)
        slot = self.slots.get(name)
        if slot is not None:
            return lambda scope, local: local[slot]
        if name.startswith("_"):
            return self.fault(node, f'"{name}" begins with "_"; a name of an expression does not', length=len(name))
        self.names.append(NameUse(name, path, node.lineno))

        def run(scope: Scope, local: Locals) -> Value:
            givens = scope.givens
            return givens[name] if name in givens else scope.variables.get(name)

        return run

    def attribute(self, node: nodes.Getattr) -> Run:
        name: str = node.attr
        if name.startswith("_"):
            return self.fault(node, f'"{name}" begins with "_"; an attribute does not', length=len(name))
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and "loop" in self.slots:
            return self.loop(node)
        owner = self.owner(node, (name,))
        called = label(node.node)
        lenient = called == "contact"  # what was never asked of a contact is none, not a slip

        def run(scope: Scope, local: Locals) -> Value:
            value = owner(scope, local)
            if isinstance(value, Mapping):
                if name in value:
                    return value[name]
                if lenient:
                    return None
                raise Missing(f'{named(called, "record")} has no "{name}"')
            if value is None:
                raise Missing(
                    f'nothing is in "{called}" yet, so it has no "{name}"' if called else f'nothing is here yet that has "{name}"'
                )
            kind = kind_of(value)
            found = ATTRIBUTES.get(kind, {}).get(name)
            if found is None:
                raise ExpressionError(
                    f'{named(called, kind)} has no "{name}"' + (f"; write {name}()" if name in METHODS.get(kind, {}) else "")
                )
            return found[1](scope, value)

        return run

    def owner(self, node: nodes.Getattr, path: tuple[str, ...]) -> Run:
        """The value before the dot; a chain of names is noted as one use."""
        inner = node.node
        below = inner
        while isinstance(below, nodes.Getattr):
            path = (below.attr, *path)
            below = below.node
        if isinstance(below, nodes.Name):
            if below is inner:
                return self.name(below, path)
            before = len(self.names)
            run = self.compile(inner)
            if len(self.names) == before + 1:
                self.names[before] = NameUse(below.name, path, below.lineno)
            return run
        return self.compile(inner)

    def loop(self, node: nodes.Getattr) -> Run:
        slot = self.slots["loop"]
        match node.attr:
            case "index":
                return lambda scope, local: local[slot] + 1
            case "index0":
                return lambda scope, local: local[slot]
            case "first":
                return lambda scope, local: local[slot] == 0
            case "last":
                return lambda scope, local: local[slot] + 1 == local[slot + 1]
            case "length":
                return lambda scope, local: local[slot + 1]
        return self.fault(node, f'"loop" has no "{node.attr}"', f"there are {', '.join(_LOOP)}", length=len(node.attr))

    def item(self, node: nodes.Getitem) -> Run:
        owner = self.compile(node.node)
        called = label(node.node)
        if isinstance(node.arg, nodes.Slice):
            start, stop, step = (
                self.compile(part) if part is not None else _nothing for part in (node.arg.start, node.arg.stop, node.arg.step)
            )

            def cut(scope: Scope, local: Locals) -> Value:
                value = owner(scope, local)
                if value is None:
                    raise nothing(called)
                charge(scope, len(value) if isinstance(value, str | list | tuple) else 1)
                return operators.piece(value, start(scope, local), stop(scope, local), step(scope, local))

            return cut
        key = self.compile(node.arg)

        def run(scope: Scope, local: Locals) -> Value:
            value = owner(scope, local)
            if value is None:
                raise nothing(called)
            return operators.item(value, key(scope, local))

        return run

    # ------------------------------------------------------------ operators

    def comparison(self, node: nodes.Compare) -> Run:
        first = self.compile(node.expr)
        steps = []
        before: nodes.Node = node.expr
        for operand in node.ops:
            steps.append((_compare(operand.op, label(before), label(operand.expr)), self.compile(operand.expr)))
            before = operand.expr
        if len(steps) == 1:
            compare, second = steps[0]
            return lambda scope, local: compare(first(scope, local), second(scope, local), scope)

        def run(scope: Scope, local: Locals) -> Value:
            left = first(scope, local)
            for compare, operand in steps:
                right = operand(scope, local)
                if not compare(left, right, scope):
                    return False
                left = right
            return True

        return run

    def binary(self, node: nodes.BinExpr) -> Run:
        left, right, work = self.compile(node.left), self.compile(node.right), _BINARY[type(node)]
        names = label(node.left), label(node.right)

        def run(scope: Scope, local: Locals) -> Value:
            one, two = left(scope, local), right(scope, local)
            if one is None or two is None:
                raise nothing(names[0] if one is None else names[1])
            return work(one, two, scope)

        return run

    def signed(self, node: nodes.UnaryExpr) -> Run:
        inner, name = self.compile(node.node), label(node.node)
        work = operators.negative if isinstance(node, nodes.Neg) else operators.positive

        def run(scope: Scope, local: Locals) -> Value:
            value = inner(scope, local)
            if value is None:
                raise nothing(name)
            return work(value)

        return run

    def concatenation(self, node: nodes.Concat) -> Run:
        pieces = [self.compile(one) for one in node.nodes]

        def run(scope: Scope, local: Locals) -> Value:
            texts: list[str] = []
            veiled: list[str] = []  # all before the text that is being joined, where a secret is among it
            for piece in pieces:
                value = piece(scope, local)
                if type(value) is Veiled:
                    first, *rest = value.parts
                    veiled += ["".join([*texts, first]), *rest[:-1]]
                    texts = rest[-1:]
                    continue
                text = write(value, scope.language, scope.now.tzinfo)
                charge(scope, len(text))
                texts.append(text)
            joined = sized("".join(texts))
            return Veiled((*veiled, joined)) if veiled else joined

        return run

    def choice(self, node: nodes.CondExpr) -> Run:
        condition, this = self.compile(node.test), self.compile(node.expr1)
        that = self.compile(node.expr2) if node.expr2 is not None else _nothing
        return lambda scope, local: this(scope, local) if condition(scope, local) else that(scope, local)

    def record(self, node: nodes.Dict) -> Run:
        pairs = []
        for pair in node.items:
            if not isinstance(pair.key, nodes.Const) or not isinstance(pair.key.value, str):
                self.fault(pair.key, "the name of a field is a text in quotes", "{'name': value}")
                continue
            pairs.append((pair.key.value, self.compile(pair.value)))

        def run(scope: Scope, local: Locals) -> Value:
            return weighed({key: value(scope, local) for key, value in pairs}, scope)

        return run


def _compare(sign: str, left_name: str | None, right_name: str | None) -> Callable[[Value, Value, Scope], bool]:
    match sign:
        case "eq":

            def same(left: Value, right: Value, scope: Scope) -> bool:
                return bool(left == right) if type(left) is type(right) and type(left) in _ALIKE else operators.equal(left, right, scope)

            return same
        case "ne":
            return lambda left, right, scope: not operators.equal(left, right, scope)
        case "in" | "notin":
            wanted = sign == "in"

            def contained(left: Value, right: Value, scope: Scope) -> bool:
                if right is None:
                    raise nothing(right_name)
                return operators.contains(left, right, scope) is wanted

            return contained
    written, compare = _ORDER[sign]

    def order(left: Value, right: Value, scope: Scope) -> bool:
        if type(left) is type(right) and type(left) in _ALIKE:
            return compare(left, right)
        if left is None or right is None:
            raise nothing(left_name if left is None else right_name)
        return operators.ordered(written, compare, left, right, scope)

    return order


def _constant(value: Value) -> Run:
    return lambda scope, local: value


def _nothing(scope: Scope, local: Locals) -> Value:
    return None


def _listed(items: list[Run]) -> Run:
    def run(scope: Scope, local: Locals) -> Value:
        return weighed([one(scope, local) for one in items], scope)

    return run
