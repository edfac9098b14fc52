"""Pictures for programs: their boxes and arrows as JSON."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from botkit.graph.picture import Picture


def record(pictures: Sequence[Picture]) -> str:
    """One document; every box and every arrow with all that is known of it."""
    told = {"version": 1, "flows": msgspec.to_builtins(pictures)}
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


__all__ = ["record"]
