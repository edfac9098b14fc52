"""Read marks and the typing indicator: what a contact sees of the bot reading (fact sheet §2.8). Best effort, and never in the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from botkit.bot import Bot
from botkit.channels import Channel
from botkit.model import Conversation, MessageReceived
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.sender.client import Asking, Lost
from botkit.sender.crew import Crew
from botkit.steps import Handoff
from botkit.stores.base import Received, Store, StoreError

log = logging.getLogger("botkit.sender")

AT_ONCE = 16  # on the way; what comes while so many are is not marked


class Receipts:
    """*bot* gives the bot as it is at that moment, whose settings say what is wanted: off, read, or typing. Where people have a
    conversation, nothing is marked. A mark that does not get through is not tried again: the next one marks all before it."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], providers: Mapping[str, Provider], ports: Ports, client: Asking,
        bot: Callable[[], Bot],
    ) -> None:  # fmt: skip
        self._store = store
        self._channels = channels
        self._providers = providers
        self._client = client
        self._bot = bot
        self._crew = Crew(ports)
        self._under_way = 0

    async def start(self) -> None:
        await self._client.open()

    def of(self, received: Sequence[Received]) -> None:
        """Mark what has just come in, and is on the disk."""
        word = self._bot().settings.receipts
        if word == "off":
            return
        newest: dict[tuple[str, str], tuple[str, Received]] = {}
        for one in received:
            event = one.inbound.event
            if one.fresh and isinstance(event, MessageReceived) and event.opens_window and not event.standby and event.id:
                newest[one.inbound.channel, one.contact] = event.id, one
        for (channel, contact), (wamid, one) in newest.items():
            if channel in self._channels and self._under_way < AT_ONCE:
                self._under_way += 1
                self._crew.spawn(self._mark(channel, contact, wamid, one.conversation, word == "typing"), "read mark")

    async def _mark(self, channel: str, contact: str, wamid: str, conversation: Conversation | None, typing: bool) -> None:
        try:
            known = conversation or await self._store.load(channel, contact)
            if known is not None and _silent(self._bot(), known):
                return
            answer = await self._client.ask(self._channels[channel].base_url, self._providers[channel].read(wamid, typing))
            if isinstance(answer, Lost) or answer.status >= 300:
                log.debug("channel %s: a read mark did not get through", channel)
        except StoreError:
            log.debug("channel %s: a message is not marked, for the store cannot be asked", channel)
        finally:
            self._under_way -= 1

    async def stop(self) -> None:
        """Wait for nothing: what is not marked by now is not."""
        await self._crew.dismiss()
        await self._client.close()


def _silent(bot: Bot, conversation: Conversation) -> bool:
    """Whether people have it, and not the bot."""
    if conversation.held is not None:
        return True
    top = conversation.frames[-1] if conversation.frames else None
    step = bot.flows[top.flow].steps.get(top.step) if top is not None and top.entry and top.flow in bot.flows else None
    return step is not None and isinstance(step.verb, Handoff)


__all__ = ["Receipts"]
