"""What the bot said and the contact does not get: held back, dropped, or given up, and why."""

from __future__ import annotations

from collections.abc import Sequence

from botkit.testing.said import Moment
from botkit.testing.simulation import Simulation

_LONGEST = 60  # characters of a message that are shown


async def withheld(simulation: Simulation, moments: Sequence[Moment]) -> list[str]:
    """A line for each message of *moments* that did not leave."""
    lines = []
    for moment in moments:
        for id_, send in moment.sends:
            row = await simulation.store.send(id_)
            if row is None or row.state not in ("held", "dropped", "unsent"):
                continue
            message = send.message or send.template
            text = " ".join(message.shown().split()) if message is not None else ""
            shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
            unwanted = send.template is None and any(note.kind == "no_template" for note in moment.turn.notes)
            why = "the contact has opted out, and gets no template" if unwanted else row.detail or "WhatsApp takes it never"
            lines.append(f"held until the contact writes: {shown}" if row.state == "held" else f"not sent, as {why}: {shown}")
    return lines


__all__ = ["withheld"]
