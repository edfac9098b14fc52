"""What may be said, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from botkit.model import Closed
from botkit.window import Choice, choose, is_open

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "opened"),
    [
        (timedelta(0), True),
        (timedelta(hours=23, minutes=54, seconds=59), True),
        (timedelta(hours=23, minutes=55), False),  # five minutes early
        (timedelta(hours=25), False),
        (-timedelta(seconds=3), True),  # WhatsApp's clock goes before ours
    ],
)
def test_the_window_closes_a_day_after_the_last_message(since: timedelta, opened: bool) -> None:
    assert is_open(NOON - since, NOON) is opened


def test_who_never_wrote_has_no_window() -> None:
    assert not is_open(None, NOON)


@pytest.mark.parametrize(
    ("opened", "message", "template", "opted_out", "refused", "choice"),
    [
        (True, True, False, False, False, "message"),
        (True, True, True, False, False, "message"),
        (True, True, True, True, False, "message"),  # the answer to "stop" still goes
        (False, True, True, False, False, "template"),
        (True, False, True, False, False, "template"),  # there is nothing but a template
        (False, True, True, True, False, "drop"),
        (True, False, True, True, False, "drop"),
        (True, True, True, False, True, "template"),  # WhatsApp knows better than our clock
        (True, True, True, True, True, "drop"),
        (True, True, False, False, True, "message"),  # it was held, and the contact wrote
    ],
)
def test_what_leaves(opened: bool, message: bool, template: bool, opted_out: bool, refused: bool, choice: Choice) -> None:
    assert choose(opened, message, template, "hold", opted_out, refused) == choice


@pytest.mark.parametrize("closed", ["hold", "drop", "fail"])
def test_without_a_template_the_author_says_what_becomes_of_it(closed: Closed) -> None:
    assert choose(False, True, False, closed, False) == closed
    assert choose(False, True, False, closed, True) == closed
