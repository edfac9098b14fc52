"""Where a talk went another way than its test says: what was expected, what there was, and what led to it."""

from __future__ import annotations

from msgspec import Struct, field

from botkit.source import Node
from botkit.testing.said import Said
from botkit.testing.talks import Choices, Says, Test, Uses


class Difference(Struct, frozen=True):
    """*expected* and *found* are what a test writes and what took its place, line by line; *said* is the message that it is about."""

    node: Node  # of the entry
    sentence: str  # "the bot said something else"
    expected: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    said: Said | None = None
    remarks: tuple[str, ...] = ()
    hint: str = ""
    turn: int = 0  # how often the contact had done something
    before: tuple[str, ...] = ()  # what was done before it, the newest last
    acceptable: bool = False  # --update can put what was found in the place of what was expected
    origin: str = ""  # flow.step that it is about, where there is no *said*


class Change(Struct, frozen=True):
    """What a test would have to say to be true: *said* is what came where *entry* stands. *entry* None: it is not named yet, and belongs
    behind *after*; *said* None: nothing came, and *entry* has to go."""

    said: Said | None
    entry: Says | Uses | None
    after: Node


class Differs(Exception):
    """Ends a talk."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.sentence)
        self.difference = difference


class Played(Struct):
    """A test after its talk. *language* "": the one that the test is written for."""

    test: Test
    language: str = ""
    difference: Difference | None = None
    changes: list[Change] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    turns: int = 0  # of the bot

    @property
    def title(self) -> str:
        return f"{self.test.title} ({self.language})" if self.language else self.test.title


def lines_of(said: Said, options: bool = True, besides: bool = False) -> tuple[str, ...]:
    """A message as a test would name it, with the labels of its *options* or without; *besides*: with its file, and where it leads."""
    labels = (f"[{', '.join(option.label for option in said.options)}]",) if options and said.options else ()
    if said.template:
        return (f"template {said.template}" + (f": {', '.join(said.values)}" if said.values else ""), *labels)
    more = [f"file: {said.file}"] if said.file else []
    more += [f"link: {where}" for _, where in said.leads if where]
    return (*(said.text.split("\n") if said.text else [f"({said.kind})"]), *(more if besides else ()), *labels)


def expected_lines(entry: Says | Uses) -> tuple[str, ...]:
    """What an entry names, in the same form."""
    if isinstance(entry, Uses):
        values = ", ".join(value.text for value in entry.values or ())
        return (f"template {entry.name.text}" + (f": {values}" if values else ""), *_labels(entry.options))
    more = [f"{word}: {node.text}" for word, node in (("file", entry.file), ("link", entry.link)) if node is not None]
    return (*(entry.text.text.strip("\n").split("\n") if entry.text is not None else ["nothing"]), *more, *_labels(entry.options))


def _labels(options: Choices | None) -> tuple[str, ...]:
    return (f"[{', '.join(label.text for label in options.labels)}]",) if options is not None else ()
