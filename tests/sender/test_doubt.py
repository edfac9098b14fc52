"""A message whose answer was lost is settled by its status, or sent once more; a third copy never leaves."""

from __future__ import annotations

from datetime import datetime

import pytest

from botkit.model import Inbound, StatusChanged
from botkit.sender import ChannelState
from botkit.stores.base import Outgoing
from botkit.testing.refusal import UNAVAILABLE
from botkit.testing.webhooks import Person
from tests.sender.desk import Desk, row, until


async def test_a_lost_answer_is_settled_by_the_status(desk: Desk) -> None:
    desk.fake.lose(1)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    await desk.passes(seconds=60)
    assert desk.said() == ["a", "b"]
    kept = await desk.kept("a")
    assert (kept.state, kept.status, kept.attempts, kept.resent) == ("sent", "delivered", 1, False)


async def test_without_a_status_it_is_sent_once_more_after_the_grace_and_never_again(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    desk.fake.lose(2)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    state = desk.sender.state()["shop"]
    assert (state.running, state.queued, state.doubt) == (True, 2, 1)
    await desk.passes(seconds=19)
    assert desk.said() == ["a"]
    await desk.passes(seconds=1)
    assert desk.said() == ["a", "a"]
    kept = await desk.kept("a")
    assert (kept.state, kept.attempts, kept.resent) == ("doubt", 2, True)
    await desk.passes(seconds=20)
    assert desk.said() == ["a", "a", "b"]
    assert (await desk.state("a"), [event.key for event in desk.events]) == ("unsent", ["unsent:a"])
    await desk.passes(hours=1)
    assert desk.said() == ["a", "a", "b"]


async def test_a_status_after_the_resend_settles_it(desk: Desk) -> None:
    desk.fake.lose(1, accepted=False)
    desk.fake.lose(1)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.passes(seconds=20)
    kept = await desk.kept("a")
    assert (kept.state, kept.status, kept.attempts, kept.resent) == ("sent", "delivered", 2, True)


async def test_who_rather_loses_one_than_doubles_one_has_it_on_record(desk: Desk) -> None:
    await desk.crash()
    await desk.up(in_doubt="hold", grace=5)
    desk.fake.withhold = {"sent", "delivered"}
    desk.fake.lose(1)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    await desk.passes(seconds=5)
    assert desk.said() == ["a", "b"]
    kept = await desk.kept("a")
    assert kept.state == "unsent" and kept.detail is not None and kept.detail.startswith("in doubt:")
    assert [event.opaque for event in desk.events] == ["a"]


@pytest.mark.parametrize(
    "refusal",
    [
        {"http": 500, "code": 131000, "accepted": True},
        {"http": 502, "shape": "html", "accepted": True},
        {"http": 200, "shape": "plain", "accepted": True},
        {"http": 200, "shape": "empty", "accepted": True},
    ],
)
async def test_what_an_answer_leaves_open_is_in_doubt(desk: Desk, refusal: dict[str, object]) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    desk.fake.refuse(1, **refusal)  # type: ignore[arg-type]
    await desk.say(row("a"))
    await desk.quiet()
    assert await desk.state("a") == "doubt"
    desk.fake.withhold = set()
    await desk.passes(seconds=20)
    assert desk.said() == ["a", "a"] and await desk.state("a") == "sent"


async def test_an_answer_that_does_not_come_is_given_up_after_15_seconds(desk: Desk) -> None:
    desk.fake.hang(1)
    await desk.say(row("a"))
    await until(lambda: desk.tried() == ["a"])
    desk.ports.pass_(seconds=14.9)
    await desk.say(row("b", "c2"))  # others do not wait for it
    await until(lambda: desk.said() == ["b"])
    assert await desk.state("a") == "trying"
    await desk.passes(seconds=0.1)
    kept = await desk.kept("a")
    assert (kept.state, kept.detail) == ("doubt", "no answer within 15 s")
    await desk.passes(seconds=20)
    assert desk.said() == ["b", "a"]


async def test_two_that_hang_are_each_given_up_in_time(desk: Desk) -> None:
    desk.fake.hang(2)
    await desk.say(row("a"))
    await until(lambda: desk.tried() == ["a"])
    desk.ports.pass_(seconds=10)
    await desk.say(row("b", "c2"))
    await until(lambda: desk.tried() == ["a", "b"])
    desk.ports.pass_(seconds=5)
    await until(lambda: desk.sender.state()["shop"].doubt == 1)
    await desk.passes(seconds=10)
    assert [await desk.state("a"), await desk.state("b")] == ["doubt", "doubt"]


async def test_a_status_that_comes_while_the_answer_is_awaited_counts(desk: Desk) -> None:
    desk.fake.refuse(1, http=500, accepted=True)
    desk.fake.on_accept = lambda _: setattr(desk.fake, "delay", 0.0)
    settle = desk.store.settle

    async def late(outgoing: object, now: object) -> object:
        await desk.fake.settled()
        return await settle(outgoing, now)  # type: ignore[arg-type]

    desk.store.settle = late  # type: ignore[method-assign, assignment]
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    assert desk.said() == ["a", "b"] and await desk.state("a") == "sent"
    await desk.passes(minutes=5)
    assert desk.said() == ["a", "b"]


def status(desk: Desk, id_: str) -> Inbound:
    event = StatusChanged(f"w.{id_}:sent", desk.ports.now(), f"w.{id_}", "sent", id_)
    return Inbound("shop", event.key, event.at, b"{}", event)


async def test_a_status_that_comes_as_the_second_copy_is_about_to_leave_keeps_it_back(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    desk.fake.lose(1)
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    intend = desk.store.intend

    async def overtaken(ids: list[str], now: datetime) -> None:
        if ids == ["a"]:
            await desk.receive([status(desk, "a")])
        await intend(ids, now)

    desk.store.intend = overtaken  # type: ignore[method-assign, assignment]
    await desk.passes(seconds=20)
    assert desk.said() == ["a", "b"]
    kept = await desk.kept("a")
    assert (kept.state, kept.status, kept.attempts) == ("sent", "sent", 1)


async def test_a_status_that_comes_as_a_doubt_is_written_down_ends_it(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    desk.fake.lose(1)
    settle = desk.store.settle

    async def overtaken(outgoing: Outgoing, now: datetime) -> Outgoing:
        settled = await settle(outgoing, now)
        if settled.state == "doubt":
            await desk.receive([status(desk, "a")])
        return settled

    desk.store.settle = overtaken  # type: ignore[method-assign]
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    assert desk.said() == ["a", "b"]
    await desk.passes(minutes=1)
    assert desk.said() == ["a", "b"] and desk.events == []


async def test_a_status_that_comes_at_the_last_moment_ends_a_doubt(desk: Desk) -> None:
    await desk.crash()
    await desk.up(in_doubt="hold")
    desk.fake.lose(1, accepted=False)
    await desk.say(row("a"))
    await desk.quiet()
    (received,) = await desk.store.receive([status(desk, "a")], desk.ports.now())
    desk.ports.pass_(seconds=20)
    desk.sender.told(received)
    await desk.quiet()
    assert await desk.state("a") == "sent" and desk.events == []


async def test_a_gateway_that_is_ill_is_not_fed_with_messages(desk: Desk) -> None:
    """After five lost answers in a row a probe asks how it is. Here probes succeed and sends do not: so now and then one is risked."""
    contacts = [await desk.wrote(Person(wa_id=f"4477009010{n:02}")) for n in range(40)]
    desk.fake.outage = UNAVAILABLE
    for n, contact in enumerate(contacts):
        await desk.say(row(f"m{n}", contact))
        await desk.quiet()
    assert desk.tried() == [f"m{n}" for n in range(5)]
    state = desk.sender.state()["shop"]
    assert (state.running, state.since, state.queued, state.doubt) == (False, desk.ports.now(), 40, 5)
    assert "WhatsApp API not available" in state.reason
    for _ in range(360):
        await desk.passes(seconds=10)
    lost = {str(event.opaque) for event in desk.events}
    assert len(desk.tried()) <= 5 + 20 and len(lost) <= 10
    desk.fake.outage = None
    for _ in range(60):
        await desk.passes(seconds=10)
    assert set(desk.said()) == {f"m{n}" for n in range(40)} - lost
    assert all(desk.tried().count(f"m{n}") <= 2 for n in range(40))
    assert desk.sender.state()["shop"] == ChannelState(True)
