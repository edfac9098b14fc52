"""Ends of flows, in the walk: who waited for them, and how it goes on there."""

from __future__ import annotations

from botkit.lateness.arrival import Arrival, Mark
from botkit.lateness.going import bots, command, done, fail, handle, take, unhandled
from botkit.lateness.ground import QUIET, Ground
from botkit.lateness.runs import Site
from botkit.lateness.standing import resume, silences


def ended(ground: Ground, site: Site, result: str, come: Arrival) -> None:
    match site.kind:
        case "root":
            _over(ground, result, come)
        case "instead":
            if site.run is not None:
                ground.exit(site.run, result, come)
        case "anywhere":
            _loosened(ground, site, result, come)
        case _:
            _returned(ground, site, result, come)


def _over(ground: Ground, result: str, come: Arrival) -> None:
    """Nothing is under way any more."""
    settings = ground.bot.settings
    if result == QUIET:
        for entry in settings.silence or ():
            bots(ground, entry.outcome, come.after(entry.after, Mark("silence", "silence", entry.after, entry.node)))
    elif result == "failed":
        bots(ground, settings.on_error, come)


def _returned(ground: Ground, site: Site, result: str, come: Arrival) -> None:
    run, step, outcome = site.run, site.step, site.outcome
    if run is None or step is None:
        return
    if result == QUIET:
        if run.flow.silence is not None:
            silences(ground, run, step, run.flow.silence, come, False)
        else:
            ground.exit(run, QUIET, come)
        return
    if outcome is None:
        handler = step.verb.errors.get(result) or step.verb.errors.get("any") if step.verb is not None else None
        if result == "done":
            done(ground, run, step, come)
        elif handler is not None:
            handle(ground, run, step, handler, come)
        elif result == "failed":
            unhandled(ground, run, step, come)
        else:
            ground.exit(run, result, come)
        return
    handler = outcome.errors.get(result) or outcome.errors.get("any") if result != "done" else None
    if handler is not None and take(ground, run, step, handler, come, asks=site.asks):
        return
    if handler is None and result == "failed":
        fail(ground, run, step, "failed", come)
    else:
        resume(ground, run, step, come, site.asks)


def _loosened(ground: Ground, site: Site, result: str, come: Arrival) -> None:
    """What came over anything has ended, or is quiet."""
    if result == QUIET:
        for run in list(ground.runs.values()) if come.how != "outside" else ():
            if run.flow.silence:
                silences(ground, run, None, run.flow.silence, come, False)
        _over(ground, QUIET, come)
        return
    handler = None
    if site.outcome is not None and result != "done":
        handler = site.outcome.errors.get(result) or site.outcome.errors.get("any")
    if handler is not None and site.run is None:
        bots(ground, handler, come)
    elif handler is not None and site.run is not None:
        command(ground, site.run, site.step, handler, come)
    if handler is not None and (handler.call is not None or handler.go is not None):
        return
    if come.how == "outside" and result != "failed":
        return  # nobody asked for it: what it came over asks again only while the window is open
    come = come.by(Mark("over"))
    before = ground.loose.get(come.how)
    if before is None or come.age > before.age:
        ground.loose[come.how] = come
        for run, step in list(ground.standing):
            if handler is None and result == "failed":
                fail(ground, run, step, "failed", come)
            else:
                resume(ground, run, step, come, True)


__all__ = ["ended"]
