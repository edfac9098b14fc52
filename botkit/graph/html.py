"""HTML: every flow on one page that can be mailed: no script, no other file, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from botkit.graph.picture import Box, Picture
from botkit.graph.svg import draw, element
from botkit.graph.text import text

STYLE = """\
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #1f2937; margin: 0 auto; padding: 1.5rem; max-width: 1500px }
nav ul { padding: 0; display: flex; flex-wrap: wrap; gap: 0.4rem 1.2rem; list-style: none } a { color: #0e7490 }
figure { margin: 0; overflow-x: auto; border: 1px solid #e2e8f0; border-radius: 8px; text-align: center }
svg { max-width: none } pre { overflow-x: auto; background: #f8fafc; padding: 1rem; border-radius: 8px; line-height: 1.35 }
.key { color: #475569; font-size: 13px } .wrong { color: #b91c1c } h2 { margin-top: 2.5rem }
"""
KEY = (
    "Dashed: somebody or something is waited for. Blue arrow: chosen. Amber: something failed. Dashed arrow: after a time. "
    "Green mark: a template goes out when the 24-hour window is closed. Double sides: another flow. Cut corners: people take over. "
    "Red: something is wrong."
)


def html(pictures: Sequence[Picture]) -> str:
    """A page with a picture of each flow, and each in words."""
    here = {picture.flow for picture in pictures}
    title = escape(pictures[0].flow if len(pictures) == 1 else "The flows of this bot")
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
    ]
    if len(pictures) > 1:
        items = "".join(f'<li><a href="#flow-{escape(name.flow)}">{escape(name.flow)}</a></li>' for name in pictures)
        parts.append(f"<nav><ul>{items}</ul></nav>")
    tested = " Green boxes: tests came by; grey: none did." if any(box.tested is not None for box in pictures[0].boxes) else ""
    parts.append(f'<p class="key">{escape(KEY + tested)}</p>')
    for picture in pictures:
        drawn = draw(picture, lambda flow: f"#flow-{flow}" if flow in here else None)
        name = escape(picture.flow)
        label = f' role="img" aria-label="The flow {name}; in words below"'
        parts.append(f'<section id="flow-{name}">\n<h2>{name}</h2>')
        parts += [f'<p class="wrong">{escape(line)}</p>' for line in _wrong(picture.boxes)]
        parts.append(f"<figure>\n{element(drawn.inside, drawn.width, drawn.height, label)}</figure>")
        parts.append(f"<details><summary>In words</summary><pre>{escape(text([picture]))}</pre></details>\n</section>")
    return "\n".join([*parts, "</body>\n</html>", ""])


def _wrong(boxes: Sequence[Box]) -> Iterator[str]:
    for box in boxes:
        if box.wrong:
            yield f"{box.title}: {box.wrong}"


__all__ = ["html"]
