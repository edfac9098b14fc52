"""A frame while a turn works on it: what the flow's machine moves."""

from __future__ import annotations

from datetime import datetime

from botkit.flow import Flow
from botkit.model import Frame, Waited
from botkit.outcomes import Outcome
from botkit.steps import Step
from botkit.wire import Value


class Draft:
    """*state* is the step it stands at; *outcome* is the one that the machine's conditions look for."""

    __slots__ = (
        "background", "call", "choices", "collected", "digression", "entered", "entry", "fingerprint", "flow", "gathered", "handed",
        "history", "outcome", "over", "page", "queue", "retries", "state", "variables", "via", "visits",
    )  # fmt: skip

    def __init__(self, flow: Flow, state: str, variables: dict[str, Value], digression: bool = False, via: str = "") -> None:
        self.flow = flow
        self.state = state
        self.variables = variables
        self.entry = 0
        self.entered: datetime | None = None
        self.retries = 0
        self.visits: dict[str, int] = {}
        self.history: tuple[Waited, ...] = ()
        self.digression = digression
        self.background = False
        self.via = via
        self.call: str | None = None
        self.fingerprint = ""
        self.choices: tuple[tuple[str, Value], ...] = ()
        self.page = 0
        self.over = False
        self.gathered: tuple[str, ...] = ()
        self.collected: tuple[tuple[str, Value], ...] = ()
        self.handed = ""
        self.queue = ""
        self.outcome: Outcome | None = None

    @classmethod
    def of(cls, flow: Flow, frame: Frame) -> Draft:
        draft = cls(flow, frame.step, dict(frame.variables), frame.digression, frame.via)
        draft.entry = frame.entry
        draft.entered = frame.entered
        draft.retries = frame.retries
        draft.visits = dict(frame.visits)
        draft.history = frame.history
        draft.call = frame.call
        draft.fingerprint = frame.fingerprint
        draft.choices = frame.choices
        draft.page = frame.page
        draft.over = frame.over
        draft.background = frame.background
        draft.gathered = frame.gathered
        draft.collected = frame.collected
        draft.handed = frame.handed
        draft.queue = frame.queue
        return draft

    @property
    def step(self) -> Step:
        return self.flow.steps[self.state]

    def leave(self) -> int:
        """End the waiting entry; its number."""
        entry, self.entry = self.entry, 0
        self.entered = None
        self.retries = 0
        self.call = None
        self.choices = ()
        self.page = 0
        self.over = False
        self.gathered = ()
        self.collected = ()
        self.handed = ""
        self.queue = ""
        self.fingerprint = ""
        return entry

    def frame(self) -> Frame:
        return Frame(
            flow=self.flow.name,
            step=self.state,
            variables=self.variables,
            entry=self.entry,
            entered=self.entered,
            retries=self.retries,
            visits=self.visits,
            history=self.history,
            digression=self.digression,
            via=self.via,
            call=self.call,
            fingerprint=self.fingerprint,
            choices=self.choices,
            page=self.page,
            over=self.over,
            background=self.background,
            gathered=self.gathered,
            collected=self.collected,
            handed=self.handed,
            queue=self.queue,
        )
