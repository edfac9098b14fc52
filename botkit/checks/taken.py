"""Values where they are taken: by actions, by flows, by variables with a declared type, by `each`, `from` and `until`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from botkit.checks.known import type_of
from botkit.checks.seen import Seen, by_formula
from botkit.checks.survey import Survey
from botkit.checks.values import declared_for, never_fits
from botkit.inference import Type
from botkit.outcomes import Arguments, Assign, Outcome
from botkit.replies import Formula, Given
from botkit.says import Say
from botkit.says.cards import CardSay
from botkit.signatures import ValueType
from botkit.steps import Option, Run
from botkit.steps.ask import Ask
from botkit.steps.computed import Computed
from botkit.steps.wait import Wait
from botkit.wire import Value

_LIST = ValueType(("list", "none"))
_MOMENT = ValueType(("date", "time", "datetime"))


class Taking(Struct, frozen=True, eq=False):
    """An expression and what takes its value. *needed*: none will not do."""

    seen: Seen
    formula: Formula
    name: str  # in a sentence: '"day" of clinic.book'
    wanted: ValueType
    needed: bool = False
    action: str = ""


def takings(find: Survey) -> tuple[Taking, ...]:
    """Every value that is taken by something that says what it takes."""
    return tuple(_takings(find))


def _takings(find: Survey) -> Iterator[Taking]:
    known = find.once(by_formula)
    for name, wanted, given, needed, action in _all(find):
        formula = given if isinstance(given, Formula) else given.formula if isinstance(given, Given) else None
        one = known.get(formula) if formula is not None else None
        if one is not None and formula is not None:
            yield Taking(one, formula, name, wanted, needed, action)


def _all(find: Survey) -> Iterator[tuple[str, ValueType, object, bool, str]]:
    for piece in find.of(Run):
        run: Run = piece.thing
        signature = (find.signatures or {}).get(run.action.text)
        for key, value in run.arguments:
            parameter = signature.parameter(key.text) if signature is not None else None
            if parameter is not None:
                needed = parameter.required and not parameter.type.optional
                yield f'"{key.text}" of {run.action.text}', parameter.type, value, needed, run.action.text
    for call in find.calls:
        yield from _params(find, call.flow.text, call.arguments)
    for piece in find.of(Outcome):
        target = piece.thing.go
        there = find.place_of(target.name) if target is not None and not target.word and piece.thing.arguments else None
        if there is not None:
            yield from _params(find, there[0].name, piece.thing.arguments)
    for piece in find.of(Assign):
        one: Assign = piece.thing
        declared = declared_for(find, piece, one.name, one.contact)
        if declared is not None:
            yield f'"{one.key.text}"', type_of(declared), one.value, False, ""
    for piece in find.of(Option):
        ask, option = piece.inside(Ask), piece.thing
        declared = declared_for(find, piece, ask.save.name, ask.save.contact) if ask is not None and ask.save is not None else None
        if ask is not None and ask.save is not None and ask.computed is None and declared is not None and option.value is not None:
            yield f'"{ask.save.node.text}"', type_of(declared), option.value, False, ""
    for piece in find.of(Say, CardSay):
        if piece.thing.each is not None:
            yield '"each"', _LIST, piece.thing.each, False, ""
    for piece in find.of(Computed):
        yield '"from"', _LIST, piece.thing.source, False, ""
    for piece in find.of(Wait):
        if piece.thing.until is not None:
            yield '"until"', _MOMENT, piece.thing.until, True, ""


def _params(find: Survey, name: str, arguments: Arguments) -> Iterator[tuple[str, ValueType, object, bool, str]]:
    flow = find.bot.flows.get(name)
    types = {key.text: type_ for key, type_ in flow.params} if flow is not None else {}
    for key, value in arguments:
        if key.text in types:
            yield f'"{key.text}" of flow "{name}"', type_of(types[key.text]), value, False, ""


def misfits(find: Survey) -> None:
    """A value that what takes it can never take."""
    for one in find.once(takings):
        wrong = _misfit(one.seen.type, one.wanted, one.name)
        if wrong is not None:
            hint = "give a list" if one.wanted is _LIST else "give another value"
            known = one.seen.type.known
            if "text" in one.wanted.kinds and known and not known & {"record", "list"}:
                hint = f'write = {one.formula.expression.source.strip()} ~ "", which makes a text of it'
                if not one.formula.expression.source.strip().isidentifier():
                    hint = f'write = ({one.formula.expression.source.strip()}) ~ "", which makes a text of it'
            find.report("wrong-argument", one.formula.node, wrong, hint, of=one.seen.piece)


def _misfit(given: Type, wanted: ValueType, name: str, depth: int = 0) -> str | None:
    """What of a value of the type *given* can never be taken, in a sentence. None: nothing."""
    kinds = given.known
    if not kinds or "any" in wanted.kinds or depth > 4:
        return None
    if never_fits(kinds, wanted.kinds):
        return f"{name} takes {wanted}, and this is {given}" if depth == 0 else f"{name} must be {wanted}, and here it is {given}"
    if wanted.choices and given.choices and not {_plain(one) for one in wanted.choices} & {_plain(one) for one in given.choices}:
        return f"{name} takes {wanted}, and this is {' or '.join(_plain(one) for one in given.choices)}"
    if kinds == {"record"} and wanted.fields and given.fields is not None:
        lacking = [field.name for field in wanted.fields if field.required and field.name not in given.fields]
        if lacking:
            has = f"has {', '.join(sorted(given.fields))}" if given.fields else "has nothing"
            return f"{name} needs {', '.join(lacking)}, and this {has}"
        for field in wanted.fields:
            inner = given.fields.get(field.name)
            wrong = _misfit(inner, field.type, f'the "{field.name}" of {name}', depth + 1) if inner is not None else None
            if wrong is not None:
                return wrong
    if kinds == {"list"} and wanted.items is not None and "list" in wanted.kinds and given.items is not None:
        return _misfit(given.items, wanted.items, f"each element of {name}", depth + 1)
    return None


def _plain(choice: Value) -> str:
    return str(choice).casefold()


__all__ = ["Taking", "misfits", "takings"]
