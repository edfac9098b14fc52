"""An option is taken: one of the question under way, or one of an older message, as the `stale` of its step says."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from botkit.engine.accepting import accept, passes_checks
from botkit.engine.collecting import collected
from botkit.engine.cursor import MAX_FRAMES, Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.offering import DONE, MORE, enough, record_of
from botkit.engine.speaking import prompt, speak
from botkit.engine.taps import Tap
from botkit.engine.walking import onward, take, wait_at
from botkit.flow import Flow
from botkit.outcomes import Outcome
from botkit.steps import Ask, Option
from botkit.steps.base import assign
from botkit.wire import Value

Choice = Option | tuple[str, Value]  # a fixed option, or (id, record) of a computed one


def tapped(cursor: Cursor, frame: Draft, ask: Ask, tap: Tap) -> Choice | None:
    if not tap.is_of(frame.flow.name, frame.state, frame.entry):
        return None
    option = ask.option(tap.option)
    if option is not None:
        return option if option.condition is None or cursor.evaluate(option.condition) else None
    if tap.option == DONE and enough(frame, ask):
        return DONE, None
    return record_of(frame, tap.option) or ((MORE, None) if tap.option == MORE and ask.computed is not None else None)


def choose(cursor: Cursor, frame: Draft, ask: Ask, choice: Choice) -> None:
    """Take an option, fixed or computed."""
    if isinstance(choice, Option):
        _chosen(cursor, frame, ask, choice)
    else:
        _picked(cursor, frame, ask, *choice)


def follow(cursor: Cursor, tap: Tap) -> bool:
    """Do as `stale` of an older message's step says; whether it says anything."""
    if not tap.flow:  # a card's, which does not tell: the entry does, if it is kept
        old = next((k for k in reversed(cursor.kept) if k.entry == tap.entry), None)
        if old is None:
            return False
        tap = replace(tap, flow=old.flow, step=old.step)
    flow = cursor.bot.flows.get(tap.flow)
    step = flow.steps.get(tap.step) if flow is not None else None
    ask = step.ask if step is not None else None
    if flow is None or ask is None or ask.stale is None:
        return False
    if ask.stale.follow is None:
        cursor.note("stale", detail=ask.stale.outcome.key)
        _of_old(cursor, flow, tap.step, ask.stale.outcome)
        return True
    kept = next((k for k in reversed(cursor.kept) if (k.entry, k.flow, k.step) == (tap.entry, tap.flow, tap.step)), None)
    option = ask.option(tap.option)
    if kept is None or option is None or cursor.at - kept.at > timedelta(seconds=ask.stale.follow):
        return False
    cursor.note("follow", detail=str(tap))
    if len(cursor.frames) == 1 and cursor.frames[0].flow is flow:
        cursor.frames.pop()  # the run goes back to where the button was
    cursor.start(tap.flow, {}, tap.step, digression=bool(cursor.frames))
    frame = cursor.frames[-1]
    frame.variables = dict(kept.variables)
    cursor.entering = False
    wait_at(cursor, frame, frame.step, ask.timeout)  # should a check refuse the option, the question is open again
    choose(cursor, frame, ask, option)
    return True


def _of_old(cursor: Cursor, flow: Flow, step: str, outcome: Outcome) -> None:
    """Take the `stale` outcome of a step that may not be the one under way: its targets are those of its own flow."""
    top = cursor.top
    own = top if top is not None and top.flow is flow else Draft(flow, step, {}, digression=top is not None)
    if outcome.go is None:
        with cursor.seen_by(own):
            assign(cursor, outcome.set)
            speak(cursor, outcome.say)
        if top is not None:
            prompt(cursor, top)
        return
    if own is not top:
        if len(cursor.frames) >= MAX_FRAMES:
            raise Failure("any", f"flows call one another more than {MAX_FRAMES} deep")
        cursor.frames.append(own)
    own.state = step
    take(cursor, "option", outcome, len(cursor.frames) - 1)


def _chosen(cursor: Cursor, frame: Draft, ask: Ask, option: Option) -> None:
    value: Value = cursor.given(option.value) if option.value is not None else option.id
    cursor.answer = cursor.render(option.label)
    filled = (ask.save.name, ask.save.contact, value) if ask.save is not None else None
    if not passes_checks(cursor, frame, ask, filled):
        return
    cursor.note("option", detail=option.outcome.key)
    if take(cursor, "option", option.outcome, len(cursor.frames) - 1):
        return
    onward(cursor, "option", option.outcome)


def _picked(cursor: Cursor, frame: Draft, ask: Ask, id_: str, record: Value) -> None:
    """A computed option was chosen, or the page is to be turned, or there are no more files to come."""
    if id_ == DONE:
        found = collected(frame, ask)
        if found is not None:
            accept(cursor, frame, ask, *found)
        return
    if id_ == MORE or ask.computed is None:
        frame.page += 1
        cursor.note("page")
        prompt(cursor, frame)
        return
    cursor.item = record
    cursor.answer = cursor.render(ask.computed.label)
    if not passes_checks(cursor, frame, ask, (ask.save.name, ask.save.contact, record) if ask.save is not None else None):
        return
    outcome = ask.computed.outcome
    cursor.note("option", detail=outcome.key)
    if not take(cursor, "option", outcome, len(cursor.frames) - 1):
        onward(cursor, "option", outcome)
