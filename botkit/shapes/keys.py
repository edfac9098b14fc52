"""A mapping with known keys, which read, refuse and describe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Table
from collections.abc import Sequence as Listing
from typing import Any

from msgspec import Struct

from botkit import traps
from botkit.problems import Edit, Place, nearest
from botkit.replies import Reading
from botkit.shapes import levels, strays
from botkit.shapes.base import Key, refuse
from botkit.source import Mapping, Node, Scalar
from botkit.traps.page import quoted

_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?|fail [A-Za-z_]\w*")
_GLUED = re.compile(r"([A-Za-z_][\w-]*):(\S.*)", re.DOTALL)


def _refuse_scalar(node: Scalar, reading: Reading, table: Table[str, Key]) -> bool:
    """Whether a text that stands where keys should is one of them without its space: `say:Hi`."""
    match = _GLUED.match(node.text)
    if match is None or node.quoted or match[1] not in table:
        return False
    place = node.locate(len(match[1]))
    hint = f"{match[1]}: {match[2]}".split("\n")[0]
    after = Place(place.file, place.line, place.column + 1, place.line, place.column + 1)
    reading.report("colon", place, f'"{match[1]}" needs a colon and a space behind it', hint, fix=(Edit(after, " "),))
    return True


def _foreign(word: str) -> str:
    """What is strange about a word that looks like one of the language: the letters of other alphabets, by their names."""
    names = (unicodedata.name(letter, f"code {ord(letter)}").lower() for letter in dict.fromkeys(word) if not letter.isascii())
    return ", ".join(names)


class Keys(Struct, frozen=True):
    """A mapping with known keys: {key: value}, only what stands there.

    *owner* is how the mapping is called in a report: "a step". *lone* is the key that a bare scalar or list stands for.
    """

    owner: str
    table: Table[str, Key]
    lone: str | None = None

    @property
    def what(self) -> str:
        return self.owner

    def read(self, node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, Mapping):
            if self.lone is not None and not (isinstance(node, Scalar) and node.empty):
                value = self.table[self.lone].shape.read(node, reading)
                return None if value is None else {self.lone: value, "": node}
            if isinstance(node, Scalar) and _refuse_scalar(node, reading, self.table):
                return None
            refuse(node, reading, self.what, *self._as_keys(node))
            return None
        found: dict[str, Any] = {"": node}
        lacking = [name for name, entry in self.table.items() if entry.required and self._lacks(name, node)]
        strange = False  # a key was told that none is near to: it may be the one that is lacking
        around = (*reading.around, (self, node))
        for key, child in node:
            entry = self.table.get(key.text)
            if entry is None:
                if self._means_text(key, child, node, reading):
                    return None
                strange |= self._unknown(key, node, lacking, reading)
                continue
            inner = reading.into(key.text)
            inner.around = around
            value = entry.shape.read(child, inner)
            if value is not None:
                found[key.text] = value
        for name in lacking if len(lacking) > 1 or not strange else ():
            reading.report("missing-key", _head(node), f'{self.owner} needs "{name}"', f'add "{name}:" ({self.table[name].doc})')
        return found

    def _as_keys(self, node: Node) -> tuple[str, tuple[Edit, ...]]:
        """How a lone word or text is written with a key, where it is clear with which."""
        if isinstance(node, Scalar) and not node.empty and "go" in self.table and "\n" not in node.text:
            target = not node.quoted and _TARGET.fullmatch(node.text) is not None
            meant = f"go: {node.text}" if target else f"say: {quoted(node.text)}"
            return f"write {{{meant}}}" if len(meant) < 80 else "write say: before it", (Edit(node.place, f"{{{meant}}}"),)
        return f"the keys of {self.owner} are {_listed(list(self.table))}", ()

    def _means_text(self, key: Scalar, value: Node, node: Mapping, reading: Reading) -> bool:
        """Whether `Note: bring your card` stands where a text may stand, and is one to its author."""
        if self.lone is None or len(node.entries) > 1 or not isinstance(value, Scalar):
            return False
        near = nearest(key.text, self.table)
        if near is not None and (key.text[:1].islower() or near == key.text.casefold()):
            return False
        mend = traps.quotes.with_colon(node.source, key.line - 1)
        if mend is not None:
            reading.problems.add(mend.problem)
        return mend is not None

    def _lacks(self, name: str, node: Mapping) -> bool:
        """Whether a key is not there, nor one that looks like it."""
        return node.key(name) is None and not any(nearest(key.text, [name]) for key, _ in node if key.text not in self.table)

    def _unknown(self, key: Scalar, node: Mapping, lacking: Listing[str], reading: Reading) -> bool:
        """Tell what is wrong with a key. Whether none is near to it: it may be the one that is *lacking*."""
        if reading.problems.full:
            return False
        if strays.too_deep(key, self, node, reading) or levels.too_shallow(key, self, node, reading):
            return False
        near = nearest(key.text, self.table)
        if near and not key.text.isascii():
            message = f'"{key.text[:60]}" is not "{near}": it holds {_foreign(key.text)}'
            reading.report("look-alike", key, message, f"type it anew: {near}", fix=(Edit(key.place, near),))
            return False
        hint = f'did you mean "{near}"?' if near else f"the keys of {self.owner} are {_listed(list(self.table))}"
        fix = (Edit(key.place, near),) if near else ()
        if not near and len(lacking) == 1:
            hint = f'did you mean "{lacking[0]}", which is missing? {hint}'
        reading.report("unknown-key", key, f'{self.owner} has no "{key.text[:60]}"', hint, fix=fix)
        return near is None


def _head(node: Mapping) -> Any:
    return node.entries[0][0] if node.entries else node


def _listed(words: Listing[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)
