"""The parts that messages are made of, each with the reason why WhatsApp would refuse it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from botkit.messages import length
from botkit.testing.refusal import Refusal

BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def text(value: Any, what: str, limit: int, code: int = 131009, *, blank: bool = False) -> Iterator[Refusal]:
    """The refusal of a text that is missing, empty (unless *blank* is allowed) or longer than *limit*."""
    if value is None and not blank:
        yield Refusal(131008, f"Parameter {what} is required")
    elif not isinstance(value, str) or not (blank or value.strip()):
        yield Refusal(code, f"Param {what} must be a non-empty string")
    elif length(value) > limit:
        yield Refusal(code, f"Param {what} must be at most {limit} characters long; it has {length(value)}")


def link(value: Any, what: str) -> Iterator[Refusal]:
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
        yield Refusal(131009, f"Param {what} must be a valid URL")


def media(content: dict[str, Any], what: str) -> Iterator[Refusal]:
    """A file is given by its id, or by a link."""
    if ("id" in content) == ("link" in content):
        yield Refusal(131008 if "id" not in content else 100, f"{what} needs exactly one of id and link")
    elif "link" in content:
        yield from link(content["link"], f"{what}['link']")
    else:
        yield from text(content["id"], f"{what}['id']", 255)


def records(value: Any) -> list[dict[str, Any]]:
    """The records of a list; anything else in it counts as an empty one."""
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def record(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
