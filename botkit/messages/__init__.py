"""What a bot can say on WhatsApp: one kind a file, each with its limits, how it reads and how it is written for the API."""

from __future__ import annotations

from botkit.messages.interactive import Buttons, Choice, Menu
from botkit.messages.limits import Fault, cut, length
from botkit.messages.template import TemplateMessage
from botkit.messages.text import Text

Message = Text | Buttons | Menu | TemplateMessage

__all__ = ["Buttons", "Choice", "Fault", "Menu", "Message", "TemplateMessage", "Text", "cut", "length"]
