"""What has come of a turn: the conversation after it, as the scratch pad leaves it."""

from __future__ import annotations

from msgspec.structs import replace

from botkit.engine.cursor import HELD, MAX_KEPT, Cursor
from botkit.engine.handing import over
from botkit.model import Conversation, Send, Timer, Turn
from botkit.window import free_until


def turn(cursor: Cursor) -> Turn:
    """What has come of it."""
    before = cursor.before
    frames = (*(frame.frame() for frame in cursor.frames), *cursor.rest, *cursor.aside)
    live = {frame.entry for frame in frames if frame.entry}
    contact = cursor.contact
    if cursor.attributes != contact.attributes:
        contact = replace(contact, attributes=cursor.attributes)
    after = Conversation(
        channel=before.channel,
        contact=contact,
        frames=before.frames if cursor.untouched else frames,
        timers=tuple(t for t in before.timers if t.entry) if cursor.untouched else tuple(t for t in cursor.timers if t.entry in live),
        entries=cursor.entries,
        last_inbound=cursor.last_inbound,
        version=before.version + 1,
        release=before.release if cursor.untouched or cursor.rest else cursor.bot.release,
        kept=tuple(cursor.kept[-MAX_KEPT:]),
        early=tuple(cursor.early),
        later=tuple(cursor.later),
        unsent=cursor.unsent,
        unclear=cursor.unclear,
        full=cursor.full,
        held=cursor.held,
        became=cursor.became,
    )
    if cursor.came is not None or cursor.free is not None:
        after = _entered_free(cursor, after)
    if cursor.held is not None and cursor.held.until is not None:
        after = replace(after, timers=(*after.timers, Timer(0, HELD, cursor.held.until)))
    if cursor.dates:
        after = replace(after, timers=after.timers + cursor.dates)
    if any(frame.handed for frame in before.frames):
        over(cursor, frozenset(frame.handed for frame in after.frames))
    return Turn(after, tuple(cursor.effects), tuple(cursor.notes))


def _entered_free(cursor: Cursor, after: Conversation) -> Conversation:
    """*after*, with the time that is free of charge, which begins with the first answer to who came by an advertisement."""
    if cursor.came is not None and any(isinstance(effect, Send) for effect in cursor.effects):
        until = free_until(cursor.came, cursor.at)
        cursor.came, cursor.free = None, until if until is not None and (cursor.free is None or until > cursor.free) else cursor.free
    return replace(after, came=cursor.came, free=cursor.free)


__all__ = ["turn"]
