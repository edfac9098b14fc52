"""WhatsApp accepts a message and says by a status that it failed: what waiting mends is sent again, what is final is told."""

from __future__ import annotations

import pytest

from botkit.sender import ChannelState
from botkit.sender.line import RETURNS
from tests.sender.desk import TEMPLATE, Desk, row, until


@pytest.mark.parametrize("code", [131000, 131016, 1, 2])
async def test_trouble_inside_whatsapp_is_waited_out_and_the_message_sent_again(desk: Desk, code: int) -> None:
    desk.fake.fail(2, code=code)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    assert desk.said()[0] == "a" and await desk.state("a") in ("queued", "sent")
    for _ in range(4):
        await desk.passes(seconds=20)
    assert sorted(desk.said()) == ["a", "a", "b"] or sorted(desk.said()) == ["a", "a", "b", "b"]
    kept = await desk.kept("a")
    assert (kept.state, kept.status, kept.code) == ("sent", "delivered", None)
    assert kept.wamid == [asked.wamid for asked in desk.fake.requests if asked.body["text"]["body"] == "a"][-1]
    assert desk.sender.state()["shop"] == ChannelState(True)


async def test_it_is_given_up_in_the_end_and_told(desk: Desk) -> None:
    desk.fake.fail(10, code=131000)
    await desk.say(row("a"))
    for _ in range(20):
        await desk.passes(seconds=60)
    assert desk.said() == ["a"] * (1 + RETURNS)
    kept = await desk.kept("a")
    assert (kept.state, kept.status, kept.code, kept.returned) == ("sent", "failed", 131000, RETURNS)
    assert not desk.sender.goes_another_way(kept)


async def test_what_is_final_is_not_sent_again(desk: Desk) -> None:
    desk.fake.fail(code=131026)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    await desk.passes(hours=1)
    assert desk.said() == ["a", "b"]
    assert [(event.status, event.code) for event in desk.events] == [("failed", 131026)]


async def test_a_pair_that_spoke_too_often_waits_and_says_it_again(desk: Desk) -> None:
    desk.fake.fail(code=131056)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.say(row("other", "c2"))
    await desk.quiet()
    assert desk.said() == ["a", "other"]
    await desk.passes(seconds=1)
    assert desk.said() == ["a", "other", "a"]


async def test_a_status_that_comes_before_the_answer_counts_once(desk: Desk) -> None:
    answers = desk.slow()
    desk.fake.fail(code=131016)
    await desk.say(row("a"))
    await until(lambda: len(answers) == 1)
    desk.fake.delay = 0.0
    answers[0].set_result(None)
    await desk.quiet()
    await desk.passes(seconds=5)
    await desk.quiet()
    assert desk.said() == ["a", "a"]
    assert (await desk.kept("a")).status == "delivered"


async def test_a_restart_in_between_loses_nothing_and_sends_nothing_twice(desk: Desk) -> None:
    desk.fake.fail(code=131016)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.quiet()
    await desk.passes(seconds=10)
    assert desk.said() == ["a", "a"]
    assert (await desk.kept("a")).status == "delivered"


async def test_an_old_status_says_nothing_of_the_message_that_was_sent_again(desk: Desk) -> None:
    desk.fake.fail(code=131016)
    await desk.say(row("a"))
    await desk.quiet()
    first = desk.fake.requests[0].wamid
    await desk.passes(seconds=5)
    assert desk.said() == ["a", "a"]
    desk.fake.tell(first or "", "failed", 131026)
    await desk.quiet()
    assert (await desk.kept("a")).status == "delivered"


# ---- unpaid


async def test_unpaid_and_told_later_keeps_every_message_and_risks_one_at_a_time(desk: Desk) -> None:
    """WhatsApp accepts what it will not deliver: the key works, the answers are good, only statuses tell."""
    desk.fake.fail(100, code=131042)
    await desk.say(row("a"), row("b"))
    await desk.say(row("c", "c2"), row("d", "c2"))
    await desk.quiet()
    tried = len(desk.said())
    state = desk.sender.state()["shop"]
    assert not state.running and state.queued == 4
    for _ in range(60):
        await desk.passes(seconds=10)
    assert len(desk.said()) - tried == 4  # one message after 30, 90, 210 and 450 s
    assert [await desk.state(id_) for id_ in "abcd"] == ["queued"] * 4
    desk.fake.mend()
    before = len(desk.said())
    await desk.passes(seconds=400)
    assert sorted(desk.said()[before:]) == ["a", "b", "c", "d"]
    assert desk.sender.state()["shop"] == ChannelState(True)


