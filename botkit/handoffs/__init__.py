"""Queues that lead somewhere: a desk on the web, or a function of the bot's own, is told what happens while people have a conversation."""

from botkit.handoffs.failures import Declined
from botkit.handoffs.lines import line_of
from botkit.handoffs.queues import Queues

__all__ = ["Declined", "Queues", "line_of"]
