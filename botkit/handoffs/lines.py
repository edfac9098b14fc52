"""What a queue is told, in a line: as tests name it, and chat shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def line_of(told: Mapping[str, Any]) -> str:
    """`handoff: the note`, the text of a message or its kind in brackets, `unsent: why`, `ended: why`."""
    message = told.get("message") or {}
    match told["event"]:
        case "opened":
            note = told.get("note")
            return "handoff" if note is None or note == "" else f"handoff: {note}"
        case "message":
            return str(message.get("text") or f"({message.get('type')})")
        case "unsent":
            return f"unsent: {message.get('detail') or message.get('code')}"
    return f"ended: {told.get('reason')}"
