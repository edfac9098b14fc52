"""The file of one language as its lines: entries are changed, moved and added without touching the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from botkit.locales.phrases import Translation
from botkit.locales.reading import BEFORE, entries
from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import Mapping as Keys
from botkit.source import Scalar, decode, read
from botkit.source.writing import quoted, rows

_PLAIN = re.compile(r"\w[\w.-]*")


class _Block(Struct):
    """An entry: the comments and empty lines above it, and its own lines."""

    key: str
    above: list[str]
    lines: list[str]
    entry: Translation | None = None  # as it was read


class LocaleFile:
    """locales/<code>.yaml. *entries* are its translations as they were read; `text` is what it says now."""

    def __init__(self, name: str, data: bytes | None, code: str, source: str, problems: Problems) -> None:
        """*data* None: there is no such file yet. What cannot be read is added to *problems*; then the file must not be written."""
        self.name = name
        self.code = code
        self.source = source
        self.entries: dict[str, Translation] = {}
        self._mark = data is not None and data.startswith(b"\xef\xbb\xbf")
        self._ends = "\r\n" if data is not None and b"\r\n" in data else "\n"
        self._head: list[str] = []
        self._blocks: list[_Block] = []
        self._tail: list[str] = []
        page = decode(name, data, problems) if data is not None else None
        if page is None:
            self._head = [f"# The texts of this bot in {code}, each beside its source. Made by: botkit i18n sync {code}"]
            return
        lines = page.text.split("\n")
        if lines[-1] == "":
            lines.pop()
        node = read(page, problems)
        if node is None:
            self._head = lines
            return
        self.entries = entries(node, code, source, Reading(problems))
        keys = [key for key, _ in node] if isinstance(node, Keys) else []
        if any(key.place.column != 1 for key in keys) or len({key.line for key in keys}) != len(keys):
            told = "these entries cannot be changed one by one"
            problems.report("wrong-shape", node.place, told, "write each key at the beginning of a line of its own")
            return
        self._cut(lines, keys)

    def _cut(self, lines: list[str], keys: list[Scalar]) -> None:
        """Divide the lines among the entries: what is empty or a comment above a key belongs to it, above the first key to nobody."""
        starts = [key.line - 1 for key in keys]
        ends = [*starts[1:], len(lines)]
        self._head = lines[: starts[0]] if starts else lines
        above: list[str] = []
        for key, start, end in zip(keys, starts, ends, strict=True):
            stop = end
            while stop > start + 1 and (not lines[stop - 1].strip() or lines[stop - 1].startswith("#")):
                stop -= 1
            self._blocks.append(_Block(key.text, above, lines[start:stop], self.entries[key.text]))
            above = lines[stop:end]
        self._tail = above

    # ---- what it says now

    @property
    def text(self) -> str:
        lines = [*self._head, *(line for block in self._blocks for line in (*block.above, *block.lines)), *self._tail]
        return "".join(f"{line}\n" for line in lines)

    @property
    def data(self) -> bytes:
        """The text as the file is written: with the line ends and the mark that it had."""
        return (b"\xef\xbb\xbf" if self._mark else b"") + self.text.replace("\n", self._ends).encode()

    @property
    def keys(self) -> list[str]:
        return [block.key for block in self._blocks]

    # ---- what is done to it

    def put(self, key: str, source: str, text: str, before: str | None = None, behind: str | None = None) -> None:
        """Write the entry of *key* anew, or add it: behind that of the key *behind*, None: at the beginning."""
        n = self._find(key)
        if n is not None:
            block = self._blocks[n]
            block.lines = [*self._written(key, source, text, before), *_comments(block.lines, block.entry)]
            return
        at = self._find(behind) if behind is not None else None
        self._blocks.insert(0 if at is None else at + 1, _Block(key, [], self._written(key, source, text, before)))

    def rename(self, moves: Mapping[str, str]) -> None:
        """Give entries other keys (old → new), all at once, for one may take the place of another; all else of them stays."""
        for block in self._blocks:
            new = moves.get(block.key)
            if new is not None and block.entry is not None:
                _, _, _, column = block.entry.key.span
                block.lines[0] = f"{_key(new)}{block.lines[0][column:]}"
                block.key = new

    def drop(self, key: str, keep: bool = False) -> None:
        """Take an entry out. *keep*: as a comment."""
        n = self._find(key)
        if n is None:
            return
        block = self._blocks.pop(n)
        kept = [*block.above, *(f"# {line}".rstrip() for line in block.lines)] if keep else [line for line in block.above if line.strip()]
        if n < len(self._blocks):
            self._blocks[n].above[:0] = kept
        else:
            self._tail[:0] = kept

    def _find(self, key: str | None) -> int | None:
        return next((n for n, block in enumerate(self._blocks) if block.key == key), None)

    def _written(self, key: str, source: str, text: str, before: str | None) -> list[str]:
        lines = [f"{_key(key)}:"]
        told = {self.source: source, self.code: text}
        if before is not None:
            told[BEFORE] = before
        for name, value in told.items():
            first, *more = rows(value, 4)
            lines += [f"  {quoted(name) if name in _ODD else name}: {first}", *more]
        return lines


_ODD = frozenset({"no", "on", "yes", "y", "n"})  # what other readers of YAML take for yes or no


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else quoted(key)


def _comments(lines: list[str], translation: Translation | None) -> Iterator[str]:
    """The comments in lines of their own that stand within an entry."""
    if translation is None:
        return
    first = translation.key.line
    taken: set[int] = set()
    for node in (translation.source, translation.text, translation.before):
        if node is not None:
            start, _, end, _ = node.span
            taken.update(range(start, end + 1))
    for n, line in enumerate(lines):
        if line.lstrip().startswith("#") and first - 1 + n not in taken:
            yield line


__all__ = ["LocaleFile"]
