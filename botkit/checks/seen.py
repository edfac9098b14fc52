"""Every expression and text of a bot with what holds where it stands, looked through once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from botkit.checks.filled import Walk
from botkit.checks.holdings import State
from botkit.checks.survey import Survey
from botkit.checks.typed import NOBODY, Bound, Typed
from botkit.checks.walk import Piece
from botkit.checks.walked import walks
from botkit.expressions import Text
from botkit.inference import ANY, Finding, Type, span
from botkit.problems import Place
from botkit.replies import Formula, Reply, is_formula
from botkit.says import Say
from botkit.says.cards import CardSay
from botkit.source import Scalar
from botkit.steps.computed import Computed


class Seen(Struct, frozen=True, eq=False):
    """An expression or a text; *type* is what it gives. *shift* lies between the offsets of its source and of *node*.

    *walk* None: it belongs to botkit.yaml, which has no variables.
    """

    piece: Piece
    node: Scalar
    source: Formula | Text
    shift: int
    walk: Walk | None
    state: State
    bound: Bound
    findings: tuple[Finding, ...]
    type: Type

    @property
    def text(self) -> str:
        return self.source.expression.source if isinstance(self.source, Formula) else self.source.source

    def place(self, finding: Finding) -> Place:
        start, length = span(finding.node, self.text)
        return self.node.locate(start + self.shift, length)


class Around(Struct, frozen=True):
    """What is known of flows and of botkit.yaml."""

    walks: Mapping[str, Walk]
    bot: Typed | None


def seen(find: Survey) -> tuple[Seen, ...]:
    """All that can be reached, and could be read."""
    return tuple(_seen(find))


def by_formula(find: Survey) -> Mapping[Formula, Seen]:
    return {one.source: one for one in find.once(seen) if isinstance(one.source, Formula)}


def _seen(find: Survey) -> Iterator[Seen]:
    around = Around(find.once(walks), Typed(find, None) if find.whole(None) else None)
    for piece in find.of(Formula):
        formula: Formula = piece.thing
        yield from _looked_through(around, piece, formula.node, formula, formula.offset)
    for piece in find.of(Reply):
        yield from _of_reply(around, piece, piece.thing)
    for piece in find.of(Say):
        file = find.bot.files.get(piece.thing.file.text) if piece.thing.file is not None else None
        if file is not None:
            yield from _of_reply(around, Piece(file, (*piece.above, piece.thing), piece.flow, piece.step), file)


def _of_reply(around: Around, piece: Piece, reply: Reply) -> Iterator[Seen]:
    """The text in its source language; where that is right, also its translations."""
    right = True
    for lang, text in reply.all.items() if reply.others else ((None, reply.text),):
        if text.constant is None and (lang is None or right):
            node = reply.node_in(lang)
            written = node.text
            shift = len(written) - len(written.lstrip()) - 1 if is_formula(written) else 0
            for one in _looked_through(around, piece, node, text, shift):
                right = right and not one.findings
                yield one


def _looked_through(around: Around, piece: Piece, node: Scalar, source: Formula | Text, shift: int) -> Iterator[Seen]:
    walk = around.walks.get(piece.flow.name) if piece.flow is not None else None
    typed = walk.typed if walk is not None else around.bot if piece.flow is None else None
    if typed is None:
        return
    state = _state(typed, piece) if walk is not None else State(typed.anyone())
    if state is None:
        return
    bound = _bound(typed, piece, state)
    findings, type_ = typed.findings(source, state, bound)
    yield Seen(piece, node, source, shift, walk, state, bound, tuple(findings), type_)


def _state(typed: Typed, piece: Piece) -> State | None:
    """What holds at a piece: at the innermost thing around it of which it is known. None: it is never reached."""
    for thing in (piece.thing, *reversed(piece.above)):
        found = typed.at.get(id(thing))
        if found is not None:
            return found
    return None


def _bound(typed: Typed, piece: Piece, state: State) -> Bound:
    """What `each … as` and computed options give names to."""
    found: dict[str, Type] = {}
    for n, holder in enumerate(piece.above):
        inner = piece.above[n + 1] if n + 1 < len(piece.above) else piece.thing
        if isinstance(holder, Say | CardSay) and holder.each is not None and inner is not holder.each:
            source, name = holder.each, holder.name
        elif isinstance(holder, Computed) and inner is not holder.source:
            source, name = holder.source, "item"
        else:
            continue
        type_, _ = typed.infer(source, typed.at.get(id(holder), state), found or NOBODY)
        found[name] = (type_.items or ANY) if type_.known == {"list"} else ANY
    return found or NOBODY


__all__ = ["Seen", "by_formula", "seen"]
