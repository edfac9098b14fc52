"""The values of a file: texts, lists, and keys with values, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from collections.abc import Sequence as Rows

from botkit.problems import Place
from botkit.traps import Page


class Source(Page):
    """A file's text with its name. Lines and columns of its methods count from 0, those of a Place from 1."""

    __slots__ = ("text",)

    def __init__(self, file: str, text: str, were: Dict[int, str] | None = None) -> None:
        super().__init__(file, text.split("\n"), were)
        self.text = text

    @property
    def lines(self) -> Rows[str]:
        return self.rows

    def mended(self, rows: Dict[int, str]) -> Source:
        page = super().mended(rows)
        return Source(self.file, "\n".join(page.rows), page._were)


class Node:
    """A value of the file; its span counts from 0, the end is one beyond."""

    __slots__ = ("_span", "source")
    what = "a value"

    def __init__(self, source: Source, span: tuple[int, int, int, int]) -> None:
        self.source = source
        self._span = span

    @property
    def place(self) -> Place:
        """Where it stands; of a list or of keys that go over several lines, the first one."""
        line, column, end_line, end_column = self._span
        if end_line > line:
            end_line, end_column = line, len(self.source.lines[line].rstrip())
        return self.source.span(line, column, end_line, max(end_column, column + 1))

    @property
    def span(self) -> tuple[int, int, int, int]:
        """Line and column of its first character and of the one beyond its last, from 0."""
        return self._span

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return self._span[0] + 1


class Scalar(Node):
    """A text. *quoted* tells `""` from nothing at all."""

    __slots__ = ("quoted", "style", "text")
    what = "a text"

    def __init__(self, source: Source, span: tuple[int, int, int, int], text: str, style: str | None) -> None:
        super().__init__(source, span)
        self.text = text
        self.style = style or None  # None (plain), ' " | >
        self.quoted = bool(style)

    @property
    def empty(self) -> bool:
        """Nothing stands there at all."""
        return not self.text and not self.quoted

    def locate(self, offset: int, length: int = 1) -> Place:
        """Where the characters from *offset* of the text stand in the file: the n-th same piece between the node's marks."""
        piece = self.text[offset : offset + max(1, length)].split("\n")[0]
        if not piece.strip():
            return self.place
        n = self.text.count(piece, 0, offset) if offset else 0
        line, column, end_line, end_column = self._span
        for number in range(line, min(end_line + 1, len(self.source.lines))):
            row = self.source.lines[number]
            start = column if number == line else 0
            stop = end_column if number == end_line else len(row)
            while (found := row.find(piece, start, stop)) >= 0:
                if n == 0:
                    return self.source.place(number, found, len(piece))
                n -= 1
                start = found + len(piece)
        return self.place


class Sequence(Node):
    __slots__ = ("items",)
    what = "a list"

    def __init__(self, source: Source, span: tuple[int, int, int, int], items: list[Node]) -> None:
        super().__init__(source, span)
        self.items = items


class Mapping(Node):
    """Keys with values, in the order of the file, each key once."""

    __slots__ = ("entries",)
    what = "keys with values"

    def __init__(self, source: Source, span: tuple[int, int, int, int], entries: list[tuple[Scalar, Node]]) -> None:
        super().__init__(source, span)
        self.entries = entries

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def get(self, key: str) -> Node | None:
        for scalar, node in self.entries:
            if scalar.text == key:
                return node
        return None

    def key(self, key: str) -> Scalar | None:
        for scalar, _ in self.entries:
            if scalar.text == key:
                return scalar
        return None
