"""Events in order: one contact at a time, contacts side by side, none lost."""

from botkit.lanes.lanes import Lanes, Overloaded
from botkit.lanes.parts import Advance, Calls, Sends, Words

__all__ = ["Advance", "Calls", "Lanes", "Overloaded", "Sends", "Words"]
