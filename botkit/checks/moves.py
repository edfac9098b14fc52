"""Moves: what a release says of people who wait at steps that are gone."""

from __future__ import annotations

from botkit.checks.survey import Survey, meant, renamed
from botkit.problems import nearest
from botkit.steps import Branch


def moves(find: Survey) -> None:
    """A move from a step that is still there, to one that is not there or does not wait, or to nowhere."""
    for flow in find.bot.flows.values():
        steps = find.written[flow.name]
        for name, moved in flow.moved.items():
            if name in steps:
                told = f'people are moved from "{name}", but this step is still there'
                find.report("moved-from-step", moved.key, told, "delete this line, or rename the step", of=flow)
            elif moved.to is None:
                if moved.outcome.go is None:
                    told = f'people who waited at "{name}" are told something, and then wait nowhere'
                    find.report("moved-to-nothing", moved.key, told, "add go: and the step that they go on at", of=flow)
            elif moved.to.text not in steps:
                near = nearest(moved.to.text, steps)
                told = f'people who waited at "{name}" are to wait at "{moved.to.text}", but there is no such step'
                hint = meant(near, steps.get(near or "")) or f"the steps of this flow are {', '.join(list(steps)[:12])}"
                find.report("no-such-step", moved.to, told, hint, of=flow, fix=renamed(moved.to, moved.to.text, near))
            elif moved.to.text in flow.steps and isinstance(flow.steps[moved.to.text].verb, Branch | None):
                told = f'people who waited at "{name}" are to wait at "{moved.to.text}", but this step does not wait'
                find.report("moved-to-nothing", moved.to, told, f"{name}: {{go: {moved.to.text}}} enters it instead", of=flow)
