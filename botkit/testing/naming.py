"""Whether a message is the one that a test names."""

from __future__ import annotations

from collections.abc import Sequence

from botkit.testing.matching import fits
from botkit.testing.said import Said
from botkit.testing.talks import Choices, Says, Uses


def otherwise(entry: Says | Uses, said: Said) -> str:
    """How *said* is not what *entry* names, as a sentence; "" when it is."""
    if isinstance(entry, Uses):
        if said.template != entry.name.text:
            return "the bot said something else"
        if entry.values is not None and not _all_fit([value.text for value in entry.values], said.values):
            return "the template has other values"
    elif said.template:
        return "the bot sent a template"
    elif entry.text is not None and not fits(entry.text.text, said.text):
        return "the bot said something else"
    if isinstance(entry, Says) and entry.file is not None and not file_fits(entry.file.text, said):
        return "the message has another file"
    if isinstance(entry, Says) and entry.link is not None and not link_fits(entry.link.text, said):
        return "the button leads elsewhere"
    if entry.options is not None and not options_fit(entry.options, said):
        return "there are other options"
    return ""


def file_fits(name: str, said: Said) -> bool:
    return fits(name.removeprefix("media/"), said.file)


def link_fits(link: str, said: Said) -> bool:
    return any(fits(link, where) for _, where in said.leads)


def options_fit(options: Choices, said: Said) -> bool:
    return _all_fit([label.text for label in options.labels], [option.label for option in said.options])


def shape(said: Said) -> tuple[object, ...]:
    """What of a message does not depend on the language."""
    return said.origin, said.template, tuple(option.id for option in said.options)


def _all_fit(expected: Sequence[str], found: Sequence[str]) -> bool:
    return len(expected) == len(found) and all(map(fits, expected, found))