async def test_without_a_status_of_the_first_the_others_go_in_the_end(desk: Desk) -> None:
    desk.fake.fail(1, code=131042)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    desk.fake.withhold |= {"sent", "delivered"}
    before = len(desk.said())
    await desk.passes(seconds=31)
    assert len(desk.said()) - before == 1
    await desk.passes(seconds=59)
    assert len(desk.said()) - before == 1
    await desk.passes(seconds=1)
    assert sorted(set(desk.said()[before:])) in (["a", "b"], ["a"])
    assert await desk.state("a") == await desk.state("b") == "sent"


async def test_a_restart_knows_that_the_account_is_not_paid(desk: Desk) -> None:
    desk.fake.fail(100, code=131042)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    await desk.crash()
    tried = len(desk.said())
    await desk.up()
    await desk.quiet()
    state = desk.sender.state()["shop"]
    assert not state.running and state.queued == 2 and len(desk.said()) == tried
    desk.fake.mend()
    await desk.passes(seconds=2)
    assert sorted(desk.said()[tried:]) == ["a", "b"]
    await desk.crash()
    await desk.up()
    assert desk.sender.state()["shop"].running


# ---- blocked by many


@pytest.mark.parametrize("late", [True, False])
async def test_a_number_that_people_block_is_silent_for_hours_and_over_restarts(desk: Desk, late: bool) -> None:
    if late:
        desk.fake.fail(1, code=131048)
    else:
        desk.fake.refuse(1, code=131048)
    await desk.say(row("a"))
    await desk.quiet()
    assert not desk.sender.state()["shop"].running
    before = len(desk.tried())
    for _ in range(4):
        await desk.passes(minutes=10)
    await desk.crash()
    await desk.up()
    await desk.quiet()
    assert not desk.sender.state()["shop"].running
    assert len(desk.tried()) == before
    await desk.passes(minutes=30)
    assert len(desk.tried()) == before + 1
    assert desk.said()[-1] == "a" and await desk.state("a") == "sent"


# ---- templates that rest


@pytest.mark.parametrize(("closed", "state"), [("hold", "held"), ("drop", "dropped"), ("fail", "unsent")])
@pytest.mark.parametrize("code", [132015, 132016])
async def test_a_template_that_rests_leaves_the_author_the_next_choice(desk: Desk, closed: str, state: str, code: int) -> None:
    desk.ports.pass_(hours=24)
    desk.fake.refuse(1, code=code, text="it rests")
    await desk.say(row("a", template=TEMPLATE, closed=closed))
    await desk.quiet()
    await desk.say(row("b", "c2", template=TEMPLATE, closed=closed))
    await desk.quiet()
    kept = await desk.kept("a")
    assert kept.state == state and "it rests" in (kept.detail or "")
    await desk.say(row("c", "c2", template=TEMPLATE, closed=closed))
    await desk.quiet()
    assert await desk.state("c") == state and len(desk.tried()) == 1  # nobody asks again
    assert "it rests" in desk.sender.state()["shop"].alerts[0]
    if closed == "hold":
        await desk.wrote()
        await desk.quiet()
        assert desk.said() == ["a"]


async def test_a_template_is_tried_again_when_its_rest_is_over(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    desk.fake.refuse(1, code=132015)
    for n in range(4):  # who asks in between makes it rest no longer
        await desk.say(row(f"a{n}", template=TEMPLATE, closed="drop"))
        await desk.quiet()
        await desk.passes(minutes=50)
    await desk.say(row("b", template=TEMPLATE, closed="drop"))
    await desk.quiet()
    assert desk.said() == ["template"] and await desk.state("b") == "sent"


async def test_news_of_a_template_make_it_rest_and_wake_it(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    desk.sender.rest("shop", "news", "en", "template news is paused: bad quality")
    await desk.say(row("a", template=TEMPLATE, closed="hold"))
    await desk.quiet()
    kept = await desk.kept("a")
    assert desk.tried() == [] and (kept.state, kept.detail) == ("held", "template news is paused: bad quality")
    await desk.passes(hours=30)
    await desk.say(row("b", template=TEMPLATE, closed="drop"))
    await desk.quiet()
    assert desk.tried() == []
    desk.sender.rest("shop", "news", "en", None)
    await desk.say(row("c", template=TEMPLATE, closed="drop"))
    await desk.quiet()
    assert desk.said() == ["template"]


async def test_a_template_that_was_dropped_by_pacing_is_held_as_its_author_said(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    desk.fake.fail(1, code=132015)
    await desk.say(row("a", template=TEMPLATE, closed="hold"))
    await desk.quiet()
    assert await desk.state("a") == "held" and desk.said() == ["template"]
    await desk.wrote()
    await desk.quiet()
    assert desk.said() == ["template", "a"]
    assert (await desk.kept("a")).status == "delivered"
