"""Mermaid: what GitHub, GitLab and many editors draw from a text."""

from __future__ import annotations

from collections.abc import Sequence

from botkit.graph.picture import Arrow, Box, Kind, Picture

SHAPES: dict[Kind, tuple[str, str]] = {
    "start": ("([", "])"), "out": ("([", "])"), "always": ("[", "]"), "flow": ("[[", "]]"), "visit": ("[[", "]]"), "call": ("[[", "]]"),
    "say": ("(", ")"), "ask": ("(", ")"), "run": ("[/", "/]"), "branch": ("{", "}"), "handoff": ("{{", "}}"), "wait": ("(", ")"),
}  # fmt: skip
CLASSES = {
    "waits": "stroke-dasharray:5 3",
    "template": "stroke:#15803d,stroke-width:2px",
    "wrong": "fill:#fee2e2,stroke:#dc2626,color:#991b1b",
    "tested": "fill:#dcfce7",
    "untested": "fill:#f3f4f6,color:#6b7280",
}
# What has a meaning in a label of Mermaid's, or in the HTML that it makes of it.
_ESCAPED = {ord(c): f"#{ord(c)};" for c in '"#&<>`\\'} | {ord("\n"): "<br/>"}


def mermaid(pictures: Sequence[Picture]) -> str:
    """One flowchart with a subgraph for each flow."""
    names: dict[tuple[str, str], str] = {}
    for picture in pictures:
        for box in picture.boxes:
            name = f"{picture.flow}__{''.join(c if c.isascii() and c.isalnum() else '_' for c in box.id).strip('_')}"
            names[picture.flow, box.id] = name if name not in names.values() else f"{name}_{len(names)}"
    lines = ["flowchart TD"]
    indent = "  "
    classes: dict[str, list[str]] = {}
    for n, picture in enumerate(pictures, 1):
        if len(pictures) > 1:
            lines.append(f'  subgraph flow{n}["{_escaped(picture.flow)}"]')
            lines.append("    direction TB")
            indent = "    "
        for box in picture.boxes:
            name = names[picture.flow, box.id]
            lines.append(f"{indent}{name}{_shaped(box)}")
            for one in _classes(box):
                classes.setdefault(one, []).append(name)
        lines += [f"{indent}{_arrow(arrow, picture, names)}" for arrow in picture.arrows]
        if len(pictures) > 1:
            lines.append("  end")
    for one, style in CLASSES.items():
        if one in classes:
            lines += [f"  classDef {one} {style}", f"  class {','.join(classes[one])} {one}"]
    return "\n".join(lines) + "\n"


def _shaped(box: Box) -> str:
    opened, closed = SHAPES[box.kind]
    more = [*box.lines]
    if box.template:
        more.append(f"template {box.template}")
    if box.wrong:
        more.append(box.wrong)
    text = "<br/>".join([f"<b>{_escaped(box.title)}</b>", *(_escaped(line) for line in more)])
    return f'{opened}"{text}"{closed}'


def _arrow(arrow: Arrow, picture: Picture, names: dict[tuple[str, str], str]) -> str:
    line = "-.->" if arrow.way == "time" else "-->"
    label = f'|"{"<br/>".join(_escaped(label) for label in arrow.labels)}"|' if arrow.labels else ""
    return f"{names[picture.flow, arrow.source]} {line}{label} {names[picture.flow, arrow.dest]}"


def _classes(box: Box) -> list[str]:
    """The later one has the last word."""
    found = ["waits"] if box.waits else []
    if box.template:
        found.append("template")
    if box.tested is not None:
        found.append("tested" if box.tested else "untested")
    if box.wrong:
        found.append("wrong")
    return found


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


__all__ = ["mermaid"]
