"""Where what is put on record in a turn comes from, in words."""

from __future__ import annotations

from botkit.model import Event, OperatorCommand, StatusChanged


def source_of(event: Event, step: str) -> str:
    """*step*: where the conversation stands, for what the flow does by itself."""
    match event:
        case OperatorCommand():
            return str(event.data.get("source") or "operator")[:200]
        case StatusChanged():
            return f"WhatsApp ({event.code})"
    return step


__all__ = ["source_of"]
