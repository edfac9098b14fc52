"""Which messages go out with the options of their step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.says import Say
from botkit.steps import Ask, Check
from botkit.steps.ask import Retry


def carried(find: Survey) -> tuple[tuple[Piece, Say], ...]:
    """The messages that options go with: of what a step says the last one with a text, or with cards that show options, else its templates;
    what a check or retry says."""
    return tuple(_found(find))


def _found(find: Survey) -> Iterator[tuple[Piece, Say]]:
    for piece in find.of(Ask):
        ask: Ask = piece.thing
        if ask.offers and piece.step is not None:
            yield from ((piece, say) for say in _carriers(piece.step.say))
    for piece in find.of(Check, Retry):
        ask_around = piece.inside(Ask)
        if ask_around is not None and ask_around.offers:
            thing: Check | Retry = piece.thing
            says = (thing.otherwise,) if isinstance(thing, Check) else thing.say
            yield from ((piece, say) for say in _carriers(says))


def _carriers(says: Iterable[Say]) -> Iterator[Say]:
    all_ = list(says)
    last = next((say for say in reversed(all_) if say.speaks or say.offers), None)
    if last is not None:
        yield last
    else:
        yield from all_


__all__ = ["carried"]
