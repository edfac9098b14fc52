"""What may be none where something is needed of it, with the way there on which nothing fills it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from botkit.checks.reasons import why_empty
from botkit.checks.seen import Seen, seen
from botkit.checks.survey import Survey
from botkit.checks.taken import takings
from botkit.inference import Path, path_of
from botkit.problems import Place, Severity
from botkit.replies import Formula


class Empty(Struct, frozen=True):
    """Something that may be none. *why* is "" where only the step tells; *sure*: it always is."""

    seen: Seen
    place: Place
    path: Path
    message: str
    hint: str
    why: str
    sure: bool


def emptiness(find: Survey) -> None:
    """What may be none where something is needed of it: an attribute, a sum, a filter, an argument of an action. Each cause once."""
    told: set[tuple[str, Path, str]] = set()
    for one in sorted(_all(find), key=lambda one: one.place):
        why = _why(one)
        flow = one.seen.piece.flow.name if one.seen.piece.flow is not None else ""
        cause = (flow, one.path, why or "")
        if why is not None and cause not in told:
            told.add(cause)
            severity: Severity = "error" if one.sure else "warning"
            message = f"{one.message}: {why}" if why else one.message
            find.report("may-be-none", one.place, message, one.hint, of=one.seen.piece, severity=severity)


def _all(find: Survey) -> Iterator[Empty]:
    for one in find.once(seen):
        if not _followed(find, one):
            continue
        for finding in one.findings:
            if finding.code == "may-be-none" and finding.path is not None:
                hint = _asking(one, ".".join(finding.path))
                yield Empty(one, one.place(finding), finding.path, finding.message, hint, finding.why, finding.sure)
    for taking in find.once(takings):
        type_ = taking.seen.type
        if not taking.needed or not type_.may_be_none or not _followed(find, taking.seen):
            continue
        path = path_of(taking.formula.expression.tree)
        if path is None and not type_.why:
            continue
        called = f'"{".".join(path)}"' if path is not None else "this"
        sure = type_.kinds == {"none"}
        message = f"{taking.name} cannot be none, and {called} {'is' if sure else 'may be'} none here"
        hint = "fill it on every way here, or skip the step where it is none with if:"
        if taking.action:
            hint += f"; or let {taking.action} take none: str | None in its Python"
        yield Empty(taking.seen, taking.formula.node.place, path or (taking.formula.node.text,), message, hint, type_.why, sure)


def _followed(find: Survey, one: Seen) -> bool:
    """Whether all ways that lead there are known: not where a part of the flow could not be read."""
    return one.piece.flow is None or find.whole(one.piece.flow)


def _why(one: Empty) -> str | None:
    """Why it may be none. None: nobody knows, and then nothing is said."""
    path, walk = one.path, one.seen.walk
    contact = path[0] == "contact"
    whole = len(path) == (2 if contact else 1)
    key = ".".join(path)
    mask = one.seen.state.masks.get(key) if whole and path[0] not in one.seen.bound else None
    if mask is None:
        return one.why or None
    if walk is None:
        return f'a contact may have no "{path[1]}" yet'
    step = one.seen.piece.step
    return why_empty(walk, key, step.name if step is not None else "", mask)


def _asking(one: Seen, called: str) -> str:
    fill = "fill it on every way here"
    if not isinstance(one.source, Formula):
        return f"{fill}, or ask whether it is there: {{% if {called} is not none %}}…{{% endif %}}"
    holder = one.piece.above[-1] if one.piece.above else None
    if getattr(holder, "condition", None) is one.source:
        return f"{fill}, or ask whether it is there: {called} is not none and …"
    return f"{fill}, or say what holds without it: … if {called} is not none else …"


__all__ = ["emptiness"]
