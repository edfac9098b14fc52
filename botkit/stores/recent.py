"""What has passed between a contact and the bot last, as a store tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from botkit.stores.base import Outgoing, Pending

LOOKED = 10_000  # rows, of the inbox and of the outbox, among which the newest of one contact are looked for


class RecentStore(Protocol):
    async def recent(self, channel: str, contact: str, limit: int) -> tuple[list[Pending], list[Outgoing]]:
        """What came in of a contact last, and its last sends, the newest first, at most *limit* of each; looked for among the newest
        LOOKED of all."""
        ...
