"""regex(…): a text that a pattern fits as a whole, in an engine whose time grows only with the length of the text."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.answers.text import MOST
from botkit.expressions import Fault
from botkit.wire import Value

_MEMORY = 1 << 20  # bytes that a compiled pattern may take


def engine() -> Any:
    """The module re2; None when the extra [regex] is not installed."""
    try:
        return import_module("re2")
    except ImportError:
        return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    re2 = engine()
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)


class Regex(Answer, frozen=True):
    pattern: str = ""
    kind: ClassVar[str] = "text"

    @classmethod
    def of(cls, word: str, argument: str | None) -> Answer | Fault:
        if not argument:
            return Fault("type", 0, len(word), "regex needs a pattern in brackets", "regex([A-Z]{2}[0-9]{4})")
        re2 = engine()
        start = word.index(argument)
        if re2 is None:
            return Fault("missing-extra", 0, 5, "patterns need an engine that is not installed", "pip install 'botkit[regex]'")
        try:
            _compiled(argument)
        except re2.error as error:
            reason = error.args[0] if error.args else ""
            reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
            return Fault("pattern", start, len(argument), f"this pattern cannot be read: {reason}")
        except UnicodeEncodeError:
            return Fault("pattern", start, len(argument), "this pattern cannot be read: it holds half a character")
        return cls(word, argument)

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        return self.normal(text)

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, str) and len(value) <= MOST:
            text = value.strip()
            try:
                if _compiled(self.pattern).fullmatch(text):
                    return text
            except UnicodeEncodeError:  # half a character
                pass
        return Rejected("not of the pattern")
