"""SVG: a picture for any browser, laid out here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from botkit.graph.fonts import width, wrapped
from botkit.graph.layout import Joint, Layout, Run, Size, Spot, lay_out
from botkit.graph.picture import STEPS, Arrow, Box, Kind, Picture
from botkit.graph.words import plain

TITLE, LINE, LABEL = 13.0, 11.0, 11.0  # heights of letters, in pixels
LEAD = 15.0  # from line to line
WIDEST = 210.0  # of a text in a box
LABEL_WIDEST = 132.0
PAD = 10.0
MARGIN = 24.0
STYLE = """\
text { font-family: Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #1f2937; text-anchor: middle }
.box { fill: #ffffff; stroke: #64748b; stroke-width: 1.3 }
.ask .box { fill: #eff6ff; stroke: #3b82f6 } .run .box { fill: #fefce8; stroke: #ca8a04 } .branch .box { fill: #f1f5f9 }
.call .box, .visit .box, .flow .box { fill: #ecfeff; stroke: #0891b2 } .handoff .box { fill: #faf5ff; stroke: #9333ea }
.start .box { fill: #1f2937; stroke: #1f2937 } .start text { fill: #ffffff } .out .box { fill: #e2e8f0 } .always .box { fill: #fffbeb }
.waits .box { stroke-dasharray: 5 3 } .title { font-weight: bold; font-size: 13px } .line { font-size: 11px } .line.said { fill: #475569 }
.sent .box { stroke-width: 2 } .mark { fill: #15803d } text.mark-text { fill: #ffffff; font-size: 10px; font-weight: bold }
.tested .box { fill: #dcfce7; stroke: #16a34a } .untested .box { fill: #f3f4f6; stroke: #9ca3af } .untested text { fill: #6b7280 }
.wrong .box { fill: #fee2e2; stroke: #dc2626; stroke-width: 2 } .wrong text { fill: #991b1b }
path.arrow { fill: none; stroke: #64748b; stroke-width: 1.4 } .chosen path.arrow { stroke: #3b82f6 } .error path.arrow { stroke: #d97706 }
.time path.arrow { stroke-dasharray: 5 3 } .untested path.arrow { stroke: #cbd5e1 } .label { font-size: 11px }
.label-back { fill: #ffffff; fill-opacity: 0.92 } .chosen .label { fill: #1d4ed8 } .error .label { fill: #b45309 }
.untested .label { fill: #9ca3af } .name { font-size: 18px; font-weight: bold; text-anchor: start } a { text-decoration: none }
"""
_HEADS = {"onward": "#64748b", "chosen": "#3b82f6", "error": "#d97706", "time": "#64748b", "untested": "#cbd5e1"}


class Drawn(Struct, frozen=True):
    """A picture as SVG: what stands inside the svg element, and its size in pixels."""

    inside: str
    width: float
    height: float


def svg(pictures: Sequence[Picture]) -> str:
    """All flows in one picture, one below the other."""
    parts, y, wide = [], 0.0, 320.0
    for picture in pictures:
        drawn = draw(picture)
        if len(pictures) > 1:
            parts.append(f'<text class="name" x="{MARGIN}" y="{y + 30:.1f}">{_safe(picture.flow)}</text>')
            y += 30
        parts.append(f'<g transform="translate(0 {y:.1f})">\n{drawn.inside}</g>')
        y += drawn.height
        wide = max(wide, drawn.width)
    return element("\n".join(parts), wide, y)


def element(inside: str, wide: float, high: float, more: str = "") -> str:
    """The svg element around what was drawn."""
    size = f'width="{wide:.0f}" height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}{more}>\n<style>\n{STYLE}</style>\n<defs>{_heads()}</defs>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{inside}\n</svg>\n'
    )


def draw(picture: Picture, address: Callable[[str], str | None] = lambda flow: None) -> Drawn:
    """One flow. *address*: where the picture of another flow is, for links; None: it has none."""
    texts = [_texts(box) for box in picture.boxes]
    sizes = [_size(box, lines) for box, lines in zip(picture.boxes, texts, strict=True)]
    number = {box.id: n for n, box in enumerate(picture.boxes)}
    labels = [[line for label in arrow.labels for line in wrapped(plain(label), LABEL_WIDEST, LABEL)] for arrow in picture.arrows]
    joints = [Joint(number[a.source], number[a.dest], _label_size(lines)) for a, lines in zip(picture.arrows, labels, strict=True)]
    laid: Layout = lay_out(sizes, joints)
    parts = [_path(arrow, run) for arrow, run in zip(picture.arrows, laid.runs, strict=True)]
    parts += [_label(arrow, run.label, lines) for arrow, run, lines in zip(picture.arrows, laid.runs, labels, strict=True) if lines]
    for box, lines, spot in zip(picture.boxes, texts, laid.spots, strict=True):
        there = address(box.link) if box.link else None
        drawn = _box(box, lines, spot)
        parts.append(f"<a href={quoteattr(there)}>{drawn}</a>" if there is not None else drawn)
    inside = f'<g transform="translate({MARGIN} {MARGIN})">\n' + "\n".join(parts) + "\n</g>\n"
    return Drawn(inside, laid.width + 2 * MARGIN, laid.height + 2 * MARGIN)


# ---- sizes


def _texts(box: Box) -> list[tuple[str, str]]:
    """(class, line) of all that stands in a box."""
    lines = [("title", line) for line in wrapped(plain(box.title), WIDEST, TITLE)]
    for text in (*box.lines, *([box.wrong] if box.wrong else [])):
        kind = "line said" if text.startswith("“") else "line"
        lines += [(kind, line) for line in wrapped(plain(text), WIDEST, LINE)[:3]]
    return lines


def _size(box: Box, lines: Sequence[tuple[str, str]]) -> Size:
    wide = max((width(line, TITLE * 1.06 if kind == "title" else LINE) for kind, line in lines), default=0.0)
    if box.template:
        wide = max(wide, width(_mark(box), 10.5) + 12)
    sides = {"branch": 22.0, "handoff": 18.0, "call": 18.0, "visit": 18.0, "flow": 18.0}.get(box.kind, PAD + 2)
    least = 84.0 if box.kind in STEPS else 0.0
    return Size(max(wide + 2 * sides, least), len(lines) * LEAD + 2 * PAD - 4 + (18 if box.template else 0))


def _label_size(lines: Sequence[str]) -> Size:
    return Size(max(width(line, LABEL) for line in lines) + 8, len(lines) * 13.0 + 4) if lines else Size(0, 0)


def _mark(box: Box) -> str:
    return f"template {plain(box.template)}"


# ---- elements


def _box(box: Box, lines: Sequence[tuple[str, str]], spot: Spot) -> str:
    classes = [box.kind, "waits" if box.waits else "", "sent" if box.template else "", "wrong" if box.wrong else ""]
    classes.append("" if box.tested is None else "tested" if box.tested else "untested")
    parts = [f'<g class="{" ".join(name for name in classes if name)}" data-box={quoteattr(_xml(box.id))}>', _outline(box.kind, spot)]
    y = spot.y + PAD + 9
    for kind, line in lines:
        parts.append(f'<text class="{kind}" x="{spot.middle:.1f}" y="{y:.1f}">{_safe(line)}</text>')
        y += LEAD
    if box.template:
        wide = width(_mark(box), 10.5) + 8
        parts.append(f'<rect class="mark" x="{spot.middle - wide / 2:.1f}" y="{y - 10:.1f}" width="{wide:.1f}" height="15" rx="3"/>')
        parts.append(f'<text class="mark-text" x="{spot.middle:.1f}" y="{y + 1:.1f}">{_safe(_mark(box))}</text>')
    return "".join(parts) + "</g>"


def _outline(kind: Kind, spot: Spot) -> str:
    x, y, w, h = spot.x, spot.y, spot.width, spot.height
    if kind == "branch":
        points = [(x + 14, y), (x + w - 14, y), (x + w, y + h / 2), (x + w - 14, y + h), (x + 14, y + h), (x, y + h / 2)]
    elif kind == "handoff":
        cut = 10
        points = [(x + cut, y), (x + w - cut, y), (x + w, y + cut), (x + w, y + h - cut)]
        points += [(x + w - cut, y + h), (x + cut, y + h), (x, y + h - cut), (x, y + cut)]
    else:
        rx = {"start": h / 2 if h < 40 else 16.0, "out": h / 2, "say": 6.0, "ask": 6.0, "wait": 6.0}.get(kind, 0.0)
        rect = f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{rx:.1f}"/>'
        if kind in ("call", "visit", "flow"):  # a flow of its own: double sides
            rect += f'<path class="box" d="M{x + 6:.1f} {y:.1f}V{y + h:.1f}M{x + w - 6:.1f} {y:.1f}V{y + h:.1f}"/>'
        return rect
    return f'<polygon class="box" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>'


def _path(arrow: Arrow, run: Run) -> str:
    points = run.points
    if run.loop:
        (x, y), (_, below) = points
        out = run.label.x - 4 - x if run.label.width else 26.0
        way = f"M{x:.1f} {y:.1f}C{x + out * 1.35:.1f} {y:.1f} {x + out * 1.35:.1f} {below:.1f} {x:.1f} {below:.1f}"
    else:
        way = f"M{points[0][0]:.1f} {points[0][1]:.1f}V{points[1][1]:.1f}"
        for (x, y), (there, end), (_, far) in zip(points[1::2], points[2::2], points[3::2], strict=False):
            middle = (y + end) / 2
            way += f"C{x:.1f} {middle:.1f} {there:.1f} {middle:.1f} {there:.1f} {end:.1f}V{far:.1f}"
    head = "untested" if arrow.tested is False else arrow.way
    return f'<g class="{_arrow_classes(arrow)}"><path class="arrow" d="{way}" marker-end="url(#head-{head})"/></g>'


def _label(arrow: Arrow, spot: Spot, lines: Sequence[str]) -> str:
    parts = [f'<g class="{_arrow_classes(arrow)}" data-from={quoteattr(_xml(arrow.source))} data-to={quoteattr(_xml(arrow.dest))}>']
    place = f'x="{spot.x:.1f}" y="{spot.y:.1f}" width="{spot.width:.1f}" height="{spot.height:.1f}"'
    parts.append(f'<rect class="label-back" {place} rx="3"/>')
    for n, line in enumerate(lines):
        parts.append(f'<text class="label" x="{spot.middle:.1f}" y="{spot.y + 12 + 13 * n:.1f}">{_safe(line)}</text>')
    return "".join(parts) + "</g>"


def _arrow_classes(arrow: Arrow) -> str:
    return arrow.way + (" untested" if arrow.tested is False else "")


def _heads() -> str:
    given = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"'
    return "".join(f'<marker id="head-{name}" {given}><path d="M0 0L8 4L0 8z" fill="{color}"/></marker>' for name, color in _HEADS.items())


def _safe(text: str) -> str:
    return escape(_xml(text))


def _xml(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")


__all__ = ["Drawn", "draw", "element", "svg"]
