"""A text with plurals taken apart, one whole text for each form, as translators see it; and put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jinja2 import nodes

from botkit.expressions import Text
from botkit.plurals import plural
from botkit.replies import parse_reply

_NAME = r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*"
_WORDS = r"'(?:[^'\\]|\\\\)*'|\"(?:[^\"\\]|\\\\)*\""  # of what a backslash may stand before, only another one
_INNER = r"[^()'\"]|'[^'\\]*'|\"[^\"\\]*\""
_PIECE = rf"(?:{_WORDS}|{_NAME}|\((?:{_INNER}|\((?:{_INNER})*\))*\))"
_FORM = rf"{_PIECE}(?:\s*~\s*{_PIECE})*"
_PLURAL = re.compile(rf"\{{\{{\s*(?P<count>{_NAME})\s*\|\s*plural\(\s*(?P<forms>{_FORM}(?:\s*,\s*{_FORM})*)\s*\)\s*\}}\}}")
_EACH = re.compile(rf"(?P<form>{_FORM})\s*(?:,|$)")
_PIECES = re.compile(_PIECE)
_MARKS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_TOKEN = re.compile(r"\{\{.*?\}\}|\s+|\w+|.", re.DOTALL)
_HOLE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)


def counts(text: str) -> str | None:
    """The name that all plurals of *text* count; None where there is none, or they cannot be taken apart."""
    names = {found["count"] for found in _PLURAL.finditer(text)}
    rest = _PLURAL.sub("", text)
    return names.pop() if len(names) == 1 and "plural" not in rest and "{%" not in rest and "{#" not in rest else None


def apart(text: str, code: str) -> tuple[str, ...] | None:
    """*text* once for every form that whole numbers have in a language; None where it cannot be taken apart, or has another number of
    forms. A text without plurals is the same in each of them."""
    wanted = len(plural(code).whole)
    if "plural" not in text:
        return (text,) * wanted
    if counts(text) is None:
        return None
    told = []
    for n in range(wanted):
        pieces: list[str] = []
        end = 0
        for found in _PLURAL.finditer(text):
            forms = [one["form"] for one in _EACH.finditer(found["forms"])]
            form = _spoken(forms[n]) if len(forms) == wanted else None
            if form is None:
                return None
            pieces += [text[end : found.start()], form]
            end = found.end()
        told.append("".join(pieces) + text[end:])
    return tuple(told)


def together(forms: Sequence[str], count: str) -> str:
    """One text from one for every form, which differ by *count*: what they share stands around the plural. The reverse of `apart`."""
    if len(set(forms)) == 1:
        return forms[0]
    tokens = [_TOKEN.findall(form) for form in forms]
    before = _shared(tokens)
    after = _shared([found[before:][::-1] for found in tokens])
    middles = ["".join(found[before : len(found) - after]) for found in tokens]
    first = tokens[0]
    inner = ", ".join(_written(middle) for middle in middles)
    return f"{''.join(first[:before])}{{{{ {count} | plural({inner}) }}}}{''.join(first[len(first) - after :])}"


def plurals(tree: nodes.Node) -> Iterator[nodes.Filter]:
    """Every plural of a parsed text or expression."""
    if isinstance(tree, nodes.Filter) and tree.name == "plural":
        yield tree
    yield from (one for one in tree.find_all(nodes.Filter) if one.name == "plural")


def counting(text: Text) -> frozenset[int]:
    """Where the names stand that a text does not show, for they only tell a plural which form to take."""
    found = set()
    for one in plurals(text.tree) if "plural" in text.filters else ():
        name = one.node
        while isinstance(name, nodes.Getattr):
            name = name.node
        if isinstance(name, nodes.Name):
            found.add(name.lineno)
    return frozenset(found)


def counted_words(text: Text) -> str:
    """What the forms of its plurals say."""
    found = plurals(text.tree) if "plural" in text.filters else ()
    return "".join(
        str(word.value)
        for one in found
        for form in one.args
        for word in (form, *form.find_all(nodes.Const))
        if isinstance(word, nodes.Const)
    )


def plurals_in(text: str) -> list[int]:
    """How many forms each plural of a text has; none where it cannot be read."""
    parsed = parse_reply(text) if "plural" in text else []
    return [] if isinstance(parsed, list) else [len(one.args) for one in plurals(parsed.tree)]


def _shared(tokens: Sequence[Sequence[str]]) -> int:
    """How many tokens all of them begin with."""
    shared = 0
    for row in zip(*tokens, strict=False):
        if len(set(row)) > 1:
            break
        shared += 1
    return shared


def _spoken(form: str) -> str | None:
    """A form as it reads in a text: 'a ' ~ n is "a {{ n }}"; None where its words would be read as marks there."""
    pieces = []
    for piece in _PIECES.findall(form):
        if piece[0] in "'\"":
            if _MARKS.search(piece):
                return None
            pieces.append(piece[1:-1].replace("\\\\", "\\"))
        else:
            pieces.append(f"{{{{ {piece[1:-1] if piece[0] == '(' else piece} }}}}")
    return "".join(pieces)


def _written(text: str) -> str:
    """A text as a form of a plural: the reverse of `_spoken`."""
    pieces: list[str] = []
    end = 0
    for hole in _HOLE.finditer(text):
        pieces += [*_literal(text[end : hole.start()]), hole[1] if re.fullmatch(_NAME, hole[1]) else f"({hole[1]})"]
        end = hole.end()
    pieces += _literal(text[end:])
    if not pieces or (len(pieces) == 1 and pieces[0][0] not in "'\""):
        pieces.insert(0, "''")  # a form is a text, not a number
    return " ~ ".join(pieces)


def _literal(text: str) -> list[str]:
    """A text in quotes; in pieces where it has quotes of both kinds."""
    if not text:
        return []
    if "'" in text and '"' in text:
        before, _, after = text.partition("'")
        return [*_literal(before), '"\'"', *_literal(after)]
    quote = '"' if "'" in text else "'"
    escaped = text.replace("\\", "\\\\")
    return [f"{quote}{escaped}{quote}"]


__all__ = ["apart", "counted_words", "counting", "counts", "plurals", "plurals_in", "together"]
