"""What becomes of calls when a process ends: by a drain, or by its death."""

from __future__ import annotations

import asyncio
import logging

import pytest

from botkit.model import ActionFailed, ActionFinished
from botkit.stores.base import StoreUnavailable
from botkit.stores.memory import MemoryStore
from tests.actions import clinic
from tests.actions.calling import ATTRIBUTES, Desk, call
from tests.actions.clinic import SEEN


async def test_a_call_of_a_dead_process_is_tried_again_under_the_same_key(desk: Desk) -> None:
    await desk.commit(call("book", day="2026-06-24", place={"street": "a", "city": "b"}))  # and then it died
    await desk.new_caller().start()
    answer = await desk.answer()
    assert isinstance(answer, ActionFinished) and answer.call == "call-1"
    ((ctx, *_),) = SEEN
    assert ctx.idempotency_key == "call-1"
    assert ctx.contact.attributes == ATTRIBUTES  # as the conversation has it


async def test_calls_are_taken_up_in_the_order_of_their_turns(desk: Desk) -> None:
    for n in range(5):
        await desk.commit(call("keyed", f"k{n}"), wa_id=f"3460011122{n}")
    await desk.new_caller().start()
    assert [(await desk.answer()).call for _ in range(5)] == [f"k{n}" for n in range(5)]
    assert [f"k{n}" for n in range(5)] == SEEN


async def test_a_drain_gives_what_runs_time_to_end_and_begins_nothing(desk: Desk) -> None:
    contact = await desk.commit(call("hangs"), call("keyed", "late"))
    desk.caller.put("main", contact, [call("hangs")])
    await desk.until(lambda: SEEN)
    draining = asyncio.ensure_future(desk.caller.drain(20))
    await desk.breathe()
    desk.caller.put("main", contact, [call("keyed", "late")])
    clinic.GATE["hang"].set()
    await draining
    assert [answer.call for answer in desk.answers] == ["call-1"]
    assert [left.call.id for left in await desk.store.calls()] == ["late"]
    await desk.new_caller().start()
    await desk.until(lambda: len(desk.answers) == 2)


@pytest.mark.parametrize("action", ["hangs", "hangs_in_thread", "stubborn"])
async def test_what_a_drain_cuts_off_is_not_answered_and_runs_again(desk: Desk, action: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "botkit.actions")
    await desk.put(call(action, timeout=10_000))
    await desk.until(lambda: SEEN)
    draining = asyncio.ensure_future(desk.caller.drain(20))
    while not draining.done():
        await desk.breathe()
        desk.ports.pass_(seconds=21)
    await draining
    assert desk.answers == []
    assert "call call-1 has no answer yet" in caplog.text
    clinic.GATE["hang"].set()
    clinic.GATE["thread"].set()
    await desk.new_caller().start()
    answer = await desk.answer()
    assert isinstance(answer, ActionFinished) and answer.value == "at last"
    assert [key for key in SEEN if key == "call-1"] == ["call-1"] * 2


async def test_a_drain_does_not_wait_for_pauses(desk: Desk) -> None:
    await desk.put(call("fails", how="key", retries=5))
    await desk.until(lambda: SEEN)
    await desk.pause()
    await desk.caller.drain(20)  # the clock stands still
    assert desk.answers == []
    (left,) = await desk.store.calls()
    assert left.attempts == 1


async def test_a_failure_during_a_drain_leaves_its_retries_to_the_next_process(desk: Desk) -> None:
    clinic.GATE["hang"] = asyncio.Event()
    await desk.put(call("hangs", timeout=5, retries=1))
    await desk.until(lambda: SEEN)
    draining = asyncio.ensure_future(desk.caller.drain(20))
    await desk.breathe()
    desk.ports.pass_(seconds=6)
    await draining
    assert desk.answers == []
    clinic.GATE["hang"].set()
    await desk.new_caller().start()
    assert isinstance(await desk.answer(), ActionFinished)


async def test_an_answer_on_its_way_is_brought_in_before_a_drain_ends(desk: Desk) -> None:
    desk.refusals.append(StoreUnavailable("busy"))
    await desk.put(call("keyed"))
    await desk.until(lambda: not desk.refusals and desk.ports._sleepers)
    draining = asyncio.ensure_future(desk.caller.drain(20))
    await desk.until(lambda: len(desk.ports._sleepers) == 2)
    desk.ports.pass_(seconds=1)
    await draining
    assert [answer.call for answer in desk.answers] == ["call-1"]


async def test_a_call_that_takes_the_process_with_it_is_given_up(desk: Desk) -> None:
    await desk.commit(call("keyed"))
    for _ in range(3):
        await desk.store.claim_call("call-1")  # and then it died
    await desk.new_caller().start()
    answer = await desk.answer()
    assert isinstance(answer, ActionFailed) and answer.error == "any"
    assert answer.detail == "clinic.keyed was begun 3 times and the process ended before it did (keyed, called by booking.book)"
    assert SEEN == []


async def test_two_deaths_are_no_reason_to_give_up(desk: Desk) -> None:
    await desk.commit(call("keyed"))
    for _ in range(2):
        await desk.store.claim_call("call-1")
    await desk.new_caller().start()
    assert isinstance(await desk.answer(), ActionFinished)


async def test_a_call_whose_conversation_cannot_be_read_is_answered_all_the_same() -> None:
    store = MemoryStore()
    desk = Desk(store)
    contact = await desk.commit(call("keyed"))
    store._conversations["main", contact.id] = b"{"
    await desk.new_caller().start()
    assert isinstance(await desk.answer(), ActionFinished)


async def test_attempts_after_a_reload_use_the_new_functions(desk: Desk) -> None:
    await desk.put(call("fails", how="first", retries=1))
    await desk.until(lambda: SEEN)
    await desk.pause()
    desk.caller.actions = {}
    desk.ports.pass_(seconds=1)
    answer = await desk.answer()
    assert isinstance(answer, ActionFailed) and "there is no action clinic.fails any more" in answer.detail
