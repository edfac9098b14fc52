"""Every event once, in order, one contact at a time."""

from __future__ import annotations

import asyncio
import random

import pytest
from msgspec.structs import replace

from botkit.lanes import Overloaded
from botkit.model import (
    ActionFinished,
    Call,
    Conversation,
    Event,
    Held,
    Identity,
    Inbound,
    OperatorCommand,
    StatusChanged,
    TimerFired,
    Turn,
)
from botkit.stores.base import Store
from botkit.stores.memory import MemoryStore
from tests.lanes.given import BEN, NOON, Frail, Outbox, World, advance, event, said, still, text

# ---------------------------------------------------------------- the common way


async def test_a_message_is_answered_and_its_send_is_intended_with_the_turn(store: Store) -> None:
    world = World(store)
    (received,) = await world.hear(said("m1", "hello"))
    assert received.fresh and not world.outbox.rows  # first it is on the disk
    assert await world.heard() == ["hello"]
    (row,) = world.outbox.rows
    assert (text(row), row.state, row.contact, row.origin) == ("hello?", "trying", "c1", "count.ask")
    kept = await store.send(row.id)
    assert kept is not None and kept.state == "trying" and kept.attempts == 1
    assert await store.unfinished(0, 10) == []
    assert world.outbox.voices == [("c1", Identity("15550000001", "US.1", "Ana"))]


