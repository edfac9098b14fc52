"""Types: values of the wrong kind, comparisons that are never true, variables that are now of one kind and now of another."""

from __future__ import annotations

from botkit.checks.known import Source
from botkit.checks.seen import Seen, seen
from botkit.checks.survey import Survey, renamed
from botkit.inference import Finding, Path, told, written
from botkit.inference.operators import comparable
from botkit.problems import Edit, Severity


def expressions(find: Survey) -> None:
    """A value of the wrong kind, two values that are never equal, an attribute that an element of a list does not have."""
    for one in find.once(seen):
        for finding in one.findings:
            hint, severity, of = finding.hint, _severity(finding), one.piece
            match finding.code:
                case "wrong-type":
                    fix = _bracketed(one, finding)
                    find.report("wrong-type", one.place(finding), finding.message, hint, of=of, severity=severity, fix=fix)
                case "never-equal":
                    find.report("never-equal", one.place(finding), finding.message, hint, of=of, severity="warning")
                case "unknown-attribute" if not _told_elsewhere(find, one, finding.path):
                    at, name = finding.node.lineno + 1 + one.shift, str(getattr(finding.node, "attr", ""))
                    fix = renamed(one.node, name, finding.word or None, at)
                    find.report(
                        "unknown-attribute", one.node.locate(at, len(name)), finding.message, hint, of=of, severity=severity, fix=fix
                    )


def _severity(finding: Finding) -> Severity:
    return "error" if finding.sure else "warning"


def _bracketed(one: Seen, finding: Finding) -> tuple[Edit, ...]:
    """The edit that puts brackets around what a filter was meant for."""
    if finding.bracketed is None or finding.hint is None:
        return ()
    old = written(finding.bracketed, one.text)
    return renamed(one.node, old, finding.hint.removeprefix("write "), one.text.find(old) + one.shift) if old in one.text else ()


def _told_elsewhere(find: Survey, one: Seen, path: Path | None) -> bool:
    """Whether the check of attributes tells of those of what *path* begins with."""
    if path is None or path[0] in one.bound:
        return False
    flow = one.piece.flow
    own = find.known[flow.name] if flow is not None else {}
    return (path[0] in ("contact", "data") and len(path) < 3) or path[0] in own


def differing(find: Survey) -> None:
    """A variable that is declared to be of one kind here, and of another there."""
    for flow in find.bot.flows.values():
        lost = find.lost(flow)
        for name, sources in find.known[flow.name].items():
            if name in lost:
                continue
            first: Source | None = None
            for source in sources:
                kinds = source.type.kinds
                if source.how not in ("ask", "params", "returns") or "any" in kinds:
                    continue
                if first is None:
                    first = source
                elif not any(comparable(one, two) for one in kinds for two in first.type.kinds):
                    message = f'"{name}" is {told(kinds)} here, and {told(first.type.kinds)} in line {first.node.line}'
                    of = flow.steps[source.step] if source.step is not None else flow
                    find.report("two-types", source.node, message, "give one of the two another name", of=of, severity="warning")
                    break


__all__ = ["differing", "expressions"]
