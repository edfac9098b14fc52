"""What the sender hears of what comes in, and what a conversation hears of a message that failed."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from msgspec.structs import replace

from botkit.lanes.parts import Sends
from botkit.model import Event, Inbound, MessageReceived, OperatorCommand, StatusChanged
from botkit.providers.base import Provider
from botkit.stores.base import OPEN, Outgoing, Received
from botkit.where import where

log = logging.getLogger("botkit.lanes")


class Hearing:
    """Never raises: what came in is on the disk, and its way goes on whatever the sender makes of it."""

    def __init__(self, sender: Sends, providers: Mapping[str, Provider]) -> None:
        self._sender = sender
        self._providers = providers

    def message(self, inbound: Inbound, contact: str, event: MessageReceived) -> None:
        if event.opens_window:
            try:
                self._sender.heard(inbound.channel, contact, event.at, inbound.identity)
            except Exception as error:
                log.error("channel %s: the sender could not be told of a message: %s", inbound.channel, where(error))

    def moved(self, inbound: Inbound, contact: str, event: Event) -> None:
        """*event* may tell that *contact* is known by other aliases now, or is another one."""
        main = event.data.get("main") if isinstance(event, OperatorCommand) and event.command == "left" else None
        if inbound.moved is None and main is None:
            return
        try:
            self._sender.moved(inbound.channel, contact, str(main or ""))
        except Exception as error:
            log.error("channel %s: the sender could not be told of a new number: %s", inbound.channel, where(error))

    def status(self, received: Received, event: StatusChanged) -> StatusChanged:
        """*event* as the conversation is to hear it."""
        try:
            heard = self._retold(event, received.after, self._providers[received.inbound.channel])
            self._sender.told(received)
        except Exception as error:
            log.error("channel %s: the sender could not be told of a status: %s", received.inbound.channel, where(error))
            return event
        return heard

    def _retold(self, event: StatusChanged, row: Outgoing | None, provider: Provider) -> StatusChanged:
        """A message that leaves again, as its template, or later, is retold as "again", which the engine passes over, as it does over
        "failed" with the code of a closed window. One of those that does not leave again is retold as "unsent"."""
        if event.status != "failed" or row is None:
            return event
        window = provider.failure(event.code, event.detail).verdict == "window"
        replaced = row.anew and row.wamid is not None and (event.id == row.wamid) == (row.state in OPEN)
        if replaced or row.state in ("held", "dropped") or self._sender.goes_another_way(row):
            return event if window else replace(event, status="again")
        return replace(event, status="unsent") if window else event
