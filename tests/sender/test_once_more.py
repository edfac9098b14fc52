"""What is refused without a reason that one can see (135000) is sent once more, and given up when that helps nothing."""

from __future__ import annotations

from tests.sender.desk import Desk, row


async def test_it_leaves_at_the_second_try_and_nobody_else_waits(desk: Desk) -> None:
    desk.fake.refuse(1, code=135000)
    await desk.say(row("a"), row("a2"))
    await desk.quiet()
    await desk.say(row("b", "c2"))
    await desk.quiet()
    assert desk.said() == ["b"] and await desk.state("a") == "queued"
    await desk.passes(seconds=5)
    assert desk.said() == ["b", "a", "a2"] and desk.events == []


async def test_a_second_refusal_is_the_last_one(desk: Desk) -> None:
    desk.fake.refuse(2, code=135000, text="generic user error")
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    await desk.passes(seconds=5)
    assert desk.tried() == ["a", "a", "b"] and desk.said() == ["b"]
    assert (await desk.kept("a")).state == "unsent"
    assert [(event.status, event.opaque, event.code) for event in desk.events] == [("unsent", "a", 135000)]


async def test_a_restart_in_between_knows_that_it_was_tried(desk: Desk) -> None:
    desk.fake.refuse(2, code=135000)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.quiet()
    await desk.passes(minutes=10)
    assert desk.tried() == ["a", "a"] and await desk.state("a") == "unsent"


async def test_a_late_word_sends_it_once_more_and_only_once(desk: Desk) -> None:
    desk.fake.fail(5, code=135000)
    await desk.say(row("a"))
    for _ in range(10):
        await desk.passes(seconds=60)
    assert desk.said() == ["a", "a"]
    kept = await desk.kept("a")
    assert (kept.status, kept.code, kept.returned) == ("failed", 135000, 1) and not desk.sender.goes_another_way(kept)
