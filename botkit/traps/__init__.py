"""The usual traps of YAML, each told in the author's words with a hint that mends it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botkit.traps.page import Fault, Mend, Page

if TYPE_CHECKING:
    from botkit.traps import flow, layout, quotes, spaces

# Whom to ask what a syntax error comes from, the surest first. A guess counts only when it lets the parser get further.
SUSPECTS = (
    "spaces.tabs",
    "quotes.special",
    "flow.faults",
    "quotes.escapes",
    "quotes.unclosed",
    "quotes.inner",
    "layout.colons",
    "layout.dashes",
    "quotes.second_colon",
    "layout.below_a_text",
    "layout.indents",
)


def __getattr__(name: str) -> Any:
    """A file of traps, loaded when it is asked for: most files of most bots have nothing wrong with them."""
    if name in ("flow", "layout", "quotes", "spaces"):
        return importlib.import_module(f"botkit.traps.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def suspects(page: Page, fault: Fault) -> Iterator[Mend]:
    """What the author may have meant where the parser stopped, the likeliest first; the last one always fits."""
    for suspect in SUSPECTS:
        family, _, trap = suspect.partition(".")
        yield from getattr(importlib.import_module(f"botkit.traps.{family}"), trap)(page, fault)
    hint = "put texts in quotes, give each key a colon and a space, and keep lines that belong together under each other"
    yield page.told("yaml", fault.line, fault.column, 1, "this line cannot be read", hint)


__all__ = ["SUSPECTS", "Fault", "Mend", "Page", "flow", "layout", "quotes", "spaces", "suspects"]
