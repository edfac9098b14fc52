"""The walk over all that can happen: every way of every flow, followed with the contact's silence as it may be by then.

It does what the engine does with a conversation, but for all conversations at once. A word of the contact sets the silence to nothing, so
each step that waits is where such a word can lead on from. What lasts is added up: waits, reminders, timeouts, actions; what comes back
from a called flow comes as late as that may end. A circle that takes time each round has no longest time.

Left out, since nobody could write against it: a server that stood still, a new release under way, what operators put elsewhere, and
messages that WhatsApp itself cannot pass on, which are taken for words of the contact.
"""

from __future__ import annotations

from math import inf

from botkit.bot import Bot
from botkit.lateness.arrival import Arrival, Mark, heard
from botkit.lateness.ending import ended
from botkit.lateness.going import bots, command, done, fault, handle, move, take, unhandled
from botkit.lateness.ground import Ground
from botkit.lateness.runs import ANYWHERE, ROOT, Run, Site
from botkit.lateness.standing import listen, stand
from botkit.outcomes import END
from botkit.steps import Ask, Branch, Call, Handoff, Step, Wait
from botkit.steps import Run as Action

_PAUSE = 30  # seconds between two attempts at an action, at most


def walk(bot: Bot) -> Ground:
    """Follow everything to its end."""
    ground = Ground(bot)
    _starts(ground)
    while True:
        if ground.begun:
            run = ground.begun.popleft()
            for one in run.flow.commands:
                command(ground, run, None, one.outcome, heard())
        elif ground.entered:
            _enter(ground, *ground.entered.popleft())
        elif ground.ended:
            ended(ground, *ground.ended.popleft())
        else:
            return ground


def _starts(ground: Ground) -> None:
    """Whatever can begin a flow: words of the contact, advertisements, what happens outside, commands of the bot."""
    word = heard()
    for flow in ground.bot.flows.values():
        if flow.name == ground.bot.start or flow.triggers or flow.starts:
            ground.begin(flow.name, word, ROOT)
        for start in flow.starts:
            asked = start.kind in ("new_contact", "referral")
            if start.kind == "referral":
                ground.begin(flow.name, word, ANYWHERE)
            if not asked or start.busy == "wait":
                name = f' "{start.name.text}"' if start.name is not None else ""
                what = "a schedule" if start.every is not None or start.relative is not None else f"{start.kind}{name}"
                came = Arrival("outside", inf, None, Mark("outside", what, node=start.node))
                ground.begin(flow.name, came, ROOT)
                ground.begin(flow.name, came, ANYWHERE)  # a tap on its message brings it over what is under way
    for one in ground.bot.settings.commands:
        bots(ground, one.outcome, word)


def _enter(ground: Ground, run: Run, step: Step, come: Arrival, again: bool) -> None:
    verb = step.verb
    if step.condition is not None:
        if step.following == END:
            ground.exit(run, "done", come)
        else:
            ground.visit(run, step.following, come)
    if step.name not in run.faulted:
        run.faulted.add(step.name)
        fault(ground, run, step, come)
    if isinstance(verb, Handoff):
        _hand_off(ground, run, step, verb, come)
        return
    ground.say(step.say, come)
    match verb:
        case None:
            move(ground, run, step, step.onward, come)
        case Branch():
            for way in verb.ways:
                if not take(ground, run, step, way.outcome, come):
                    move(ground, run, step, way.outcome, come)
            if all(way.condition is not None for way in verb.ways):
                done(ground, run, step, come)
        case Action():
            lasts = (verb.timeout + _PAUSE) * (verb.retries + 1)
            back = come.after(lasts, Mark("action", verb.action.text, lasts, verb.action))
            done(ground, run, step, back)
            for handler in verb.errors.values():
                handle(ground, run, step, handler, back)
            if "any" not in verb.errors:
                unhandled(ground, run, step, back.by(Mark("failed", f"{verb.action.text} fails")))
        case Call():
            listen(ground, run, step)
            ground.begin(verb.flow.text, come, Site("step", run, step))
        case Ask() | Wait():
            listen(ground, run, step)
            stand(ground, run, step, come, again)


def _hand_off(ground: Ground, run: Run, step: Step, verb: Handoff, come: Arrival) -> None:
    closed = verb.errors.get("closed")
    if closed is not None:
        handle(ground, run, step, closed, come)
    ground.say(step.say, come)
    stand(ground, run, step, come, False)


__all__ = ["walk"]
