"""Whether a text is the one that a test expects: as it stands, or with `*` for anything."""

from __future__ import annotations


def fits(expected: str, text: str) -> bool:
    """Whether *text* is *expected*, first as it stands, then with `*` for anything (nothing, too) and `\\*` for a star. Blanks around
    either do not count."""
    expected, text = expected.strip(), text.strip()
    if expected == text:
        return True
    first, *rest = _pieces(expected)
    if not rest:
        return first == text
    *middle, last = rest
    if not text.startswith(first) or not text[len(first) :].endswith(last):
        return False
    here, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, here, end)
        if found < 0:
            return False
        here = found + len(piece)
    return True


def _pieces(pattern: str) -> list[str]:
    """What stands between the stars of *pattern*."""
    pieces = [""]
    escaped = False
    for character in pattern:
        if escaped:
            pieces[-1] += character if character == "*" else "\\" + character
        elif character == "*":
            pieces.append("")
        elif character != "\\":
            pieces[-1] += character
        escaped = character == "\\" and not escaped
    if escaped:
        pieces[-1] += "\\"
    return pieces


__all__ = ["fits"]
