"""What a bot said that did not reach the contact: found after each thing that happens."""

from __future__ import annotations

from msgspec import Struct

from botkit.model import Send, StatusChanged
from botkit.stores.base import Outgoing
from botkit.testing.simulation import Simulation


class Lost(Struct, frozen=True):
    """A message that can never leave. *origin*: the step that says it."""

    why: str
    lines: tuple[str, ...]
    origin: str
    hint: str


class Undelivered:
    def __init__(self, world: Simulation) -> None:
        self._world = world
        self._seen = 0  # moments looked at
        self._kept: list[tuple[str, Send, Outgoing]] = []

    async def look(self) -> Lost | None:
        """The first message since the last look that can never leave, and whose loss no step takes up."""
        moments = self._world.transcript.moments
        before, self._seen = self._seen, len(moments)
        self._kept = []
        for moment in moments[before:]:
            for id_, send in moment.sends:
                row = await self._world.store.send(id_)
                if row is None:
                    continue
                if row.state == "unsent" and not self._taken_up(row):
                    return Lost(row.detail or "WhatsApp takes it never", _lines(send), row.origin, _hint(row))
                if row.state in ("unsent", "held", "dropped"):
                    self._kept.append((row.state, send, row))
        return None

    def remarks(self) -> tuple[str, ...]:
        """What else did not leave in what happened last."""
        words = {"held": "is held until the contact writes", "dropped": "was dropped", "unsent": "could not be sent"}
        return tuple(f"{' '.join(_lines(send))!r} {words[state]}: {row.detail or row.closed}" for state, send, row in self._kept)

    def _taken_up(self, row: Outgoing) -> bool:
        """Whether a step caught that *row* cannot be sent."""
        return any(
            isinstance(moment.event, StatusChanged)
            and moment.event.opaque == row.id
            and any(note.kind == "caught" for note in moment.turn.notes)
            for moment in self._world.transcript.moments
        )


def _lines(send: Send) -> tuple[str, ...]:
    message = send.message or send.template
    return tuple(message.shown().split("\n")) if message is not None else ()


def _hint(row: Outgoing) -> str:
    return "give it a template, or say what becomes of it: closed: hold, or drop" if "window" in (row.detail or "") else ""
