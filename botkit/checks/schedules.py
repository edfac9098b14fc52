"""Schedules: for whom they are, by which date they come, and whether they can come at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

from jinja2 import nodes

from botkit.answers import Answer
from botkit.answers.day import Date
from botkit.checks.survey import Survey
from botkit.checks.uses import GIVEN
from botkit.checks.walk import Piece
from botkit.expressions import ExpressionError, Scope, kind_of
from botkit.problems import Edit
from botkit.replies import Formula
from botkit.schedules import Every, Relative
from botkit.source import Mapping as Keys
from botkit.source import Node
from botkit.wire import Value

_KNOWN = frozenset({"contact", "channel", "data"})  # when a schedule comes: nobody has written, no flow is under way
_NEVER = frozenset({"msg", "answer", "visits", "event", "item"})
_CHOOSING = (nodes.And, nodes.Or, nodes.CondExpr)  # what they give depends on what is in them
_NOW = datetime(2026, 6, 24, 9, tzinfo=UTC)
_LIKE: dict[str, Value] = {
    "text": "x", "integer": 1, "number": Decimal(1), "bool": True, "date": date(2026, 7, 10), "time": time(9), "datetime": _NOW,
}  # fmt: skip


def names(find: Survey) -> None:
    """`to` of a schedule that reads what is not there when it comes: a variable of the flow, a message."""
    for piece, schedule in _all(find):
        for use in schedule.to.expression.names:
            own = piece.flow is not None and use.name in find.known[piece.flow.name]
            if use.name in _KNOWN or not (own or use.name in GIVEN or use.name in _NEVER):
                continue  # what nobody knows is told as an unknown variable
            at = schedule.to.node.locate(schedule.to.offset + use.offset, len(use.name))
            told = f'"{use.name}" is not known when a schedule comes: no flow has begun, and only the contact is there'
            hint = f"write contact.{use.name}" if use.name in find.bot.attributes else "keep it with the contact: contact.x"
            find.report("only-the-contact", at, told, hint, of=piece)


def conditions(find: Survey) -> None:
    """`to` of `every` that is neither true nor false."""
    for piece, schedule in _all(find):
        if not isinstance(schedule, Every):
            continue
        kind = _kind(find, schedule.to)
        if kind in (None, "bool", "none") or isinstance(schedule.to.expression.tree, _CHOOSING):
            continue
        told = f'"to" of every is a condition, and this is {_a(str(kind))}'
        find.report("to-whom", schedule.to.node, told, _condition(schedule.to, str(kind)), of=piece)


def dates(find: Survey) -> None:
    """`to` of `relative` that is no date, or a day without a time of day."""
    for piece, schedule in _all(find):
        if not isinstance(schedule, Relative):
            continue
        kind = _kind(find, schedule.to)
        keys = schedule.node if isinstance(schedule.node, Keys) else None
        if kind == "date" and schedule.at is None and keys is not None:
            if keys.key("at") is None:  # one that cannot be read has been told
                told = "this is a day, and nothing says at which time of that day"
                find.report("no-time-of-day", keys.key("to") or keys, told, 'add at: "09:00"', of=piece)
        elif kind not in (None, "none", "date", "datetime") and not isinstance(schedule.to.expression.tree, _CHOOSING):
            told = f'"to" of relative is a date of the contact\'s, and this is {_a(str(kind))}'
            find.report("to-which-date", schedule.to.node, told, _date(find, schedule.to), of=piece)


def never(find: Survey) -> None:
    """A moment that cannot come: before a day that is always past, or by a date that moves on with the clock."""
    for piece, schedule in _all(find):
        if not isinstance(schedule, Relative):
            continue
        moving = {"today", "now"} & set(schedule.to.expression.functions)
        attribute = find.bot.attributes.get(_lone(schedule.to) or "")
        before = schedule.by.days < 0 or schedule.by.seconds < 0
        if moving:
            told = f"this never comes: {min(moving)}() moves on with the clock, and so does what is reckoned from it"
            hint = "name a date of the contact's: contact.due_date"
            find.report("never-comes", schedule.to.node, told, hint, of=piece, severity="warning")
        elif before and isinstance(attribute, Date) and attribute.side == "past":
            told = f'this never comes: "{schedule.to.expression.source.strip()}" is a day that has passed when it becomes known'
            hint = "write by: without the minus, or let the attribute be a date"
            find.report("never-comes", _by(schedule), told, hint, of=piece, severity="warning")


def often(find: Survey) -> None:
    """A cron with a star for the minute: it comes sixty times in an hour."""
    for piece, schedule in _all(find):
        fields = schedule.fields.split() if isinstance(schedule, Every) else []
        if isinstance(schedule, Every) and find.whole(piece.flow) and fields[0] in ("*", "*/1", "0-59"):
            meant = " ".join(["0", *schedule.cron.text.split()[1:]])
            when = f"in hour {fields[1]} " if fields[1] != "*" else ""
            told = f"this comes every minute: a * for the minute is all sixty {when}".rstrip()
            fix = (Edit(schedule.cron.place, f'"{meant}"'),) if not schedule.cron.quoted else ()
            find.report("every-minute", schedule.cron, told, f'write "{meant}"', of=piece, severity="warning", fix=fix)


def _all(find: Survey) -> Iterator[tuple[Piece, Every | Relative]]:
    for piece in find.of(Every, Relative):
        yield piece, piece.thing


def _kind(find: Survey, to: Formula) -> str | None:
    """The kind of what *to* gives for a contact of whom everything is known. None: it cannot be told."""
    person: dict[str, Value] = {name: _sample(answer) for name, answer in find.bot.attributes.items()}
    person |= {"wa_id": "x", "phone": "x", "name": "x", "language": "en", "opted_out": False}
    if any(use.name == "contact" and use.path and person.get(use.path[0]) is None for use in to.expression.names):
        return None
    try:
        return kind_of(to.value(Scope({}, {"contact": person, "channel": "main", "data": find.bot.data}, language="en", now=_NOW)))
    except ExpressionError:
        return None


def _sample(answer: Answer) -> Value:
    return _LIKE.get(answer.kind)


def _lone(to: Formula) -> str | None:
    """The attribute that *to* is, where it is nothing else."""
    source = to.expression.source.strip()
    name = source.removeprefix("contact.")
    return name if name != source and name.isidentifier() else None


def _condition(to: Formula, kind: str) -> str:
    source = to.expression.source.strip()
    if _lone(to) is None:
        return "write a condition such as contact.subscribed, or true: then it is for everybody"
    return f"write {source} == today()" if kind == "date" else f"write {source} is not none"


def _date(find: Survey, to: Formula) -> str:
    known = [name for name, answer in find.bot.attributes.items() if answer.kind in ("date", "datetime")]
    if known:
        return f"write contact.{known[0]}"
    return f"declare it in botkit.yaml: contact: {{{_lone(to) or 'due_date'}: date}}"


def _by(schedule: Relative) -> Node:
    return (schedule.node.key("by") if isinstance(schedule.node, Keys) else None) or schedule.node


def _a(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


__all__ = ["conditions", "dates", "names", "never", "often"]
