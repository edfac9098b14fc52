"""What WhatsApp has made of a bot's templates: those that a provider holds, beside those of the files."""

from __future__ import annotations

from botkit.approvals.differing import Change, compare
from botkit.approvals.parts import values
from botkit.approvals.pulls import Pull, Pulls, dump_pulls, read_pulls
from botkit.approvals.registered import Registered, order, read_registered
from botkit.approvals.wish import pictures, wish

__all__ = [
    "Change",
    "Pull",
    "Pulls",
    "Registered",
    "compare",
    "dump_pulls",
    "order",
    "pictures",
    "read_pulls",
    "read_registered",
    "values",
    "wish",
]
