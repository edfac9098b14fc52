"""The words and signs of an expression or a text, each with its offset, and what is wrong with them before any grammar."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import Token, operators
from msgspec import Struct

from botkit.expressions.values import MAX_TEXT, ExpressionError
from botkit.expressions.writing import plain

MAX_NESTING = 20  # brackets within brackets, ifs and fors within each other
MAX_TOKENS = 5_000  # of one text: far more than any message needs
MAX_SIGNS = 150  # operators of one expression: each may nest the ones before it

ENVIRONMENT = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  # it only reads: nothing is rendered by it

_OPENERS = {"variable_begin": "}}", "block_begin": "%}"}
_IGNORED = frozenset({"whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end", "linecomment"})
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": ""}
_STRAY = re.compile(r"(?<!\{)(?:\{ +)?\{[^{}%\n]{0,80}\}\}")
_APART = re.compile(r"\{\{-?[ ]*([^{}%\n]{1,80}?)[ ]*(?:\}[ ]+\}|\})")  # {{ name } and {{ name } }
_OPEN = re.compile(r"\{\{ *([A-Za-z_]\w*(?:\.\w+)*)")
_BLOCKS = {"endif": "if", "endfor": "for"}
# Signs of arithmetic and other languages, and what is written for them here.
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "–": "-", "∧": "and", "∨": "or", "¬": "not"}


class Fault(Struct, frozen=True):
    """Something wrong at *offset* of a source. *code* is condition, expression, unknown-filter, unknown-function or unclosed.

    *mended*: what should stand there instead, where that is clear; then *length* is all that it replaces.
    """

    code: str
    offset: int
    length: int
    message: str
    hint: str | None = None
    mended: str | None = None


class Refused(Exception):
    """A source that cannot be read further."""

    def __init__(self, code: str, offset: int, length: int, message: str, hint: str | None = None, mended: str | None = None) -> None:
        super().__init__(message)
        self.fault = Fault(code, offset, length, message, hint, mended)


def tokens(source: str, *, text: bool) -> list[Token]:
    """The tokens of *source* for Jinja's parser, with offsets where it expects lines. Raises Refused."""
    if len(source) > MAX_TEXT:
        raise Refused("expression", 0, 1, f"this has {len(source):,} characters; a text of a bot has at most {MAX_TEXT:,}")
    if text and source.isspace():
        return [Token(0, "data", source)]
    return _Scan(source, text).run()


