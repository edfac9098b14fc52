"""All flows walked through together: what one gives another, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botkit.checks.filled import Walk
from botkit.inference import NO_FACTS, facts
from botkit.outcomes import Assign, Outcome
from botkit.replies import Given
from botkit.triggers import Trigger

if TYPE_CHECKING:
    from botkit.checks.survey import Survey

MOST = 3_000_000  # names that are compared before a bot is too tangled to be followed
_NONE = ("none", "None", "null")


def walks(find: Survey) -> Mapping[str, Walk]:
    """Every flow with what holds at its steps. Where one could not be read whole, not every way is known. Nothing is known of any flow of a
    bot that is too tangled to be followed in a second or two."""
    upset = _emptied(find)
    found: dict[str, Walk] = {}
    for flow in find.bot.flows.values():
        if flow.steps:
            found[flow.name] = Walk(find, flow, found, upset)
    _begin(find, found)
    due = dict.fromkeys(found)
    torn = [walk for walk in found.values() if not find.whole(walk.flow)]
    spent = 0
    while due or torn:
        if not due:  # what nothing leads to may be led to by what could not be read
            walk = torn.pop()
            for step in [step for step in walk.flow.steps if step not in walk.entry]:
                walk.begin_anyhow(step)
            due[walk.flow.name] = None
        walk = found[next(iter(due))]
        del due[walk.flow.name]
        spent += walk.run(MOST - spent)
        if spent > MOST:
            told = f'flow "{walk.flow.name}" has too many ways through it to be followed: what its variables hold was not looked at'
            hint = "move some of its steps into flows of their own, and call them: a called flow has variables of its own"
            find.report("too-tangled", walk.flow.node.place, told, hint, of=walk.flow, severity="warning")
            return {}
        for name, step in walk.news:
            if step in found[name].entry:
                found[name].due[step] = None
            due[name] = None
        walk.news.clear()
    return found


def _begin(find: Survey, found: Mapping[str, Walk]) -> None:
    """Enter every flow where it begins by itself, or may be begun from outside: then its params are taken to be given."""
    led = {call.flow.text for call in find.calls}
    of_bot: list[Outcome] = []
    for piece in find.of(Outcome):
        one: Outcome = piece.thing
        if one.go is not None and not one.go.word:
            led.add(one.go.name.partition(".")[0])
        if piece.flow is None:
            of_bot.append(one)
    for walk in found.values():
        flow = walk.flow
        if flow.first not in flow.steps:
            continue
        word = flow.triggers[0].text if flow.triggers else None
        if word is not None or flow.name == find.bot.start:
            by = f'its word "{word}" begins the flow' if word is not None else "a first message begins the flow"
            params = {key.text: (False, True, f"nothing gives it when {by}") for key, _ in flow.params}
            walk.begin(flow.first, params, {}, "start", word or "")
        for start in flow.starts:
            walk.begin(flow.first, {}, _meant(walk, start), "start", "")
        if flow.name not in led and not flow.starts:
            walk.begin(flow.first, {}, {}, "start", "")
    for one in of_bot:
        if one.call is not None and one.call.text in found:
            walk = found[one.call.text]
            if walk.flow.first in walk.flow.steps:
                walk.begin(walk.flow.first, {}, {}, "call", "botkit.yaml")
        there = find.place_of(one.go.name) if one.go is not None and not one.go.word else None
        if there is not None and there[0].name in found:
            found[there[0].name].begin(there[1], {}, {}, "go", "botkit.yaml")


def _meant(walk: Walk, start: Trigger) -> dict[str, int]:
    """What is known of the contacts whom a schedule begins a flow for: its `to` is true of them."""
    to = start.every.to if start.every is not None else start.relative.to if start.relative is not None else None
    true = facts(to.expression.tree)[0] if to is not None else NO_FACTS
    return {f"contact.{path[1]}": bit for path in true if len(path) == 2 and (bit := walk.typed.filled.get(f"contact.{path[1]}"))}


def _emptied(find: Survey) -> frozenset[str]:
    """Attributes of the contact that may be emptied while a question is open: by botkit.yaml, or by a flow that it calls."""
    over = {piece.thing.call.text for piece in find.of(Outcome) if piece.flow is None and piece.thing.call is not None}
    found = set()
    for piece in find.of(Assign):
        one: Assign = piece.thing
        if not one.contact or (piece.flow is not None and piece.flow.name not in over):
            continue
        if isinstance(one.value, Given) and one.value.formula is not None and one.value.formula.expression.source.strip() in _NONE:
            found.add(one.name)
    return frozenset(found)


__all__ = ["walks"]
