"""Questions that nobody has seen: those that were asked while the window was closed, without a template."""

from __future__ import annotations

from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.speaking import prompt
from botkit.window import is_open


def is_unseen(cursor: Cursor, frame: Draft) -> bool:
    """Whether the contact has not been shown the question of *frame*, so that what was written just now is no answer to it."""
    entered, before = frame.entered, cursor.before.last_inbound
    if not frame.step.say or entered is None or before is None or is_open(before, entered):
        return False
    return frame.step.say[-1].template is None


def show(cursor: Cursor, frame: Draft) -> None:
    """The contact has written: what was held goes out by itself, what was not is asked now."""
    cursor.note("unseen")
    frame.entered = cursor.at
    if frame.step.say[-1].closed != "hold":
        prompt(cursor, frame)


__all__ = ["is_unseen", "show"]
