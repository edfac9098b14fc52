"""Texts in the other languages of a bot: locales/<language>.yaml, each with the source beside the translation."""

from botkit.locales.phrases import Phrase, State, Translation, phrases
from botkit.locales.reading import BEFORE, entries, translate

__all__ = ["BEFORE", "Phrase", "State", "Translation", "entries", "phrases", "translate"]
