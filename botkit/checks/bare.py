"""Words that stand as they are, where a variable was meant: without "=", between the wrong braces, or not written yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botkit.checks.survey import Survey, renamed
from botkit.checks.uses import BUILT_IN, bound
from botkit.checks.walk import Piece
from botkit.outcomes import Assign
from botkit.problems import Edit
from botkit.replies import Given, Reply, is_formula
from botkit.source import Scalar
from botkit.traps.page import quoted

_PATH = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
# a path, with what may follow it in an expression: times[0].day, item.start | time
_BARE = re.compile(rf"({_PATH})(?:\[[^\[\]{{}}]+\](?:\.[A-Za-z_]\w*)*)*(?:\s*\|\s*[a-z]+(?:\([^(){{}}]*\))?)*")
_INNER = re.compile(rf"\{{\{{\s*({_PATH})")
_BRACED = re.compile(rf"\{{\{{\s*({_PATH})\s*\}}\}}")  # {{ name }}, and nothing else
# {name}, { name }, { {name} }, ${name}, $name
_SINGLE = re.compile(rf"(?<!\{{)\$?\{{\s*(?:\{{\s*(?=[^{{}}]*\}}\s*\}}))?({_PATH})(?:\s*\}})?\s*\}}(?!\}})|(?<![\w$])\$({_PATH})")
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MESSAGE = ("text", "type", "id", "at", "reply_to", "referral", "forwarded")
_HOLES = ("…", "...")
_WIDEST = 72  # characters of a row that a hint shows


def values(find: Survey) -> None:
    """A value without "=" that is the name of a variable: the word itself is given, not what the variable holds."""
    for piece in find.of(Given):
        given: Given = piece.thing
        node, text = given.node, given.literal.strip()
        if given.formula is not None or not text or _hole(find, piece, node):
            continue
        name = _meant(find, piece, given)
        if name is not None:
            bare = name == text
            told = f'here the word "{text}" is given' if bare else f'here "{text}" is given as it stands'
            row = _row(node, f"= {name}")
            hint = f'did you mean "{row if len(row) <= _WIDEST else f"= {name}"}"?'
            if bare:
                hint += f' For the word itself write "{text}", with its quotes'
            told = f'{told}, and not what the variable "{name}" holds'
            find.report("bare-name", node, told, hint, of=piece, severity="warning", fix=_in_place(node, f"= {name}"))
        elif "{{" in text:
            told = "braces are filled in texts; here a value is taken as it stands"
            hint = "begin it with =, put texts in quotes, and join them by ~, as in: = 'Hi ' ~ name"
            find.report("bare-name", node, told, hint, of=piece, severity="warning")


def meant(find: Survey) -> set[tuple[str, str]]:
    """(flow, variable) of those that stand without "=" or between the wrong braces: they are read, to their author."""
    found: set[tuple[str, str]] = set()
    for piece in find.of(Given, Reply):
        thing: Given | Reply = piece.thing
        if piece.flow is None:
            continue
        if isinstance(thing, Given):
            inside = _INNER.findall(thing.literal) if "{{" in thing.literal else ()
            names = [_meant(find, piece, thing), *inside] if thing.formula is None and thing.literal else []
        else:
            names = [_path_of(find, piece, thing), *(name for name, _, _ in _singles(find, piece, thing))]
        found.update((piece.flow.name, re.split(r"\W", name, maxsplit=1)[0]) for name in names if name is not None)
    return found


def _meant(find: Survey, piece: Piece, given: Given) -> str | None:
    """The variable that a literal was meant to be."""
    text = given.literal.strip()
    if braced := _BRACED.fullmatch(text):
        return braced[1]
    if "{" in text or "$" in text:
        single = _SINGLE.fullmatch(text)
        return _known(find, piece, single[1] or single[2]) if single else None
    path = _BARE.fullmatch(text) if not given.node.quoted and not _itself(piece, text) else None
    return text if path and _names(find, piece, path[1]) else None


def texts(find: Survey) -> None:
    """`{name}` or `$name` in a text, which are said as they stand; a text that is nothing but the path of a value."""
    for piece in find.of(Reply):
        reply: Reply = piece.thing
        node = reply.node
        if is_formula(node.text) or _hole(find, piece, node):
            continue
        name = _path_of(find, piece, reply)
        if name is not None:
            told = f'"{name}" is said as it stands, and not what it holds'
            hint = f'did you mean "= {name}"?'
            find.report("bare-name", node, told, hint, of=piece, severity="warning", fix=_in_place(node, f"= {name}"))
        for name, start, shown in _singles(find, piece, reply):
            _tell(find, piece, node, name, start, shown)


def _path_of(find: Survey, piece: Piece, reply: Reply) -> str | None:
    """The value whose path is all that a text says."""
    text = reply.node.text.strip()
    path = _BARE.fullmatch(text) if "." in text and not reply.node.quoted else None
    return text if path and _names(find, piece, path[1]) else None


def _singles(find: Survey, piece: Piece, reply: Reply) -> Iterator[tuple[str, int, str]]:
    """(name, where it begins in the text, how it is written) of each between single braces, or behind a `$`."""
    text = reply.node.text
    if ("{" not in text and "$" not in text) or is_formula(text):
        return
    for found in _SINGLE.finditer(_MARKS.sub(lambda mark: " " * len(mark[0]), text)):
        name = _known(find, piece, found[1] or found[2])
        if name is not None:
            yield name, found.start(), found[0]


def _tell(find: Survey, piece: Piece, node: Scalar, name: str, start: int, shown: str) -> None:
    told = f'"{shown}" is said as it stands: a variable stands between two braces on each side'
    right = f"{{{{ {name} }}}}"
    if node.quoted:
        fix = renamed(node, shown, right, start)
    else:
        fix = _in_place(node, quoted(node.text[:start] + right + node.text[start + len(shown) :]))
    find.report("single-braces", node.locate(start, len(shown)), told, f"write {right}", of=piece, severity="warning", fix=fix)


def _hole(find: Survey, piece: Piece, node: Scalar) -> bool:
    """Whether the dots of a hint stand there still; then that is told."""
    if node.quoted or node.text.strip() not in _HOLES:
        return False
    told = f'"{node.text.strip()}" stands for something that is still to be written'
    find.report("still-to-write", node, told, "write it in its place, or put the dots in quotes if they are meant", of=piece)
    return True


def _itself(piece: Piece, text: str) -> bool:
    """`set: {size: size}`: it changes nothing either way."""
    holder = piece.above[-1] if piece.above else None
    return isinstance(holder, Assign) and holder.key.text == text


def _known(find: Survey, piece: Piece, name: str) -> str | None:
    """How *name* is read at this place; None: nothing there is called so."""
    if _names(find, piece, name):
        return name
    whole = f"contact.{name}"
    return whole if "." not in name and _names(find, piece, whole) else None


def _names(find: Survey, piece: Piece, path: str) -> bool:
    """Whether *path* is a variable, an attribute, or a part of one, at this place."""
    head, *rest = path.split(".")
    match head:
        case "contact":
            return len(rest) == 1 and (rest[0] in BUILT_IN or rest[0] in find.bot.attributes)
        case "msg":
            return len(rest) == 1 and rest[0] in _MESSAGE
        case "data":
            return bool(rest) and rest[0] in find.bot.data
    return bound(piece, head) or (piece.flow is not None and head in find.known[piece.flow.name])


def _row(node: Scalar, new: str) -> str:
    """The row of the file with *new* in the place of *node*."""
    row = node.source.row(node.place.line - 1)
    return (row[: node.place.column - 1] + new + row[node.place.end_column - 1 :]).strip()


def _in_place(node: Scalar, new: str) -> tuple[Edit, ...]:
    """*new* instead of a text that stands in one row."""
    line, _, end_line, _ = node.span
    return (Edit(node.place, new),) if line == end_line else ()


__all__ = ["meant", "texts", "values"]
