"""Text: a flow step by step with where it leads, for a terminal, a mail, or to be read aloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from botkit.graph.picture import STEPS, Arrow, Box, Kind, Picture

VERBS: dict[Kind, str] = {"ask": "asks", "wait": "waits", "branch": "decides", "handoff": "hands over", "run": "", "call": "", "say": ""}
AWAY: dict[Kind, str] = {"visit": "%s, and back", "flow": "flow %s"}


def text(pictures: Sequence[Picture]) -> str:
    """Flow by flow, a blank line between any two."""
    return "\n".join("\n".join(_flow(picture)) + "\n" for picture in pictures)


def _flow(picture: Picture) -> Iterator[str]:
    boxes = {box.id: box for box in picture.boxes}
    for box in picture.boxes:
        arrows = [arrow for arrow in picture.arrows if arrow.source == box.id]
        if box.kind == "start":
            yield box.title
            yield from (f"  {line}" for line in box.lines)
            yield from (f"  begins at {boxes[arrow.dest].title}" for arrow in arrows)
        elif box.kind in STEPS or box.kind == "always":
            yield ""
            yield _head(box)
            yield from (f"    {line}" for line in box.lines)
            for arrow in arrows:
                yield from (f"    {line}" for line in _leads(arrow, boxes[arrow.dest]))


def _head(box: Box) -> str:
    notes = [VERBS.get(box.kind, ""), f"template {box.template}" if box.template else "", f"✗ {box.wrong}" if box.wrong else ""]
    notes.append("" if box.tested is None else "tested" if box.tested else "not tested")
    told = ", ".join(note for note in notes if note)
    return f"  {box.title}" + (f"  ({told})" if told else "")


def _leads(arrow: Arrow, dest: Box) -> Iterator[str]:
    where = "again" if arrow.source == arrow.dest else AWAY.get(dest.kind, "%s") % dest.title
    wrong = f"  (✗ {dest.wrong})" if dest.wrong and dest.kind not in STEPS else ""
    untested = "  (not tested)" if arrow.tested is False else ""
    for label in arrow.labels or ("",):
        yield f"{label} → {where}".lstrip() + wrong + untested


__all__ = ["text"]
