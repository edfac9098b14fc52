"""Results where they are kept: what a flow, an action or an event gives, and the variable with a declared type that takes it."""

from __future__ import annotations

from collections.abc import Iterator

from botkit.checks.known import returned
from botkit.checks.survey import Survey
from botkit.checks.values import declared_for, never_fits
from botkit.checks.walk import Piece
from botkit.expressions.values import a
from botkit.outcomes import Save
from botkit.signatures import ValueType
from botkit.steps import Run
from botkit.steps.wait import Wait

_DATA = ValueType(("record",))


def saved_misfits(find: Survey) -> None:
    """A result that the variable or attribute under `save` can never take."""
    for piece, save, type_, told in _results(find):
        declared = declared_for(find, piece, save.name, save.contact)
        kinds = set(type_.kinds) - {"none"}
        if declared is None or not kinds or "any" in {declared.kind, *kinds} or not never_fits(kinds, (declared.kind,)):
            continue
        field = type_.fields[0].name if type_.fields else ""
        taken = f", and take from it in the next step: set: {{{save.node.text}: = result.{field}}}" if field else ""
        hint = f"save it under another name: save: result{taken}" if piece.flow is not None else "delete save"
        find.report("wrong-argument", save.node, f'"{save.node.text}" takes {a(declared.word)}, and {told} {type_}', hint, of=piece)


def _results(find: Survey) -> Iterator[tuple[Piece, Save, ValueType, str]]:
    for call in find.calls:
        flow = find.bot.flows.get(call.flow.text)
        if call.save is not None and flow is not None:
            yield call.piece, call.save, returned(flow), f'flow "{flow.name}" returns'
    for piece in find.of(Run):
        run: Run = piece.thing
        signature = (find.signatures or {}).get(run.action.text)
        if run.save is not None and signature is not None:
            yield piece, run.save, signature.result, f"{run.action.text} gives"
    for piece in find.of(Wait):
        wait: Wait = piece.thing
        if wait.save is not None and wait.events:
            yield piece, wait.save, _DATA, "the data of an event are"


__all__ = ["saved_misfits"]
