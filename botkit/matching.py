"""How words of a contact are matched with words of an author: without case, accents, punctuation and outer spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from botkit.messages import limits

_MOST = 256  # characters that are compared


def normal(text: str) -> str:
    """The form in which two texts are compared; a text of punctuation alone stays as it is."""
    return _normal(text[:_MOST])  # cut before it is remembered: thousands of long texts would fill the memory


@lru_cache(maxsize=4096)
def _normal(text: str) -> str:
    if text.isascii():
        folded = text.lower()
        kept = "".join(c if c.isalnum() else " " for c in folded) if not folded.isalnum() else folded
        # Symbols such as + and $ are no punctuation: they tell "+1" from "1".
        if not folded.replace(" ", "").isalnum():
            kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "S" else "" if c == "'" else " " for c in folded)
    else:
        decomposed = text.casefold()
        for _ in range(2):  # some letters are capitals once they are taken apart
            decomposed = unicodedata.normalize("NFKD", decomposed).casefold()
        kept = "".join(
            "" if unicodedata.combining(c) or c in "\u200d\ufe0f\u200e\u200f\u2019'" else " " if unicodedata.category(c)[0] in "PZC" else c
            for c in decomposed
        )
    words = " ".join(kept.split())[:_MOST].rstrip()
    return words or " ".join(text.casefold().split())


def label_forms(label: str) -> Iterable[str]:
    """A label, and the label as WhatsApp cuts it: as a button and as a row of a list, for a hidden option can make one of the other."""
    yield normal(label)
    for limit in (limits.BUTTON_TITLE, limits.ROW_TITLE):
        shortened = limits.cut(label, limit)
        if shortened != label:
            yield normal(shortened)


class Words:
    """Texts that lead to an id, first come first served."""

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def add(self, text: str, id_: str) -> str | None:
        """Let *text* lead to *id_*; the id that has it already, when another has."""
        form = normal(text)
        if not form:
            return None
        there = self._ids.setdefault(form, id_)
        return None if there == id_ else there

    def find(self, text: str) -> str | None:
        return self._ids.get(normal(text)) if self._ids else None

    @property
    def forms(self) -> Mapping[str, str]:
        return self._ids
