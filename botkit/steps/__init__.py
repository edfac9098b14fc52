"""The kinds of steps: one verb a file."""

from __future__ import annotations

from botkit.steps.ask import Ask
from botkit.steps.base import Arrival, Check, Trigger, Turning, Verb
from botkit.steps.branch import Branch
from botkit.steps.call import Call
from botkit.steps.handoff import Handoff
from botkit.steps.options import Option
from botkit.steps.run import Run
from botkit.steps.step import KINDS, STEP, Step, read_step
from botkit.steps.wait import Wait

__all__ = [
    "KINDS",
    "STEP",
    "Arrival",
    "Ask",
    "Branch",
    "Call",
    "Check",
    "Handoff",
    "Option",
    "Run",
    "Step",
    "Trigger",
    "Turning",
    "Verb",
    "Wait",
    "read_step",
]
