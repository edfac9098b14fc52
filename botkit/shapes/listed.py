"""A list where names are needed: the same with names, in the author's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from botkit.problems import Edit
from botkit.shapes.base import NAME
from botkit.source import Mapping, Node, Scalar
from botkit.source import Sequence as Items
from botkit.traps.page import Page, quoted

_PLAIN = re.compile(r"[\w.][\w. -]*$")
_IDS = ("id", "name", "step", "option", "key")  # what authors call a name that they write as a value
_SHOWN = 3  # names that a hint shows
_WIDEST = 100


def named(node: Items, least: int, sample: str) -> tuple[str | None, tuple[Edit, ...]]:
    """How the list *node* is written with names: a hint, and edits where all of it is clear.

    *least* is the column from which the names may stand; *sample* makes a value of a text: "{text}", "= {name}".
    """
    taken: set[str] = set()
    pairs = [_pair(item, n, sample, taken) for n, item in enumerate(node.items, 1)]
    shown = ", ".join(f"{name}: {value}" for name, value in pairs[:_SHOWN])
    more = ", …" if len(pairs) > _SHOWN else ""
    line, column, end_line, _ = node.span
    if node.source.row(line)[column : column + 1] == "[":
        hint = f"give each a name: {{{shown}{more}}}"
        whole = line == end_line and all(isinstance(item, Scalar) for item in node.items)
        edits = (Edit(node.place, "{" + ", ".join(f"{name}: {value}" for name, value in pairs) + "}"),) if whole else ()
        return hint[:_WIDEST], edits
    if not pairs:
        return None, ()
    hint = f'write a name and a colon instead of each "-", as in {pairs[0][0]}: {pairs[0][1]}'
    return hint, tuple(_edits(node.source, node, max(column, least), pairs))


def _pair(item: Node, n: int, sample: str, taken: set[str]) -> tuple[str, str]:
    """The name of an item, and its value as a hint shows it."""
    text = _text(item)
    name = _name(text) if text else ""
    if not NAME.match(name) or name in taken:
        name = next(f"{name or 'choice'}_{m}" for m in range(n, n + len(taken) + 2) if f"{name or 'choice'}_{m}" not in taken)
    taken.add(name)
    if isinstance(item, Scalar):
        shown = item.text if _PLAIN.match(item.text) else quoted(item.text)
        return name, sample.format(text=shown, name=name)
    if isinstance(item, Mapping) and len(item.entries) == 1 and item.entries[0][0].text == text:
        value = item.entries[0][1]
        return name, value.text if isinstance(value, Scalar) else "{ … }" if value.span[0] == item.span[0] else "and the rest below it"
    return name, "and the rest below it"


def _text(item: Node) -> str:
    """What an item is called, or says."""
    if isinstance(item, Scalar):
        return item.text
    if not isinstance(item, Mapping) or not item.entries:
        return ""
    if _alone(item):
        return item.entries[0][0].text
    found = next((v for k, v in item if k.text in _IDS and isinstance(v, Scalar)), None)
    found = found or next((v for k, v in item if k.text in ("label", "text", "say", "match") and isinstance(v, Scalar)), None)
    return found.text if isinstance(found, Scalar) else ""


def _alone(item: Mapping) -> bool:
    """Whether the first key is the name: `- menu:` with all else below it, or beside it."""
    first, value = item.entries[0]
    if len(item.entries) == 1:
        return first.text not in ("label", "text", "say", "match", *_IDS)
    return isinstance(value, Scalar) and value.empty


def _name(text: str) -> str:
    """A name made of a text: "I'd like a haircut" → id_like_a_haircut."""
    if NAME.match(text):
        return text.lower() if not text.islower() and "_" not in text else text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    while words and not words[0][0].isalpha():
        words.pop(0)
    return "_".join(words[:4])[:40].strip("_")


def _edits(page: Page, node: Items, column: int, pairs: Sequence[tuple[str, str]]) -> Iterator[Edit]:
    """The rows of a list of dashes with names instead, which stand at *column*; none where one of them is not clear."""
    found: list[Edit] = []
    for n, (item, (name, value)) in enumerate(zip(node.items, pairs, strict=True)):
        line, inner = item.span[0], item.span[1]
        after = node.items[n + 1].span[0] if n + 1 < len(node.items) else _end(page, node, line)
        row = page.row(line)
        if row[: item.span[1]].strip() != "-" or not isinstance(item, Scalar | Mapping):
            return
        if isinstance(item, Scalar):
            if item.span[2] != line:
                return
            found.append(page.edit(line, " " * column + f"{name}: {value}" + row[item.span[3] :]))
            continue
        first, _ = item.entries[0]
        keep = "" if _alone(item) else f"{' ' * column}{name}:\n"
        deeper = column if len(item.entries) == 1 and _alone(item) else column + 2
        if first.text in _IDS and not _alone(item):
            found.append(page.edit(line, keep.rstrip("\n")))
        else:
            found.append(page.edit(line, keep + " " * (column if not keep else column + 2) + row[inner:]))
        for number in range(line + 1, after):
            below = page.rows[number]
            if below.strip():
                found.append(page.edit(number, " " * (deeper - inner) + below if deeper >= inner else below[inner - deeper :]))
    yield from found


def _end(page: Page, node: Items, line: int) -> int:
    """The row behind the last item, which begins in *line*."""
    column = node.span[1]
    for number in range(line + 1, len(page.rows)):
        row = page.rows[number]
        if row.strip() and len(row) - len(row.lstrip(" ")) <= column:
            return number
    return len(page.rows)


__all__ = ["named"]
