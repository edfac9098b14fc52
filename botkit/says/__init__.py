"""What an author lets the bot say: messages as they stand in the file, one kind a file, and how each is made."""

from __future__ import annotations

from botkit.says.base import Around, Content, Teller
from botkit.says.message import MESSAGE, MESSAGE_KEYS, SAY, Say
from botkit.says.uses import TemplateUse

__all__ = ["MESSAGE", "MESSAGE_KEYS", "SAY", "Around", "Content", "Say", "Teller", "TemplateUse"]
