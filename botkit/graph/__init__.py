"""Flows as pictures: drawn as boxes and arrows, written in one of several formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from botkit.graph.dot import dot
from botkit.graph.drawing import draw
from botkit.graph.html import html
from botkit.graph.mermaid import mermaid
from botkit.graph.picture import Arrow, Box, Picture
from botkit.graph.record import record
from botkit.graph.svg import svg
from botkit.graph.text import text

# format → what writes pictures in it
FORMATS: dict[str, Callable[[Sequence[Picture]], str]] = {
    "text": text, "mermaid": mermaid, "dot": dot, "svg": svg, "html": html, "json": record,
}  # fmt: skip

__all__ = ["FORMATS", "Arrow", "Box", "Picture", "draw"]
