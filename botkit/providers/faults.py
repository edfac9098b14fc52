"""The error bodies that a gateway answers with, read into one form: five shapes, in the order of fact sheet §6.2."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from botkit import wire
from botkit.providers import clean

_TAG = re.compile(r"<[^>]{0,500}>")
_READ = 65_536  # bytes of an answer that are looked at


class Fault(Struct, frozen=True):
    """What an error body says. *code* is None where 360dialog or a proxy speaks for itself, without WhatsApp's code."""

    code: int | None = None
    subcode: int | None = None
    text: str = ""  # one line
    trace: str | None = None  # for the gateway's support


def read(body: bytes) -> Fault:
    """The fault that *body* tells; an empty one when it tells none. Never raises."""
    try:
        parsed = wire.plain(body)
    except ValueError:
        return Fault(text=clean.line(_TAG.sub(" ", body[:_READ].decode("utf-8", "replace"))))
    if not isinstance(parsed, dict):
        return Fault(text=clean.line(parsed))
    told = parsed.get("meta")
    meta: dict[str, Any] = told if isinstance(told, dict) else {}
    trace = clean.identifier(meta.get("360dialog_trace_id"))
    error = parsed.get("error")
    if isinstance(error, dict):
        return _meta(error, trace)
    developer = meta.get("developer_message")
    if isinstance(developer, str):
        return _embedded(developer, trace) or Fault(text=clean.line(developer), trace=trace)
    if isinstance(error, str):
        return _embedded(error, trace) or Fault(text=clean.line(error), trace=trace)
    errors = parsed.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        return Fault(clean.integer(first.get("code")), None, clean.line(first.get("details") or first.get("title")), trace)
    return Fault(text=clean.line(parsed.get("message") or parsed.get("detail")), trace=trace)


def _meta(error: dict[str, Any], trace: str | None) -> Fault:
    """Meta's own shape (fact sheet §2.11): anything in it but the code may be missing."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else error.get("details")
    said = [clean.line(part) for part in (error.get("message"), details) if part]
    if len(said) == 2 and said[0].endswith(said[1]):
        said.pop()  # "(#100) This and that: This and that"
    return Fault(
        clean.integer(error.get("code")),
        clean.integer(error.get("error_subcode")),
        ": ".join(part for part in said if part)[:500],
        clean.identifier(error.get("fbtrace_id")) or trace,
    )


def _embedded(text: str, trace: str | None) -> Fault | None:
    """Meta's error inside 360dialog's text: `Invalid payload ({"error": …})`. None when there is none."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        parsed = wire.plain(text[start : end + 1])
    except ValueError:
        return None
    error = parsed.get("error") if isinstance(parsed, dict) else None
    return _meta(error, trace) if isinstance(error, dict) else None
