"""A timer of a step that waits rings: its timeout, the end of a wait or of a burst, or a reminder of `silence`."""

from __future__ import annotations

from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.hearing import gathered
from botkit.engine.walking import onward, silences, take
from botkit.model import TimerFired


def ring(cursor: Cursor, event: TimerFired) -> None:
    """Do what the timer is for. One whose entry is over, since the step was left meanwhile, does nothing."""
    timer = next((timer for timer in cursor.timers if timer.id == event.timer), None)
    owner = next((n for n, frame in enumerate(cursor.frames) if timer is not None and frame.entry == timer.entry), None)
    if timer is None or owner is None:
        cursor.note("ignored", detail="a timer that is over")
        return
    cursor.timers.remove(timer)
    kind, _, number = timer.name.partition(":")
    frame = cursor.frames[owner]
    match kind:
        case "timeout":
            del cursor.frames[owner + 1 :]
            cursor.note("timeout")
            raise Failure("timeout", f"nothing came in time at {frame.flow.name}.{frame.state}")
        case "wait":
            frame.over = True  # where a digression is under way, it goes on once that is over
            if frame is cursor.top:
                cursor.note("waited")
                onward(cursor)
        case "gather":
            if frame.step.ask is not None and frame is cursor.top:
                gathered(cursor, frame, frame.step.ask)
        case "silence":
            _remind(cursor, frame, int(number))


def _remind(cursor: Cursor, frame: Draft, number: int) -> None:
    """The contact has been silent for so long: take the entry of `silence` with this number."""
    if frame is not cursor.top:
        cursor.note("ignored", detail="silence during a digression")
        return
    owner, entries = silences(cursor)
    if number < len(entries):
        cursor.note("silence", detail=entries[number].outcome.key)
        take(cursor, "silence", entries[number].outcome, owner)
