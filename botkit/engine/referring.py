"""Who comes by an advertisement: the flow that it leads to."""

from __future__ import annotations

from botkit.engine.background import begin
from botkit.engine.cursor import Cursor
from botkit.model import MessageReceived
from botkit.triggers import Trigger


def referred(cursor: Cursor, message: MessageReceived) -> bool:
    """Begin what an advertisement leads to, if the message comes from one; whether it did."""
    found = by_referral(cursor, message)
    if not found or found[0][1].busy == "drop":
        return False
    flow, trigger = found[0]
    if trigger.busy == "wait":
        begin(cursor, flow, {}, trigger.busy, trigger.keep)
        return False
    cursor.start(flow, {}, digression=True)  # the contact has come for it: it does not wait in the background
    return True


def by_referral(cursor: Cursor, message: MessageReceived) -> list[tuple[str, Trigger]]:
    """What starts by the advertisement that *message* comes from, by its id or its address."""
    referral = message.referral or {}
    ids = {str(referral[name]) for name in ("source_id", "source_url", "ctwa_clid", "headline") if referral.get(name)}
    return [start for id_ in sorted(ids) for start in cursor.bot.starts.get(("referral", id_), ())]


__all__ = ["by_referral", "referred"]
