"""How a turn goes from step to step: entering, taking an outcome, leaving, coming back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from botkit.commands import Silence
from botkit.engine.cursor import MAX_STEPS, Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.offering import offer
from botkit.engine.speaking import prompt, speak
from botkit.engine.waiting import begin, take_early
from botkit.model import Kept, MessageReceived, Timer, Waited
from botkit.outcomes import END, Outcome, Save, Target
from botkit.steps import Ask, Call, Handoff, Step, Wait
from botkit.steps.base import assign
from botkit.wire import Value

BOT = -1  # the owner of outcomes that stand in botkit.yaml
_HISTORY = 30  # waiting entries that `back` can go back over


def enter(cursor: Cursor, fresh: bool = True) -> None:
    """Enter the step that the top frame stands at. *fresh* false: its variables are already as they should be there."""
    frame = cursor.frames[-1]
    step = frame.step
    cursor.item = None
    cursor.steps += 1
    if cursor.steps > MAX_STEPS:
        raise Failure("any", f"more than {MAX_STEPS} steps in one turn")
    if frame.flow.counts_visits:
        frame.visits[step.name] = frame.visits.get(step.name, 0) + 1
    if fresh and step.condition is not None and not cursor.evaluate(step.condition):
        cursor.note("skip")
        _move(cursor, frame, "skip", None)
        return
    cursor.note("enter")
    if fresh:
        assign(cursor, step.set)
    if isinstance(step.verb, Ask | Wait):
        wait_at(cursor, frame, step, step.verb.timeout)
        offer(cursor, frame, step.ask)
        prompt(cursor, frame)
        if isinstance(step.verb, Wait) and begin(cursor, frame, step.verb):
            onward(cursor)
        return
    if not isinstance(step.verb, Handoff):  # its words are said once the queue has accepted
        speak(cursor, step.say)
    arrival = step.verb.begin(cursor) if step.verb is not None else None
    if arrival is None:
        onward(cursor)
    elif isinstance(arrival, Outcome):
        trigger = "error" if isinstance(step.verb, Handoff) else "branch"  # a queue that is closed is an error of its step
        cursor.note(trigger, detail="closed" if trigger == "error" else arrival.key)
        if not take(cursor, trigger, arrival, len(cursor.frames) - 1):
            _move(cursor, frame, trigger, arrival)
    elif arrival == "waits":
        frame.fingerprint = step.fingerprint
        if isinstance(step.verb, Handoff):
            queue = cursor.queue(step.verb.queue.text)
            wait_at(cursor, frame, step, step.verb.timeout or (queue.timeout if queue is not None else None))
            if not frame.handed:  # else once the queue has taken the conversation
                speak(cursor, step.say)


def wait_at(cursor: Cursor, frame: Draft, step: Step, timeout: int | None) -> None:
    """Begin a waiting entry: its number, its timers, its place in the history."""
    cursor.entries += 1
    frame.entry = cursor.entries
    frame.entered = cursor.at
    frame.fingerprint = step.fingerprint
    if frame.flow.turns_back:
        frame.history = (*frame.history[-_HISTORY:], Waited(step.name, dict(frame.variables)))
    carried, cursor.carried = cursor.carried, None
    if timeout is not None:
        due = carried[1] if carried is not None and carried[0] is step else cursor.at + timedelta(seconds=timeout)
        cursor.timers.append(Timer(frame.entry, "timeout", due))
    listen(cursor)


def listen(cursor: Cursor) -> None:
    """Start the `silence` of the top frame's entry anew."""
    frame = cursor.top
    pending = {timer.name for timer in cursor.timers if frame is not None and timer.entry == frame.entry}
    cursor.timers = [timer for timer in cursor.timers if not timer.name.startswith("silence:")]
    if frame is None or not frame.entry or frame.entered is None or frame.step.ask is None:
        return
    event = cursor.event
    heard = event.at if isinstance(event, MessageReceived) else frame.entered  # any message counts, also one that opens no window
    since = max(frame.entered, cursor.last_inbound or frame.entered, heard)
    for n, entry in enumerate(silences(cursor)[1]):
        timer = Timer(frame.entry, f"silence:{n}", since + timedelta(seconds=entry.after))
        if timer.due > cursor.at or timer.name in pending:  # else it has gone off already: what it called has just come back
            cursor.timers.append(timer)


