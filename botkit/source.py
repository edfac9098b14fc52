"""YAML values that know where they stand: every scalar is a text, every node has a place."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from botkit import traps
from botkit.problems import Edit, Place, Problems

try:
    from yaml import CSafeLoader
except ImportError:  # pragma: no cover - the wheels of every platform carry libyaml
    CSafeLoader = None  # type: ignore[assignment, misc]

MAX_BYTES = 1 << 20
MAX_DEPTH = 50


class Source:
    """A file's text with its name."""

    __slots__ = ("file", "lines", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.split("\n")

    def place(self, line: int, column: int, length: int = 1) -> Place:
        """A place from a line and a column that count from 0."""
        return Place(self.file, line + 1, column + 1, line + 1, column + 1 + max(1, length))


class Node:
    """A value of the file; its span counts from 0, the end is one beyond."""

    __slots__ = ("_span", "source")
    what = "a value"

    def __init__(self, source: Source, span: tuple[int, int, int, int]) -> None:
        self.source = source
        self._span = span

    @property
    def place(self) -> Place:
        line, column, end_line, end_column = self._span
        if end_line > line and end_column == 0:  # a block ends at the start of the next line
            end_line -= 1
            end_column = len(self.source.lines[end_line]) if end_line < len(self.source.lines) else 0
        return Place(self.source.file, line + 1, column + 1, end_line + 1, max(end_column + 1, column + 2 if end_line == line else 1))

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
        self.style = style  # None (plain), ' " | >
        self.quoted = style is not None

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


class _Stop(Exception):
    """A finding after which the rest of the file cannot be trusted."""


def decode(file: str, data: bytes, problems: Problems) -> Source | None:
    """The text of a file, if it is one: UTF-8, of a size that a person writes, without control characters."""
    if len(data) > MAX_BYTES:
        problems.report("too-big", Place(file), f"this file has {len(data):,} bytes; a file of a bot has at most {MAX_BYTES:,}")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1)
        problems.report(
            "encoding",
            Place(file, line + 1, column + 1, line + 1, column + 2),
            "this file is not written in UTF-8",
            "save it with the encoding UTF-8",
        )
        return None
    source = Source(file, text.replace("\r\n", "\n"))
    for number, row in enumerate(source.lines):
        for column, character in enumerate(row):
            if (character < " " and character != "\t") or character == "\x7f":
                problems.report(
                    "control-character",
                    source.place(number, column),
                    f"there is an invisible character here (code {ord(character)})",
                    "delete it",
                    fix=(Edit(source.place(number, column), ""),),
                )
                return None
    return source


def read(source: Source, problems: Problems) -> Node | None:
    """The value that a YAML text holds; None when it holds none or cannot be read (then the problems say why)."""
    if CSafeLoader is None:  # pragma: no cover
        problems.report("libyaml", Place(source.file), "botkit needs PyYAML with libyaml, and this one has none", "pip install --force-reinstall pyyaml")
        return None
    problems.extend(traps.scan(source.file, source.lines))
    events = yaml.parse(source.text, CSafeLoader)
    try:
        return _Builder(source, events, problems).document()
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        problems.add(traps.diagnose(source.file, source.lines, error))
        return None
    except yaml.YAMLError as error:
        line, column = _position(source, getattr(error, "position", 0) or 0)
        problems.report("yaml", source.place(line, column), "this character cannot stand in a YAML file", "delete it")
        return None


def _position(source: Source, offset: int) -> tuple[int, int]:
    line = source.text.count("\n", 0, offset)
    return line, offset - (source.text.rfind("\n", 0, offset) + 1)


class _Builder:
    """Builds nodes from the parser's events, without recursion beyond MAX_DEPTH."""

    def __init__(self, source: Source, events: Iterator[yaml.Event], problems: Problems) -> None:
        self.source = source
        self.events = events
        self.problems = problems
        self.depth = 0

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            match event:
                case yaml.DocumentStartEvent() if node is not None:
                    mark = event.start_mark
                    self.problems.report(
                        "documents", self.source.place(mark.line, 0, 3), 'a file holds one document; "---" begins a second one', "delete this line"
                    )
                    raise _Stop
                case yaml.DocumentStartEvent():
                    node = self.node(next(self.events))
        return node

    def node(self, event: yaml.Event) -> Node:
        start, end = event.start_mark, event.end_mark
        place = self.source.place(start.line, start.column, end.column - start.column if end.line == start.line else 1)
        match event:
            case yaml.AliasEvent():
                self.problems.add(traps.star(self.source.file, self.source.lines, start.line, start.column))
                raise _Stop
            case yaml.ScalarEvent() | yaml.SequenceStartEvent() | yaml.MappingStartEvent() if event.anchor is not None:
                self.problems.report("anchor", place, 'a value cannot begin with "&" here', "put the text in quotes")
                raise _Stop
            case yaml.ScalarEvent() | yaml.SequenceStartEvent() | yaml.MappingStartEvent() if event.tag is not None:
                self.problems.report("tag", place, 'a value cannot begin with "!" here', "put the text in quotes")
                raise _Stop
            case yaml.ScalarEvent():
                span = (start.line, start.column, end.line, end.column)
                return Scalar(self.source, span, event.value, event.style)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.problems.report("too-deep", place, f"values are nested more than {MAX_DEPTH} deep here")
            raise _Stop
        built = self.sequence(start) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(event, start)
        self.depth -= 1
        return built

    def sequence(self, start: yaml.Mark) -> Node:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                end = event.end_mark
                return Sequence(self.source, (start.line, start.column, end.line, end.column), items)
            items.append(self.node(event))
        raise _Stop

    def mapping(self, opening: yaml.Event, start: yaml.Mark) -> Node:
        entries: list[tuple[Scalar, Node]] = []
        first: dict[str, Scalar] = {}
        flow = bool(getattr(opening, "flow_style", False))
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                end = event.end_mark
                return Mapping(self.source, (start.line, start.column, end.line, end.column), entries)
            key = self.node(event)
            value = self.node(next(self.events))
            if not isinstance(key, Scalar):
                self.problems.add(traps.braces(self.source.file, self.source.lines, start.line, start.column))
                raise _Stop
            if flow and isinstance(value, Scalar) and value.empty:
                self.problems.add(traps.flow_value(self.source.file, self.source.lines, key.place, key.text))
                continue
            if key.text in first:
                there = first[key.text]
                self.problems.report(
                    "duplicate-key", key.place, f'"{key.text}" stands here twice; the first is in line {there.line}', "delete one, or rename it"
                )
                continue
            first[key.text] = key
            entries.append((key, value))
        raise _Stop
