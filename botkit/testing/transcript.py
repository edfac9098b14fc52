"""What takes place in a simulation, turn by turn: events, what they led to, and the messages that came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from botkit.bot import Bot
from botkit.engine import advance
from botkit.lanes.outgoing import send_id
from botkit.model import Conversation, Event, Send, Turn
from botkit.testing.exchange import Asked
from botkit.testing.said import Moment, Said, said
from botkit.wire import Value


class Transcript:
    def __init__(self) -> None:
        self.said: list[Said] = []
        self.moments: list[Moment] = []
        self.fallen: list[Exception] = []  # what the engine itself raised, which it never should
        self.attributes: dict[str, Mapping[str, Value]] = {}  # by number or BSUID: what is known of somebody before the first message
        self._sends: dict[str, tuple[Send, Moment]] = {}  # by outbox id

    def turn(self, bot: Bot, conversation: Conversation, event: Event) -> Turn:
        """Work *event* off, as the engine does, and take it down."""
        contact = conversation.contact
        if conversation.version == 0:
            known = self.attributes.get(contact.bsuid or "") or self.attributes.get(contact.wa_id or "")
            if known:
                conversation = replace(conversation, contact=replace(contact, attributes={**known, **contact.attributes}))
        try:
            turn = advance(bot, conversation, event)
        except Exception as error:
            self.fallen.append(error)
            raise
        moment = Moment(event, conversation, turn, tuple(_sends(conversation, event, turn)))
        self.moments.append(moment)
        self._sends.update({id_: (send, moment) for id_, send in moment.sends})
        return turn

    def asked(self, now: datetime, channel: str, asked: Asked) -> None:
        """Take a request to WhatsApp down."""
        if not isinstance(asked.body, dict):
            return
        send, moment = self._sends.get(asked.body.get("biz_opaque_callback_data", ""), (None, None))
        why = "" if asked.refusal is None or asked.accepted else f"{asked.refusal.code or asked.refusal.http}: {asked.refusal.text}"
        self.said.append(said(now, channel, asked.body, send, moment, asked.wamid or "", why))

    def mark(self) -> tuple[int, int]:
        """Where it is now, for `back`."""
        return len(self.said), len(self.moments)

    def back(self, mark: tuple[int, int]) -> None:
        """Forget what took place since *mark*."""
        del self.said[mark[0] :], self.moments[mark[1] :]


def _sends(before: Conversation, event: Event, turn: Turn) -> Iterator[tuple[str, Send]]:
    sends = (effect for effect in turn.effects if isinstance(effect, Send))
    for n, send in enumerate(sends):
        yield send_id(before.channel, event.key, n), send
