"""The names that expressions and texts read, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.expressions import NameUse
from botkit.problems import Place
from botkit.replies import Formula, Reply, is_formula
from botkit.says import Say
from botkit.says.cards import CardSay
from botkit.source import Scalar
from botkit.steps.computed import Computed

BUILT_IN = ("wa_id", "phone", "name", "language", "opted_out", "opted_in")  # attributes of every contact
GIVEN = frozenset({"contact", "msg", "answer", "channel", "data"})  # names that are there without anybody setting them


class Use(Struct, frozen=True):
    """A name that is read, and where: *node* and the offset in it."""

    piece: Piece
    name: NameUse
    node: Scalar
    offset: int

    @property
    def place(self) -> Place:
        return self.node.locate(self.offset, len(self.name.name))


def uses(find: Survey) -> tuple[Use, ...]:
    """Every name that an expression or a text reads, but those that a loop around it has bound."""
    return tuple(_uses(find))


def _uses(find: Survey) -> Iterator[Use]:
    for piece in find.of(Formula):
        formula: Formula = piece.thing
        for name in formula.expression.names:
            if not bound(piece, name.name):
                yield Use(piece, name, formula.node, formula.offset + name.offset)
    for piece in find.of(Reply):
        yield from _in_reply(piece, piece.thing)
    for piece in find.of(Say):
        file = find.bot.files.get(piece.thing.file.text) if piece.thing.file is not None else None
        if file is not None:
            yield from _in_reply(Piece(file, (*piece.above, piece.thing), piece.flow, piece.step), file)


def _in_reply(piece: Piece, reply: Reply) -> Iterator[Use]:
    # A text that is all one expression was read as {{ … }}: its offsets are one further.
    text = reply.node.text
    shift = len(text) - len(text.lstrip()) - 1 if is_formula(text) else 0
    for name in reply.text.names:
        if not bound(piece, name.name):
            yield Use(piece, name, reply.node, name.offset + shift)


def bound(piece: Piece, name: str) -> bool:
    """Whether `each … as` or computed options give it."""
    for n, holder in enumerate(piece.above):
        if isinstance(holder, Say | CardSay) and holder.each is not None and holder.name == name and piece.thing is not holder.each:
            return True
        inner = piece.above[n + 1] if n + 1 < len(piece.above) else piece.thing
        if isinstance(holder, Computed) and name == "item" and inner is not holder.source:
            return True
    return False


__all__ = ["BUILT_IN", "GIVEN", "Use", "bound", "uses"]
