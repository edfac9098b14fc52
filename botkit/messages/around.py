"""What stands around the text of an interactive message: a header, a footer (fact sheet §2.5 to §2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botkit.messages import limits
from botkit.messages.limits import Fault
from botkit.messages.media import Document, Image, Video

Header = str | Image | Video | Document | None


def around(kind: str, header: Header, body: str, footer: str | None) -> dict[str, Any]:
    """The beginning of an interactive message; what the contact can do with it is still to be added."""
    interactive: dict[str, Any] = {"type": kind}
    if header:
        interactive["header"] = _header(header)
    if body:
        interactive["body"] = {"text": body}
    if footer:
        interactive["footer"] = {"text": footer}
    return interactive


def _header(header: str | Image | Video | Document) -> dict[str, Any]:
    if isinstance(header, str):
        return {"type": "text", "text": header}
    named = {"filename": header.filename} if isinstance(header, Document) and header.filename else {}
    return {"type": header.kind, header.kind: {**header.part(), **named}}


def faults(header: Header, body: str, footer: str | None) -> Iterator[Fault]:
    yield from limits.over("body-too-long", "the text above options", body, limits.INTERACTIVE_BODY)
    if isinstance(header, str):
        yield from limits.over("header-too-long", "a header", header, limits.HEADER)
    elif header is not None:
        yield from header.faults()
    yield from limits.over("footer-too-long", "a footer", footer or "", limits.FOOTER)
