"""The ticket system, in a small file so that the example works without a network: data/tickets.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botkit import action

TICKETS = Path(__file__).resolve().parent.parent / "data" / "tickets.json"
URGENT = ("alarm", "hospital", "no phone", "smoke")


class Unknown(Exception):
    """There is no such ticket."""


@dataclass
class Ticket:
    number: str
    urgent: bool


@action
def open_ticket(ctx: Any, what: str, photo: dict[str, Any] | None = None) -> Ticket:
    """Open a ticket. *photo* is what WhatsApp tells of the picture: its id among others. The same call twice opens one."""
    tickets = _read()
    for number, ticket in tickets.items():
        if ticket["key"] == ctx.idempotency_key:
            return Ticket(number, ticket["urgent"])
    number = f"T{len(tickets) + 1}"
    urgent = any(word in what.casefold() for word in URGENT)
    tickets[number] = {
        "from": ctx.contact.phone or ctx.contact.id,
        "what": what,
        "photo": photo["id"] if photo else None,
        "urgent": urgent,
        "state": "we have it, nobody has looked at it yet",
        "at": ctx.now.isoformat(),
        "key": ctx.idempotency_key,
    }
    _write(tickets)
    return Ticket(number, urgent)


@action(raises=[Unknown])
def status(ctx: Any, ticket: str) -> str:
    """How far a ticket is, in words; raises Unknown for one that is not there."""
    found = _read().get(ticket)
    if found is None:
        raise Unknown(ticket)
    return str(found["state"])


@action
def rate(ctx: Any, stars: int, ticket: str | None = None) -> None:
    """Keep how content somebody was."""
    tickets = _read()
    if ticket in tickets:
        tickets[ticket]["stars"] = stars
        _write(tickets)


def _read() -> dict[str, Any]:
    return json.loads(TICKETS.read_text()) if TICKETS.exists() else {}


def _write(tickets: dict[str, Any]) -> None:
    TICKETS.parent.mkdir(parents=True, exist_ok=True)
    draft = TICKETS.with_suffix(".tmp")
    draft.write_text(json.dumps(tickets, indent=1))
    draft.replace(TICKETS)
