"""A flow as boxes and arrows, before it is written in any format."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

# start: what starts the flow. always: what holds at every step of it. out: the flow ends. flow: it goes on in another one. visit: another
# flow, which comes back. The others are steps, by their verb; say: one without a verb.
Kind = Literal["start", "always", "say", "ask", "run", "call", "branch", "handoff", "wait", "out", "flow", "visit"]
STEPS: frozenset[Kind] = frozenset({"say", "ask", "run", "call", "branch", "handoff", "wait"})

# onward: nobody chooses it. chosen: by the contact, or by a condition. error: something failed. time: after a time.
Way = Literal["onward", "chosen", "error", "time"]


class Box(Struct, frozen=True):
    """*id* is the step's name, or for what is no step something that no step can be called. *template*: what goes out when the window is
    closed, "" for none. *wrong*: why it is red, "" when nothing is. *link*: the flow that it leads to. *tested* None: not known."""

    id: str
    kind: Kind
    title: str
    lines: tuple[str, ...] = ()
    waits: bool = False
    template: str = ""
    wrong: str = ""
    link: str = ""
    tested: bool | None = None


class Arrow(Struct, frozen=True):
    """*labels*: one for each thing that leads this way; none where it needs no words."""

    source: str
    dest: str
    way: Way
    labels: tuple[str, ...] = ()
    tested: bool | None = None


class Picture(Struct, frozen=True):
    """One flow. Every arrow begins and ends at a box of it."""

    flow: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def box(self, id_: str) -> Box:
        return next(box for box in self.boxes if box.id == id_)


__all__ = ["STEPS", "Arrow", "Box", "Kind", "Picture", "Way"]
