"""Token buckets, by the numbers that WhatsApp gives."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.pace import CONTACT, FULL, Pace, of_channel


def sent(pace: Pace, asked: list[float]) -> list[float]:
    """When messages leave that are ready at the moments *asked*, one after the other."""
    full, now, left = FULL, 0.0, []
    for moment in asked:
        now = max(now, moment)
        now += pace.wait(full, now)
        assert pace.wait(full, now) == 0.0
        full = pace.taken(full, now)
        left.append(now)
    return left


def test_a_contact_gets_45_in_a_row_and_then_one_every_six_seconds() -> None:
    left = sent(CONTACT, [0.0] * 50)
    assert left[:45] == [0.0] * 45
    assert left[45:] == pytest.approx([6.0, 12.0, 18.0, 24.0, 30.0])


def test_silence_gives_the_burst_back_one_by_one() -> None:
    full = FULL
    for _ in range(45):
        full = CONTACT.taken(full, 0.0)
    assert CONTACT.wait(full, 13.0) == 0.0
    full = CONTACT.taken(CONTACT.taken(full, 13.0), 13.0)
    assert CONTACT.wait(full, 13.0) == pytest.approx(5.0)
    assert full == pytest.approx(47 * 6.0)  # full again after as many intervals as were taken


def test_what_did_not_leave_is_given_back() -> None:
    full = CONTACT.taken(FULL, 100.0)
    assert CONTACT.returned(CONTACT.taken(full, 101.0)) == pytest.approx(full)
    assert CONTACT.wait(CONTACT.returned(FULL), 0.0) == 0.0


@given(st.floats(1, 1000), st.lists(st.floats(0, 5), max_size=200))
def test_no_second_sees_more_than_the_rate(rate: float, asked: list[float]) -> None:
    pace = of_channel(rate)
    left = sent(pace, sorted(asked))
    assert all(a <= b for a, b in pairwise(left))
    for start in left:
        within = sum(start <= moment < start + 1 - 1e-6 for moment in left)
        assert within <= ceil(rate)


def test_a_backlog_leaves_at_nine_tenths_of_the_rate_or_more() -> None:
    left = sent(of_channel(80), [0.0] * 800)
    assert 72 <= 800 / left[-1] <= 80
