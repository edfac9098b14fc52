"""An action that leaves a line behind whenever it runs, under the key of its call."""

from __future__ import annotations

from pathlib import Path

from botkit import action

TALLY = Path(__file__).resolve().parent.parent / "data" / "tally.txt"


@action
def letters(ctx, word: str) -> int:  # type: ignore[no-untyped-def]
    """How many letters *word* has."""
    with TALLY.open("a") as tally:
        tally.write(f"{ctx.idempotency_key}\n")
    return len(word)
