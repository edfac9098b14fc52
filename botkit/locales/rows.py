"""What goes to translators and comes back: a text and its translation, whatever kind of file it stands in."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from botkit.locales.counted import apart
from botkit.locales.phrases import Phrase, State, Translation


class Row(Struct, frozen=True):
    """One text. *source* and *text* have one form, or where they are counted, one for each form of their language.

    *text* is empty where there is no translation. *open_*: it still has to be looked at; *guess*: it was made by a machine, and nobody has
    looked at it; *before*: the source that it was made from.
    """

    key: str
    source: tuple[str, ...]
    text: tuple[str, ...]
    open_: bool = False
    guess: bool = False
    before: str | None = None
    place: str = ""  # file:line of the source
    line: int = 0  # in the file that was read
    state: State = "translated"


class Unreadable(Exception):
    """A file that is none of its kind; *line* 0: as a whole."""

    def __init__(self, line: int, told: str) -> None:
        super().__init__(told)
        self.line = line
        self.told = told


def rows_of(
    code: str, source: str, phrases: Mapping[str, Phrase], there: Mapping[str, Translation], plurals: bool
) -> list[Row]:  # fmt: skip
    """A row for every text that is to be translated into a language, or is already. *plurals*: forms are taken apart where that can be."""
    found = []
    for key, phrase in phrases.items():
        translation = there.get(key)
        state: State = translation.state(phrase)[0] if translation is not None else "missing"
        if not phrase.wanted_in(code) or not (phrase.needed or state != "missing"):
            continue
        text = translation.text.text if translation is not None and translation.text is not None else ""
        was = None
        if translation is not None and state == "stale":
            old = translation.before or translation.source
            was = _ended(old.text) if old is not None else None
        ours, theirs = forms_of(_ended(phrase.source), _ended(text), source, code) if plurals else (None, None)
        place = phrase.node.place
        found.append(
            Row(
                key, ours or (_ended(phrase.source),), theirs or (_ended(text),), state in ("stale", "values", "faulty"), before=was,
                place=f"{place.file}:{place.line}", state=state,
            )
        )  # fmt: skip
    return found


def forms_of(ours: str, theirs: str, source: str, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms of a text and of its translation; one of each where either cannot be taken apart."""
    one, other = apart(ours, source), apart(theirs, code)
    if "plural" not in ours or one is None or other is None:
        return (ours,), (theirs,)
    return one, other


def _ended(text: str) -> str:
    """Without the line breaks at the end, which do not count."""
    return text.rstrip("\n")


__all__ = ["Row", "Unreadable", "forms_of", "rows_of"]
