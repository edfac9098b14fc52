"""What the walk knows so far: the runs, how late their steps are come to, what may be said late, and what is still to be followed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import inf

from botkit.bot import Bot
from botkit.flow import Flow
from botkit.lateness.arrival import Arrival, How, Mark
from botkit.lateness.runs import Run, Site
from botkit.says import Say
from botkit.steps import Step

QUIET = " quiet"  # no result of an author: the contact is silent at a step that has no `silence` of its own
_ROUNDS = 1_000  # of ever later arrivals at one step


class Ground:
    """*said*: for every message that may come with the window closed, how it comes then. To be followed: runs that have *begun*, steps that
    are *entered*, and the ends of runs that somebody waits for (*ended*)."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.said: dict[Say, dict[How, Arrival]] = {}
        self.runs: dict[tuple[str, How], Run] = {}
        self.begun: deque[Run] = deque()
        self.entered: deque[tuple[Run, Step, Arrival, bool]] = deque()
        self.ended: deque[tuple[Site, str, Arrival]] = deque()
        self.standing: dict[tuple[Run, Step], None] = {}  # steps that wait and are come to
        self.turns: list[tuple[Run | None, str, Arrival]] = []  # `again` and `back` of wherever a run, or any, waits
        self.loose: dict[How, Arrival] = {}  # how late what came over anything comes back
        self.queues = {queue.name: queue for queue in bot.settings.queues}

    def run(self, flow: Flow, how: How) -> Run:
        """The runs of *flow* that begin with the window in this state, taken together."""
        run = self.runs.get((flow.name, how))
        if run is None:
            run = self.runs[flow.name, how] = Run(flow, how)
            self.begun.append(run)
        return run

    def begin(self, name: str, come: Arrival, site: Site, step: str = "") -> None:
        """A flow begins at its first step, or at *step*; *site* waits for its end."""
        flow = self.bot.flows.get(name)
        if flow is None:
            return
        run = self.run(flow, come.how)
        self.waits_for(run, site)
        self.visit(run, step or flow.first, come)

    def waits_for(self, run: Run, site: Site) -> None:
        """*site* goes on where *run* ends."""
        if site.key not in run.sites:
            run.sites[site.key] = site
            self.ended += [(site, result, come) for (result, _), come in run.exits.items()]

    def visit(self, run: Run, name: str, come: Arrival, again: bool = False) -> None:
        """Come to a step. *again*: its timeout runs on."""
        step = run.flow.steps.get(name)
        if step is None:
            return
        again = again and step.waits and getattr(step.verb, "timeout", None) is not None
        come = come.at(run.flow.name, name)
        known = run.points.get((name, come.how, again))
        if known is not None:
            if come.age <= known.age:
                return
            gained = _gained(come)
            if gained == 0:
                return  # a circle of actions only: what is wrong with it is told elsewhere
            run.rounds[name] = run.rounds.get(name, 0) + 1
            if gained is not None or run.rounds[name] > _ROUNDS:
                come = Arrival("late", inf, come, Mark("again", "again and again"), run.flow.name, name)
                worst = run.points.get((name, "late", again))
                if worst is not None and worst.age == inf:
                    return
        run.points[name, come.how, again] = come
        self.entered.append((run, step, come, again))

    def exit(self, run: Run, result: str, come: Arrival) -> None:
        """The run ends with *result*, or is QUIET: whoever waits for that goes on."""
        known = run.exits.get((result, come.how))
        if known is None or come.age > known.age:
            run.exits[result, come.how] = come
            self.ended += [(site, result, come) for site in run.sites.values()]

    def say(self, says: Iterable[Say], come: Arrival) -> None:
        """Keep how late these messages come, where the window may be closed then."""
        if come.how == "open":
            return
        for say in says:
            found = self.said.setdefault(say, {})
            before = found.get(come.how)
            if before is None or come.age > before.age:
                found[come.how] = come


def _gained(come: Arrival) -> float | None:
    """Seconds that a round takes which has led to where *come* has been before, without those of actions; None: it has not been there."""
    total = 0.0
    for at in come.chain():
        if at is not come and at.before is not None and at.step == come.step and at.flow == come.flow and at.how == come.how:
            return total
        if at.mark is not None and at.mark.kind != "action" and at.before is not None:
            total += max(0.0, at.age - at.before.age)
    return None


__all__ = ["QUIET", "Ground"]
