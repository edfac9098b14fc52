"""What flows hand each other: params on the way in, what they return, and what they do to the contact meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botkit.checks.holdings import State
from botkit.checks.known import type_of
from botkit.flow import Flow
from botkit.inference import ANY, declared, plain, record_of
from botkit.outcomes import Arguments, Save
from botkit.source import Scalar

if TYPE_CHECKING:
    from botkit.checks.filled import Walk
    from botkit.checks.survey import Survey


def called(walk: Walk, flow: Scalar, arguments: Arguments, save: Save | None, state: State, step: str) -> State | None:
    """What holds when the called flow has ended well; None: it never does, as far as is known by now."""
    other = walk.others.get(flow.text)
    if other is None:  # it could not be read
        return walk.typed.saved(save, state, step, plain("record"))
    other.callers.add((walk.flow.name, step))
    if other.begin(
        other.flow.first,
        params(walk, arguments, other.flow, state, step),
        contact_for(walk, other, state),
        "call",
        f"{walk.flow.name}.{step}",
    ):
        walk.news.add((other.flow.name, other.flow.first))
    if flow.text in walk.find.once(_replaced) or not walk.find.whole(other.flow):
        return walk.typed.saved(save, state, step, plain("record"))
    if other.exit is None:
        return None
    after = returned(walk, flow, state) or state
    if not other.flow.returns:  # it is told that nothing comes back
        return walk.typed.saved(save, after, step, ANY)
    fields = {}
    for key, answer in other.flow.returns:
        may_lack = bool(other.exit.masks[key.text] & other.fillings.nones)
        type_ = declared(type_of(answer))
        fields[key.text] = type_.or_none(f'flow "{flow.text}" may end without its "{key.text}"') if may_lack else type_
    return walk.typed.saved(save, after, step, record_of(fields))


def returned(walk: Walk, flow: Scalar, state: State) -> State:
    """What holds after a flow was called, with what it has done to the contact."""
    other = walk.others.get(flow.text)
    if other is None or other.exit is None:
        return state
    masks = {}
    for key, bit in walk.typed.filled.items():
        left = other.exit.masks[key]
        if not left & other.fillings.nones:
            masks[key] = bit
        elif left & other.fillings.nones & ~other.fillings.nothing:
            masks[key] = state.masks[key] | bit | walk.typed.cleared
    return State({**state.masks, **masks}, state.there) if masks else state


def contact_for(walk: Walk, other: Walk, state: State) -> dict[str, int]:
    """The attributes as they are, in the bits of another flow."""
    nones, nothing = walk.fillings.nones, other.fillings.nothing
    return {
        key: (mask & other.typed.filled[key]) | (nothing if mask & nones else 0)
        for key, mask in state.masks.items()
        if key in other.typed.filled
    }


def params(walk: Walk, arguments: Arguments, flow: Flow, state: State, step: str) -> dict[str, tuple[bool, bool, str]]:
    given = {}
    for key, value in arguments:
        type_ = walk.typed.given(value, state)
        why = f'step "{step}" of flow "{walk.flow.name}" may give none for it'
        given[key.text] = (type_.kinds != {"none"}, type_.may_be_none, why)
    return given


def _replaced(find: Survey) -> frozenset[str]:
    """Flows that another one may take the place of: what comes back is then of the other one."""
    return frozenset(flow for (flow, _), ways in find.ways.items() if any(way.outside for way in ways))


__all__ = ["called", "contact_for", "params", "returned"]
