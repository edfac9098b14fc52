"""The clock of a simulation."""

from __future__ import annotations

from botkit.ports import FrozenPorts


class Clock(FrozenPorts):
    """Stands still until it is moved; its tokens are the same every time."""

    _tokens = 0

    def token(self) -> str:
        self._tokens += 1
        return f"{self._tokens:032x}"


class Endless(RuntimeError):
    """Timers fire and fire."""
