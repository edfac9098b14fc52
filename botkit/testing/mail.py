"""Webhooks on their way within one process: in order, each a POST of its own; that a message arrived is told a little later."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from botkit.ports import Ports
from botkit.testing.webhooks import Change

Told = tuple[str, Change]  # a channel, and what is told of it


class Mail:
    """*deliver* takes one webhook to the bot."""

    def __init__(self, ports: Ports, deliver: Callable[[str, Change], Awaitable[object]]) -> None:
        self.travelling: list[Told] = []  # that messages reached people: told when something else happens
        self._ports = ports
        self._deliver = deliver
        self._waiting: deque[Told] = deque()
        self._posting = False

    def tell(self, channel: str, changes: Sequence[Change]) -> None:
        """What WhatsApp has to tell of a channel."""
        for change in changes:
            if _status(change).get("status") == "delivered":
                self.travelling.append((channel, change))
            else:
                self.post(channel, change)

    def arrive(self) -> None:
        """The messages that are on their way to people arrive."""
        arrived, self.travelling = self.travelling, []
        for channel, change in arrived:
            self.post(channel, change)

    def lose(self, wamid: str) -> None:
        """A message that is on its way will not arrive."""
        self.travelling = [told for told in self.travelling if _status(told[1]).get("id") != wamid]

    def post(self, channel: str, change: Change) -> None:
        """Take a webhook to the bot, behind those that are on their way."""
        self._waiting.append((channel, change))
        if not self._posting:
            self._posting = True
            self._ports.spawn(self._post(), "simulated webhooks")

    async def _post(self) -> None:
        try:
            while self._waiting:
                await self._deliver(*self._waiting.popleft())
        finally:
            self._posting = False


def _status(change: Change) -> Change:
    """The status that a webhook tells; empty where it tells something else."""
    statuses: Sequence[Change] = change["value"].get("statuses") or ({},)
    return statuses[0]
