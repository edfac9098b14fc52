"""What went wrong in a talk that no line of the author's expects: expressions that fail, values that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from botkit.model import ActionFailed, Note
from botkit.testing.said import Moment


def mishaps(moments: Sequence[Moment]) -> Iterator[str]:
    """A line for each failure of *moments* that no `errors` caught. That of an action is told by the log."""
    for moment in moments:
        notes = moment.turn.notes
        first = isinstance(moment.event, ActionFailed)
        for n, note in enumerate(notes):
            if note.kind != "error":
                continue
            if not first and not _expected(notes[n + 1 :]):
                name, _, why = note.detail.partition(": ")
                place = f"{note.flow}.{note.step}" if note.step else note.flow
                yield f"failed{f' at {place}' if place else ''}: {why if name == 'any' else note.detail}"
            first = False


def _expected(after: Sequence[Note]) -> bool:
    return bool(after) and after[0].kind == "caught" and ".errors." in after[0].detail


__all__ = ["mishaps"]
