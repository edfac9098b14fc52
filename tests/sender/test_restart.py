"""A process ends at any moment; the next one goes on where it was."""

from __future__ import annotations

from botkit.model import Inbound, StatusChanged
from botkit.stores.base import Received
from tests.sender.desk import ANA, TEMPLATE, Desk, row, until

CLOSED = 131047


async def test_what_was_queued_leaves_in_order(desk: Desk) -> None:
    await desk.sender.drain(0)
    for n in range(3):
        await desk.say(row(f"a{n}"), row(f"b{n}", closed="hold"))
    assert desk.tried() == []
    await desk.up()
    await desk.quiet()
    assert desk.said() == ["a0", "b0", "a1", "b1", "a2", "b2"]


async def test_what_was_on_its_way_is_in_doubt_and_settled_by_its_status(desk: Desk) -> None:
    desk.fake.post.delay = 3600
    desk.fake.hang(1)
    await desk.say(row("a"), row("b"))
    await until(lambda: desk.tried() == ["a"])
    await desk.crash()
    assert [await desk.state(id_) for id_ in "ab"] == ["trying", "queued"]
    desk.ports.pass_(minutes=10)
    await desk.up()
    assert desk.sender.state()["shop"].doubt == 1
    await desk.passes(seconds=19)
    assert desk.said() == []  # no status could reach us while nobody listened: the grace begins with the start
    event = StatusChanged("w:sent", desk.ports.now(), "wamid.a", "sent", "a")
    await desk.receive([Inbound("shop", event.key, event.at, b"{}", event)])
    await desk.quiet()
    assert desk.said() == ["b"]
    assert (await desk.kept("a")).wamid == "wamid.a"


