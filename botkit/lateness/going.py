"""Going on in the walk: what an outcome leads to, the end of a step, the handlers of what fails."""

from __future__ import annotations

from botkit.flow import Route
from botkit.lateness.arrival import Arrival, Mark
from botkit.lateness.ground import Ground
from botkit.lateness.runs import ROOT, Run, Site
from botkit.outcomes import END, Outcome
from botkit.steps import Step


def take(ground: Ground, run: Run, step: Step | None, outcome: Outcome, come: Arrival, asks: bool = False, live: bool = True) -> bool:
    """Work an outcome off at *step*; whether it went or called. *asks*: the step still waits when it has called. *live*: it waits until
    now, so that with `again` its timeout runs on."""
    ground.say(outcome.say, come)
    if outcome.call is not None:
        ground.begin(outcome.call.text, come, Site("outcome", run, step, outcome, asks))
        return True
    if outcome.go is None:
        return False
    if step is not None:
        move(ground, run, step, outcome, come, live)
    return True


def done(ground: Ground, run: Run, step: Step, come: Arrival) -> None:
    """The step has succeeded: what `then` says, then where it leads."""
    then(ground, run, step, step.onward, come)


def then(ground: Ground, run: Run, step: Step, outcome: Outcome, come: Arrival) -> None:
    """What `then` says, and where it leads; else where *outcome* does."""
    if step.then.empty or not take(ground, run, step, step.then, come):
        move(ground, run, step, outcome, come)


def move(ground: Ground, run: Run, step: Step, outcome: Outcome, come: Arrival, live: bool = True) -> None:
    """Go where *outcome* leads from *step*."""
    route = run.flow.route(step.name, outcome)
    if route is None:
        return
    target = route.target
    if target is not None and target.word in ("again", "back"):
        turn(ground, run, step, target.word, come, live)
    elif route.dest != END:
        ground.visit(run, route.dest, come)
    else:
        _leave(ground, run, route, come)


def turn(ground: Ground, run: Run, step: Step, word: str, come: Arrival, live: bool = True) -> None:
    """`again`, or `back` to any of the questions of the flow."""
    if word == "again":
        ground.visit(run, step.name, come, again=live)
        return
    for other in run.flow.steps.values():
        if other.waits:
            ground.visit(run, other.name, come)


def _leave(ground: Ground, run: Run, route: Route, come: Arrival) -> None:
    target = route.target
    if target is None or target.word == "end":
        ground.exit(run, "done", come)
    elif target.word == "fail":
        ground.exit(run, target.name, come)
    elif not target.word:
        flow, _, step = target.name.partition(".")
        ground.begin(flow, come, Site("instead", run), step)


def command(ground: Ground, run: Run, step: Step | None, outcome: Outcome, come: Arrival) -> None:
    """An outcome of *run*, taken while it or a flow that it called waits; *step* is where it stands, as far as that is known."""
    ground.say(outcome.say, come)
    if outcome.call is not None:
        ground.begin(outcome.call.text, come, Site("anywhere", run, step, outcome))
    elif outcome.go is not None and outcome.go.word not in ("again", "back"):
        first = step or next(iter(run.flow.steps.values()), None)  # it leads the same way from every step
        if first is not None:
            move(ground, run, first, outcome, come)
    elif outcome.go is not None and step is not None:
        turn(ground, run, step, outcome.go.word, come)
    elif outcome.go is not None:
        turn_all(ground, run, outcome.go.word, come)


def turn_all(ground: Ground, run: Run | None, word: str, come: Arrival) -> None:
    """`again` or `back` wherever *run*, or any, waits."""
    if come.how != "open" or come.age > 0:  # else each step has listened to it already
        ground.turns.append((run, word, come))
        for whose, step in list(ground.standing):
            if run is None or whose is run:
                turn(ground, whose, step, word, come)


def bots(ground: Ground, outcome: Outcome, come: Arrival) -> None:
    """An outcome of the bot itself, taken wherever it waits."""
    ground.say(outcome.say, come)
    if outcome.call is not None:
        ground.begin(outcome.call.text, come, Site("anywhere", None, None, outcome))
        ground.begin(outcome.call.text, come, ROOT)
    elif outcome.go is not None and not outcome.go.word:
        flow, _, step = outcome.go.name.partition(".")
        ground.begin(flow, come, ROOT, step)
    elif outcome.go is not None and outcome.go.word in ("again", "back"):
        ground.begin(ground.bot.start, come, ROOT)
        turn_all(ground, None, outcome.go.word, come)


def handle(ground: Ground, run: Run, step: Step, handler: Outcome, come: Arrival, live: bool = False) -> None:
    """Take what `errors` says; without a `go` it leads on."""
    if not take(ground, run, step, handler, come, live=live):
        move(ground, run, step, handler, come, live)


def fail(ground: Ground, run: Run, step: Step, name: str, come: Arrival) -> None:
    """Something fails at *step*, known to `errors` as *name*."""
    errors = step.verb.errors if step.verb is not None else {}
    handler = errors.get(name) or errors.get("any")
    if handler is not None:
        handle(ground, run, step, handler, come)
    else:
        kind = "unhandled" if name == "timeout" and run.flow.on_error.empty else "failed"
        unhandled(ground, run, step, come.by(Mark(kind, "")))


def unhandled(ground: Ground, run: Run, step: Step, come: Arrival) -> None:
    """No `errors` of the step says what follows: `on_error` does, or the caller's."""
    on_error = run.flow.on_error
    if on_error.empty or not take(ground, run, step, on_error, come, live=False):
        ground.exit(run, "failed", come)


def fault(ground: Ground, run: Run, step: Step, come: Arrival) -> None:
    """Something of the step cannot be worked out, at once or when a timer of it goes off: each handler may be taken then."""
    gone = come.failing(Mark("failed", "something cannot be worked out", node=step.key))
    handler = step.verb.errors.get("any") if step.verb is not None else None
    if handler is not None:
        handle(ground, run, step, handler, gone)
    if not run.flow.on_error.empty:
        take(ground, run, step, run.flow.on_error, gone, live=False)
    ground.exit(run, "failed", gone)


__all__ = ["bots", "command", "done", "fail", "fault", "handle", "move", "take", "then", "turn", "turn_all", "unhandled"]