class _Scan:
    """One way through a source."""

    def __init__(self, source: str, text: bool) -> None:
        self.source = source
        self.text = text
        self.found: list[Token] = []
        self.at = 0
        self.opened: tuple[int, str] | None = None  # the tag that is open: where it begins, what closes it
        self.brackets: list[tuple[int, bool]] = []  # those that are open: where, and whether it holds the arguments of a call
        self.blocks: list[tuple[str, int]] = []
        self.signs = 0

    def run(self) -> list[Token]:
        try:
            # Reads one token at a time, so that what cannot be read is known by where the reading stopped.
            for _, kind, value in ENVIRONMENT.lexer.tokeniter(self.source, None, None, None if self.text else "variable"):
                if kind in _OPENERS or kind in ("comment_begin", "raw_begin"):
                    while not self.source.startswith(value, self.at):  # spaces before a tag may have been left out
                        self.at += 1
                self.take(kind, value)
                self.at += len(value)
        except TemplateSyntaxError as error:
            raise self.unreadable(str(error.message)) from None
        if self.opened is not None:
            raise self.unclosed()
        if self.brackets:
            raise self.bracket()
        if self.blocks:
            word, offset = self.blocks[-1]
            raise Refused("unclosed", offset, len(word), f'this "{word}" has no end', f"add {{% end{word} %}}")
        return self.found

    def take(self, kind: str, value: str) -> None:
        if kind in _IGNORED:
            return
        at = self.at
        if len(self.found) >= MAX_TOKENS:
            raise Refused("expression", at, 1, "there are too many expressions in this text", "split it over several messages")
        match kind:
            case "data":
                stray = _STRAY.search(value)
                if stray is not None:
                    right = f"{{{{ {stray[0].strip('{} ')} }}}}"
                    told = f"{stray[0]} does not begin with two braces, and ends with two"
                    raise Refused("unclosed", at + stray.start(), len(stray[0]), told, f"write {right}", right)
                self.found.append(Token(at, "data", value))
            case "variable_begin" | "block_begin":
                self.opened = (at, _OPENERS[kind])
                self.signs = 0
                self.found.append(Token(at, kind, value))
            case "variable_end" | "block_end":
                if self.opened is None:
                    raise Refused("expression", at, 2, f'"{value.strip()}" cannot stand in an expression')
                self.found.append(Token(at, kind, value))
                self.opened = None
            case "name":
                if not value.isidentifier():
                    raise Refused(
                        "expression",
                        at,
                        len(value),
                        f'"{value}" is not a name',
                        "a name has letters, digits and _, and begins with a letter",
                    )
                if self.opened is not None and self.opened[1] == "%}" and self.found[-1].type == "block_begin":
                    self.block(value)
                if value in ("and", "or", "not", "if", "else", "is", "in"):
                    self.sign()
                self.found.append(Token(at, "name", value))
            case "string":
                self.found.append(Token(at, "string", _ESCAPE.sub(_unescaped, value[1:-1])))
            case "integer" | "float":
                self.found.append(Token(at, kind, _number(value, at)))
            case "operator":
                self.operator(value)

    def sign(self) -> None:
        self.signs += 1
        if self.signs > MAX_SIGNS:
            raise Refused("expression", self.at, 1, f"this expression has more than {MAX_SIGNS} operators", "split it over several steps")

    def operator(self, value: str) -> None:
        at, before = self.at, self.found[-1] if self.found else None
        if value in "([{":
            self.brackets.append((at, value == "(" and before is not None and before.type in ("name", "rparen", "rbracket")))
            if len(self.brackets) + len(self.blocks) > MAX_NESTING:
                raise Refused("expression", at, 1, f"brackets are nested more than {MAX_NESTING} deep here")
            self.sign()
        elif value in ")]}":
            if self.brackets:
                self.brackets.pop()
        elif value not in (",", ":"):
            self.sign()
        if value == "=" and not (self.brackets and self.brackets[-1][1] and before is not None and before.type == "name"):
            self.assignment(before)
        if value == "|" and before is not None and before.type == "pipe" and before.lineno == at - 1:
            raise Refused("expression", at - 1, 2, 'there is no "||"', 'write "or"')
        if value == ">" and before is not None and before.type == "lt" and before.lineno == at - 1:
            self.instead("<>", at - 1, "!=")
        if value == "**":
            raise Refused("expression", at, 2, 'there is no "**"', "write the multiplication out: x * x")
        self.found.append(Token(at, operators[value], value))

    def assignment(self, before: Token | None) -> None:
        """One "=" where nothing can be assigned: the commonest slip of all."""
        behind = self.source[self.at + 1 : self.at + 2]
        if before is not None and before.type == "eq" and before.lineno == self.at - 2:
            self.instead("===", self.at - 2, "==")
        if behind and behind in "<>":
            self.instead(f"={behind}", self.at, f"{behind}=")
        self.instead("=", self.at, "==", 'one "=" does not compare')

    def instead(self, sign: str, at: int, right: str, message: str = "") -> None:
        """Refuse *sign*, with the whole expression as it should be: *right* in its place."""
        begin, closing = self.opened if self.opened is not None else (0, "")
        inner = self.source[begin + 2 if closing else 0 :]
        shift = len(self.source) - len(inner)
        inner = inner[: inner.find(closing)] if closing and closing in inner else inner
        inner = f"{inner[: at - shift].rstrip()} {right} {inner[at - shift + len(sign) :].lstrip()}"
        corrected = " ".join(inner.strip("-+ \n").split())
        hint = corrected if len(corrected) <= 100 else f'write "{right}"'
        raise Refused("condition", at, len(sign), message or f'there is no "{sign}"', hint)

    def block(self, word: str) -> None:
        at = self.at
        match word:
            case "if" | "for":
                self.blocks.append((word, at))
                if len(self.blocks) > MAX_NESTING:
                    raise Refused("expression", at, len(word), f'"if" and "for" are nested more than {MAX_NESTING} deep here')
            case "endif" | "endfor":
                if not self.blocks or self.blocks[-1][0] != _BLOCKS[word]:
                    there = f'the open one is "{self.blocks[-1][0]}" (add {{% end{self.blocks[-1][0]} %}} first)' if self.blocks else None
                    raise Refused("unclosed", at, len(word), f'"{word}" ends nothing: no "{_BLOCKS[word]}" is open here', there)
                self.blocks.pop()
            case "else" | "elif" if self.blocks and (word == "else" or self.blocks[-1][0] == "if"):
                pass
            case "else" | "elif":
                raise Refused("unclosed", at, len(word), f'"{word}" stands outside of an "if"')
            case _:
                raise Refused(
                    "expression", at, len(word), f'a text has no "{{% {word} %}}"', "there are if, elif, else, endif, for and endfor"
                )

    def unclosed(self) -> Refused:
        begin, closing = self.opened or (0, "")
        apart = _APART.match(self.source, begin)
        if apart is not None:
            right = f"{{{{ {apart[1]} }}}}"
            told = f"{apart[0]} begins with two braces, and does not end with two"
            return Refused("unclosed", begin, len(apart[0]), told, f"write {right}", right)
        named = _OPEN.match(self.source, begin) if closing == "}}" else None
        if named is not None:
            right = f"{{{{ {named[1]} }}}}"
            return Refused("unclosed", begin, len(named[0]), 'this "{{" is never closed', f'did you mean "{right}"?', right)
        return Refused("unclosed", begin, 2, f'this "{self.source[begin : begin + 2]}" is never closed', f'add "{closing}" behind it')

    def bracket(self) -> Refused:
        begin = self.brackets[-1][0]
        closing = {"(": ")", "[": "]", "{": "}"}[self.source[begin]]
        return Refused("unclosed", begin, 1, "this bracket is never closed", f'add "{closing}" where it ends')

    def unreadable(self, message: str) -> Refused:
        """What stopped Jinja's lexer, in our words."""
        at, source = self.at, self.source
        if message.startswith("Missing end of"):
            begin = max(source.rfind("{#", 0, at + 2), source.rfind("{%", 0, at + 2), 0)
            return Refused("unclosed", begin, 2, f'this "{source[begin : begin + 2]}" is never closed')
        if self.opened is not None:
            begin, closing = self.opened
            end = source.find(closing, begin)
            again = source.find("{{", begin + 2)
            if end < 0 or 0 <= again < end:
                return self.unclosed()
        here = source[at : at + 1]
        pair = source[at : at + 2]
        if here in ("'", '"'):
            return Refused("unclosed", at, 1, "this quote is never closed", f"add {here} at the end of the text")
        if pair == "&&":
            return Refused("expression", at, 2, 'there is no "&&"', 'write "and"')
        if here == "&":
            return Refused("expression", at, 1, 'there is no "&"', 'write "and"')
        if here == "!":
            return Refused("expression", at, 1, 'there is no "!"', 'write "not"')
        if here in _SIGNS:
            return Refused("expression", at, 1, f'there is no "{here}"', f'write "{_SIGNS[here]}"', _SIGNS[here])
        if here == "?":
            return Refused("expression", at, 1, '"?" cannot stand in an expression', "write: this if condition else that")
        if here and here in "“”„‘’«»":
            return Refused("expression", at, 1, f"{here} is a typographic quote", "write ' or \"")
        if here and here in ")]}":
            if self.brackets:
                return self.bracket()
            return Refused("expression", at, 1, f'"{here}" closes a bracket that was never opened')
        return Refused(
            "expression", at, 1, f'"{here}" cannot stand in an expression' if here.isprintable() and here else "this cannot be read"
        )


def _unescaped(match: re.Match[str]) -> str:
    code, plain_one = match.groups()
    if code is not None:
        character = chr(int(code, 16))
        return "" if "\ud800" <= character <= "\udfff" else character
    if plain_one in _ESCAPES:
        return _ESCAPES[plain_one]
    return plain_one if plain_one in "\\'\"" else f"\\{plain_one}"


def _number(value: str, at: int) -> Any:
    digits = value.replace("_", "")
    if len(digits) > 30:
        raise Refused("expression", at, len(value), "this number is too long")
    number: Any = Decimal(digits) if "." in digits or ("e" in digits.lower() and not digits.lower().startswith("0x")) else int(digits, 0)
    try:
        plain(number)
    except ExpressionError:
        raise Refused("expression", at, len(value), "this number is too large") from None
    if abs(number) > 10**18 or (isinstance(number, Decimal) and number.adjusted() < -12 and number):
        raise Refused("expression", at, len(value), "this number is too large" if abs(number) > 1 else "this number is too small")
    return number