async def test_what_was_on_its_way_leaves_once_more_without_a_status_and_then_never(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    desk.fake.hang(2)
    await desk.say(row("a"))
    await until(lambda: desk.tried() == ["a"])
    await desk.crash()
    await desk.up()
    desk.ports.pass_(seconds=20)
    await until(lambda: desk.tried() == ["a", "a"])
    await desk.crash()  # at the second try
    kept = await desk.kept("a")
    assert (kept.state, kept.attempts, kept.resent) == ("trying", 2, True)
    await desk.up()
    await desk.passes(seconds=20)
    assert desk.tried() == ["a", "a"] and await desk.state("a") == "unsent"


async def test_a_doubt_stays_one(desk: Desk) -> None:
    desk.fake.lose(1, accepted=False)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.passes(seconds=20)
    assert desk.said() == ["a", "b"]


async def test_what_is_held_is_held_on_and_goes_out(desk: Desk) -> None:
    desk.ports.pass_(hours=25)
    await desk.say(row("a", closed="hold"), row("b", "c1", closed="hold"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.quiet()
    assert desk.said() == [] and desk.sender.state()["shop"].held == 2
    await desk.wrote(ANA)
    await desk.quiet()
    assert desk.said() == ["a", "b"]


async def test_who_wrote_just_before_the_end_gets_what_was_held(desk: Desk) -> None:
    desk.ports.pass_(hours=25)
    await desk.say(row("a", closed="hold"))
    await desk.quiet()
    await desk.sender.drain(0)
    await desk.wrote(ANA)
    assert await desk.state("a") == "held"
    await desk.up()
    await desk.quiet()
    assert desk.said() == ["a"]


async def test_the_window_is_read_from_the_conversation(desk: Desk) -> None:
    await desk.sender.drain(0)
    await desk.say(row("a", template=TEMPLATE), row("b", payload=None, template=TEMPLATE), opted_out=True)
    await desk.say(row("x", "c2", template=TEMPLATE))
    desk.ports.pass_(hours=24)
    await desk.wrote(ANA)
    await desk.up()
    await desk.quiet()
    assert sorted(desk.said()) == ["a", "template"]
    assert [await desk.state(id_) for id_ in "abx"] == ["sent", "dropped", "sent"]


async def test_the_template_path_survives(desk: Desk) -> None:
    desk.fake.refuse(1, code=CLOSED)
    desk.fake.hang(1)
    await desk.say(row("a", template=TEMPLATE))
    await until(lambda: desk.tried() == ["a", "template"])
    await desk.crash()
    await desk.up()
    await desk.passes(seconds=20)
    assert desk.said() == ["template"] and (await desk.kept("a")).attempts == 3


async def test_a_late_refusal_whose_template_had_no_time_is_told_again(desk: Desk) -> None:
    desk.fake.fail(code=CLOSED)
    desk.sender.told = lambda received: None  # type: ignore[method-assign]  # the process ends before it can
    await desk.say(row("a", template=TEMPLATE))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    kept = await desk.kept("a")
    (pending,) = await desk.store.unfinished(0, 10)
    (inbound,) = desk.provider.events(pending.raw, desk.ports.now())
    for _ in range(2):
        desk.sender.told(Received(inbound, False, pending.seq, "c1", before=kept, after=kept))
        await desk.quiet()
    assert desk.said() == ["a", "template"]


async def test_the_pace_of_a_contact_is_remembered(desk: Desk) -> None:
    for n in range(30):
        await desk.say(row(f"m{n:02}"))
    await desk.quiet()
    await desk.crash()
    desk.ports.pass_(seconds=12)
    await desk.up()
    for n in range(30, 50):
        await desk.say(row(f"m{n:02}"))
    await desk.quiet()
    assert len(desk.said()) == 47  # 45, and two of twelve seconds
    await desk.say(row("other", "c2"))
    await desk.quiet()
    assert desk.said()[-1] == "other"
    for _ in range(3):
        await desk.passes(seconds=6)
    assert [said for said in desk.said() if said != "other"] == [f"m{n:02}" for n in range(50)]


async def test_messages_of_a_channel_that_is_gone_stay(desk: Desk) -> None:
    await desk.say(row("a", channel="old"), row("b", "c2"))
    await desk.crash()
    await desk.up()
    await desk.quiet()
    assert await desk.state("a") == "queued"
    assert set(desk.sender.state()) == {"shop"}


async def test_a_drain_lets_end_what_is_on_its_way_and_begins_nothing(desk: Desk) -> None:
    desk.fake.delay = 5.0
    answers = desk.slow()
    await desk.say(row("a"), row("b"))
    await desk.say(row("x", "c2"))
    await until(lambda: len(answers) == 2)
    ended = desk.ports.spawn(desk.sender.drain(), "drain")
    for answer in answers:
        answer.set_result(None)
    await ended
    assert sorted(desk.said()) == ["a", "x"]
    assert [await desk.state(id_) for id_ in "abx"] == ["sent", "queued", "sent"]
    assert desk.sender.begin("shop", "c2", (row("y", "c2"),), desk.ports.now(), False)[0].state == "queued"
    desk.fake.delay = 0.0
    await desk.up()
    await desk.quiet()
    assert sorted(desk.said()) == ["a", "b", "x"]


async def test_a_drain_ends_though_an_answer_does_not_come(desk: Desk) -> None:
    desk.fake.hang(1)
    await desk.say(row("a"))
    await until(lambda: desk.tried() == ["a"])
    ended = desk.ports.spawn(desk.sender.drain(8), "drain")
    await until(lambda: desk.sender.begin("shop", "c2", (row("y", "c2"),), desk.ports.now(), False)[0].state == "queued")
    desk.ports.pass_(seconds=8)
    await ended
    assert await desk.state("a") == "trying"


async def test_a_thousand_and_more_rows_are_taken_up(desk: Desk) -> None:
    await desk.sender.drain(0)
    rows = [row(f"m{n:04}", "c1" if n % 2 else "c2") for n in range(1100)]
    await desk.say(*rows[1::2])
    await desk.say(*rows[::2])
    await desk.up()
    assert desk.sender.state()["shop"].queued == 1100
