"""Whatever the flows: what the engine says into a closed window is what the analysis foretold."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botkit.bot import Bot
from botkit.lateness import lateness
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.signatures import Signature, ValueType
from tests.lateness.explore import explore, missed
from tests.lateness.flows import Author

SIGNATURES = {"clinic.book": Signature("clinic.book", (), ValueType(("record",)), ("Gone",))}
CASES = int(os.environ.get("BOTKIT_FLOWS", "200"))
STATES = int(os.environ.get("BOTKIT_STATES", "60"))


def read(seed: int) -> Bot:
    problems = Problems()
    bot = read_bot(Author(seed).files(), problems)
    assert bot is not None and not problems.errors, [str(problem) for problem in problems]
    return bot


@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_no_late_message_is_missed(seed: int) -> None:
    bot = read(seed)
    assert missed(bot, lateness(bot), explore(bot, SIGNATURES, STATES)) == []
