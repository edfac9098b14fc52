"""What an answer to a send means: WhatsApp's code is asked first, then 360dialog's text, then the HTTP status.

What is in doubt and what is not is the reliability rule: a refusal that is certain may be tried again, anything else waits for a status
first. A code means the same in a direct answer and in a later status "failed", but that the latter is always certain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from botkit import wire
from botkit.providers import clean, errors, faults
from botkit.providers.base import Outcome


def outcome(status: int, headers: Mapping[str, str], body: bytes, key: str) -> Outcome:
    """What an HTTP answer to a send means. *key* is the channel's, to be struck out of what the answer says."""
    if 200 <= status < 300:
        accepted = _accepted(body)
        if accepted is not None:
            return accepted
    fault = faults.read(body)
    row = errors.by_code(fault.code, fault.subcode)
    if row is None and fault.code is None and 400 <= status < 500:
        row = errors.by_text(fault.text)
    by_status = errors.by_status(status)
    verdict = "doubt" if row is None and 200 <= status < 300 else (row or by_status).verdict
    if row is not None and row.verdict == "doubt" and by_status.verdict == "later":
        verdict = "later"  # 429 and 503 surely refuse
    told = row or by_status
    return Outcome(
        verdict,
        code=fault.code,
        detail=struck(f"HTTP {status}: {fault.text}" if fault.text else f"HTTP {status}", key),
        retry_after=_retry_after(headers),
        trace=fault.trace,
        least=told.least,
        slow=told.slow,
        alert=told.alert,
    )


def failure(code: int | None, detail: str | None, key: str) -> Outcome:
    """What a later status "failed" means. The message surely did not arrive: trouble inside WhatsApp means again."""
    row = errors.by_code(code) or errors.UNKNOWN
    said = struck(detail or "WhatsApp gave no reason", key)
    return Outcome(row.late or row.verdict, code=code, detail=said, least=row.least, slow=row.slow, alert=row.alert)


def _accepted(body: bytes) -> Outcome | None:
    try:
        parsed = wire.plain(body)
    except ValueError:
        return None
    first = _first(parsed, "messages")
    id_ = clean.identifier(first.get("id"))
    if id_ is None:
        return None
    wa_id = clean.identifier(_first(parsed, "contacts").get("wa_id"))
    return Outcome(
        "accepted", id=id_, detail=clean.line(first.get("message_status")), wa_id=None if wa_id is None or clean.is_bsuid(wa_id) else wa_id
    )


def _first(parsed: Any, name: str) -> dict[str, Any]:
    items = parsed.get(name) if isinstance(parsed, dict) else None
    return items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else {}


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait; a date counts from the answer's own Date, so that no clock is needed. None: nothing usable was said."""
    named = {name.lower(): value for name, value in headers.items() if name.lower() in ("retry-after", "date")}
    told = named.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - parsedate_to_datetime(named.get("date", ""))).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def struck(text: str, key: str) -> str:
    """*text* without *key* and without longer pieces of it: Meta quotes a bad token in its message, sometimes cut off."""
    line = clean.line(text)
    if len(key) < 8:
        return line
    return re.sub(r"[\w./+=~-]{8,}", lambda word: "…" if word[0] in key or key in word[0] else word[0], line.replace(key, "…"))
