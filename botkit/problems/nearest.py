"""The word that was most likely meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that *word* was most likely meant to be; None when nothing is near."""
    from difflib import get_close_matches  # only who mistypes waits for it

    candidates = list(known)
    for candidate in candidates:
        if candidate.casefold() == word.casefold():
            return candidate
    close = get_close_matches(word, candidates, n=1, cutoff=0.65)
    return close[0] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known word; None when nothing is near."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near is not None else None
