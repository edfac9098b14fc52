"""Texts with {{ }}, {% if %} and {% for %}: what they write."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import nodes

from botkit.expressions.evaluate import Compiler
from botkit.expressions.names import Locals, Run, label, nothing
from botkit.expressions.values import MAX_OUTPUT, MAX_TURNS, ExpressionError, Scope, a, charge, kind_of
from botkit.expressions.writing import write
from botkit.wire import Value

Writer = Callable[[Scope, Locals, list[str]], None]


class TextCompiler(Compiler):
    """Compiles what stands in a text beside expressions."""

    def body(self, parts: list[nodes.Node]) -> Writer:
        writers: list[Writer] = []
        for part in parts:
            match part:
                case nodes.Output():
                    writers.extend(self.output(one) for one in part.nodes)
                case nodes.If():
                    writers.append(self.condition(part))
                case nodes.For():
                    writers.append(self.repeated(part))
                case _:
                    self.fault(part, "this cannot stand in a text")
        if len(writers) == 1:
            return writers[0]

        def run(scope: Scope, local: Locals, out: list[str]) -> None:
            for writer in writers:
                writer(scope, local, out)

        return run

    def output(self, node: nodes.Expr) -> Writer:
        if isinstance(node, nodes.TemplateData):
            return _plain(node.data)
        value = self.compile(node)

        def run(scope: Scope, local: Locals, out: list[str]) -> None:
            found = value(scope, local)
            text = found if type(found) is str else write(found, scope.language, scope.now.tzinfo)
            scope.spent += len(text)
            if scope.spent > MAX_OUTPUT:  # rare enough: then it is counted exactly
                charge(scope, 1)
                if len(text) > MAX_OUTPUT:
                    raise ExpressionError(f"this text gets longer than a message may be: {MAX_OUTPUT:,} characters")
            out.append(text)

        return run

    def condition(self, node: nodes.If) -> Writer:
        branches = [(self.compile(node.test), self.body(node.body))]
        branches += [(self.compile(other.test), self.body(other.body)) for other in node.elif_]
        last = self.body(node.else_)

        def run(scope: Scope, local: Locals, out: list[str]) -> None:
            for test, writer in branches:
                if test(scope, local):
                    writer(scope, local, out)
                    return
            last(scope, local, out)

        return run

    def repeated(self, node: nodes.For) -> Writer:
        if node.recursive:
            self.fault(node, 'a loop cannot be "recursive"')
        targets = self.targets(node.target)
        if targets is None:
            return _silence
        values = self.compile(node.iter)
        outer = self.slots
        first = self.size
        self.size += 2 + len(targets)
        # The slots: the index, the number of elements, and each name.
        self.slots = {**outer, **{name: first + 2 + n for n, name in enumerate(targets)}}
        wanted = self.compile(node.test) if node.test is not None else None
        self.slots = {**self.slots, "loop": first}
        body = self.body(node.body)
        self.slots = outer
        otherwise = self.body(node.else_)
        return self.turns(values, label(node.iter), targets, first, wanted, body, otherwise, _weight(node))

    def turns(
        self,
        values: Run,
        called: str | None,
        targets: list[str],
        first: int,
        wanted: Run | None,
        body: Writer,
        otherwise: Writer,
        weight: int,
    ) -> Writer:
        def bind(local: Locals, element: Value) -> None:
            if len(targets) == 1:
                local[first + 2] = element
                return
            if not isinstance(element, list | tuple) or len(element) != len(targets):
                raise ExpressionError(f"this loop takes {len(targets)} values at a time, and an element does not have that many")
            local[first + 2 : first + 2 + len(targets)] = element

        def run(scope: Scope, local: Locals, out: list[str]) -> None:
            found = values(scope, local)
            if found is None:
                raise nothing(called)
            if isinstance(found, Mapping):
                found = list(found)
            if not isinstance(found, list | tuple):
                raise ExpressionError(f"a loop goes over a list; this is {a(kind_of(found))}")
            if wanted is not None:
                found = _kept(found)(scope, local)
            if not found:
                otherwise(scope, local, out)
                return
            local[first + 1] = len(found)
            for index, element in enumerate(found):
                turn(scope, local)
                local[first] = index
                bind(local, element)
                body(scope, local, out)

        def turn(scope: Scope, local: Locals) -> None:
            local[0] += 1
            if local[0] > MAX_TURNS:
                raise ExpressionError(f"the loops of this text take more than {MAX_TURNS:,} turns")
            charge(scope, weight)

        def _kept(elements: list[Value] | tuple[Value, ...]) -> Callable[[Scope, Locals], list[Value]]:
            def keep(scope: Scope, local: Locals) -> list[Value]:
                kept = []
                for element in elements:
                    turn(scope, local)
                    bind(local, element)
                    if wanted is not None and wanted(scope, local):
                        kept.append(element)
                return kept

            return keep

        return run

    def targets(self, node: nodes.Node) -> list[str] | None:
        names = [node] if isinstance(node, nodes.Name) else list(node.items) if isinstance(node, nodes.Tuple) else []
        if not names or not all(isinstance(one, nodes.Name) for one in names):
            self.fault(node, "a loop names its elements: {% for slot in slots %}")
            return None
        found = [str(one.name) for one in names if isinstance(one, nodes.Name)]
        for name in found:
            if name == "loop" or name.startswith("_"):
                self.fault(node, f'"{name}" cannot be the name of a loop\'s element', length=len(name))
                return None
        return found


def _weight(node: nodes.For) -> int:
    """About how much one turn does."""
    return 4 * (1 + sum(1 for _ in node.find_all(nodes.Node)))


def _plain(text: str) -> Writer:
    def run(scope: Scope, local: Locals, out: list[str]) -> None:
        scope.spent += len(text)
        out.append(text)

    return run


def _silence(scope: Scope, local: Locals, out: list[str]) -> None:
    return None
