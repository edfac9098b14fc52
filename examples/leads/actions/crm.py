"""The list of people who are interested: a table, data/leads.csv, that opens in any office."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from botkit import action

LEADS = Path(__file__).resolve().parent.parent / "data" / "leads.csv"
COLUMNS = ("at", "level", "score", "name", "phone", "email", "home", "time", "source", "key")


@action
def keep(ctx: Any, level: str, score: float, home: str, time: str, email: str | None = None, source: str | None = None) -> None:
    """Add a row. The same call twice, after a restart, adds one."""
    LEADS.parent.mkdir(parents=True, exist_ok=True)
    rows = list(csv.DictReader(LEADS.open(newline="", encoding="utf-8"))) if LEADS.exists() else []
    if any(row["key"] == ctx.idempotency_key for row in rows):
        return
    row = {"at": ctx.now.isoformat(), "level": level, "score": score, "home": home, "time": time, "source": source or ""}
    row |= {"name": ctx.contact.name or "", "phone": ctx.contact.phone or "", "email": email or "", "key": ctx.idempotency_key}
    with LEADS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if not rows:
            writer.writeheader()
        # A spreadsheet would take what begins with "=" for a formula.
        writer.writerow({name: f"'{value}" if str(value)[:1] in "=+-@" else value for name, value in row.items()})
