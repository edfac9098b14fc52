"""The figures of the programme: a line for everybody who joins, in data/register.csv. No name, no number, no due date."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from botkit import action

TABLE = Path(__file__).resolve().parent.parent / "data" / "register.csv"


@action
def join(ctx: Any) -> None:
    """Add a line with the month and the language. The same call twice, after a restart, adds it once."""
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    if TABLE.exists():
        with TABLE.open(newline="", encoding="utf-8") as table:
            if any(row and row[0] == ctx.idempotency_key for row in csv.reader(table)):
                return
    with TABLE.open("a", newline="", encoding="utf-8") as table:
        csv.writer(table).writerow([ctx.idempotency_key, f"{ctx.now:%Y-%m}", ctx.contact.language or "en"])
