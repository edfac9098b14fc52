"""Writing to people who have not just written: to one, or to many."""

from __future__ import annotations

from botkit.outreach.broadcasts import Broadcasts
from botkit.outreach.desk import Outreach
from botkit.outreach.people import Refused

__all__ = ["Broadcasts", "Outreach", "Refused"]
