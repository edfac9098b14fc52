"""A number that WhatsApp finds too fast goes on at half its rate, and comes back slowly."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from botkit.channels import Channel
from botkit.providers import Dialog360
from botkit.sender.outlet import Outlet
from botkit.testing.refusal import RATE
from tests.sender.desk import Desk, row


def outlet(rate: float = 80.0) -> Outlet:
    channel = Channel("shop", api_key="k", rate=rate)
    return Outlet(channel, Dialog360(channel))


def test_half_and_half_again_but_never_below_one_a_second() -> None:
    out = outlet()
    rates = []
    for n in range(10):
        assert out.slower(n * 2.0)
        rates.append(out.slowed(n * 2.0))
    assert rates == [40, 20, 10, 5, 2.5, 1.25, 1, 1, 1, 1]


def test_a_number_that_is_slower_by_itself_is_not_made_faster() -> None:
    out = outlet(0.5)
    out.slower(0.0)
    assert out.rate == 0.5


def test_many_answers_about_one_trouble_halve_it_once() -> None:
    out = outlet()
    assert [out.slower(0.01 * n) for n in range(5)] == [True, False, False, False, False]
    assert out.slowed(1.0) == 40


def test_a_tenth_comes_back_in_ten_seconds() -> None:
    out = outlet()
    out.slower(0.0)
    assert [out.slowed(t) for t in (9.9, 10.0, 25.0, 49.9, 50.0, 60.0)] == [40, 48, 56, 72, 0, 0]
    assert out.pace == outlet().pace


def test_a_refusal_on_the_way_back_halves_what_it_was() -> None:
    out = outlet()
    out.slower(0.0)
    out.slower(20.0)
    assert out.slowed(20.0) == 28


def test_a_number_that_is_upgraded_sends_as_fast_as_any() -> None:
    out = outlet()
    out.upgraded()
    assert (out.rate, out.raised, out.pace) == (1000, 1000, outlet(1000).pace)
    out.slower(0.0)
    assert out.slowed(0.0) == 500


def test_a_slow_number_that_is_upgraded_comes_back_to_more() -> None:
    out = outlet()
    out.slower(0.0)
    out.upgraded()
    assert [out.slowed(t) for t in (0.0, 10.0, 100.0)] == [40, 140, 0]


def test_what_the_author_said_of_the_rate_goes_before_news() -> None:
    out = outlet(20.0)
    out.upgraded()
    assert (out.rate, out.raised) == (20, 0)


@pytest.mark.parametrize(("code", "slow"), [(130429, True), (80007, True), (4, True), (131057, False), (None, False)])
async def test_which_refusals_slow_a_number_down(desk: Desk, code: int | None, slow: bool) -> None:
    desk.fake.refuse(1, code=code, http=400 if code else 503)
    await desk.say(row("a"))
    await desk.quiet()
    assert bool(desk.sender.state()["shop"].rate) == slow
    await desk.passes(seconds=80)
    assert desk.said() == ["a"] and desk.sender.state()["shop"].rate == 0


async def test_360dialog_says_it_in_words(desk: Desk) -> None:
    desk.fake.outage = RATE
    await desk.say(row("a"))
    await desk.quiet()
    assert desk.sender.state()["shop"].rate == 50_000


@pytest.mark.parametrize(("code", "first", "second"), [(80007, 60, 120), (131057, 60, 120), (4, 60, 120)])
async def test_some_pauses_have_a_least_length(desk: Desk, code: int, first: int, second: int) -> None:
    desk.fake.refuse(2, code=code)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.passes(seconds=first - 1)
    assert len(desk.tried()) == 1
    await desk.passes(seconds=first / 4)
    assert len(desk.tried()) == 2
    await desk.passes(seconds=second - 1)
    assert len(desk.tried()) == 2
    await desk.passes(seconds=second / 4)
    assert desk.said() == ["a"]


async def test_messages_leave_at_the_lower_rate(desk: Desk) -> None:
    desk.channel = replace(desk.channel, rate=20.0)
    await desk.crash()
    await desk.up()
    desk.fake.refuse(1, code=130429)
    await desk.say(*(row(f"a{n:02}") for n in range(40)))
    await desk.quiet()
    await desk.passes(seconds=0.5)
    begun = len(desk.said())
    for _ in range(20):
        await desk.passes(seconds=0.11)
    assert 15 <= len(desk.said()) - begun <= 22  # ten a second
