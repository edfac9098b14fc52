"""Who is meant: number, business-scoped id and name, wherever they are told, and what they become (fact sheet §4.6, §4.12)."""

from __future__ import annotations

import re
from typing import Any

from botkit.model import Identity
from botkit.providers import clean
from botkit.providers.elements import person

# Older bodies tell a change in words only; what the contact calls itself stands before them.
_TOLD = re.compile(r"changed from (\S{3,160}) to (\S{3,160}?)\.?$")


def sender(message: dict[str, Any], contact: dict[str, Any] | None) -> Identity | None:
    """Who wrote. A system message may name nobody but the person that changed: by the old id, which is the one we know. None: nobody."""
    number, bsuid = person(message)
    system = message.get("system")
    if isinstance(system, dict):
        bsuid = system.get("previous_user_id") or bsuid
        if number is None and bsuid is None and contact is None:
            told = _in_words(system)
            number, bsuid = (told[0], None) if told is not None else (system.get("wa_id"), system.get("user_id"))
    return identity(number, bsuid, contact)


def moved(message: dict[str, Any], before: Identity | None) -> Identity | None:
    """What the contact is known by from now on, where a system message tells that its number or id is another one. None: it does not."""
    system = message.get("system")
    if not isinstance(system, dict) or before is None:
        return None
    number, bsuid = system.get("wa_id") or system.get("new_wa_id"), system.get("user_id")
    if not number and not bsuid and (told := _in_words(system)) is not None:
        number = told[1]
    after = identity(number, bsuid, None)
    return changed(before, after) if after is not None else None


def changed(before: Identity, after: Identity) -> Identity | None:
    """What of *after* is not as it was. None: nothing."""
    wa_id = after.wa_id if after.wa_id != before.wa_id else None
    bsuid = after.bsuid if after.bsuid != before.bsuid else None
    return Identity(wa_id, bsuid) if wa_id or bsuid else None


def identity(number: Any, bsuid: Any, contact: dict[str, Any] | None) -> Identity | None:
    """Number, business-scoped id and name from what stands in an item and in its contact; an id in a number's place is taken for what it
    is. None: nobody is named."""
    wa_id, user_id = clean.identifier(number), clean.identifier(bsuid)
    profile: str | None = None
    if contact is not None:
        wa_id = wa_id or clean.identifier(contact.get("wa_id"))
        user_id = user_id or clean.identifier(contact.get("user_id"))
        named = contact.get("profile")
        profile = clean.text(named.get("name")) or None if isinstance(named, dict) else None
    if wa_id is not None and not wa_id.isdecimal() and clean.is_bsuid(wa_id):
        wa_id, user_id = None, user_id or wa_id
        known = clean.identifier(contact.get("wa_id")) if contact is not None else None
        wa_id = known if known is not None and not clean.is_bsuid(known) else None
    return Identity(wa_id, user_id, profile) if wa_id or user_id else None


def _in_words(system: dict[str, Any]) -> tuple[str, str] | None:
    found = _TOLD.search(clean.line(system.get("body")))
    return (found[1], found[2]) if found is not None else None


__all__ = ["changed", "identity", "moved", "sender"]
