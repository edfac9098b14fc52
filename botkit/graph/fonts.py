"""How wide a text is, about, in a font without serifs; and where it is broken into lines."""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("ijl.,:;'|!()[]{}I ftr’‘“”-·*/\\")
_WIDE = frozenset("mwMW@%—…&")


def width(text: str, size: float) -> float:
    """In pixels, for letters *size* pixels high; rather too much than too little."""
    return sum(_letter(letter) for letter in text) * size


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 1.0
    if letter.isascii():
        return 0.7 if letter.isupper() else 0.58
    if unicodedata.combining(letter):
        return 0.0
    return 1.2 if unicodedata.east_asian_width(letter) in "WF" or unicodedata.category(letter) == "So" else 0.66


def wrapped(text: str, most: float, size: float) -> list[str]:
    """*text* in lines of at most *most* pixels, broken between words; in a word that is wider, between letters."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size) <= most:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size) > most and len(word) > 1:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width(word[:n], size) <= most)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


__all__ = ["width", "wrapped"]
