"""text: whatever was written, 1 to 4,096 characters, without spaces at both ends."""

from __future__ import annotations

from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.wire import Value

MOST = 4_096  # characters: what WhatsApp lets a contact write


class Text(Answer, frozen=True):
    kind: ClassVar[str] = "text"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        return self.normal(text)

    def normal(self, value: Value) -> Value | Rejected:
        if not isinstance(value, str):
            return Rejected("not a text")
        text = value.strip()
        if not text:
            return Rejected("an empty text")
        return text if len(text) <= MOST else Rejected(f"a text of more than {MOST:,} characters")
