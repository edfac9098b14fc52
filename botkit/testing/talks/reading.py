"""A file of tests: each a talk with the bot, written down before it takes place."""

from __future__ import annotations

from collections.abc import Mapping as Table
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from botkit.replies import Reading
from botkit.settings import LANGUAGE
from botkit.shapes import Kept, Key, Keys, ListOf, Made, MapOf, Of, Plain, one_of
from botkit.source import Mapping, Node, Scalar
from botkit.testing.talks.entries import Entry
from botkit.testing.talks.filling import Row, filled
from botkit.testing.talks.keys import ENTRY, MOMENT, moment
from botkit.testing.talks.mocked import ANSWERS, Mock, read_mock
from botkit.testing.talks.sent import ANY


class Test(Struct, frozen=True, eq=False):
    """One talk. *now* None: the tests' own day; naive, in the bot's zone. *row*: which one of its table it is, from 1; 0: it has none."""

    __test__ = False  # pytest takes what is called so for one of its own

    node: Node
    name: str
    now: datetime | None = None
    contact: tuple[tuple[Scalar, Node], ...] = ()
    language: str | None = None
    channel: Scalar | None = None
    mocks: tuple[Mock, ...] = ()
    desk: str = "open"  # whether queues that lead somewhere take conversations: open, closed
    talk: tuple[Entry, ...] = ()
    row: int = 0
    cells: Table[str, str] = field(default_factory=dict)  # of that row, as far as they are texts

    @property
    def title(self) -> str:
        """The name that no other test of the file has."""
        if not self.row:
            return self.name
        told = ", ".join(self.cells.values()) or str(self.row)
        return f"{self.name} [{told if len(told) <= 40 else told[:39] + '…'}]"


def _mocks(pairs: list[tuple[Scalar, Node]], _node: Node, reading: Reading) -> tuple[Mock, ...]:
    mocks = [read_mock(key, value, reading.into(key.text)) for key, value in pairs]
    return tuple(mock for mock in mocks if mock is not None)


_MOCKS = Made(MapOf(Kept(shape=ANSWERS), "actions with what they lead to", names=False, of="action"), _mocks)


TEST = Keys(
    "a test",
    {
        "test": Key(Plain("the name of a test"), "what it is about", required=True),
        "now": Key(
            Of("a day with a time", moment, "now: 2026-06-22T09:00", pattern=MOMENT),
            "when the talk begins, in the bot's time zone: 2026-06-22T09:00",
        ),
        "contact": Key(MapOf(ANY, "attributes with values"), "who writes: name, wa_id, language, and the contact's attributes"),
        "lang": Key(LANGUAGE, "the language of the contact"),
        "channel": Key(Plain("the name of a channel", names="channel"), "the number that the contact writes to; the first one if left out"),
        "desk": Key(one_of("open", "closed"), "whether queues that lead somewhere take conversations: open (if left out), or closed"),
        "mocks": Key(_MOCKS, "what stands in for actions"),
        "each": Key(ListOf(MapOf(ANY, "names with values"), "a list of rows"), "a table: the test is done for each of its rows"),
        "talk": Key(ListOf(ENTRY, "a list of entries"), "what is said and done, in order", required=True),
    },
)


TESTS = ListOf(TEST, "a list of tests")


def read_tests(node: Node, reading: Reading) -> list[Test]:
    """The tests of a file, each row of a table one of its own. What is wrong goes to the problems."""
    nodes = getattr(node, "items", None)
    if nodes is None:
        TESTS.read(node, reading)
        return []
    tests: list[Test] = []
    names: dict[str, int] = {}
    for n, item in enumerate(nodes, 1):
        inner = reading.into(str(n))
        name = item.get("test") if isinstance(item, Mapping) else None
        if isinstance(name, Scalar) and name.text in names:
            told = f'"{name.text[:60]}" is the name of the test in line {names[name.text]}, too'
            reading.report("duplicate-test", name, told, "give one of them another name")
        elif isinstance(name, Scalar):
            names[name.text] = name.line
        tests += _rows(item, inner)
    return tests


def _rows(node: Node, reading: Reading) -> list[Test]:
    table = node.get("each") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or table is None:
        test = _read(node, reading)
        return [] if test is None else [test]
    rows = TEST.table["each"].shape.read(table, reading.into("each")) or []
    if not rows:
        return []
    rest = Mapping(node.source, node.span, [(key, value) for key, value in node if key.text != "each"])
    tests = []
    for number, pairs in enumerate(rows, 1):
        row: Row = {key.text: value for key, value in pairs}
        test = _read(filled(rest, row, reading), reading)
        if test is not None:
            cells = {name: value.text for name, value in row.items() if isinstance(value, Scalar)}
            tests.append(replace(test, row=number, cells=cells))
    titles = [test.title for test in tests]
    return [replace(test, cells={**test.cells, "": str(test.row)}) if titles.count(test.title) > 1 else test for test in tests]


def _read(node: Node, reading: Reading) -> Test | None:
    found: dict[str, Any] | None = TEST.read(node, reading)
    if found is None or "test" not in found:
        return None
    fields = {name: found[name] for name in ("now", "channel", "mocks", "desk") if name in found}
    return Test(
        node,
        found["test"].text,
        contact=tuple(found.get("contact", ())),
        language=found.get("lang"),
        talk=tuple(found.get("talk", ())),
        **fields,
    )