def silences(cursor: Cursor) -> tuple[int, tuple[Silence, ...]]:
    """The one list that holds for the top frame, and whose it is: the step's, the flow's, the nearest caller's, the bot's."""
    ask = cursor.frames[-1].step.ask
    if ask is not None and ask.silence is not None:
        return len(cursor.frames) - 1, ask.silence
    for owner in range(len(cursor.frames) - 1, -1, -1):
        own = cursor.frames[owner].flow.silence
        if own is not None:
            return owner, own
    return BOT, cursor.bot.settings.silence or ()


def take(cursor: Cursor, trigger: str, outcome: Outcome, owner: int) -> bool:
    """Work an outcome off: set, say, then go or call. *owner* is the place of the frame it belongs to. Whether it went or called."""
    if trigger == "error":
        cursor.note("caught", detail=outcome.key)
    with cursor.seen_by(cursor.frames[owner] if owner >= 0 else None):
        assign(cursor, outcome.set)
        speak(cursor, outcome.say)
        if outcome.call is not None:
            cursor.call_flow(outcome.call.text, outcome.arguments, outcome.key, True)
            return True
        if outcome.go is None:
            return False
        params = {key.text: cursor.given(value) for key, value in outcome.arguments}
    if owner == BOT:
        _leave_for(cursor, outcome.go, params)
        return True
    _drop(cursor, owner + 1)
    _move(cursor, cursor.frames[owner], trigger, outcome, params)
    return True


def onward(cursor: Cursor, trigger: str = "done", outcome: Outcome | None = None, then: bool = True) -> None:
    """The top frame's step has succeeded, by *outcome* where an option was taken: what `then` says, then where the step leads."""
    cursor.unasked = False
    frame = cursor.frames[-1]
    step = frame.step
    if then and step.then.call is not None:
        frame.leave()  # its question has an answer: what comes back goes on
    if then and not step.then.empty and take(cursor, "done", step.then, len(cursor.frames) - 1):
        return
    _move(cursor, frame, trigger, outcome if outcome is not None else step.onward)


def _move(cursor: Cursor, frame: Draft, trigger: str, outcome: Outcome | None, params: Mapping[str, Value] | None = None) -> None:
    """Let the flow's machine move *frame*, the top one, and go where that leads."""
    before = frame.state
    frame.outcome = outcome
    event = frame.flow.machine.events.get(trigger)
    if event is None or not event.trigger(frame):
        raise Failure("any", f"{frame.flow.name}.{before} has no way on by {trigger}")
    route = frame.flow.route(before, outcome) if outcome is not None else None
    target = route.target if route is not None else None
    _keep(cursor, frame, before)
    if target is not None and target.word in ("again", "back"):
        (_again if target.word == "again" else _back)(cursor, frame)
        return
    frame.leave()
    if frame.state != END:
        cursor.entering = True
        return
    if target is None or target.word == "end":
        finish(cursor, "done")
    elif target.word == "fail":
        finish(cursor, target.name)
    elif target.word == "quit":
        quit_all(cursor)
    else:
        if params is None and outcome is not None:
            params = {key.text: cursor.given(value) for key, value in outcome.arguments}
        frame.state = before  # should the other flow not begin, the failure is this step's
        flow, _, step = target.name.partition(".")
        cursor.start(flow, params or {}, step, frame.via, frame.digression, instead=True)


def _keep(cursor: Cursor, frame: Draft, step: str) -> None:
    """Remember the entry that is left, where a tap on its buttons is to be followed later on."""
    ask = frame.flow.steps[step].ask
    if frame.entry and ask is not None and ask.stale is not None and ask.stale.follow is not None:
        cursor.kept.append(Kept(frame.entry, frame.flow.name, step, dict(frame.variables), cursor.at, frame.fingerprint))


def _leave_for(cursor: Cursor, target: Target, params: Mapping[str, Value]) -> None:
    """Follow a target of botkit.yaml: it leaves every flow, but for `again` and `back`, which mean the step under way."""
    if target.word in ("again", "back"):
        if not cursor.frames:
            cursor.start(cursor.bot.start, {})
        elif target.word == "again":
            _again(cursor, cursor.frames[-1])
        else:
            _back(cursor, cursor.frames[-1])
        return
    quit_all(cursor)
    if not target.word:
        flow, _, step = target.name.partition(".")
        cursor.start(flow, params, step)


