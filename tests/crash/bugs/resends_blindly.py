"""A message whose answer was lost is sent again at once, without waiting for a status that may say that it arrived."""

from __future__ import annotations

from botkit.sender import carrier, line, sender
from tests.crash.server import Parts


def parts() -> Parts:
    return [(module, "IN_DOUBT", frozenset()) for module in (carrier, line, sender)]
