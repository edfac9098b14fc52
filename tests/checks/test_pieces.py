"""The walk over a bot's pieces: nothing that an author writes stays unseen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from botkit.answers import ANSWERS, Reading, Rejected
from botkit.bot import shared_outcomes
from botkit.checks import CHECKS
from botkit.checks.known import FIELDS
from botkit.checks.walk import pieces
from botkit.flow import outcomes_of
from botkit.model import MessageReceived
from botkit.outcomes import Outcome
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.replies import Reply
from tests.checks.bots import Author


@pytest.mark.parametrize("number", range(40))
def test_every_text_and_every_outcome_of_a_bot_is_a_piece(number: int) -> None:
    problems = Problems()
    bot = read_bot(Author(Random(number)).files(), problems)
    assert bot is not None
    found = pieces(bot)
    if not problems.errors:  # a text beside something that could not be read has no step to stand in
        assert set(bot.texts) == {piece.thing.key for piece in found if isinstance(piece.thing, Reply)}
    seen = {id(piece.thing) for piece in found if isinstance(piece.thing, Outcome)}
    outcomes = [outcome for flow in bot.flows.values() for step in flow.steps.values() for _, outcome in outcomes_of(step)]
    outcomes += [outcome for flow in bot.flows.values() for _, outcome in flow.own()] + list(shared_outcomes(bot.settings))
    assert {id(outcome) for outcome in outcomes if not outcome.empty} <= seen


def test_a_piece_knows_whose_it_is() -> None:
    bot = read_bot(Author(Random(1), careful=True).files(), Problems())
    assert bot is not None
    for piece in pieces(bot):
        assert piece.step is None or (piece.flow is not None and piece.flow.steps[piece.step.name] is piece.step)
        if isinstance(piece.thing, Reply):
            parts = piece.thing.key.split(".")
            assert parts[0] == (piece.flow.name if piece.flow is not None else "botkit")
            assert piece.step is None or parts[1] == piece.step.name


SENT: dict[str, dict[str, Any]] = {
    "location": {"latitude": 40.4, "longitude": -3.7},
    "contacts": {"contacts": [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+34600111222"}]}]},
    "image": {"id": "1", "mime_type": "image/jpeg"},
}


@pytest.mark.parametrize(("word", "type_"), [("location", "location"), ("contact", "contacts"), ("image", "image")])
def test_the_fields_of_an_answer_are_the_ones_that_are_known(word: str, type_: str) -> None:
    answer = ANSWERS[word](word)
    now = datetime(2026, 6, 22, 7, tzinfo=UTC)
    value = answer.read(MessageReceived("m", now, "m", type_, data=SENT[type_]), Reading("en", ("en",), date(2026, 6, 22), now))
    assert not isinstance(value, Rejected) and isinstance(value, Mapping)
    assert set(value) == set(FIELDS[type(answer)])


def test_every_check_says_what_it_finds() -> None:
    assert len(set(CHECKS)) == len(CHECKS)
    for check in CHECKS:
        assert (check.__doc__ or "").strip(), f"{check.__module__}.{check.__name__}"
