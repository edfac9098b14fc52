"""image, audio, video, document, sticker and media: a file that was sent; with [1..5] a list of several."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.expressions import Fault
from botkit.model import MessageReceived
from botkit.wire import Value

TYPES = ("image", "audio", "video", "document", "sticker")
_RANGE = re.compile(r"([0-9]{1,2})(?:\.\.([0-9]{1,2}))?")
_KEPT = ("id", "mime_type", "sha256", "filename", "voice", "animated")


class Media(Answer, frozen=True):
    """One file, a record of type, id, mime_type, filename, caption; its address is left out, since it works for minutes only."""

    kind: ClassVar[str] = "record"

    @classmethod
    def of(cls, word: str, argument: str | None) -> Answer | Fault:
        if argument is None:
            return cls(word)
        name = word.partition("[")[0].partition("(")[0]
        match = _RANGE.fullmatch(argument.replace(" ", "")) if word.endswith("]") else None
        least, most = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= least <= most <= 30:
            return Fault("type", len(name), max(1, len(word) - len(name)), "how many stands in square brackets, 1 to 30", f"{name}[1..5]")
        return Several(word, least, most)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The types of messages that will do."""
        name = self.word.partition("[")[0].strip()
        return TYPES if name == "media" else (name,)

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        if not self._fits(message):
            return Rejected(f"not {self.word} but {message.type}")
        return {"type": message.type, **{key: message.data.get(key) for key in _KEPT}, "caption": message.text or None}

    def _fits(self, message: MessageReceived) -> bool:
        if message.type in self.wanted:
            return True
        # A picture is often sent as a document, so that it keeps its quality.
        mime = message.data.get("mime_type")
        return message.type == "document" and isinstance(mime, str) and mime.split("/")[0] in self.wanted

    def normal(self, value: Value) -> Value | Rejected:
        return value if isinstance(value, Mapping) else Rejected(f"not {self.word}")


class Several(Media, frozen=True):
    """A list of files, *least* to *most* of them. One message brings one: whoever gathers several joins the lists."""

    least: int = 1
    most: int = 1
    kind: ClassVar[str] = "list"

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        record = Media.read(self, message, reading)
        return record if isinstance(record, Rejected) else [record]

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, list) and self.least <= len(value) <= self.most and all(isinstance(one, Mapping) for one in value):
            return value
        return Rejected(f"not {self.word}")
