"""The type of an expression, from the types of the names in it, and what in it does not go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from jinja2 import nodes
from msgspec.structs import replace

from botkit.inference import calls, comparing, operators, parts
from botkit.inference.facts import NO_FACTS, Facts, Path, facts, path_of
from botkit.inference.findings import Finding
from botkit.inference.spans import written
from botkit.inference.types import ANY, BOOL, NONE, NOT_YET, TEXT, Type, joined, list_of, of_value, plain, record_of, told
from botkit.wire import Value

_SIGNS: dict[type[nodes.Node], str] = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%"}
_ORDER = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_ALWAYS_TRUE = frozenset({"date", "time", "datetime", "duration"})
_LOOP = {"index": "integer", "index0": "integer", "length": "integer", "first": "bool", "last": "bool"}


class Inference:
    """One way through one source. *name* tells the type of a bare name, *there* what is known not to be none.

    *findings* is what was found; *needed* are the names that the source cannot do without: where it could be worked out, they were filled.
    """

    def __init__(self, source: str, name: Callable[[str], Type], there: Facts = NO_FACTS, bound: Mapping[str, Type] | None = None) -> None:
        self.source = source
        self.name = name
        self.there = there
        self.bound: dict[str, Type] = dict(bound or {})
        self.findings: list[Finding] = []
        self.needed: set[Path] = set()
        self._certain = True  # what is looked at now is worked out whatever comes of the rest
        self.forgiving = 0  # inside of what takes a missing value for none

    # ------------------------------------------------------------ what is found

    def found(self, finding: Finding) -> None:
        self.findings.append(finding)

    def need(self, node: nodes.Node, type_: Type, what: str) -> Type:
        """*type_* without none: *what* cannot do without a value."""
        path = path_of(node)
        if path is not None and self._certain and not self.forgiving and path[0] not in self.bound:
            self.needed.update(path[:n] for n in range(1, len(path) + 1))
        if not type_.may_be_none:
            return type_
        if not self.forgiving:
            called = ".".join(path) if path is not None else written(node, self.source)
            sure = type_.kinds == {"none"}
            self.found(
                Finding(
                    "may-be-none",
                    node,
                    f'"{called}" {"is" if sure else "may be"} none here, and {what}',
                    path=path,
                    why=type_.why,
                    sure=sure,
                )
            )
        return type_.filled

    def wrong(self, node: nodes.Node, message: str, hint: str | None = None, *, sure: bool = True) -> Type:
        self.found(Finding("wrong-type", node, message, hint, sure))
        return ANY

    def silently(self, node: nodes.Node) -> tuple[Type, bool]:
        """The type of *node*, and whether nothing was found in it; what was found is forgotten."""
        before, needed = len(self.findings), set(self.needed)
        type_ = self.infer(node)
        clean = not any(one.code == "wrong-type" for one in self.findings[before:])
        del self.findings[before:]
        self.needed = needed
        return type_, clean

    @contextmanager
    def knowing(self, there: Facts, certain: bool = False) -> Iterator[None]:
        """Look at what is worked out only where *there* holds."""
        before = self.there, self._certain
        self.there, self._certain = self.there | there, self._certain and certain
        yield
        self.there, self._certain = before

    @contextmanager
    def lenient(self) -> Iterator[None]:
        self.forgiving += 1
        yield
        self.forgiving -= 1

    @contextmanager
    def strict(self) -> Iterator[None]:
        before, self.forgiving = self.forgiving, 0
        yield
        self.forgiving = before

    def called(self, node: nodes.Node, type_: Type) -> str:
        """*node* in a sentence: by its name with its kind, else by its kind."""
        path = path_of(node)
        return f'"{".".join(path)}" is {type_}' if path is not None else f"this is {type_}"

    # ------------------------------------------------------------ nodes

    def infer(self, node: nodes.Node) -> Type:
        match node:
            case nodes.Const():
                return Type(of_value(node.value).kinds, choices=(node.value,)) if isinstance(node.value, str) else of_value(node.value)
            case nodes.TemplateData():
                return TEXT
            case nodes.Name():
                return self._known((node.name,), self._named(node.name))
            case nodes.Getattr():
                return self._known(path_of(node), parts.attribute(self, node))
            case nodes.Getitem():
                return parts.item(self, node)
            case nodes.Compare():
                return comparing.comparison(self, node)
            case nodes.And() | nodes.Or():
                return self._either(node)
            case nodes.Not():
                self.infer(node.node)
                return BOOL
            case nodes.Neg() | nodes.Pos():
                return self._signed(node)
            case nodes.BinExpr() if type(node) in _SIGNS:
                return self._calculation(node, _SIGNS[type(node)])
            case nodes.Concat():
                for one in node.nodes:
                    self.written(one)
                return TEXT
            case nodes.CondExpr():
                return self._choice(node)
            case nodes.List() | nodes.Tuple():
                items = [self.infer(one) for one in node.items]
                return list_of(joined(items) if items else NOT_YET)
            case nodes.Dict():
                return record_of({str(pair.key.value): self.infer(pair.value) for pair in node.items if isinstance(pair.key, nodes.Const)})
            case nodes.Filter():
                return calls.filtered(self, node)
            case nodes.Test():
                return calls.tested(self, node)
            case nodes.Call():
                return calls.called(self, node)
        return ANY

    def _named(self, name: str) -> Type:
        if name == "null":
            return NONE
        return self.bound[name] if name in self.bound else self.name(name)

    def _known(self, path: Path | None, type_: Type) -> Type:
        return type_.filled if path is not None and path in self.there and path[0] not in self.bound else type_

    # ------------------------------------------------------------ operators

    def _calculation(self, node: nodes.BinExpr, sign: str) -> Type:
        if isinstance(node.right, nodes.Filter) and (meant := self._bound_too_closely(node, sign)) is not None:
            return meant
        left = self.need(node.left, self.infer(node.left), f'"{sign}" needs a value')
        right = self.need(node.right, self.infer(node.right), f'"{sign}" needs a value')
        return self._calculated(node, sign, left, right)

    def _bound_too_closely(self, node: nodes.BinExpr, sign: str) -> Type | None:
        """`a + days(2) | date`: the filter takes days(2) alone. The type of what was meant, where that is certain."""
        base: nodes.Node = node.right
        names: list[str] = []
        while isinstance(base, nodes.Filter) and base.node is not None:
            names.insert(0, base.name)
            base = base.node
        left, _ = self.silently(node.left)
        right, clean = self.silently(node.right)
        bare, _ = self.silently(base)
        if not left.known or not bare.known or (clean and not right.known):
            return None
        meant, unfit = operators.results(sign, left.known, bare.known)
        if unfit or not meant or (clean and not operators.results(sign, left.known, right.known)[1]):
            return None
        first = node.right
        while isinstance(first, nodes.Filter) and isinstance(first.node, nodes.Filter):
            first = first.node
        whole = f"{written(node.left, self.source)} {sign} {written(base, self.source)}"
        rest = written(node.right, self.source)[len(written(base, self.source)) :].strip()
        message = f'"| {names[0]}" belongs to "{written(base, self.source)}" alone, which is {bare}'
        self.found(Finding("wrong-type", first, message, f"write ({whole}) {rest}", bracketed=node))
        return TEXT

    def _calculated(self, node: nodes.BinExpr, sign: str, left: Type, right: Type) -> Type:
        if not left.kinds or not right.kinds:
            return NOT_YET
        if not left.known or not right.known:
            return self._half_known(sign, left, right)
        kinds, unfit = operators.results(sign, left.known, right.known)
        if unfit:
            texts = "text" in left.known | right.known
            hint = self._instead(node, sign, left, right) if texts or not kinds else None
            return self.wrong(node, f'"{sign}" does not go with {left} and {right}', hint, sure=not kinds)
        if left.known == {"date"} and _in_hours(node.right):
            return self.wrong(node, "a date has no hours or minutes", f"at({written(node.left, self.source)}, '09:00') makes a time of it")
        both = joined([left, right])
        return Type(kinds, items=both.items)

    def _half_known(self, sign: str, left: Type, right: Type) -> Type:
        """With something that is not known: what it cannot be otherwise, if it goes at all."""
        known = left.known or right.known
        return plain("number") if known and (sign == "/" or (sign in "*//%" and known == {"number"})) else ANY

    def _instead(self, node: nodes.BinExpr, sign: str, left: Type, right: Type) -> str | None:
        if sign == "+" and "text" in left.known | right.known:
            for part, type_, other in ((node.left, left, right), (node.right, right, left)):
                if other.known <= {"integer", "number"} and type_.choices and all(_is_number(choice) for choice in type_.choices):
                    name = written(part, self.source) if path_of(part) is not None else "count"
                    return f'"{type_.choices[0]}" is a text here; a number stands behind "=": {name}: = {type_.choices[0]}'
            return f'"~" joins texts with anything: {_whole(node.left, self.source)} ~ {_whole(node.right, self.source)}'
        if sign in ("+", "-") and left.known <= {"date", "datetime"} and right.known <= {"integer", "number"}:
            return f"a span of time is written {written(node.left, self.source)} {sign} days({written(node.right, self.source)})"
        return None

    def _signed(self, node: nodes.UnaryExpr) -> Type:
        sign = "-" if isinstance(node, nodes.Neg) else "+"
        inner = self.need(node.node, self.infer(node.node), f'"{sign}" needs a value')
        goes = {"integer", "number", *(("duration",) if sign == "-" else ())}
        if inner.known and not inner.known <= goes:
            return self.wrong(node, f'"{sign}" does not go with {inner}', sure=not inner.known & goes)
        return Type(inner.known) if inner.known else ANY

    def _either(self, node: nodes.And | nodes.Or) -> Type:
        true, false = facts(node.left)
        left = self.infer(node.left)
        first = isinstance(node, nodes.And)
        with self.knowing((true if first else false) | frozenset(self.needed)):
            right = self.infer(node.right)
        if isinstance(node, nodes.Or):
            self._alone(node)
        if not left.kinds:
            return right
        if not first:
            return joined([left.filled, right])
        falsy = left.kinds - _ALWAYS_TRUE - ({"record"} if left.fields else set())
        return joined([replace(left, kinds=falsy, choices=()), right]) if falsy else right

    def _alone(self, node: nodes.Or) -> None:
        """`x == 'a' or 'b'`: what was meant to be compared as well stands alone, and is always true."""
        before, text = node.left, node.right
        if isinstance(before, nodes.Or):
            before = before.right
        compared = isinstance(before, nodes.Compare) and len(before.ops) == 1 and before.ops[0].op in ("eq", "ne")
        if compared and isinstance(before, nodes.Compare) and isinstance(text, nodes.Const) and text.value and isinstance(text.value, str):
            own, sign = written(before.expr, self.source), "==" if before.ops[0].op == "eq" else "!="
            shown = written(text, self.source)
            self.wrong(text, f"{shown} alone is always true", f"write {own} {sign} {shown}", sure=False)

    def _choice(self, node: nodes.CondExpr) -> Type:
        true, false = facts(node.test)
        self.infer(node.test)
        needed = frozenset(self.needed)
        with self.knowing(true | needed):
            this = self.infer(node.expr1)
        with self.knowing(false | needed):
            that = self.infer(node.expr2) if node.expr2 is not None else NONE
        return joined([this, that])

    def written(self, node: nodes.Node) -> Type:
        """The type of what is written into a text: a record or a span of time cannot be."""
        type_ = self.infer(node)
        kinds = type_.known
        unwritten = kinds & {"record", "duration"}
        inner = type_.items.known & {"record", "duration", "list"} if "list" in kinds and type_.items is not None else frozenset()
        if inner and type_.items is not None:
            told_ = f"{self.called(node, type_)} whose elements are {told(inner)}: it cannot be written as it is"
            self.wrong(node, told_, _named(type_.items), sure=kinds == {"list"} and inner == type_.items.known)
        elif unwritten:
            hint = _named(type_) if "record" in unwritten else "add it to a date, or write its .days"
            self.wrong(node, f"{self.called(node, type_)} and cannot be written as it is", hint, sure=unwritten == kinds)
        return type_


def _is_number(choice: Value) -> bool:
    return isinstance(choice, str) and choice.lstrip("-").replace(".", "", 1).isdecimal()


def _whole(node: nodes.Node, source: str) -> str:
    """*node* as it can stand beside an operator."""
    text = written(node, source)
    return f"({text})" if isinstance(node, nodes.CondExpr | nodes.BinExpr | nodes.Compare) else text


def _in_hours(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in ("hours", "minutes")


def _named(type_: Type) -> str | None:
    return f"name one of its fields: {', '.join(type_.fields)}" if type_.fields else "name one of its fields"


__all__ = ["Inference"]
