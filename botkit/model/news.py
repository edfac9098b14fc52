"""What WhatsApp tells whoever operates the bot: of templates, of the number, of the account."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Kind = Literal["template", "quality", "category", "number", "throughput", "limit", "account", "alert", "security", "error", "other"]
Severity = Literal["info", "warning", "error"]

# Kinds of which the last word holds until the next one; of the others only the log and the counters know.
STANDING: frozenset[str] = frozenset({"template", "quality", "category", "number", "throughput", "limit", "account"})


class News(Struct, frozen=True):
    """One thing told. *about* and *language*: the template it is about, or the number; "" where it is about all of the account.
    *state* is WhatsApp's word in small letters: approved, paused, red, …; of a "limit" the number of people, or unlimited. *told* is all of
    it in one line, for the log."""

    channel: str
    kind: Kind
    at: datetime
    state: str
    about: str = ""
    language: str = ""
    reason: str = ""
    severity: Severity = "info"
    told: str = ""
