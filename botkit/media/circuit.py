"""How often a gateway may be asked for files in vain: more than 20 errors in an hour, and 360dialog answers none for half an hour."""

from __future__ import annotations

from collections import deque

MOST = 18  # errors within the span; the twenty-first would close the door from the other side (fact sheet §1.5)
SPAN = 3600.0  # seconds
BLOCKED = 1800.0  # seconds that nothing is asked after the gateway has said that it is blocked


class Circuit:
    """Of one channel; moments are seconds of a steady clock."""

    def __init__(self) -> None:
        self._errors: deque[float] = deque()
        self._until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until it may be asked again; 0.0: now."""
        while self._errors and self._errors[0] <= now - SPAN:
            self._errors.popleft()
        full = self._errors[0] + SPAN - now if len(self._errors) >= MOST else 0.0
        return max(0.0, full, self._until - now)

    def failed(self, now: float) -> None:
        self._errors.append(now)

    def blocked(self, now: float) -> None:
        self._until = now + BLOCKED
