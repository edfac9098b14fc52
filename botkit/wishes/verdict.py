"""Whether a wish may go to somebody now: what the conversation says of consent and window, and what would leave, tried out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from botkit import window
from botkit.bot import Bot
from botkit.engine import advance
from botkit.messages import TemplateMessage
from botkit.model import Contact, Conversation, Send
from botkit.wishes.wish import Wish

Reason = Literal["", "opted_out", "no_consent", "closed", "silent"]

# Why something does not go, in the words that operators read.
REASONS: dict[str, str] = {
    "opted_out": "opted out",
    "no_consent": "no consent on record",
    "closed": "outside the 24-hour window, and there is no template",
    "silent": "the flow does not begin",
    "bad_number": "bad numbers",
    "bad_row": "rows with bad values",
    "twice": "twice",
}


class Verdict(Struct, frozen=True):
    """*reason* "": it goes. *told*: the same in a sentence. *template* and *language*: what the first message is, where it is one."""

    reason: Reason = ""
    told: str = ""
    template: str = ""
    language: str = ""


def verdict(bot: Bot, conversation: Conversation, wish: Wish, at: datetime) -> Verdict:
    """Nothing happens by it. Marketing goes only to those whose consent is on record; a template to nobody who has opted out."""
    told = replace(conversation, contact=wish.known(conversation.contact, at))
    opted_out, consented = told.contact.attributes.get("opted_out") is True, consents(told.contact)
    if opted_out and wish.flow:
        return Verdict("opted_out", "the contact has opted out: no flow is begun that nobody asked for")
    turn = advance(bot, told, wish.event("wish", at))
    sends = [effect for effect in turn.effects if isinstance(effect, Send)]
    opened = window.is_open(conversation.last_inbound, at)
    first: TemplateMessage | None = None
    for n, send in enumerate(sends):
        template = send.template if isinstance(send.template, TemplateMessage) else None
        choice = window.choose(opened, send.message is not None, template is not None, send.closed, opted_out)
        if choice == "template" and template is not None:
            found = bot.templates.get(template.name)
            if found is not None and found.category == "marketing" and not consented:
                return Verdict("no_consent", f"template {template.name} is marketing, and no consent of the contact is on record")
            first = template if n == 0 else first
        elif n == 0 and choice == "drop" and template is not None:
            return Verdict("opted_out", "the contact has opted out: no template is sent")
        elif n == 0 and choice in ("fail", "drop") and not opened:
            return Verdict("closed", f"the 24-hour window is closed: {_since(conversation, at)}; only a template can be sent")
    if wish.flow and not sends and not turn.effects and turn.conversation.frames == conversation.frames:
        note = next((note.detail for note in turn.notes if note.kind in ("error", "skipped", "later")), "")
        if not any(note.kind == "later" for note in turn.notes):
            return Verdict("silent", f"the flow does not begin: {note or 'it has nothing to do'}")
    return Verdict(template=first.name if first is not None else "", language=first.language if first is not None else "")


def consents(contact: Contact) -> bool:
    """Whether it is on record that the contact wants messages that it did not ask for."""
    if contact.consent is not None:
        return contact.consent.given
    return bool(contact.attributes.get("opted_in"))


def nobody_yet(channel: str, wa_id: str | None, bsuid: str | None = None) -> Conversation:
    """The conversation of somebody who is not known."""
    return Conversation(channel, Contact("new", wa_id, bsuid))


def _since(conversation: Conversation, at: datetime) -> str:
    if conversation.last_inbound is None:
        return "the contact has never written to this channel"
    ago = at - conversation.last_inbound
    hours = ago // timedelta(hours=1)
    return f"the contact wrote {hours} hours ago" if hours < 48 else f"the contact wrote {ago.days} days ago"
