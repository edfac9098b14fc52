"""Buttons of ours: what a tap on one sends back."""

from __future__ import annotations

from msgspec import Struct


class Tap(Struct, frozen=True):
    """The place that a button belongs to: flow, step, the number of the waiting entry, and the option's id."""

    flow: str
    step: str
    entry: int
    option: str

    def __str__(self) -> str:
        return f"{self.flow}.{self.step}:{self.entry}:{self.option}"


def read_tap(payload: str) -> Tap | None:
    """None: not a button of ours."""
    place, _, rest = payload.partition(":")
    entry, _, option = rest.partition(":")
    flow, _, step = place.partition(".")
    known = flow and step and option and entry.isascii() and entry.isdecimal() and len(entry) < 10
    return Tap(flow, step, int(entry), option) if known else None
