"""How fast WhatsApp lets a number speak (fact sheet §5.7): so many messages a second, and so many in a row to one person."""

from __future__ import annotations

from botkit.testing.refusal import Refusal

BURST = 45  # messages in a row to one person
PAYBACK = 6.0  # seconds of silence that give one of them back
TOO_FAST = Refusal(130429, "Cloud API message throughput has been reached")
TOO_MANY = Refusal(131056, "Too many messages sent from the sender phone number to the same recipient phone number")


class Pace:
    """Counts what was accepted, by a steady clock in seconds."""

    def __init__(self, rate: float = 80.0) -> None:
        self.rate = rate
        self._all = (rate, 0.0)  # what is left, and when that was so
        self._pairs: dict[str, tuple[float, float]] = {}

    def refusal(self, recipient: str, now: float) -> Refusal | None:
        """Why a message to *recipient* comes too soon; None counts it as sent."""
        everyone = min(self.rate, self._all[0] + (now - self._all[1]) * self.rate)
        left, since = self._pairs.get(recipient, (float(BURST), now))
        pair = min(float(BURST), left + (now - since) / PAYBACK)
        if everyone < 1:
            return TOO_FAST
        if pair < 1:
            return TOO_MANY
        self._all = (everyone - 1, now)
        self._pairs[recipient] = (pair - 1, now)
        return None
