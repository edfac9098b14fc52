"""Consent: whoever gets messages that were not asked for at that moment must be able to end them."""

from __future__ import annotations

from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.outcomes import Assign
from botkit.says import TemplateUse
from botkit.steps.wait import Wait
from botkit.window import MARGIN, SPAN

_ANSWERS = frozenset({"words", "new_contact", "referral"})  # what starts a flow because the contact has just written
_LONG = int((SPAN - MARGIN).total_seconds())  # seconds after which only a template would come
_COMMAND = "{match: [stop, unsubscribe], set: {contact.opted_out: true}, say: You will get no more messages from us., go: quit}"


def opt_out(find: Survey) -> None:
    """A bot that writes of its own accord (templates, events, schedules, waits for a time), and no command by which that ends: a mere STOP
    is understood all the same, with words that are not the author's."""
    settings = find.bot.settings
    if find.broken or any(_ends(piece.thing) for piece in find.of(Assign)):
        return
    why = _unasked(find)
    if why is None:
        return
    known = settings.node.key("commands")
    taken = {command.name for command in settings.commands}
    name = "stop" if "stop" not in taken else "opt_out"
    hint = f"add to commands: {name}: {_COMMAND}" if known is not None else f"add commands: {{{name}: {_COMMAND}}}"
    told = f"this bot writes of its own accord ({why}), and has no command to end that: nobody is told how"
    find.report("no-opt-out", known or settings.node.key("start") or settings.node, told, hint, severity="warning")


def _ends(one: Assign) -> bool:
    """Whether it can say that no more messages are wanted."""
    return one.contact and one.name == "opted_out" and (one.value.formula is not None or one.value.literal.lower() != "false")


def _unasked(find: Survey) -> str | None:
    """The first place where the bot writes although the contact has said nothing just before."""
    for flow in find.bot.flows.values():
        start = next((start for start in flow.starts if start.kind not in _ANSWERS), None)
        if start is not None:
            return f"{start.kind} in {flow.file}, line {start.node.line}"
    piece: Piece | None = next(iter(find.of(TemplateUse)), None)
    if piece is not None:
        return f"template {piece.thing.name} in {piece.thing.node.source.file}, line {piece.thing.node.line}"
    for piece in find.of(Wait):
        wait: Wait = piece.thing
        if piece.step is not None and (wait.until is not None or (wait.seconds or 0) >= _LONG):
            return f'step "{piece.step.name}" waits for a time: {piece.step.key.source.file}, line {piece.step.key.line}'
    return None


__all__ = ["opt_out"]
