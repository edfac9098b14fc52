"""A message template as its file describes it: what WhatsApp was asked to approve, and what it is filled with."""

from __future__ import annotations

from botkit.templates.keys import TEMPLATE
from botkit.templates.reading import read_template, translated, whatsapp_code
from botkit.templates.wording import Button, CardWording, Picture, Template, Wording

PULLED = "templates/.provider.json"  # what providers had when they were asked last; it is no part of a release

__all__ = ["PULLED", "TEMPLATE", "Button", "CardWording", "Picture", "Template", "Wording", "read_template", "translated", "whatsapp_code"]
