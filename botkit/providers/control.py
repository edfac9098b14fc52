"""Who answers a contact, and what the contact wants: echoes, handovers and preferences as commands (fact sheet §4.9 to §4.11)."""

from __future__ import annotations

from typing import Any

from botkit.model import Identity
from botkit.providers import clean
from botkit.providers.persons import identity
from botkit.wire import Value

# Roles of a program that answers by itself; whoever loses control to us, or to nobody of these, leaves it to the bot.
_OTHERS = frozenset({"meta_business_agent", "ai_agent"})

Told = tuple[str, dict[str, Value], Identity | None, Any]  # command, its data, whom it is about, when


def echo(item: dict[str, Any], contact: dict[str, Any] | None, standby: bool) -> Told:
    """The business itself has written: a person in the phone's app, or (*standby*) the program that answers just now."""
    inner = item.get("message")
    message = inner if isinstance(inner, dict) else item
    who = identity(message.get("to"), message.get("to_user_id") or message.get("recipient"), contact)
    return "taken", {"by": "agent" if standby else "app"}, who, item.get("timestamp")


def handover(value: dict[str, Any]) -> Told:
    """Control has passed: to us, or away from us."""
    passed = value.get("control_passed")
    told: dict[str, Any] = passed if isinstance(passed, dict) else {}
    sender = value.get("sender")
    named: dict[str, Any] = sender if isinstance(sender, dict) else {}
    who = identity(named.get("phone_number") or named.get("wa_id"), named.get("user_id"), None)
    owners = {clean.text(told.get(name)).lower() for name in ("new_owner_role", "new_owner_app_role")}
    if _OTHERS & owners:
        return "taken", {"by": "agent"}, who, value.get("timestamp")
    return "given", {"from": "agent"}, who, value.get("timestamp")


def preference(item: dict[str, Any], contact: dict[str, Any] | None) -> Told | None:
    """The contact has stopped or resumed marketing in WhatsApp itself. None: it says neither."""
    who = identity(item.get("wa_id"), item.get("user_id"), contact)
    wish = clean.text(item.get("value")).lower()
    if wish not in ("stop", "resume", "signup"):
        return None
    data: dict[str, Value] = {"source": "WhatsApp's settings", "words": clean.line(item.get("detail"), 200)}
    return "opt_out" if wish == "stop" else "opt_in", data, who, item.get("timestamp")


def new_id(item: dict[str, Any]) -> tuple[Identity, Identity] | None:
    """Who had one business-scoped id and has another one: before and after. None: it does not say."""
    told = item.get("user_id")
    if not isinstance(told, dict):
        return None
    before, after = clean.identifier(told.get("previous")), clean.identifier(told.get("current"))
    return (Identity(bsuid=before), Identity(bsuid=after)) if before and after and before != after else None


__all__ = ["Told", "echo", "handover", "new_id", "preference"]