def _again(cursor: Cursor, frame: Draft) -> None:
    """Enter the step of *frame*, the top one, anew. Its timeout runs on."""
    due = next((timer.due for timer in cursor.timers if frame.entry and timer.entry == frame.entry and timer.name == "timeout"), None)
    cursor.carried = (frame.step, due) if due is not None else None
    frame.history = _before(frame)
    frame.leave()
    cursor.entering = True


def _before(frame: Draft) -> tuple[Waited, ...]:
    """The waiting entries of *frame* without the one that it stands at."""
    stands = frame.step.waits and frame.history and frame.history[-1].step == frame.state
    return frame.history[:-1] if stands else frame.history


def _back(cursor: Cursor, frame: Draft) -> None:
    """Return to the waiting entry before the one at which *frame*, the top one, stands, with the variables as they were there; at the
    first one ask again."""
    history = _before(frame) or frame.history
    waited = history[-1] if history else None
    if waited is None or waited.step not in frame.flow.steps:
        raise Failure("any", f"there is no question before {frame.flow.name}.{frame.state} to go back to")
    frame.leave()
    frame.state = waited.step
    frame.variables = dict(waited.variables)
    frame.history = history[:-1]
    cursor.note("back")
    enter(cursor, fresh=False)


def _drop(cursor: Cursor, count: int) -> None:
    """Leave the frames above the first *count*."""
    while len(cursor.frames) > count:
        frame = cursor.frames.pop()
        if frame.state != END:
            frame.outcome = None
            _keep(cursor, frame, frame.state)
            frame.flow.machine.events["leave"].trigger(frame)


def quit_all(cursor: Cursor) -> None:
    cursor.note("quit")
    _drop(cursor, 0)


def finish(cursor: Cursor, result: str, detail: str = "") -> None:
    """The top frame's flow has ended with *result*: its caller goes on, or catches it."""
    frame = cursor.frames[-1]
    cursor.note("end", step=frame.state if frame.state != END else "", detail=result)
    values = {key.text: frame.variables.get(key.text) for key, _ in frame.flow.returns}
    cursor.frames.pop()
    owner, save, errors = called_by(cursor, frame)
    if result == "done":
        if save is not None:
            with cursor.seen_by(cursor.frames[owner] if owner >= 0 else None):
                cursor.assign(save.name, save.contact, values)
        if cursor.frames:
            come_back(cursor, frame.digression)
        return
    handler = errors.get(result) or errors.get("any")
    if handler is not None:
        cursor.note("error", detail=result)
        if take(cursor, "error", handler, owner) or not cursor.frames:
            return
        if frame.digression:
            come_back(cursor, True)
        else:
            _move(cursor, cursor.frames[-1], "error", handler)
    elif not cursor.frames:
        return
    elif result == "failed":
        raise Failure("failed", detail)
    elif frame.digression:
        come_back(cursor, True)
    else:
        caller = cursor.frames[-1]
        caller.outcome = None
        caller.flow.machine.events["leave"].trigger(caller)
        finish(cursor, result)


def called_by(cursor: Cursor, frame: Draft) -> tuple[int, Save | None, Mapping[str, Outcome]]:
    """Whose call *frame*, which is gone, was: the place of that frame, where the result goes, and what follows its other ends."""
    if frame.via:
        by, owner = cursor.outcome(frame.via)
        return (owner, by.save, by.errors) if by is not None else (BOT, None, {})
    verb = cursor.frames[-1].step.verb if cursor.frames else None
    return len(cursor.frames) - 1, *((verb.save, verb.errors) if isinstance(verb, Call) and not frame.digression else (None, {}))


def come_back(cursor: Cursor, digression: bool) -> None:
    """Go on at the caller: after a digression at a step that waits its prompt is said again."""
    frame = cursor.frames[-1]
    if not digression:
        onward(cursor)
    elif frame.entry:
        wait = frame.step.verb
        if isinstance(wait, Wait) and (frame.over or (wait.events and take_early(cursor, frame, wait))):
            onward(cursor)
            return
        cursor.note("resume")
        prompt(cursor, frame)
        listen(cursor)
        ask = frame.step.ask
        if frame.gathered and ask is not None and ask.gather is not None:  # the burst was interrupted
            cursor.timers = [timer for timer in cursor.timers if (timer.entry, timer.name) != (frame.entry, "gather")]
            cursor.timers.append(Timer(frame.entry, "gather", cursor.at + timedelta(seconds=ask.gather)))
    else:
        onward(cursor, then=False)
