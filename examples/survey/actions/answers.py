"""The answers, one line each, in a table that any spreadsheet opens: data/answers.csv. No name, no number."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from botkit import action

TABLE = Path(__file__).resolve().parent.parent / "data" / "answers.csv"
COLUMNS = ("key", "day", "language", "age", "store", "spent", "score", "wish", "liked")


@action
def keep(ctx: Any, age: int | None, store: str, spent: Decimal, score: int, wish: str | None = None, liked: str | None = None) -> None:
    """Add a line. The same call twice, after a restart, adds it once."""
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    fresh = not TABLE.exists()
    if not fresh:
        with TABLE.open(newline="", encoding="utf-8") as table:
            if any(row and row[0] == ctx.idempotency_key for row in csv.reader(table)):
                return
    with TABLE.open("a", newline="", encoding="utf-8") as table:
        writer = csv.writer(table)
        if fresh:
            writer.writerow(COLUMNS)
        day = ctx.now.date().isoformat()
        writer.writerow([ctx.idempotency_key, day, ctx.contact.language or "en", age, store, spent, score, wish or "", liked or ""])
