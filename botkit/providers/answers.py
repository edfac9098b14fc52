"""What an answer to a send means: one table for codes, one for 360dialog's texts, one for HTTP statuses, asked in this order.

The codes are those of fact sheet §6.1, the texts those of §6.2; what is in doubt and what is not is the reliability rule: a refusal
that is certain may be tried again, anything else waits for a status first. A code means the same in a direct answer and in a later
status "failed", but that the latter is always certain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from botkit import wire
from botkit.providers import clean, faults
from botkit.providers.base import Outcome, Verdict

CODES: dict[int, Verdict] = {
    0: "stopped",  # cannot authenticate
    3: "stopped",  # capability or permission
    4: "later",  # calls of the app
    10: "stopped",  # permission
    33: "stopped",  # the number is gone
    100: "refused",  # invalid parameter
    190: "stopped",  # token expired
    368: "stopped",  # blocked for policy violations
    470: "window",  # old style
    1013: "refused",  # old style: not a user
    1026: "refused",  # old style: receiver incapable
    80007: "later",  # calls of the account
    130429: "later",  # throughput of the number
    130472: "refused",  # the user takes part in an experiment
    130497: "refused",  # country not allowed
    131005: "stopped",  # access denied
    131008: "refused",  # parameter missing
    131009: "refused",  # parameter value
    131021: "refused",  # to oneself
    131026: "refused",  # undeliverable
    131030: "refused",  # test number: not on the list
    131031: "stopped",  # account locked
    131035: "refused",  # not deliverable within the retention time
    131036: "refused",  # payload gone before delivery
    131037: "stopped",  # display name not approved
    131041: "refused",  # calls
    131042: "stopped",  # payment
    131044: "refused",  # payment of calls
    131045: "stopped",  # registration of the number
    131047: "window",
    131048: "stopped",  # too many people block this number
    131049: "refused",  # marketing cap of this user
    131050: "optout",
    131051: "refused",  # type not supported
    131052: "refused",  # media of the user
    131053: "refused",  # media of ours
    131055: "refused",  # method not allowed
    131056: "pair",
    131057: "later",  # maintenance, a minute
    131059: "refused",  # unclear; told to the operator with its text
    131062: "refused",  # this message cannot go to a BSUID
    131063: "refused",  # marketing templates need the other API
    131064: "stopped",  # limit for misclassified templates
    131208: "later",  # group rate
    132000: "refused",  # number of parameters
    132001: "refused",  # no such template
    132005: "refused",  # too long once filled in
    132007: "refused",  # content policy
    132008: "refused",  # parameter value
    132012: "refused",  # parameter format
    132015: "template",  # paused
    132016: "template",  # disabled
    132018: "refused",  # line break, tab or blanks in a parameter
    132068: "refused",  # form blocked
    132069: "refused",  # form throttled
    133004: "later",  # registration server down
    133016: "later",  # too many attempts
    134011: "refused",  # terms of payments
    135000: "refused",  # unsupported combination
    137000: "refused",  # identity changed
    2593109: "refused",  # history sharing
}

# Families, where the fact sheet has no row of its own for a code.
RANGES: tuple[tuple[range, Verdict], ...] = (
    (range(200, 300), "stopped"),  # permissions
    (range(133000, 133017), "stopped"),  # registration, PIN
    (range(134100, 134104), "refused"),  # marketing API
    (range(138000, 139000), "refused"),  # calls
    (range(139000, 139200), "refused"),  # forms, block list
    (range(141000, 142000), "refused"),  # health
    (range(2388000, 2389000), "refused"),  # making of templates
)

# Subcodes that say more than their code, which is often a mere 100.
SUBCODES: dict[int, Verdict] = {33: "stopped", 2494100: "later"}  # the number is gone; maintenance

# Codes for trouble inside WhatsApp: whether the message left is told by the HTTP status alone.
UNSURE = frozenset({1, 2, 131000, 131016})

# What 360dialog says without a code, with HTTP 4xx.
TEXTS: tuple[tuple[str, Verdict], ...] = (
    ("rate limit", "later"),
    ("payment", "stopped"),
    ("disabled", "stopped"),
    ("invalid api key", "stopped"),
)

STATUSES: dict[int, Verdict] = {401: "stopped", 403: "stopped", 408: "doubt", 425: "later", 429: "later", 503: "later"}


def by_code(code: int | None) -> Verdict | None:
    """What WhatsApp's code alone means; None when it means nothing certain."""
    if code is None or code in UNSURE:
        return None
    return CODES.get(code) or SUBCODES.get(code) or next((verdict for family, verdict in RANGES if code in family), None)


def by_text(text: str) -> Verdict | None:
    said = text.lower()
    return next((verdict for words, verdict in TEXTS if words in said), None)


def by_status(status: int) -> Verdict:
    """What an HTTP status alone means, where it is no 2xx."""
    if status in STATUSES:
        return STATUSES[status]
    if 400 <= status < 500:
        return "refused"
    return "stopped" if 300 <= status < 400 else "doubt"  # a redirect: the address of the gateway is wrong


def outcome(status: int, headers: Mapping[str, str], body: bytes, key: str) -> Outcome:
    """What an HTTP answer to a send means. *key* is the channel's, to be struck out of what the answer says."""
    if 200 <= status < 300:
        accepted = _accepted(body)
        if accepted is not None:
            return accepted
    fault = faults.read(body)
    verdict = SUBCODES.get(fault.subcode or 0) or by_code(fault.code)
    if verdict is None and 200 <= status < 300:
        verdict = "doubt"
    elif verdict is None and fault.code in UNSURE:
        verdict = "later" if status in (429, 503) else "doubt"
    elif verdict is None and fault.code is None and 400 <= status < 500:
        verdict = by_text(fault.text)
    return Outcome(
        verdict or by_status(status),
        code=fault.code,
        detail=_struck(f"HTTP {status}: {fault.text}" if fault.text else f"HTTP {status}", key),
        retry_after=_retry_after(headers),
        trace=fault.trace,
    )


def failure(code: int | None, detail: str | None, key: str) -> Outcome:
    """What a later status "failed" means. The message surely did not arrive: trouble inside WhatsApp means again."""
    verdict = by_code(code) or ("again" if code in UNSURE else "refused")
    return Outcome(verdict, code=code, detail=_struck(detail or "WhatsApp gave no reason", key))


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


def _struck(text: str, key: str) -> str:
    """*text* without *key* and without longer pieces of it: Meta quotes a bad token in its message, sometimes cut off."""
    line = clean.line(text)
    if len(key) < 8:
        return line
    return re.sub(r"[\w./+=~-]{8,}", lambda word: "…" if word[0] in key or key in word[0] else word[0], line.replace(key, "…"))
