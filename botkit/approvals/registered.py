"""A template in one language as a provider holds it, whichever of their shapes it comes in (fact sheet §1.1, §2.13)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

# What WhatsApp says of a template that no message can be sent with, in words. Anything but "approved" is one of those.
WORDS: dict[str, str] = {
    "pending": "is waiting for WhatsApp's approval",
    "submitted": "is waiting for WhatsApp's approval",
    "in_appeal": "was rejected, and an appeal is waiting",
    "rejected": "was rejected",
    "paused": "is paused by WhatsApp: too many people did not want it",
    "disabled": "is disabled by WhatsApp",
    "pending_deletion": "is being deleted",
    "deleted": "is deleted",
    "limit_exceeded": "is one more than this account may have",
    "archived": "is archived",
}
WAITING = frozenset({"pending", "submitted", "in_appeal"})


class Registered(Struct, frozen=True):
    """*category*, *status* and *quality* in small letters: 360dialog and Meta write them differently. *reason*: why it was rejected; ""
    where nothing was said. *components*: as the provider has them (fact sheet §2.13). *named*: its values have names."""

    name: str
    language: str
    status: str
    category: str = ""
    id: str = ""  # what Meta calls it by
    reason: str = ""
    quality: str = ""  # green, yellow, red; "": not known
    components: tuple[dict[str, Any], ...] = ()
    named: bool = False

    @property
    def usable(self) -> bool:
        return self.status == "approved"

    @property
    def told(self) -> str:
        """How it stands, in words."""
        words = WORDS.get(self.status, f'has the status "{self.status}"')
        return f"{words}: {self.reason}" if self.reason else words


def read_registered(record: Any) -> Registered | None:
    """None for what has neither name nor language."""
    if not isinstance(record, dict):
        return None
    name, language = _line(record.get("name"), 512), _line(record.get("language"), 20)
    if not name or not language:
        return None
    quality = record.get("quality_score")
    score = _line(quality.get("score") if isinstance(quality, dict) else quality, 20).lower()
    return Registered(
        name=name,
        language=language,
        status=_line(record.get("status"), 40).lower() or "unknown",
        category=_line(record.get("category"), 40).lower(),
        # 360dialog has an id of its own, and tells Meta's as external_id
        id=_line(record.get("external_id"), 255) or _line(record.get("id"), 255),
        reason=reason_of(record.get("rejected_reason")),
        quality="" if score in ("unknown", "none") else score,
        components=tuple(records(record.get("components"))),
        named=_line(record.get("parameter_format"), 20).upper() == "NAMED",
    )


def reason_of(value: Any) -> str:
    """Why it was rejected, in one line; WhatsApp writes NONE where there is nothing to say."""
    found = _line(value, 300)
    return "" if found.upper() in ("NONE", "NULL", "") else found


def records(value: Any) -> list[dict[str, Any]]:
    """The records of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _line(value: Any, cap: int) -> str:
    """A text or a number as one line of at most *cap* characters; "" for anything else."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return " ".join(str(value)[: cap * 4].encode("utf-8", "replace").decode().replace("\x00", "\ufffd").split())[:cap]


def order(held: Registered) -> tuple[str, str]:
    return held.name, held.language
