"""Messages that may come when the 24-hour window has closed, and that have neither a template nor `closed`."""

from __future__ import annotations

import re

from botkit.checks.says import carried
from botkit.checks.survey import Survey
from botkit.checks.timing import firsts, nagged
from botkit.checks.walk import Piece
from botkit.lateness import Arrival, Late, Lateness, lateness, span
from botkit.says import Say
from botkit.source import Mapping
from botkit.steps import Wait

_ONCE = frozenset({"again", "over"})
_WORD = re.compile(r"[^\W\d_]{4,}")


def lateness_of(find: Survey) -> Lateness:
    """How late every message of the bot can come."""
    return lateness(find.bot)


def messages(find: Survey) -> None:
    """A message that may come when the window has closed: surely too late by timers alone is an error, else it is a warning."""
    found = find.once(lateness_of)
    if not found.said:
        return
    first = find.once(firsts)
    told = set[Say]()
    causes = set[Arrival]()
    open_: list[tuple[int, Piece, Say, Late]] = []
    for piece in find.of(Say):
        if find.problems.full:
            return
        say: Say = piece.thing
        late = found.of(say) if say.template is None and say.closed is None and say not in told else None
        if late is None or not find.whole(piece.flow) or (late.how == "outside" and say in first) or _told_elsewhere(find, late):
            continue
        told.add(say)
        steps = _shared(late)
        if steps is None:
            _tell(find, piece, say, late)
        else:
            open_.append((steps, piece, say, late))
    for _, piece, say, late in sorted(open_, key=lambda one: one[0]):
        cause = next(at for at in late.arrival.chain() if at.mark is not None and at.mark.kind in _ONCE)
        if cause not in causes:
            causes.add(cause)
            _tell(find, piece, say, late)


def _shared(late: Late) -> int | None:
    """How far behind a cause that it shares with other messages the message comes: a circle of timers, or something that has come over
    whatever was under way, so that all of it may be asked again. None: there is no such cause."""
    return next((n for n, at in enumerate(late.arrival.chain()) if at.mark is not None and at.mark.kind in _ONCE), None)


def _told_elsewhere(find: Survey, late: Late) -> bool:
    """Whether what leads there is reported itself: what cannot be read, a timeout that nothing follows, a reminder that comes for ever."""
    marks = [at.mark for at in late.arrival.chain() if at.mark is not None]
    kinds = {mark.kind for mark in marks}
    nodes = {entry.node for _, entry, _ in find.once(nagged)}
    if any(not find.whole(find.bot.flows[at.flow]) for at in late.arrival.chain() if at.flow in find.bot.flows):
        return True  # it may come there in another way, or not at all
    return "unhandled" in kinds or ("again" in kinds and any(mark.node in nodes for mark in marks))


def _tell(find: Survey, piece: Piece, say: Say, late: Late) -> None:
    at = say.text.node if say.text is not None else say.node
    hint = f"{_template(find, piece, say)}, or closed: hold to keep it until the contact writes"
    if late.how == "late":
        if "again" in late.kinds:
            told = "this message comes again and again, however long the contact is silent; after 24 hours WhatsApp delivers only templates"
        else:
            told = f"this message can come {span(late.seconds)} after the contact's last one; WhatsApp delivers only templates then"
        find.report("outside-24h", at, told, hint, of=piece, path=late.path)
    else:
        told = f"this message may come more than 24 hours after the contact's last one: nobody knows {_unknown(late)}"
        find.report("maybe-outside-24h", at, told, hint, of=piece, severity="warning", path=late.path)


def _unknown(late: Late) -> str:
    for at in late.arrival.chain():
        mark = at.mark
        match mark.kind if mark is not None else "":
            case "moment":
                return "how long the wait takes"
            case "event":
                return f"when the event {mark.text} comes" if mark is not None else ""
            case "handback":
                return "when people hand the conversation back"
            case "unsent":
                return "when it is known that a message does not arrive"
            case "outside":
                return f"when the contact has last written before {mark.text}" if mark is not None else ""
    return "how long it takes"


def _template(find: Survey, piece: Piece, say: Say) -> str:
    """What to add to the message: a template of the bot, where one fits."""
    ask = piece.step.ask if piece.step is not None else None
    ids = {option.id for option in ask.options} if ask is not None and say in find.once(_carriers) else set()
    places = [place.name for place in (piece.flow, piece.step) if place is not None]
    said = " ".join([*places, say.text.text.source if say.text is not None else ""])
    words = {word.lower() for word in _WORD.findall(said)}
    best, most = None, 0
    for template in find.bot.templates.values():
        buttons = {id_ for id_, _ in template.buttons}
        if buttons != ids and buttons:
            continue
        wording = template.wordings[template.language]
        own = {word.lower() for word in _WORD.findall(f"{template.name.replace('_', ' ')} {wording.body}")}
        shared = len(own & words) + (3 if buttons else 0)
        if shared > most:
            best, most = template, shared
    if best is None:
        return "add template: to the message"
    values = f"{{name: {best.name}, with: [{', '.join('…' for _ in range(best.holes))}]}}" if best.holes else best.name
    languages = ", ".join(sorted(best.wordings))
    return f"add template: {values} (written in {languages})"


def _carriers(find: Survey) -> frozenset[Say]:
    """The messages that options go with."""
    return frozenset(say for _, say in find.once(carried))


def before_waits(find: Survey) -> None:
    """What a `wait` step says goes out before the wait. With a template, and where the window is open then, it is meant for after it."""
    for piece in find.of(Wait):
        step = piece.step
        if step is None or step.ask is None or step.ask.offers or not step.then.empty or not find.whole(piece.flow):
            continue
        late = find.once(lateness_of)
        key = step.onward.node.key("say") if isinstance(step.onward.node, Mapping) else None
        if key is not None and any(say.template is not None and late.of(say) is None for say in step.say):
            told = "this goes out before the wait, while the window is open: its template is never used"
            find.report("said-too-early", key, told, "to say it after the wait write then: {say: …}", of=piece, severity="warning")


__all__ = ["before_waits", "lateness_of", "messages"]