async def test_a_new_contact_is_known_by_what_the_provider_tells_and_what_changes_is_learnt(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"))
    await world.quiet()
    conversation = await store.load("main", "c1")
    assert conversation is not None
    assert (conversation.contact.wa_id, conversation.contact.bsuid, conversation.contact.profile) == ("15550000001", "US.1", "Ana")
    hidden = replace(said("m2"), identity=Identity("15550000009", "US.1", "Anna"))
    await world.hear(hidden, replace(said("m3"), identity=Identity(None, "US.1")))
    await world.quiet()
    conversation = await store.load("main", "c1")
    assert conversation is not None and (conversation.contact.wa_id, conversation.contact.profile) == ("15550000009", "Anna")


async def test_the_ids_of_sends_are_a_function_of_the_event(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"), said("m1b"))
    await world.quiet()
    other = World(MemoryStore())
    await other.hear(said("m1"), said("m1b"))
    await other.quiet()
    ids = [row.id for row in world.outbox.rows]
    assert ids == [row.id for row in other.outbox.rows] and len(set(ids)) == 2


async def test_a_repeat_is_answered_once_however_many_come_at_once(store: Store) -> None:
    world = World(store)
    answers = await asyncio.gather(*(world.hear(said("m1")) for _ in range(10)))
    assert sum(received.fresh for (received,) in answers) == 1
    assert await world.heard() == ["hi"]
    assert world.outbox.said() == ["hi?"]


async def test_a_batch_of_three_of_which_one_is_broken_leaves_two_answers_and_one_in_quarantine(store: Store) -> None:
    world = World(store)
    broken = Inbound("main", "hash:1", NOON, b"?", unreadable="odd")
    await world.hear(said("m1", "one"), broken, said("m2", "two"))
    assert await world.heard() == ["one", "two"]
    assert [q.reason for q in await store.quarantined(10)] == ["odd"]


async def test_contacts_keep_their_order_however_webhooks_interleave(store: Store) -> None:
    world = World(store)
    people = [("c1", said), ("c2", lambda key, text: said(key, text, BEN))]
    chance = random.Random(3)
    sent: dict[str, list[str]] = {"c1": [], "c2": []}
    tasks = []
    for number in range(60):
        contact, speak = people[0] if number < 2 and number == 0 else people[1] if number == 1 else chance.choice(people)
        sent[contact].append(f"t{number}")
        tasks.append(asyncio.create_task(world.hear(speak(f"m{number}", f"t{number}"))))
        if chance.random() < 0.3:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert await world.heard("c1") == sent["c1"]
    assert await world.heard("c2") == sent["c2"]
    assert world.outbox.said("c1") == [f"{t}?" for t in sent["c1"]]


async def test_one_contact_does_not_wait_for_another(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    gate = asyncio.Event()
    frail.gates["commit"] = [gate]
    await world.hear(said("m1"), said("m2", "two"), said("b1", "ben", BEN))
    await still(lambda: bool(world.outbox.rows))
    assert world.outbox.said() == ["ben?"]
    gate.set()
    assert await world.heard("c1") == ["hi", "two"]


async def test_a_reload_changes_the_next_turn(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"))
    await world.quiet()
    world.lanes.advance = lambda conversation, happened: Turn(replace(conversation, version=conversation.version + 1))
    await world.hear(said("m2"))
    assert await world.heard() == ["hi"] and len(world.outbox.rows) == 1
    assert await store.unfinished(0, 10) == []


# ---------------------------------------------------------------- calls


async def test_while_a_call_is_open_only_its_end_and_what_may_overtake_go_on(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1", "call"), said("m2", "two"), said("m3", "three"))
    assert await world.heard() == ["call"]
    ((contact, call),) = world.callbox.calls
    assert contact.wa_id == "15550000001" and call == Call("call:m1", "book", {}, 5.0)
    await world.hear(
        event(ActionFinished("call:other", NOON, "other", "?")),
        event(TimerFired("timer:1", NOON, "1:call:1")),
        event(OperatorCommand("op:1", NOON, "pause")),
        event(StatusChanged("unsent:x", NOON, "", "unsent", "x")),
    )
    assert await world.heard() == ["call", "TimerFired", "OperatorCommand", "unsent"]
    assert [pending.key for pending in await store.unfinished(0, 10)] == ["m2", "m3", "call:other"]
    await world.hear(event(ActionFinished("call:call:m1", NOON, "call:m1", "booked")))
    assert (await world.heard())[4:] == ["booked", "two", "three", "?"]
    assert world.lanes.waiting == 0 and await store.calls() == []


async def test_while_it_is_being_found_out_what_a_message_means_no_timer_goes_off(store: Store) -> None:
    """The contact has just written: a silence that is over now is none."""
    world = World(store)
    await world.hear(said("m1", "hm"), said("m2", "two"))
    await world.hear(
        event(TimerFired("timer:1", NOON, "1:silence:1")),
        event(StatusChanged("unsent:x", NOON, "", "unsent", "x")),
    )
    assert await world.heard() == ["hm", "unsent"]
    await world.hear(event(ActionFinished("call:call:m1", NOON, "call:m1", "meant")))
    assert (await world.heard())[2:] == ["meant", "two", "TimerFired"]
    assert world.lanes.waiting == 0 and await store.calls() == []


async def test_who_writes_while_a_call_is_open_in_a_lane_that_was_idle_waits_too(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1", "call"))
    await world.quiet()
    await world.hear(said("m2", "two"))
    assert await world.heard() == ["call"]
    await world.hear(event(ActionFinished("call:call:m1", NOON, "call:m1", "booked")))
    assert await world.heard() == ["call", "booked", "two"]


# ---------------------------------------------------------------- what breaks limits


async def test_a_message_that_breaks_a_limit_is_never_sent_and_the_conversation_is_told(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1", "long"))
    assert await world.heard() == ["long", "unsent"]
    bad = next(row for row in world.outbox.rows if row.state == "unsent")
    assert "at most 4096" in (bad.detail or "")
    assert world.outbox.said() == ["short", "unsent?"]
    kept = await store.send(bad.id)
    assert kept is not None and kept.state == "unsent" and kept.detail == bad.detail


async def test_a_failed_status_because_of_the_window_is_the_bots_business_only_if_nothing_leaves_instead(store: Store) -> None:
    for again, expected in ((False, "unsent"), (True, "failed")):
        world = World(store, outbox=Outbox(again=again))
        key = f"m{again}"
        await world.hear(said(key))
        await world.quiet()
        (row,) = world.outbox.rows
        await store.settle(replace(row, state="sent", wamid=f"w{again}", attempts=1), NOON)
        told = StatusChanged(f"w{again}:failed", NOON, f"w{again}", "failed", row.id, 131047, "closed")
        (received,) = await world.hear(Inbound("main", told.key, NOON, b"{}", told, Identity("15550000001")))
        assert (await world.heard())[-1] == expected
        assert world.outbox.statuses == [received] and received.after is not None and received.after.status == "failed"


async def test_a_status_that_only_tells_how_far_a_message_came_is_no_work(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"))
    await world.quiet()
    (row,) = world.outbox.rows
    await store.settle(replace(row, state="sent", wamid="w1", attempts=1), NOON)
    told = StatusChanged("w1:delivered", NOON, "w1", "delivered", row.id)
    await world.hear(Inbound("main", told.key, NOON, b"{}", told, Identity("15550000001")))
    assert await world.heard() == ["hi"]
    assert [received.inbound.key for received in world.outbox.statuses] == ["w1:delivered"]


# ---------------------------------------------------------------- too much


async def test_above_the_watermark_webhooks_are_refused_and_what_comes_from_inside_is_not(store: Store) -> None:
    world = World(store, limits={"watermark": 2})
    await world.hear(said("m1", "call"), said("m2"), said("m3"))
    await world.quiet()
    assert world.lanes.full
    with pytest.raises(Overloaded):
        await world.hear(said("m4"))
    await world.hear(event(ActionFinished("call:call:m1", NOON, "call:m1", "booked")))
    assert await world.heard() == ["call", "booked", "hi", "hi"]
    (received,) = await world.hear(said("m4"))
    assert received.fresh and not world.lanes.full


async def test_what_is_on_its_way_into_the_store_counts_too(store: Store) -> None:
    frail = Frail(store)
    world = World(frail, limits={"watermark": 2})  # type: ignore[arg-type]
    gate = frail.gates.setdefault("receive", [asyncio.Event()])[0]
    coming = asyncio.ensure_future(world.hear(said("m1"), said("m2")))
    await still(lambda: "receive" in frail.asked)
    with pytest.raises(Overloaded):
        await world.hear(said("m3"))
    gate.set()
    await coming
    assert await world.heard() == ["hi", "hi"]
    assert not world.lanes.full


async def test_while_somebody_else_answers_nothing_waits_for_a_call(store: Store) -> None:
    def taken(conversation: Conversation, happened: Event) -> Turn:
        turn = advance(conversation, happened)
        return Turn(replace(turn.conversation, held=Held("agent", NOON)), turn.effects)

    world = World(store, taken)
    await world.hear(said("m1", "call"), said("m2", "two"))
    assert await world.heard() == ["call", "two"]


async def test_a_contact_that_floods_gets_one_notice_and_the_rest_are_dead_letters(store: Store) -> None:
    world = World(store, limits={"per_contact": 3})
    await world.hear(said("m0", "call"))
    await world.quiet()
    await world.hear(*(said(f"m{n}", f"t{n}") for n in range(1, 7)))
    await world.hear(said("b1", "ben", BEN))
    await world.quiet()
    assert [(letter.key, letter.reason) for letter in await store.dead(10)] == [
        (f"m{n}", "more than 3 messages of this contact wait") for n in (6, 5, 4)
    ]
    assert world.outbox.said("c1") == ["One at a time, please."]
    await world.hear(event(ActionFinished("call:call:m0", NOON, "call:m0", "booked")))
    assert await world.heard() == ["call", "booked", "t1", "t2", "t3"]
    assert await world.heard("c2") == ["ben"]
    assert world.lanes.waiting == 0


async def test_the_lanes_of_those_who_are_silent_cost_nothing(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"), said("m2", who=BEN))
    await still(lambda: world.lanes.waiting == 0)
    await world.quiet()
    assert world.lanes._lanes == {}
