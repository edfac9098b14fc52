"""Lines for a terminal: no wider than it is, and nothing in them that it would obey."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def columns(text: str) -> int:
    """How many columns *text* takes: two for what is wide, none for what joins the character before it."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character < "\x7f":
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def harmless(text: str) -> str:
    """*text* without what would move the cursor or change the colours."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text).replace("\t", "    ")


def wrapped(text: str, width: int | None) -> list[str]:
    """The lines of *text*, each of at most *width* columns, broken at blanks where there are some. None: as they stand."""
    return [line for row in harmless(text).split("\n") for line in (_broken(row, max(width, 10)) if width is not None else [row])]


def _broken(row: str, width: int) -> Iterator[str]:
    line, taken = "", 0
    for word in _words(row):
        size = columns(word)
        if taken + columns(word.rstrip()) > width and line:
            if line.strip():
                yield line.rstrip()
            word = word.lstrip()
            line, taken, size = "", 0, columns(word)
        while size > width and columns(word.rstrip()) > width:
            head = _head(word, width)
            yield head
            word = word[len(head) :]
            size = columns(word)
        line, taken = line + word, taken + size
    yield line.rstrip()


def _words(row: str) -> Iterator[str]:
    """Words, each with the blanks behind it; the blanks at the beginning alone."""
    word = ""
    for character in row:
        if word and word[-1] == " " and character != " ":
            yield word
            word = ""
        word += character
    yield word


def _head(word: str, width: int) -> str:
    """As much of *word* as fits, one character at least."""
    taken = 0
    for n, character in enumerate(word):
        taken += _columns(character)
        if taken > width and n:
            return word[:n]
    return word
