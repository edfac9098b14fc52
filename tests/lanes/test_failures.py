"""What fails is tried again, given up after three times with an apology, and never taken for something else."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from botkit.model import ActionFinished, Conversation, Event, Frame, StatusChanged, Turn
from botkit.stores.base import Commit, Conflict, Store, StoreUnavailable
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore
from tests.lanes.given import BEN, NOON, Frail, World, advance, event, said, still, text

FULL = StoreUnavailable("the disk is full")

# ---------------------------------------------------------------- a bug in the bot


async def test_a_third_failure_is_a_dead_letter_with_an_apology_and_the_next_message_goes_on(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    await world.hear(said("m1", "boom"), said("m2", "two"))
    assert await world.heard() == ["two"]
    (letter,) = await store.dead(10)
    assert letter.key == "m1" and letter.reason.startswith("ZeroDivisionError at given.py:")
    assert world.outbox.said() == ["Sorry.", "two?"]
    assert frail.asked.count("claim") == 2  # the first attempt was counted when it came in
    row = world.outbox.rows[0]
    assert await store.send(row.id) is not None and row.closed == "drop"


async def test_the_apology_knows_of_the_newest_message_and_that_templates_are_not_wanted(store: Store) -> None:
    def late(conversation: Conversation, happened: Event) -> Turn:
        turn = advance(conversation, happened)
        contact = replace(turn.conversation.contact, attributes={"opted_out": True})
        return Turn(replace(turn.conversation, contact=contact, last_inbound=NOON + timedelta(hours=1)), turn.effects)

    world = World(store, late)
    await world.hear(said("m1"), said("m2", "boom"))  # "boom" is of an hour before what was heard last
    await world.quiet()
    assert world.outbox.said() == ["hi?", "Sorry."]
    assert world.outbox.known == [(NOON + timedelta(hours=1), True)] * 2


async def test_an_event_that_nobody_waits_for_is_buried_in_silence(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1"))
    await world.quiet()
    await world.hear(event(ActionFinished("call:1", NOON, "1", "boom")))
    assert await world.heard() == ["hi"]
    assert [letter.key for letter in await store.dead(10)] == ["call:1"]
    assert world.outbox.said() == ["hi?"]


async def test_words_of_the_bot_that_fail_too_do_not_keep_the_letter_from_being_buried(store: Store) -> None:
    def no_words(conversation: Conversation | None) -> str:
        raise KeyError("language")

    world = World(store, apology=no_words)  # type: ignore[arg-type]
    await world.hear(said("m1", "boom"))
    await world.quiet()
    assert [letter.key for letter in await store.dead(10)] == ["m1"]
    assert world.outbox.rows == []


async def test_a_turn_that_cannot_be_kept_or_skips_a_version_is_a_failure_of_its_own(store: Store) -> None:
    def strange(conversation: Conversation, happened: Event) -> Turn:
        turn = advance(conversation, happened)
        match getattr(happened, "text", ""):
            case "thing":
                return replace(turn, conversation=replace(turn.conversation, frames=(Frame("a", "b", {"thing": object()}),)))
            case "jump":
                return replace(turn, conversation=replace(turn.conversation, version=7))
        return turn

    world = World(store, strange)
    await world.hear(said("m1", "thing"), said("m2", "jump"), said("m3", "three"))
    assert await world.heard() == ["three"]
    reasons = [letter.reason for letter in await store.dead(10)]
    assert [letter.key for letter in await store.dead(10)] == ["m2", "m1"]
    assert "ValueError" in reasons[0] and "TypeError" in reasons[1]
    assert len(world.outbox.abandoned) == 6 - 3  # only those that came as far as the commit


# ---------------------------------------------------------------- the store


async def test_an_outage_costs_no_attempt_and_loses_nothing(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    frail.fail["commit"] = [FULL] * 5
    await world.hear(said("m1", "one"), said("m2", "two"))
    await world.patient()
    assert await world.heard() == ["one", "two"]
    assert frail.asked.count("claim") == 0
    assert world.outbox.said() == ["one?", "two?"]
    assert len(world.outbox.abandoned) == 5


async def test_a_receive_that_fails_is_told_to_the_caller(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    frail.fail["receive"] = [FULL]
    with pytest.raises(StoreUnavailable):
        await world.hear(said("m1"))
    (received,) = await world.hear(said("m1"))
    assert received.fresh
    await world.patient()
    assert await world.heard() == ["hi"]


async def test_what_was_stored_although_the_answer_was_an_error_is_found_and_worked_on(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    frail.after["receive"] = [FULL]
    with pytest.raises(StoreUnavailable):
        await world.hear(said("m1", "one"))
    (received,) = await world.hear(said("m1", "one"))  # the provider's repeat
    assert not received.fresh
    await world.patient()
    assert await world.heard() == ["one"]
    assert world.outbox.said() == ["one?"]


async def test_a_look_for_what_has_no_lane_leaves_alone_what_has_one(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    await world.hear(said("m1", "call"), said("m2", "two"))
    await world.quiet()
    frail.fail["receive"] = [FULL, FULL]
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await world.hear(said("m3"))
    await world.patient()
    assert frail.asked.count("unfinished") == 2 and world.lanes.waiting == 1  # one look, at one page and at none


async def test_a_caller_that_is_cancelled_does_not_take_its_events_along(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    frail.after["receive"] = [asyncio.CancelledError()]  # type: ignore[list-item]
    with pytest.raises(asyncio.CancelledError):
        await world.hear(said("m1", "one"))
    await world.patient()
    assert await world.heard() == ["one"]


async def test_a_commit_that_was_kept_although_it_seemed_to_fail_is_not_done_again_and_its_effects_go_on(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    frail.after["commit"] = [FULL]
    await world.hear(said("m1", "one"), said("m2", "call"))
    frail.after["commit"].append(FULL)
    await world.patient()
    assert await world.heard() == ["one", "call"]
    conversation = await store.load("main", "c1")
    assert conversation is not None and conversation.version == 2
    assert world.outbox.said() == ["one?"]
    assert [call.id for _, call in world.callbox.calls] == ["call:m2"]


async def test_a_conversation_that_somebody_else_moved_is_read_again(store: Store) -> None:
    world = World(store)
    await world.hear(said("m1", "call"))
    await world.quiet()
    await world.hear(said("m2", "two"))  # waits, and the lane holds the conversation
    conversation = await store.load("main", "c1")
    assert conversation is not None
    frame = replace(conversation.frames[-1], variables={"heard": ["call", "moved"]})
    await store.commit(Commit(999, replace(conversation, frames=(frame,), version=2), 1), NOON)
    await world.hear(event(ActionFinished("call:call:m1", NOON, "call:m1", "booked")))
    assert await world.heard() == ["call", "moved", "booked", "two"]


async def test_conflicts_without_end_are_met_with_patience(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    frail.fail["commit"] = [Conflict("moved") for _ in range(4)]
    await world.hear(said("m1", "one"))
    await still(lambda: bool(world.ports._sleepers))
    assert frail.asked.count("commit") == 2
    await world.patient()
    assert await world.heard() == ["one"]
    assert frail.asked.count("claim") == 0


async def test_a_corrupt_conversation_buries_its_events_and_never_becomes_a_new_contact(tmp_path: Path) -> None:
    begun: list[tuple[str, int]] = []

    def noted(conversation: Conversation, happened: Event) -> Turn:
        begun.append((conversation.contact.id, conversation.version))
        return advance(conversation, happened)

    store = SqliteStore(tmp_path / "botkit.db")
    await store.open()
    world = World(store, noted)
    await world.hear(said("m1"), said("b1", who=BEN))
    await world.quiet()
    with sqlite3.connect(tmp_path / "botkit.db") as other:
        other.execute("UPDATE conversations SET value = '{\"channel\"' WHERE key = 'main:c1'")
    other.close()
    await world.hear(said("m2", "two"), said("b2", "two", BEN))
    await world.quiet()
    (letter,) = await store.dead(10)
    assert letter.key == "m2" and "cannot be read" in letter.reason
    assert await world.heard("c2") == ["hi", "two"]
    assert [text(row) for row in world.outbox.rows if row.contact == "c1"] == ["hi?", "Sorry."]
    assert begun == [("c1", 0), ("c2", 0), ("c2", 1)]
    await store.close()


async def test_what_is_about_nobody_is_a_dead_letter() -> None:
    store = MemoryStore()
    world = World(store)
    await world.hear(event(ActionFinished("call:1", NOON, "1"), contact=""))
    await world.quiet()
    assert [letter.reason for letter in await store.dead(10)] == ["it is about nobody"]
    assert await store.load("main", "") is None


async def test_a_sender_that_fails_keeps_no_event_from_its_turn(store: Store) -> None:
    world = World(store)

    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    world.outbox.heard = fail  # type: ignore[method-assign, assignment]
    world.outbox.told = fail  # type: ignore[method-assign]
    world.outbox.put = fail  # type: ignore[method-assign, assignment]
    await world.hear(said("m1", "one"), event(StatusChanged("unsent:x", NOON, "", "unsent", "x")))
    assert await world.heard() == ["one", "unsent"]
    assert await store.dead(10) == []


async def test_log_lines_of_failures_hold_nothing_that_a_contact_wrote(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def leak(conversation: Conversation, happened: Event) -> Turn:
        raise ValueError(f"what is {getattr(happened, 'text', '')}?")

    world = World(store, leak)
    with caplog.at_level("INFO"):
        await world.hear(said("m1", "my secret"))
        await world.quiet()
    assert "ValueError at test_failures.py:" in caplog.text
    assert "secret" not in caplog.text
    (letter,) = await store.dead(1)
    assert "my secret" in letter.reason


