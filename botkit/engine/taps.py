"""Buttons of ours: what a tap on one sends back."""

from __future__ import annotations

from msgspec import Struct


class Tap(Struct, frozen=True):
    """The place that a button belongs to: flow, step, the number of the waiting entry, and the option's id. Flow and step are empty where
    there is no room for them: on a card. The number of an entry is one of its conversation's."""

    flow: str
    step: str
    entry: int
    option: str

    def is_of(self, flow: str, step: str, entry: int) -> bool:
        """Whether it is a button of that entry."""
        return self.entry == entry and (self.flow, self.step) in ((flow, step), ("", ""))

    def __str__(self) -> str:
        return f"{self.flow}.{self.step}:{self.entry}:{self.option}" if self.flow else f":{self.entry}:{self.option}"


def read_tap(payload: str) -> Tap | None:
    """None: not a button of ours."""
    place, _, rest = payload.partition(":")
    entry, _, option = rest.partition(":")
    flow, _, step = place.partition(".")
    known = (not place or (flow and step)) and option and entry.isascii() and entry.isdecimal() and len(entry) < 10
    return Tap(flow, step, int(entry), option) if known else None
