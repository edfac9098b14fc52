"""Expressions and texts of authors: parsed once, evaluated often."""

from __future__ import annotations

import re
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser

from botkit.expressions.evaluate import Compiler
from botkit.expressions.names import NameUse, Run
from botkit.expressions.template import TextCompiler, Writer
from botkit.expressions.tokens import ENVIRONMENT, Fault, Refused, tokens
from botkit.expressions.values import MAX_OUTPUT, MAX_TEXT, ExpressionError, Scope
from botkit.wire import Value

# What a date beyond the calendar or a value nested without end leads to, wherever it is met.
_FAILURES = (ArithmeticError, RecursionError, ValueError)
_UNITS = frozenset({"minutes", "hours", "days", "weeks", "months", "years"})
_BRACED = re.compile(r"\s*\{\{-?\s*([^{}]+?)\s*-?\}\}\s*")  # an expression between the braces of a text
_IS = re.compile(r"\b(is( +not)?) +$")
_EQUALS = ("equals", "equal", "eq", "gleich")
_BEYOND = "a value here is too large, or too far away"


class Expression:
    """An expression. *names*, *functions* and *filters* are what it uses; *tree* is Jinja's, with offsets where it has lines."""

    __slots__ = ("_run", "filters", "functions", "names", "source", "tree")

    def __init__(self, source: str, tree: nodes.Expr, run: Run, compiler: Compiler) -> None:
        self.source = source
        self.tree = tree
        self.names: tuple[NameUse, ...] = tuple(compiler.names)
        self.functions = tuple(dict.fromkeys(compiler.functions))
        self.filters = tuple(dict.fromkeys(compiler.filters))
        self._run = run

    def evaluate(self, scope: Scope) -> Value:
        """Its value. Raises ExpressionError."""
        scope.spent = 0
        try:
            return self._run(scope, [])
        except _FAILURES:
            raise ExpressionError(_BEYOND) from None

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"


class Text:
    """A text with expressions in it. *constant* is the whole text when there are none."""

    __slots__ = ("_size", "_writer", "constant", "filters", "functions", "names", "source", "tree")

    def __init__(self, source: str, constant: str | None, tree: nodes.Template, writer: Writer | None, compiler: Compiler) -> None:
        self.source = source
        self.constant = constant
        self.tree = tree
        self.names: tuple[NameUse, ...] = tuple(compiler.names)
        self.functions = tuple(dict.fromkeys(compiler.functions))
        self.filters = tuple(dict.fromkeys(compiler.filters))
        self._writer = writer
        self._size = compiler.size

    def render(self, scope: Scope) -> str:
        """The text for one contact, at most 4,096 characters. Raises ExpressionError."""
        if self._writer is None:
            return self.constant or ""
        scope.spent = 0
        pieces: list[str] = []
        try:
            self._writer(scope, [0] * self._size, pieces)
        except _FAILURES:
            raise ExpressionError(_BEYOND) from None
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if len(text) > MAX_OUTPUT:
            raise ExpressionError(f"this text gets {len(text):,} characters; a message has at most {MAX_OUTPUT:,}")
        return text

    def __repr__(self) -> str:
        return f"Text({self.source!r})"


@lru_cache(maxsize=8192)
def _expression(source: str) -> Expression | tuple[Fault, ...]:
    if not source.strip():
        return (Fault("expression", 0, 1, "an expression is missing here"),)
    if "{{" in source:
        return (_braced(source),)
    try:
        found = tokens(source, text=False)
        parser = _parser(found)
        tree = parser.parse_expression()
        if not parser.stream.eos:
            return (_unexpected(source, parser.stream.current.lineno, found),)
    except Refused as refused:
        return (refused.fault,)
    except TemplateSyntaxError as error:
        return (_unexpected(source, error.lineno, found),)
    compiler = Compiler()
    run = compiler.compile(tree)
    return tuple(compiler.faults) or Expression(source, tree, run, compiler)


@lru_cache(maxsize=8192)
def _text(source: str) -> Text | tuple[Fault, ...]:
    if "{" not in source and "}" not in source and len(source) <= MAX_TEXT:
        return _constant(source)
    try:
        found = tokens(source, text=True)
        tree = _parser(found).parse()
    except Refused as refused:
        return (refused.fault,)
    except TemplateSyntaxError as error:
        return (_unexpected(source, error.lineno, found),)
    compiler = TextCompiler()
    if all(token.type == "data" for token in found):
        return Text(source, "".join(token.value for token in found).rstrip("\n"), tree, None, compiler)
    writer = compiler.body(tree.body)
    return tuple(compiler.faults) or Text(source, None, tree, writer, compiler)


