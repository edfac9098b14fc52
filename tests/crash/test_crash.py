"""kill -9 at any moment, while 360dialog loses answers, repeats webhooks and tells statuses late.

A short run by default; `BOTKIT_CRASH=long` makes it twenty kills among five hundred events, and lets every bug of bugs/ be found.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.crash.loop import Plan, crash

LONG = os.environ.get("BOTKIT_CRASH") == "long"
PLANS = [Plan(seed=1, kills=20, people=25, messages=19)] if LONG else [Plan(seed=1, kills=5)]

# What each bug does to people, in the words of the oracle.
BUGS = {
    "acknowledges_first": "lost: ",
    "forgets_keys": "doubled",
    "two_transactions": "lost: ",
    "resends_blindly": "resent blindly: ",
    "intends_nothing": "resent blindly: ",
}


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.kills} kills, {plan.events} events")
async def test_what_was_acknowledged_is_answered_once_and_in_order(plan: Plan, tmp_path: Path) -> None:
    told = await crash(plan, tmp_path / "bot")
    assert told.findings == [], told.log
    assert told.kills == plan.kills
    assert told.lost, "answers were to be lost"
    assert told.given_up <= plan.kills, "in doubt twice: a kill, or a lost answer, in the middle of a resend; that is rare"


def test_every_bug_says_what_it_does() -> None:
    assert {path.stem for path in (Path(__file__).parent / "bugs").glob("*.py")} == set(BUGS)


@pytest.mark.skipif(not LONG, reason="BOTKIT_CRASH=long: a run for each bug takes a minute")
@pytest.mark.parametrize("bug", BUGS)
async def test_a_bug_is_found(bug: str, tmp_path: Path) -> None:
    """Where the kills fall is up to the machine: one run may miss a bug, three do not."""
    runs = []
    for seed in (2, 3, 4):
        runs.append(await crash(Plan(seed=seed, kills=6, bug=bug), tmp_path / str(seed)))
        if any(finding.startswith(BUGS[bug]) for finding in runs[-1].findings):
            return
    pytest.fail(f"{bug} was not found: {runs}")
