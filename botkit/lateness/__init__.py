"""How late a message can come: the longest time between the contact's last word and whatever a bot says."""

from __future__ import annotations

from botkit.lateness.arrival import Arrival, How, Mark
from botkit.lateness.findings import Late, Lateness, lateness, span

__all__ = ["Arrival", "How", "Late", "Lateness", "Mark", "lateness", "span"]
