"""Nodes from the parser's events; what YAML takes and an author did not mean is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from botkit import traps
from botkit.problems import Problems
from botkit.source.nodes import Mapping, Node, Scalar, Sequence, Source
from botkit.traps import Mend
from botkit.traps.page import CURLY

MAX_DEPTH = 50
MAX_VALUES = 250_000  # of one file, names included

_LOST = re.compile(r" +#\S")
_OPENED = re.compile(r" [{\[]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Stop(Exception):
    """A finding after which the rest of the file cannot be trusted as it stands."""

    def __init__(self, mend: Mend) -> None:
        super().__init__(mend.problem.message)
        self.mend = mend


def too_deep(source: Source, line: int, column: int) -> Mend:
    message = f"values are nested more than {MAX_DEPTH} deep here"
    return source.told("too-deep", line, column, 1, message, "put what belongs together into flows of their own")


class Builder:
    """Builds nodes from the parser's events, without recursion beyond MAX_DEPTH."""

    def __init__(self, source: Source, events: Iterator[Any], problems: Problems) -> None:
        self.source = source
        self.events = events
        self.problems = problems
        self.depth = 0
        self.count = 0

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            mark: Any = event.start_mark
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    message = 'a file holds one document; "---" begins a second one'
                    raise Stop(self.source.told("documents", mark.line, 0, 3, message, "delete this line"))
                node = self.node(next(self.events))
        return node

    def node(self, event: Any) -> Node:
        start, end = event.start_mark, event.end_mark
        self.count += 1
        if self.count > MAX_VALUES:
            message = f"a file of a bot holds at most {MAX_VALUES:,} names and values; this one holds more"
            raise Stop(self.source.told("too-big", start.line, start.column, 1, message, "split it into several files"))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
            raise Stop(self._reserved(event))
        span = (start.line, start.column, end.line, end.column)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(Scalar(self.source, span, event.value, event.style), span)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Stop(too_deep(self.source, start.line, start.column))
        built = self.sequence(start) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(event, start)
        self.depth -= 1
        return built

    def _reserved(self, event: Any) -> Mend:
        """A text that begins with *, & or !; or what YAML means by them, which the language leaves out."""
        line, column = event.start_mark.line, event.start_mark.column
        row = self.source.row(line)
        alias = isinstance(event, yaml.AliasEvent)
        anchored = event.anchor is not None and not alias and not (isinstance(event, yaml.ScalarEvent) and event.value)
        merge = alias and row[:column].rstrip().endswith("<<:")
        known = alias and f"&{event.anchor}" in self.source.text and row[column:].strip() == f"*{event.anchor}"
        if anchored or merge or known:
            message = f'"{row[column : column + 1]}{event.anchor}" is an anchor of YAML, and bots have none'
            return self.source.told("anchor", line, column, 1, message, "write it out, or make a flow of what is shared and call it")
        mend = traps.quotes.opening(self.source, line) if not re.search(r"[\[{]", row[:column]) else None
        mend = mend or traps.flow.unquoted(self.source, line)
        if mend is not None:
            return mend
        sign = row[column : column + 1]
        return self.source.told("quote-needed", line, column, 1, f'a text that begins with "{sign}" needs quotes', "put the text in quotes")

    def scalar(self, node: Scalar, span: tuple[int, int, int, int]) -> Scalar:
        """What can be wrong with a text that YAML itself takes."""
        line, column, end_line, end_column = span
        if node.quoted:
            if node.style in ("'", '"') and end_line > line and traps.quotes.swallows(self.source, line, column, end_line):
                raise Stop(traps.quotes.open_quote(self.source, line, column))
            if node.style == '"' and (found := _CONTROL.search(node.text)):
                message = f"this text holds an invisible character (code {ord(found[0])})"
                self.problems.report("control-character", node.place, message, "take it out")
            return node
        row = self.source.row(end_line)
        if len(row) > end_column and " #" in row and _LOST.match(row, end_column):
            if node.empty:
                mend = traps.quotes.opening(self.source, line)
                if mend is not None:
                    raise Stop(mend)
            elif line == end_line:
                self.problems.add(traps.quotes.lost(self.source, line, column, end_column).problem)
        if node.text[:1] in CURLY and node.text and (mend := traps.quotes.curly(self.source, line)) is not None:
            raise Stop(mend)
        if end_line > line and node.text[0] == "-" and (mend := traps.layout.dash(self.source, line, end_line)) is not None:
            raise Stop(mend)
        return node

    def sequence(self, start: Any) -> Node:
        items: list[Node] = []
        for event in self.events:
            end: Any = event.end_mark
            if isinstance(event, yaml.SequenceEndEvent):
                return Sequence(self.source, (start.line, start.column, end.line, end.column), items)
            items.append(self.node(event))
        raise AssertionError("a list that begins also ends")  # pragma: no cover

    def mapping(self, opening: Any, start: Any) -> Node:
        entries: list[tuple[Scalar, Node]] = []
        first: dict[str, Scalar] = {}
        if opening.flow_style and self.source.row(start.line)[start.column : start.column + 2] == "{{":
            raise Stop(self._braces(start))
        for event in self.events:
            end: Any = event.end_mark
            if isinstance(event, yaml.MappingEndEvent):
                return Mapping(self.source, (start.line, start.column, end.line, end.column), entries)
            key = self.node(event)
            value = self.node(next(self.events))
            if not isinstance(key, Scalar):
                raise Stop(self._braces(start) if opening.flow_style else self._no_name(key))
            if opening.flow_style and isinstance(value, Scalar) and value.empty:
                mend = traps.flow.unquoted(self.source, key.line - 1)
                if mend is not None:
                    raise Stop(mend)
                hint = f'write "{key.text}: " and a value, or quote the text before it, for it holds a ","'
                self.problems.report("flow-quotes", key.place, f'"{key.text[:60]}" has no value here', hint)
                continue
            if not key.quoted and _OPENED.search(key.text) and (mend := traps.layout.opened(self.source, key.line - 1)) is not None:
                raise Stop(mend)
            if key.text in first:
                if not self.problems.full:
                    message = f'"{key.text[:60]}" stands here twice; the first is in line {first[key.text].line}'
                    self.problems.report("duplicate-key", key.place, message, "delete one, or rename it")
                continue
            first[key.text] = key
            entries.append((key, value))
        raise AssertionError("keys that begin also end")  # pragma: no cover

    def _braces(self, start: Any) -> Mend:
        line, column = start.line, start.column
        row = self.source.row(line)
        inside = "{" in row[:column] or "[" in row[:column]
        mend = traps.flow.unquoted(self.source, line) if inside else traps.quotes.opening(self.source, line)
        if mend is not None:
            return mend
        return self.source.told("quote-needed", line, column, 1, 'a text that begins with "{" needs quotes', "put the text in quotes")

    def _no_name(self, key: Node) -> Mend:
        """Keys with values, or a list, where a name should be: a text that begins with a brace, or the "?" of YAML."""
        line, column = key.line - 1, key.place.column - 1
        mend = traps.quotes.opening(self.source, line) if self.source.row(line)[:column].strip() in ("", "-") else None
        return mend or self.source.told("bad-name", line, column, 1, f"{key.what} cannot be a name", 'take the "?" away')
