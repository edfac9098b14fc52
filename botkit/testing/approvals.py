"""WhatsApp's approval of templates as the fake 360dialog has it: who asks for one, and what is said to it.

    fake.approvals.approve("visit_booked")
    fake.approvals.reject("visit_booked", reason="INVALID_FORMAT")
    fake.approvals.pause("visit_booked", "en")

Each of these is told by webhook, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botkit.ports import Ports
from botkit.testing.gate.creation import components, creation
from botkit.testing.refusal import Refusal
from botkit.testing.webhooks import Change

if TYPE_CHECKING:
    from botkit.testing.exchange import Exchange

MOST = 250  # templates of an account that is not verified (fact sheet §3)
PER_HOUR = 100
_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
_EDITS = 10  # of an approved one in a month


class Approvals:
    """Works on the exchange's list of templates. *tell* takes what there is to tell by webhook."""

    def __init__(self, exchange: Exchange, ports: Ports, tell: Callable[[Sequence[Change]], None]) -> None:
        self._exchange = exchange
        self._ports = ports
        self._tell = tell
        self._created: list[datetime] = []
        self._edited: dict[str, list[datetime]] = {}
        self._deleted: dict[str, datetime] = {}
        self._count = 0

    @property
    def templates(self) -> list[dict[str, Any]]:
        return self._exchange.templates or []

    # ---- what the business asks for

    def create(self, body: Any) -> dict[str, Any] | Refusal:
        """The template as it is then, waiting for approval; or why there is none."""
        now = self._ports.now()
        self._created = [at for at in self._created if at > now - _HOUR]
        why = next(creation(body), None) or self._full(body, now)
        if why is not None:
            return why
        self._created.append(now)
        self._count += 1
        made = {
            "id": f"{self._count:06d}WT", "external_id": f"5900000000{self._count:05d}", "namespace": "fake_ns",
            "name": body["name"], "language": body["language"], "category": body["category"].upper(), "status": "pending",
            "parameter_format": body.get("parameter_format", "POSITIONAL"), "rejected_reason": "NONE",
            "quality_score": {"score": "UNKNOWN"}, "components": body["components"],
        }  # fmt: skip
        self._exchange.templates = [*self.templates, made]
        return made

    def _full(self, body: dict[str, Any], now: datetime) -> Refusal | None:
        gone = self._deleted.get(body["name"])
        if any((one["name"], one["language"]) == (body["name"], body["language"]) for one in self.templates):
            return Refusal(100, f"There is already {body['language']} content for this template")
        if gone is not None and gone > now - _MONTH:
            return Refusal(100, "This name was deleted, and cannot be used again for 30 days")
        if len(self.templates) >= MOST:
            return Refusal(100, f"An account has at most {MOST} templates", subcode=2388019)
        if len(self._created) >= PER_HOUR:
            return Refusal(80007, f"Rate limit: at most {PER_HOUR} templates an hour")
        return None

    def edit(self, id_: str, body: Any) -> Refusal | None:
        """Another wording of the template that Meta calls *id_*: it waits for approval anew. What it answers is why not."""
        now = self._ports.now()
        one = next((one for one in self.templates if one.get("external_id") == id_), None)
        if one is None:
            return Refusal(100, "Unsupported post request: there is no such object", http=404)
        status, category = str(one["status"]).lower(), str(one["category"]).upper()
        wanted = str(body.get("category") or category).upper()
        if status not in ("approved", "rejected", "paused"):
            return Refusal(100, f"A template that is {status} cannot be edited")
        if status == "approved" and wanted != category:
            return Refusal(100, "The category of an approved template cannot be changed")
        edits = [at for at in self._edited.get(id_, []) if at > now - _MONTH]
        if status == "approved" and (len(edits) >= _EDITS or any(at > now - _DAY for at in edits)):
            return Refusal(100, "An approved template can be edited once in 24 hours and 10 times in 30 days")
        named = one.get("parameter_format") == "NAMED"
        why = next(components(body.get("components"), wanted, named), None)
        if why is None:
            self._edited[id_] = [*edits, now] if status == "approved" else edits
            one.update(components=body["components"], category=wanted, status="pending", rejected_reason="NONE")
        return why

    def delete(self, name: str, id_: str = "") -> Refusal | None:
        """In all languages, or the one that *id_* stands for."""
        gone = [one for one in self.templates if one["name"] == name and id_ in ("", one.get("external_id"))]
        if not gone:
            return Refusal(100, f"There is no template {name}", http=404)
        self._exchange.templates = [one for one in self.templates if one not in gone]
        self._deleted[name] = self._ports.now()
        return None

    # ---- what WhatsApp says to it

    def approve(self, name: str, language: str | None = None) -> None:
        self.judge(name, language, "approved")

    def reject(self, name: str, language: str | None = None, reason: str = "INVALID_FORMAT") -> None:
        self.judge(name, language, "rejected", reason)

    def pause(self, name: str, language: str | None = None) -> None:
        self.judge(name, language, "paused")

    def disable(self, name: str, language: str | None = None) -> None:
        self.judge(name, language, "disabled")

    def judge(self, name: str, language: str | None, status: str, reason: str = "NONE") -> None:
        """Give a template another status, in all its languages where *language* is None, and tell of it (fact sheet §4.9). Raises KeyError
        where there is no such template."""
        found = [one for one in self.templates if one["name"] == name and language in (None, one["language"])]
        if not found:
            raise KeyError(name)
        for one in found:
            one.update(status=status, rejected_reason=reason)
            value = {
                "event": status.upper(), "message_template_id": int(one.get("external_id") or 0), "message_template_name": name,
                "message_template_language": one["language"], "message_template_category": str(one.get("category", "")).upper(),
                "reason": reason,
            }  # fmt: skip
            self._tell([{"field": "message_template_status_update", "value": value}])
