"""News for operators in a webhook: what WhatsApp tells of templates, of the number and of the account (fact sheet §4.8, §4.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botkit.model import News
from botkit.model.news import Kind, Severity
from botkit.providers import clean

_NOWHEN = datetime.min

# What becomes of a template by these events: it can be sent again, or not any more.
_GOOD = frozenset({"approved", "reinstated", "unpaused"})
_SEVERE = frozenset({"rejected", "paused", "disabled", "pending_deletion", "deleted", "locked", "limit_exceeded", "archived"})
_BANS = ("disabled", "restriction", "violation", "deleted", "offboarded", "banned", "suspended")


def read(field: str, value: Mapping[str, Any], channel: str, at: datetime) -> News | None:
    """The news that a change of *field* tells. None: it is of a field that says nothing to an operator."""
    reader = _READERS.get(field)
    found = reader(value) if reader is not None else _errors(value)
    if found is None:
        return None
    parts = (found.about, found.language, found.state, found.reason)
    told = f"{_NAMES[found.kind]}: {' '.join(part for part in parts if part) or 'changed'}"
    return News(channel, found.kind, at, found.state, found.about, found.language, found.reason, found.severity, told)


def known(field: str) -> bool:
    """Whether a field is one that is passed over knowingly, or read."""
    return field in _READERS or field in _PASSED_OVER


def _errors(value: Mapping[str, Any]) -> News | None:
    errors = value.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, Mapping) or value.get("messages") or value.get("statuses"):
        return None
    data = first.get("error_data")
    said = (data.get("details") if isinstance(data, Mapping) else None) or first.get("message") or first.get("title")
    code, reason = clean.text(first.get("code"))[:20], clean.line(said)
    return _news("error", code, reason=reason, severity="error") if code or reason else None


def _template(value: Mapping[str, Any]) -> News:
    state = _word(value, "event")
    severity: Severity = "error" if state in _SEVERE else "info" if state in _GOOD else "warning"
    reason = clean.line(value.get("reason"))
    infos = (value.get(name) for name in ("rejection_info", "disable_info", "other_info"))
    info: Mapping[str, Any] = next((info for info in infos if isinstance(info, Mapping)), {})
    more = clean.line(info.get("reason") or info.get("description") or info.get("title"))
    reason = " ".join(part for part in ("" if reason.upper() == "NONE" else reason, more) if part)
    return _news("template", state, *_named(value), reason=reason, severity=severity)


def _quality(value: Mapping[str, Any]) -> News:
    state, before = _word(value, "new_quality_score"), _word(value, "previous_quality_score")
    return _news("quality", state, *_named(value), reason=f"was {before}" if before else "", severity=_BY_COLOUR.get(state, "info"))


def _category(value: Mapping[str, Any]) -> News:
    state, before = _word(value, "new_category") or _word(value, "correct_category"), _word(value, "previous_category")
    return _news("category", state, *_named(value), reason=f"was {before}" if before else "", severity="warning")


def _components(value: Mapping[str, Any]) -> News:
    return _news("other", "changed", *_named(value), severity="warning")


def _number(value: Mapping[str, Any]) -> News:
    state = _word(value, "event") or _word(value, "decision") or _word(value, "status") or "changed"
    reason = " ".join(clean.line(part, 120) for part in (value.get("rejection_reason"), value.get("username")) if part)
    return _news("number", state, clean.line(value.get("display_phone_number"), 40), reason=reason)


def _level(value: Mapping[str, Any]) -> News:
    """How fast a number may send, or to how many it may write first, has changed."""
    event, limit = _word(value, "event"), _limit(value)
    if "throughput" in event:
        return _news("throughput", event, clean.line(value.get("display_phone_number"), 40), reason=limit)
    return _news("limit", limit) if limit else _number(value)


def _limit(value: Mapping[str, Any]) -> str:
    """To how many people a business may write first in a day (fact sheet §5.7): a number, or unlimited; else WhatsApp's own word."""
    names = ("max_daily_conversations_per_business", "max_daily_conversation_per_phone", "current_limit")
    told = next((clean.line(value[name], 40).lower().removeprefix("tier_") for name in names if value.get(name) is not None), "")
    thousands = told.removesuffix("k")
    if told.endswith("k") and thousands.isdecimal() and thousands.isascii():
        return f"{thousands}000"
    return "unlimited" if told == "-1" else told


def _account(value: Mapping[str, Any]) -> News:
    state = _word(value, "event") or _word(value, "decision") or "changed"
    infos = [value[name] for name in ("ban_info", "restriction_info", "violation_info") if value.get(name)]
    reason = clean.line(_flat(infos), 200)
    severe = (any(word in state for word in _BANS) or bool(infos)) and "reinstate" not in f"{state} {reason.lower()}"
    return _news("account", state, reason=reason, severity="error" if severe else "info")


def _capability(value: Mapping[str, Any]) -> News:
    limit = _limit(value)
    return _news("limit", limit) if limit else _news("account", "changed", "capability")


def _alert(value: Mapping[str, Any]) -> News:
    info = value.get("alert_info")
    told: Mapping[str, Any] = info if isinstance(info, Mapping) else value
    severity: Severity = "error" if _word(told, "alert_severity") == "critical" else "warning"
    return _news(
        "alert", _word(told, "alert_type") or "alert", _word(told, "alert_status"), reason=clean.line(told.get("alert_description")),
        severity=severity,
    )  # fmt: skip


def _security(value: Mapping[str, Any]) -> News:
    return _news("security", _word(value, "event") or "changed", clean.line(value.get("display_phone_number"), 40), severity="warning")


def _news(kind: Kind, state: str, about: str = "", language: str = "", *, reason: str = "", severity: Severity = "info") -> News:
    return News("", kind, _NOWHEN, state, about, language, reason, severity)


def _named(value: Mapping[str, Any]) -> tuple[str, str]:
    return clean.line(value.get("message_template_name"), 512), clean.line(value.get("message_template_language"), 20)


def _word(value: Mapping[str, Any], name: str) -> str:
    return clean.line(value.get(name), 60).lower().replace(" ", "_")


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_flat(inner) for inner in value.values())
    if isinstance(value, list):
        return " ".join(_flat(inner) for inner in value[:10])
    return clean.text(value)


_BY_COLOUR: dict[str, Severity] = {"red": "error", "yellow": "warning"}

_NAMES: dict[Kind, str] = {
    "template": "template", "quality": "quality of template", "category": "category of template", "number": "number",
    "throughput": "throughput of number", "limit": "people a day who may be written to first", "account": "account", "alert": "alert",
    "security": "security", "error": "error", "other": "content of template",
}  # fmt: skip

_READERS: dict[str, Callable[[Mapping[str, Any]], News]] = {
    "message_template_status_update": _template,
    "message_template_quality_update": _quality,
    "template_category_update": _category,
    "message_template_components_update": _components,
    "phone_number_quality_update": _level,
    "phone_number_name_update": _number,
    "business_username_update": _number,
    "business_username_updates": _number,
    "business_capability_update": _capability,
    "account_update": _account,
    "account_review_update": _account,
    "account_alerts": _alert,
    "security": _security,
}

# Fields that say nothing to a bot and nothing to who operates it, or that are read elsewhere (fact sheet §4.9).
_PASSED_OVER = frozenset({
    "messages", "standby", "messaging_handovers", "smb_message_echoes", "smb_app_state_sync", "history", "calls",
    "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update", "flows",
    "payment_configuration_update", "partner_solutions", "automatic_events", "user_preferences", "user_id_update",
})  # fmt: skip

__all__ = ["known", "read"]
