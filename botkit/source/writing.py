"""Texts written as YAML that reads back the same."""

from __future__ import annotations

import json
import re

# What no block can hold: blanks at the end of a line or before the first one, and what cannot be seen.
NO_BLOCK = re.compile(r"[^\S\n]\n|^\s|[^\S\n]$|[\x00-\x08\x0b-\x1f\x7f-\xa0\ud800-\udfff]|[\u2028\u2029\ufeff\ufffe\uffff]")
_JOINER = "\u200d"  # within an emoji: not to be seen, but no harm


def quoted(text: str) -> str:
    """*text* between double quotes; what cannot be seen is escaped."""
    return "".join(c if c.isprintable() or c == _JOINER else _escaped(c) for c in json.dumps(text, ensure_ascii=False))


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code < 0xE000:
        return "\ufffd"  # half a character: YAML has no way to write it
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def rows(text: str, indent: int) -> list[str]:
    """*text* behind a key and its colon: the rest of that line and the lines below, in column *indent*; several lines as a block."""
    lines = text.split("\n")
    if len(lines) > 1 and lines[-2].strip() and not NO_BLOCK.search(text):
        ended = not lines[-1]
        return ["|" if ended else "|-", *(" " * indent + line if line else "" for line in (lines[:-1] if ended else lines))]
    return [quoted(text)]


__all__ = ["NO_BLOCK", "quoted", "rows"]
