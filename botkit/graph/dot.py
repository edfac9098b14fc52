"""DOT: what GraphViz draws."""

from __future__ import annotations

from collections.abc import Sequence

from botkit.graph.picture import Box, Kind, Picture

SHAPES: dict[Kind, str] = {
    "start": "oval", "out": "oval", "always": "note", "flow": "component", "visit": "component", "call": "component",
    "say": "box", "ask": "box", "run": "parallelogram", "branch": "diamond", "handoff": "octagon", "wait": "box",
}  # fmt: skip
STYLES = {"onward": "solid", "chosen": "solid", "error": "solid", "time": "dashed"}
COLORS = {"onward": "#475569", "chosen": "#1d4ed8", "error": "#b45309", "time": "#475569"}


def dot(pictures: Sequence[Picture]) -> str:
    """One graph with a cluster for each flow."""
    lines = [
        "digraph bot {",
        '  graph [fontname="Helvetica"];',
        '  node [fontname="Helvetica", fontsize=11, style=filled, fillcolor=white];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    for n, picture in enumerate(pictures):
        lines += [f"  subgraph cluster_{n} {{", f"    label={quoted(picture.flow)};"]
        for box in picture.boxes:
            lines.append(f"    {_name(picture, box.id)} [{_attributes(box)}];")
        for arrow in picture.arrows:
            color = "#9ca3af" if arrow.tested is False else COLORS[arrow.way]
            given = f'label={quoted(chr(10).join(arrow.labels))}, style={STYLES[arrow.way]}, color="{color}"'
            lines.append(f"    {_name(picture, arrow.source)} -> {_name(picture, arrow.dest)} [{given}];")
        lines.append("  }")
    return "\n".join([*lines, "}", ""])


def quoted(text: str) -> str:
    """A string of DOT's; a new line in it is a line in the picture."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _name(picture: Picture, box: str) -> str:
    return quoted(f"{picture.flow}.{box}")


def _attributes(box: Box) -> str:
    more = [f"template {box.template}"] if box.template else []
    text = "\n".join([box.title, *box.lines, *more, *([box.wrong] if box.wrong else [])])
    given = {"label": quoted(text), "shape": SHAPES[box.kind]}
    styles = ["filled"] + (["rounded"] if SHAPES[box.kind] == "box" else []) + (["dashed"] if box.waits else [])
    given["style"] = quoted(",".join(styles))
    if box.tested is not None:
        given["fillcolor"] = '"#dcfce7"' if box.tested else '"#e5e7eb"'
    if box.template:
        given["color"], given["penwidth"] = '"#15803d"', "2"
    if box.wrong:
        given["color"], given["fillcolor"], given["fontcolor"] = '"#dc2626"', '"#fee2e2"', '"#991b1b"'
    return ", ".join(f"{key}={value}" for key, value in given.items())


__all__ = ["dot", "quoted"]
