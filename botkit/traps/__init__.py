"""The usual traps of YAML, each told in the author's words with a hint that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from botkit.traps import flow, layout, quotes, spaces
from botkit.traps.page import Fault, Mend, Page

# Whom to ask what a syntax error comes from, the surest first. A guess counts only when it lets the parser get further.
SUSPECTS: tuple[Callable[[Page, Fault], Iterator[Mend]], ...] = (
    spaces.tabs,
    quotes.special,
    flow.faults,
    quotes.escapes,
    quotes.unclosed,
    quotes.inner,
    layout.colons,
    layout.dashes,
    quotes.second_colon,
    layout.indents,
)


def suspects(page: Page, fault: Fault) -> Iterator[Mend]:
    """What the author may have meant where the parser stopped, the likeliest first; the last one always fits."""
    for suspect in SUSPECTS:
        yield from suspect(page, fault)
    hint = "put texts in quotes, give each key a colon and a space, and keep lines that belong together under each other"
    yield page.told("yaml", fault.line, fault.column, 1, "this line cannot be read", hint)


__all__ = ["SUSPECTS", "Fault", "Mend", "Page", "flow", "layout", "quotes", "spaces", "suspects"]