def _constant(source: str) -> Text:
    """A text without a brace, as most are: there is nothing in it to be parsed."""
    data = source.removesuffix("\n")
    body = [nodes.Output([nodes.TemplateData(data, lineno=0)], lineno=0)] if data else []
    return Text(source, data.rstrip("\n"), nodes.Template(body, lineno=1), None, TextCompiler())


def parse_expression(source: str) -> Expression | list[Fault]:
    """The expression that *source* writes, or what is wrong with it. The same source is compiled once."""
    found = _expression(source)
    return list(found) if isinstance(found, tuple) else found


def parse_text(source: str) -> Text | list[Fault]:
    """The text that *source* writes, or what is wrong with it. The same source is compiled once; line breaks at its end are left out."""
    found = _text(source.replace("\r\n", "\n").replace("\r", "\n") if "\r" in source else source)
    return list(found) if isinstance(found, tuple) else found


def _parser(found: list[Token]) -> Parser:
    parser = Parser(ENVIRONMENT, "")
    parser.stream = TokenStream(iter(found), None, None)
    return parser


def _unexpected(source: str, offset: int, found: list[Token]) -> Fault:
    """What Jinja's parser could not take, in our words."""
    token = next((t for t in found if t.lineno == offset), None)
    before = next((t for t in reversed(found) if t.lineno < offset), None)
    if token is None or (token is found[-1] and found[-1].type not in ("variable_end", "block_end") and _ends(source, offset, token)):
        return Fault("expression", max(0, len(source.rstrip()) - 1), 1, "something is missing at the end of this expression")
    if token.type in ("variable_end", "block_end"):
        if before is not None and before.type == "variable_begin":
            return Fault("expression", before.lineno, 2, 'there is nothing between "{{" and "}}"', "name a variable: {{ name }}")
        at = before.lineno if before is not None else offset
        return Fault("expression", at, 1, f'something is missing before "{token.value.strip()}"')
    if (meant := _operator(source, token, before)) is not None:
        return meant
    word = source[offset:].split(None, 1)[0] if source[offset:].strip() else ""
    shown = str(token.value) if token.type != "string" else word[:40]
    hint = None
    if (
        token.type in ("name", "string", "integer", "float")
        and before is not None
        and before.type in ("name", "string", "integer", "float")
    ):
        hint = "an operator is missing between two values, or quotes around a text"
        unit = f"{shown.removesuffix('s')}s"
        if before.type == "integer" and unit in _UNITS:
            hint = f"write {unit}({before.value})"
    return Fault("expression", offset, max(1, len(shown)), f'"{shown}" cannot stand here', hint)


def _braced(source: str) -> Fault:
    """`if: "{{ day }}"`: the braces of a text around an expression, or in it."""
    told = "no braces belong here: only a text has them"
    begin = source.index("{{")
    whole = _BRACED.fullmatch(source)
    if whole is None or len(whole[1]) > 100:
        return Fault("expression", begin, 2, told, "take out every {{ and }}")
    return Fault("expression", begin, len(source.rstrip()) - begin, told, f"write {whole[1]}", whole[1])


def _operator(source: str, token: Token, before: Token | None) -> Fault | None:
    """A word in the place of an operator: AND, equals, `is 3`."""
    for one in (token, before):
        small = str(one.value).lower() if one is not None and one.type == "name" else ""
        if one is not None and small in ("and", "or", "not", "in", "is") and one.value != small:
            return Fault("expression", one.lineno, len(small), f'there is no "{one.value}"', f'write "{small}"', small)
    if token.type == "name" and token.value in _EQUALS:
        return Fault("expression", token.lineno, len(token.value), f'there is no "{token.value}"', 'write "=="')
    asked = _IS.search(source, 0, token.lineno)
    if asked is not None and token.type in ("integer", "float", "string"):
        sign = "!=" if asked[2] else "=="
        return Fault("expression", asked.start(), len(asked[1]), f'"{asked[1]}" does not compare values', f'write "{sign}"', sign)
    return None


def _ends(source: str, offset: int, token: Token) -> bool:
    """Whether the parser ran out of tokens behind *token*, rather than stumbling over it."""
    return token.type not in ("name", "string", "integer", "float", "rparen", "rbracket", "rbrace")
