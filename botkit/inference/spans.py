"""Where a part of an expression begins and ends in its source; Jinja's tree knows only where its words stand."""

from __future__ import annotations

import re

from jinja2 import nodes

_WORD = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|\w+(?:\.\d+)?|\.\s*\w+|.", re.DOTALL)
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def span(node: nodes.Node, source: str) -> tuple[int, int]:
    """(offset, length) of *node* in *source*."""
    words = [one.lineno for one in (node, *node.find_all(nodes.Node)) if isinstance(one.lineno, int)]
    if not words:
        return 0, 1
    start, last = min(words), max(words)
    match = _WORD.match(source, last)
    end = _closed(source, start, match.end() if match is not None else last + 1)
    while _unopened(source, start, end) and (before := source.rfind("(", 0, start)) >= 0 and not source[before + 1 : start].strip("( "):
        start = before
    return start, max(1, end - start)


def _unopened(source: str, start: int, end: int) -> bool:
    """Whether a bracket is closed there that was opened before."""
    depth, at = 0, start
    while at < end:
        match = _WORD.match(source, at)
        word = match[0] if match is not None else source[at]
        depth += (word in "([{") - (word in ")]}") if len(word) == 1 else 0
        if depth < 0:
            return True
        at += len(word)
    return False


def _closed(source: str, start: int, end: int) -> int:
    """*end*, moved behind the brackets that are still open there."""
    while end < len(source):
        opened: list[str] = []
        at = start
        while at < end:
            match = _WORD.match(source, at)
            word = match[0] if match is not None else source[at]
            if word in _CLOSES:
                opened.append(_CLOSES[word])
            elif opened and word == opened[-1]:
                opened.pop()
            at += len(word)
        if not opened:
            rest = re.compile(r"\s*\(").match(source, end)
            if rest is None or source[end - 1] in ")]}":
                return end
            end = rest.end()
            continue
        closing = source.find(opened[-1], end)
        if closing < 0:
            return end
        end = closing + 1
    return end


def written(node: nodes.Node, source: str) -> str:
    """*node* as its author wrote it, on one line."""
    start, length = span(node, source)
    return " ".join(source[start : start + length].split())


__all__ = ["span", "written"]
