"""What one process leaves, the next one takes up: in order, and without doing anything twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from botkit.lanes import backlog
from botkit.model import ActionFinished, Contact, Conversation, Identity, Inbound, MessageReceived, OperatorCommand, dump_event
from botkit.stores.base import Commit, Store, StoreUnavailable
from botkit.testing import webhooks
from tests.lanes.given import ANA, BEN, NOON, NUMBER, PROVIDER, Frail, Outbox, World, event, said, still


async def test_events_that_are_not_done_are_read_again_and_worked_on_in_order(store: Store) -> None:
    finished = event(ActionFinished("a1", NOON, "1", "three"))
    await store.receive([said("m1", "one"), said("b1", "ben", BEN), said("m2", "two"), finished], NOON)
    world = World(store)
    await world.lanes.start()
    await world.hear(said("m3", "four"))
    assert await world.heard() == ["one", "two", "three", "four"]
    assert await world.heard("c2") == ["ben"]
    assert world.outbox.voices[:2] == [("c1", Identity("15550000001", "US.1", "Ana")), ("c2", Identity("15550000002", None, "Ben"))]
    assert await store.unfinished(0, 10) == []


async def test_what_came_late_from_an_earlier_number_is_answered_at_the_number_of_now(store: Store) -> None:
    new = Identity("15559999999", "US.2")
    change = OperatorCommand("s1", NOON + timedelta(hours=1), "moved", {})
    moved = Inbound("main", "s1", change.at, dump_event(change), change, Identity("15550000001", "US.1"), "", kind="event", moved=new)
    await store.receive([moved, said("m1", "late")], NOON)
    assert [pending.late for pending in await store.unfinished(0, 10)] == [False, True]
    await store.commit(Commit(1, Conversation("main", Contact("c1"), version=1), 0), NOON)
    world = World(store)
    await world.lanes.start()
    assert await world.heard() == ["late"]
    ((contact, identity),) = world.outbox.voices
    assert contact == "c1" and identity is not None and (identity.wa_id, identity.bsuid) == ("15559999999", "US.2")


async def test_more_events_than_one_page_keep_their_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "PAGE", 4)
    await store.receive([said(f"m{n}", f"t{n}") for n in range(19)], NOON)
    world = World(store)
    await world.lanes.start()
    assert await world.heard() == [f"t{n}" for n in range(19)]


async def test_what_comes_while_the_earlier_is_taken_up_is_worked_on_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "PAGE", 2)
    await store.receive([said(f"m{n}", f"t{n}") for n in range(4)], NOON)
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    first, second = asyncio.Event(), asyncio.Event()
    frail.gates["unfinished"] = [first, second]
    first.set()
    starting = asyncio.ensure_future(world.lanes.start())
    await still(lambda: frail.asked.count("unfinished") == 2)
    await world.hear(event(ActionFinished("a1", NOON, "1", "late")))  # a page that is read later holds it, too
    second.set()
    await starting
    assert sorted(await world.heard()) == ["late", "t0", "t1", "t2", "t3"]
    assert world.lanes.waiting == 0 and await store.unfinished(0, 10) == []


async def test_an_event_at_which_processes_end_is_given_up_untried_and_the_others_are_answered(store: Store) -> None:
    poison, _ = await store.receive([said("m1", "one"), said("m2", "two")], NOON)
    for _ in range(3):  # as three processes did that ended in the middle of it
        await store.claim(poison.seq)
    world = World(store)
    await world.lanes.start()
    assert await world.heard() == ["two"]
    (letter,) = await store.dead(10)
    assert letter.key == "m1" and letter.reason == "the process ended while it was worked on, 4 times"
    assert world.outbox.said() == ["Sorry.", "two?"]


async def test_an_attempt_after_a_restart_is_counted_before_it_is_made(store: Store) -> None:
    (received,) = await store.receive([said("m1", "one")], NOON)
    frail = Frail(store)
    gate = asyncio.Event()
    frail.gates["commit"] = [gate]
    world = World(frail)  # type: ignore[arg-type]
    await world.lanes.start()
    await still(lambda: "commit" in frail.asked)
    (pending,) = await store.unfinished(0, 10)
    assert pending.seq == received.seq and pending.attempts == 2
    gate.set()
    assert await world.heard() == ["one"]


async def test_failures_are_counted_across_restarts(store: Store) -> None:
    (received,) = await store.receive([said("m1", "boom")], NOON)
    await store.claim(received.seq)
    world = World(store)
    await world.lanes.start()
    await world.quiet()
    assert [letter.key for letter in await store.dead(10)] == ["m1"]


async def test_what_can_no_longer_be_read_is_a_dead_letter(store: Store) -> None:
    gone = MessageReceived("m1", NOON, "m1", "text", "hi")
    await store.receive([Inbound("main", "m1", NOON, b"{}", gone, Identity("1"))], NOON)
    await store.receive([Inbound("main", "e1", NOON, b"{}", gone, contact="c1", kind="event")], NOON)
    world = World(store)
    await world.lanes.start()
    await world.quiet()
    assert {(letter.key, letter.reason) for letter in await store.dead(10)} == {
        ("m1", "it can no longer be read"), ("e1", "it can no longer be read")
    }  # fmt: skip
    assert world.outbox.rows == []


async def test_events_of_a_channel_that_is_gone_stay_where_they_are(store: Store) -> None:
    await store.receive([replace(said("m1"), channel="gone")], NOON)
    world = World(store)
    await world.lanes.start()
    await world.quiet()
    assert [pending.channel for pending in await store.unfinished(0, 10)] == ["gone"]


@pytest.mark.parametrize(("again", "expected"), [(True, "failed"), (False, "unsent")])
async def test_a_failed_status_that_was_not_worked_on_is_told_to_the_sender_again(store: Store, again: bool, expected: str) -> None:
    world = World(store)
    await world.hear(said("m1"))
    await world.quiet()
    (row,) = world.outbox.rows
    await store.settle(replace(row, state="sent", wamid="w1", attempts=1), NOON)
    change = webhooks.status(NUMBER, ANA, "w1", "failed", NOON, row.id, (131047, "closed"))
    await store.receive(PROVIDER.events(webhooks.body(NUMBER, [change]), NOON), NOON)
    after = World(store, outbox=Outbox(again=again))
    await after.lanes.start()
    assert await after.heard() == ["hi", expected]
    (told,) = after.outbox.statuses
    assert not told.fresh and told.after is not None and told.after.id == row.id and told.after.status == "failed"


async def test_a_failed_status_of_a_message_whose_template_is_on_its_way_is_not_told_as_unsent(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"))
    await world.quiet()
    (row,) = world.outbox.rows
    await store.settle(replace(row, state="sent", wamid="w1", attempts=1), NOON)
    change = webhooks.status(NUMBER, ANA, "w1", "failed", NOON, row.id, (131047, "closed"))
    await store.receive(PROVIDER.events(webhooks.body(NUMBER, [change]), NOON), NOON)
    await store.settle(replace(row, state="queued", wamid="w1", attempts=1, refused=True), NOON)
    after = World(store)
    await after.lanes.start()
    assert await after.heard() == ["hi", "failed"]


# ---------------------------------------------------------------- drain


async def test_a_drain_ends_what_is_under_way_and_leaves_the_rest_to_the_next_process(store: Store) -> None:
    frail = Frail(store)
    gate = asyncio.Event()
    frail.gates["commit"] = [gate]
    world = World(frail)  # type: ignore[arg-type]
    await world.hear(said("m1", "one"), said("m2", "two"))
    await still(lambda: "commit" in frail.asked)
    drained = asyncio.create_task(world.lanes.drain())
    await asyncio.sleep(0)
    (late,) = await world.hear(said("m3", "three"))
    assert late.fresh and not drained.done()
    gate.set()
    await drained
    assert world.outbox.said() == ["one?"]
    assert [pending.key for pending in await store.unfinished(0, 10)] == ["m2", "m3"]
    after = World(store)
    await after.lanes.start()
    assert await after.heard() == ["one", "two", "three"]


async def test_a_drain_does_not_wait_for_a_store_that_is_away(store: Store) -> None:
    frail = Frail(store)
    frail.fail["commit"] = [StoreUnavailable("full")] * 100
    world = World(frail)  # type: ignore[arg-type]
    await world.hear(said("m1", "one"))
    await still(lambda: bool(world.ports._sleepers))
    await world.lanes.drain()
    assert [pending.key for pending in await store.unfinished(0, 10)] == ["m1"]
    assert world.outbox.rows == []


async def test_a_drain_of_idle_lanes_ends_at_once(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1", "call"), said("m2"))
    await world.quiet()
    await world.lanes.drain()
    assert [pending.key for pending in await store.unfinished(0, 10)] == ["m2"]
