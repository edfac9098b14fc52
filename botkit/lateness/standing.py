"""A step that waits, in the walk: its timers, what happens outside, and what the contact can do there."""

from __future__ import annotations

from collections.abc import Iterable

from botkit.commands import Silence
from botkit.lateness.arrival import Arrival, Mark, heard
from botkit.lateness.going import command, done, fail, handle, move, take, then, turn
from botkit.lateness.ground import QUIET, Ground
from botkit.lateness.moments import longest
from botkit.lateness.runs import ANYWHERE, ROOT, Run
from botkit.source import Mapping, Node
from botkit.steps import Ask, Handoff, Step, Wait


def stand(ground: Ground, run: Run, step: Step, come: Arrival, again: bool) -> None:
    """The step waits, for as long as the contact is silent there: what its timers and the world outside lead to."""
    verb = step.verb
    limit: int | None = None
    if isinstance(verb, Handoff):
        queue = ground.queues.get(verb.queue.text)
        limit = verb.timeout or (queue.timeout if queue is not None else None)
        mark = Mark("handback", verb.queue.text, limit or 0, _word(step, "handoff"))
        done(ground, run, step, come.whenever(mark) if limit is None else come.after(limit, mark))
    elif isinstance(verb, Wait):
        limit = verb.timeout
        _pause(ground, run, step, verb, come)
    elif isinstance(verb, Ask):
        limit = verb.timeout
    if limit is not None and not again:
        fail(ground, run, step, "timeout", come.after(limit, Mark("timeout", "timeout", limit, _word(step, "timeout"))))
    unsent = verb.errors.get("unsent") if verb is not None else None
    if unsent is not None:
        handle(ground, run, step, unsent, come.whenever(Mark("unsent", node=step.key)), live=True)
    if (run, step) not in ground.standing:
        ground.standing[run, step] = None
        for back in list(ground.loose.values()):
            resume(ground, run, step, back, True)
        for whose, word, gone in ground.turns:
            if whose is None or whose is run:
                turn(ground, run, step, word, gone)
    _silent(ground, run, step, come)
    heeded = come.how != "outside" or _stays(step)  # in the background only a tap is heard, which mostly leads on
    if come.how not in ("open", "late") and heeded and step.name not in run.answered:
        run.answered.add(step.name)  # from the contact's word on it is known how long the silence lasts
        stand(ground, run, step, heard(Mark("contact"), run.flow.name, step.name), False)


def _word(step: Step, name: str) -> Node:
    """Where the key *name* of a step stands."""
    node = step.onward.node
    return (node.key(name) if isinstance(node, Mapping) else None) or step.key


def _stays(step: Step) -> bool:
    """Whether the step may still wait when the contact has tapped on one of its options."""
    ask = step.ask
    return ask is not None and (bool(ask.checks) or ask.computed is not None or any(option.outcome.call for option in ask.options))


def _pause(ground: Ground, run: Run, step: Step, verb: Wait, come: Arrival) -> None:
    if verb.seconds is not None:
        over = come.after(verb.seconds, Mark("wait", "wait", verb.seconds, _word(step, "wait")))
    elif verb.until is not None:
        lasts = longest(verb.until.expression.tree)
        mark = Mark("moment", f"wait until {verb.until.expression.source.strip()}", lasts or 0, _word(step, "wait"))
        over = come.whenever(mark) if lasts is None else come.after(max(0, lasts), mark)
    else:
        over = come.whenever(Mark("event", " or ".join(f'"{event.text}"' for event in verb.events), node=_word(step, "wait")))
    if verb.timeout is not None and over.how == "unknown" and come.how in ("open", "late"):
        over = come.after(verb.timeout, over.mark or Mark("wait"))
    done(ground, run, step, over)


def _silent(ground: Ground, run: Run, step: Step, come: Arrival) -> None:
    if step.ask is None:
        return
    own = step.ask.silence if step.ask.silence is not None else run.flow.silence
    if own is None:
        ground.exit(run, QUIET, come)
    else:
        silences(ground, run, step, own, come, True)


def silences(ground: Ground, run: Run, step: Step | None, entries: Iterable[Silence], come: Arrival, here: bool) -> None:
    """What silence leads to, by a list of *run*. *here*: its own step is the one that waits, and not one of a flow that it called."""
    for entry in entries:
        quiet = come.after(entry.after, Mark("silence", "silence", entry.after, entry.node))
        if here:
            take(ground, run, step, entry.outcome, quiet, asks=True)
        else:
            command(ground, run, step, entry.outcome, quiet)


def listen(ground: Ground, run: Run, step: Step) -> None:
    """Where a word of the contact leads from *step*, and commands from wherever it calls another flow."""
    if step.name in run.heard:
        return
    run.heard.add(step.name)
    word = heard(Mark("contact"), run.flow.name, step.name)
    for own in step.commands:
        take(ground, run, step, own.outcome, word, asks=True)
    for shared in (*run.flow.commands, *ground.bot.settings.commands):
        for outcome in shared.outcome.within():
            if outcome.go is not None and outcome.go.word in ("again", "back"):
                turn(ground, run, step, outcome.go.word, word)
    ask = step.ask
    if ask is None:
        return
    offered = [option.outcome for option in ask.options] + ([ask.computed.outcome] if ask.computed is not None else [])
    for outcome in offered:
        if not take(ground, run, step, outcome, word, asks=True):
            then(ground, run, step, outcome, word)
    if ask.fields:
        done(ground, run, step, word.after(ask.gather, Mark("gather", "gather", ask.gather)) if ask.gather is not None else word)
    if ask.retry.max is not None and not take(ground, run, step, ask.retry.outcome, word, asks=True):
        move(ground, run, step, ask.retry.outcome, word)
    if ask.stale is not None:
        for site in (ROOT, ANYWHERE):
            if ask.stale.follow is not None:
                ground.begin(run.flow.name, word, site, step.name)
            elif ask.stale.outcome.call is not None or ask.stale.outcome.go is not None:
                old = ground.run(run.flow, "open")
                ground.waits_for(old, site)
                take(ground, old, step, ask.stale.outcome, word)


def resume(ground: Ground, run: Run, step: Step, come: Arrival, asks: bool) -> None:
    """A step is come back to: it asks again, or goes on."""
    if not asks:
        move(ground, run, step, step.onward, come, live=False)
        return
    ground.say(step.say, come)
    if isinstance(step.verb, Wait):  # what it waited for may have come meanwhile
        done(ground, run, step, come)


__all__ = ["listen", "resume", "silences", "stand"]
