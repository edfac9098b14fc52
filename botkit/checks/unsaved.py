"""Steps whose result nobody keeps: where a variable that nothing sets could come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from botkit.checks.known import returned
from botkit.checks.survey import Survey
from botkit.checks.uses import Use
from botkit.flow import Flow
from botkit.signatures import ValueType
from botkit.steps import Ask, Call, Run, Step


def could_save(find: Survey, flow: Flow, name: str, found: Sequence[Use]) -> str | None:
    """The hint that names the step which most likely lacks `save: name`; None: no step could save it.

    *found* are the places that read it. A step whose result has the fields that are read goes before all others, one with the
    same name before the rest; of several the last one before the first place.
    """
    fields = {use.name.path[0] for use in found if use.name.path}
    first = found[0].node.line
    best: tuple[tuple[bool, bool, bool, int], Step] | None = None
    for step, type_ in _unsaved(find, flow):
        has = {field.name for field in type_.fields}
        if fields and (not {"record", "any"} & set(type_.kinds) or (has and not fields & has)):
            continue
        before = step.key.line < first
        rank = bool(fields & has), step.name == name, before, step.key.line if before else -step.key.line
        if best is None or rank > best[0]:
            best = rank, step
    if best is None:
        return None
    step = best[1]
    told = f'add "save: {name}" to step "{step.name}" (line {step.key.line})'
    if best[0][0] or best[0][1]:
        return told
    match step.verb:
        case Run(action=action):
            what = f"what {action.text} gives"
        case Call(flow=called):
            what = f'what flow "{called.text}" returns'
        case _:
            what = "what is chosen there"
    return f"{told} if it is {what}; else ask for it, or set it"


def _unsaved(find: Survey, flow: Flow) -> Iterator[tuple[Step, ValueType]]:
    """The steps of *flow* that have a result and no `save`, with what it is."""
    for step in flow.steps.values():
        match step.verb:
            case Run(save=None, action=action):
                signature = (find.signatures or {}).get(action.text)
                if signature is None or signature.result.kinds != ("none",):
                    yield step, signature.result if signature is not None else ValueType()
            case Call(save=None, flow=called):
                there = find.bot.flows.get(called.text)
                if there is None or there.returns:
                    yield step, returned(there)
            case Ask(save=None, options=options, fields=()) if options:
                yield step, ValueType(("text",))


__all__ = ["could_save"]
