"""The file that keeps what the providers had at the last pull: JSON in the order of names, so that git shows what has changed."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from botkit import wire
from botkit.approvals.registered import Registered, order, read_registered

VERSION = 1


class Pull(Struct, frozen=True):
    """What one channel's provider had, at *at* (UTC)."""

    at: datetime
    templates: tuple[Registered, ...] = ()
    provider: str = ""


class Pulls(Struct, frozen=True):
    """By channel."""

    channels: Mapping[str, Pull] = field(default_factory=dict)

    def with_channel(self, name: str, pull: Pull) -> Pulls:
        return Pulls({**self.channels, name: pull})

    def only(self, names: Container[str]) -> Pulls:
        """Without the channels that the bot has no more."""
        return Pulls({name: pull for name, pull in self.channels.items() if name in names})


def read_pulls(data: bytes) -> Pulls:
    """Raises ValueError, with what is wrong, for what no pull has written."""
    try:
        parsed = wire.plain(data)
    except ValueError:
        raise ValueError("it is no JSON") from None
    if not isinstance(parsed, dict) or parsed.get("version") != VERSION or not isinstance(parsed.get("channels"), dict):
        raise ValueError("it is not what this version of botkit writes")
    channels = {}
    for name, one in parsed["channels"].items():
        try:
            at = datetime.fromisoformat(one["at"]).astimezone(UTC)
            held = [found for found in map(read_registered, one["templates"]) if found is not None]
        except (KeyError, TypeError, ValueError):
            raise ValueError(f'what it says of channel "{str(name)[:60]}" is not whole') from None
        channels[name] = Pull(at, tuple(sorted(held, key=order)), str(one.get("provider", "")))
    return Pulls(channels)


def dump_pulls(pulls: Pulls) -> bytes:
    channels = {
        name: {
            "at": pull.at.astimezone(UTC).replace(microsecond=0).isoformat(),
            "provider": pull.provider,
            "templates": [_record(held) for held in sorted(pull.templates, key=order)],
        }
        for name, pull in sorted(pulls.channels.items())
    }
    return (json.dumps({"version": VERSION, "channels": channels}, ensure_ascii=False, indent=1) + "\n").encode()


def _record(held: Registered) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": held.name, "language": held.language, "status": held.status, "category": held.category, "rejected_reason": held.reason,
        "quality_score": held.quality, "id": held.id, "parameter_format": "NAMED" if held.named else "POSITIONAL",
        "components": [_without_handles(component) for component in held.components],
    }  # fmt: skip
    return {key: value for key, value in record.items() if value not in ("", [])}


def _without_handles(value: Any) -> Any:
    """Without the addresses of pictures: they are others with every pull."""
    if isinstance(value, dict):
        return {key: _without_handles(inner) for key, inner in value.items() if key != "header_handle"}
    return [_without_handles(inner) for inner in value] if isinstance(value, list) else value
