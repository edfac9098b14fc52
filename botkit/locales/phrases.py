"""What there is to translate: every text of a bot by its key, and how a translation of it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from botkit.expressions import Fault, Text
from botkit.locales.counted import counted_words, counting
from botkit.replies import HOLE, Fixed, Reading, Reply, is_formula, parse_reply
from botkit.source import Scalar

# missing: there is none; stale: its source has changed; values: it has others than its source; faulty: it cannot be read.
State = Literal["translated", "missing", "stale", "values", "faulty"]


class Phrase(Struct, frozen=True, eq=False):
    """One text to translate: a reply, or a piece of a template, which WhatsApp knows word by word."""

    key: str
    of: Reply | Fixed

    @property
    def node(self) -> Scalar:
        return self.of.node

    @property
    def source(self) -> str:
        return self.of.node.text

    @property
    def needed(self) -> bool:
        """Whether there is something to translate: a text of values alone reads the same in every language."""
        return any(c.isalpha() for c in _literal(self.of))

    def wanted_in(self, code: str) -> bool:
        """Whether locales/ is the place for it: a template may have a language in its own file."""
        return not isinstance(self.of, Fixed) or code not in self.of.elsewhere

    def same(self, text: str) -> bool:
        """Whether *text* is its source; line breaks at the end do not count."""
        return text.rstrip() == self.source.rstrip()

    def fits(self, text: str) -> tuple[State, str]:
        """How a translation stands by itself, and what is told of it: "lacks name, which the source text has"."""
        if isinstance(self.of, Fixed):
            return _compared(_fixed_holes(self.source), _fixed_holes(text))
        parsed = parse_reply(text)
        return ("faulty", parsed[0].message) if isinstance(parsed, list) else _compared(_holes(self.of.text), _holes(parsed))


class Translation(Struct, frozen=True, eq=False):
    """An entry of a file of locales/. *source* None: it names none; *before*: the source that its translation was made from, where that
    has changed since; *text* None: nothing is there yet."""

    key: Scalar
    source: Scalar | None
    text: Scalar | None
    before: Scalar | None = None
    whole: bool = True  # the entry could be read

    def state(self, phrase: Phrase) -> tuple[State, str]:
        if self.text is None:
            return "missing", ""
        if self.before is not None or (self.source is not None and not phrase.same(self.source.text)):
            return "stale", ""
        return phrase.fits(self.text.text)


def phrases(replies: Iterable[Reply], fixed: Iterable[Fixed]) -> dict[str, Phrase]:
    """Every text of a bot by its key, in the order of the files."""
    every: list[Reply | Fixed] = [*replies, *fixed]
    found = [Phrase(one.key, one) for one in every]
    files: dict[str, int] = {}
    for one in found:
        files.setdefault(one.node.source.file, len(files))
    found.sort(key=lambda one: (files[one.node.source.file], one.node.span))
    return {one.key: one for one in found}


def phrases_of(reading: Reading) -> dict[str, Phrase]:
    return phrases(reading.texts.values(), reading.fixed.values())


def parsed(node: Scalar, reading: Reading) -> Text | None:
    """The text of a translation; None where it cannot be read, which is reported."""
    text = parse_reply(node.text)
    if isinstance(text, list):
        faults: list[Fault] = text
        reading.faults(node, faults, -1 if is_formula(node.text) else 0)
        return None
    return text


Holes = tuple[frozenset[str], frozenset[str]]  # the values that a text shows, and all that it reads: a plural may read one more


def _holes(text: Text) -> Holes:
    counted = counting(text)
    shown = frozenset(".".join((name.name, *name.path)) for name in text.names if name.offset not in counted)
    return shown, frozenset(".".join((name.name, *name.path)) for name in text.names) if counted else shown


def _fixed_holes(text: str) -> Holes:
    found = frozenset(f"{{{{{name}}}}}" for name in HOLE.findall(text))
    return found, found


def _compared(ours: Holes, theirs: Holes) -> tuple[State, str]:
    """How the values of a translation stand to those of its source. A language without plurals need not read what the source counts by."""
    lost, more = ours[0] - theirs[0], theirs[1] - ours[1]
    if not lost and not more:
        return "translated", ""
    names = ", ".join(sorted(lost or more))
    return "values", f"{'lacks' if lost else 'has'} {names}, which the source text {'has' if lost else 'has not'}"


def _literal(of: Reply | Fixed) -> str:
    text = of.node.text
    if isinstance(of, Reply):
        if of.text.constant is not None:
            return of.text.constant
        forms = counted_words(of.text)
        return forms if is_formula(text) else "".join((*_outside(text), forms))
    return "".join(_outside(text))


def _outside(text: str) -> Iterator[str]:
    while text:
        before, _, after = text.partition("{{")
        yield before
        text = after.partition("}}")[2]


__all__ = ["Phrase", "State", "Translation", "parsed", "phrases", "phrases_of"]
