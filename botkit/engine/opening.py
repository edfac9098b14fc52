"""Taking a conversation up: its frames, as the release that runs now knows them."""

from __future__ import annotations

from collections.abc import Iterable

from botkit.engine.background import concerned, grouped
from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.walking import take
from botkit.model import Event, Frame, MessageReceived
from botkit.succession import Gone, Led, successor


def take_up(cursor: Cursor, event: Event) -> Led | Gone | None:
    """Leave on the cursor what *event* concerns: the conversation under way, or a flow in the background, which a tap on a message of it
    brings to the front. Returned is what the release says of a frame that it leads elsewhere (then it is the top one) or no longer knows
    (then it is left out): what stood above is gone."""
    main, groups = grouped(cursor.before.frames)
    chosen = concerned(cursor, main, groups, event) if groups else None
    cursor.aside = [frame for group in groups if group is not chosen for frame in group]
    cursor.frames, lost = _drafts(cursor, main)
    if chosen is None:
        return lost
    message = isinstance(event, MessageReceived)
    if lost is not None:
        if message:
            cursor.aside = [frame for group in groups for frame in group]
            return lost
        del cursor.frames[len(cursor.frames) - isinstance(lost, Led) :]
        cursor.rest = tuple(main[len(cursor.frames) :])
    drafts, over = _drafts(cursor, chosen)
    if isinstance(over, Gone):  # nobody waits for it: that it is over is on record
        cursor.note("error", detail=f"failed: {over.reason}")
        drafts, over = [], None
    if message:
        if drafts:
            drafts[0].background = False
            drafts[0].digression = bool(main)
        cursor.frames = cursor.frames + drafts
    else:
        cursor.main, cursor.frames, cursor.behind = cursor.frames, drafts, True
    return over


def _drafts(cursor: Cursor, frames: Iterable[Frame]) -> tuple[list[Draft], Led | Gone | None]:
    """*frames* as far as they can be taken up, and what comes of the first that cannot; one that is led elsewhere stands on top."""
    drafts: list[Draft] = []
    for frame in frames:
        found = successor(cursor.bot, frame)
        if isinstance(found, Gone):
            return drafts, found
        flow = cursor.bot.flows[frame.flow]
        if isinstance(found, Led):
            led = Draft(flow, found.to or flow.first, dict(frame.variables), frame.digression, frame.via)
            led.visits, led.history, led.background = dict(frame.visits), frame.history, frame.background
            return [*drafts, led], found
        drafts.append(Draft.of(flow, found))
    return drafts, None


def lead(cursor: Cursor, led: Led) -> None:
    """Go where the release leads whoever waited at a step that is gone, at the top frame."""
    cursor.note("moved", detail=led.outcome.key if led.outcome is not None else led.to)
    if led.outcome is None:
        cursor.entering = True
    elif not take(cursor, "command", led.outcome, len(cursor.frames) - 1):
        raise Failure("failed", f"{led.outcome.key} leads nowhere")
