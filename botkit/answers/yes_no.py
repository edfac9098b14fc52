"""bool: yes or no, in the words of the bot's languages."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.languages import EN, Language
from botkit.matching import normal
from botkit.wire import Value

_THUMBS = {"👍": True, "👎": False, "✅": True, "❌": False}
_SKINS = str.maketrans("", "", "🏻🏼🏽🏾🏿\ufe0f")


@lru_cache(maxsize=64)
def _words(lang: Language) -> dict[str, bool]:
    return {**{normal(word): False for word in lang.no}, **{normal(word): True for word in lang.yes}}


class Bool(Answer, frozen=True):
    kind: ClassVar[str] = "bool"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        if len(text) > 40:
            return Rejected("not a yes or no")
        thumb = _THUMBS.get(text.translate(_SKINS))
        if thumb is not None:
            return thumb
        word = normal(text)
        for lang in reading.tongues:
            if word in _words(lang):
                return _words(lang)[word]
        return Rejected("not a yes or no")

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, bool):
            return value
        found = _words(EN).get(normal(value)) if isinstance(value, str) else None
        return found if found is not None else Rejected("not a yes or no")
