"""The 24-hour window: what may be said, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from botkit.model import Closed

SPAN = timedelta(hours=24)
MARGIN = timedelta(minutes=5)  # closed early: clocks differ, and a request takes its time (fact sheet §5.1)

# Free entry (fact sheet §5.2): all messages are free of charge for three days from the first answer, if that comes within a day of the
# message that an advertisement led to. What may be said is a question of the window all the same.
FREE_ENTRY = timedelta(hours=72)

# What leaves, or else what becomes of a send that may not leave now.
Choice = Literal["message", "template", "hold", "drop", "fail"]


def is_open(last_inbound: datetime | None, now: datetime) -> bool:
    """Whether free messages may be sent. *last_inbound*: by the contact's message's own time, UTC; None: the contact never wrote."""
    return last_inbound is not None and now - last_inbound < SPAN - MARGIN


def free_until(came: datetime, answered: datetime) -> datetime | None:
    """Until when messages are free for who came by an advertisement at *came* and was answered first at *answered*. None: too late."""
    return answered + FREE_ENTRY if answered - came < SPAN else None


def choose(opened: bool, message: bool, template: bool, closed: Closed, opted_out: bool, refused: bool = False) -> Choice:
    """What goes out of a send that has a *message*, a *template*, or both.

    *refused*: WhatsApp said that the window is closed, whatever we think; then a template goes. To a contact that opted out none does.
    """
    if message and opened and not (refused and template):
        return "message"
    if template:
        return "drop" if opted_out else "template"
    return closed


__all__ = ["FREE_ENTRY", "MARGIN", "SPAN", "Choice", "choose", "free_until", "is_open"]
