"""A message template that WhatsApp approved, with its parameters filled in (fact sheet §2.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.limits import Fault

_BLANKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]+| {4,}")


def parameter(text: str) -> str:
    """*text* as WhatsApp takes it for a parameter: no line break or tab, no four blanks in a row, never empty."""
    return _BLANKS.sub(" ", text).strip() or "–"


class TemplateMessage(Struct, frozen=True):
    """*body* is how it reads once filled in; *replies* are the payloads of its quick-reply buttons by their place among all buttons."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    body: str = ""
    header: str | None = None
    footer: str | None = None
    buttons: tuple[str, ...] = ()  # their labels
    replies: tuple[tuple[int, str], ...] = ()

    def payload(self) -> dict[str, Any]:
        components: list[dict[str, Any]] = []
        if self.parameters:
            components.append({"type": "body", "parameters": [{"type": "text", "text": parameter(p)} for p in self.parameters]})
        components.extend(
            {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": [{"type": "payload", "payload": payload}]}
            for index, payload in self.replies
        )
        template: dict[str, Any] = {"name": self.name, "language": {"code": self.language}}
        if components:
            template["components"] = components
        return {"type": "template", "template": template}

    def faults(self) -> Iterator[Fault]:
        yield from limits.over("template-too-long", "a template with its parameters", self.body, limits.TEMPLATE_BODY)

    def shown(self) -> str:
        return self.body
