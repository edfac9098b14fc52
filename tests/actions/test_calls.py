"""Calls at work: answers, failures of each kind, attempts, and what a hanging function costs others."""

from __future__ import annotations

import logging
import threading
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from botkit.model import ActionFailed, ActionFinished
from botkit.stores.base import Store, StoreUnavailable
from tests.actions import clinic
from tests.actions.calling import NOON, Desk, call
from tests.actions.clinic import SEEN, Place

PLACE = {"street": "Gran Via 1", "city": "Madrid"}


def line_of(text: str) -> int:
    with open(clinic.__file__) as file:
        return next(n for n, line in enumerate(file, 1) if line.strip().startswith(text))


async def test_a_function_gets_what_it_asks_for_and_its_result_comes_in_as_an_event(desk: Desk) -> None:
    answer = await desk.run(call("book", day="2026-06-24", place=PLACE))
    assert answer == ActionFinished("call:call-1", NOON, "call-1", {"ref": "V7", "day": date(2026, 6, 24)})
    ((ctx, day, place, note),) = SEEN
    assert (day, place, note) == (date(2026, 6, 24), Place("Gran Via 1", "Madrid"), "")
    assert ctx.idempotency_key == "call-1"
    assert ctx.now == NOON and ctx.now.tzinfo == ZoneInfo("Europe/Madrid")
    assert (ctx.contact.name, ctx.contact.phone, ctx.contact.wa_id, ctx.contact.language) == ("Ana", "+34600111222", "34600111222", None)
    assert ctx.contact.attributes == {"name": "Ana", "city": "Madrid"}
    with pytest.raises(TypeError):
        ctx.contact.attributes["city"] = "Rome"
    assert ctx.secrets["CLINIC_KEY"] == "k3y-of-the-clinic"
    assert "k3y" not in repr(ctx.secrets) and "CLINIC_KEY" in repr(ctx.secrets)
    with pytest.raises(KeyError, match="OTHER_KEY is not set"):
        ctx.secrets["OTHER_KEY"]
    assert ctx.log.logger.name == "botkit.actions.clinic.book"
    assert await desk.store.calls() == []


async def test_a_contact_without_a_number_and_without_attributes() -> None:
    from botkit.actions import Person
    from botkit.model import Contact

    person = Person.of(Contact("c1", None, "ES.1", "Ana M.", {}))
    assert (person.id, person.wa_id, person.phone, person.name) == ("c1", None, None, "Ana M.")
    assert Person.of(Contact("c1", "not-a-number")).phone is None
    assert Person.of(Contact("c1", attributes={"language": "es"})).language == "es"


async def test_an_attempt_is_counted_before_it_is_made(desk: Desk) -> None:
    await desk.put(call("hangs"))
    await desk.until(lambda: SEEN)
    (open_call,) = await desk.store.calls()
    assert open_call.attempts == 1
    clinic.GATE["hang"].set()
    assert await desk.answer() == ActionFinished("call:call-1", NOON, "call-1", "at last")


async def test_a_plain_function_runs_in_a_thread(desk: Desk) -> None:
    answer = await desk.run(call("slow", minutes="3"))
    assert isinstance(answer, ActionFinished) and answer.value == "3 minutes"
    assert SEEN == [("call-1", True)]


async def test_arguments_of_any_name(desk: Desk) -> None:
    answer = await desk.run(call("takes_any", a=1, ctx="x", b={"$date": "2026-06-24"}))
    assert isinstance(answer, ActionFinished) and answer.value == {"a": 1, "ctx": "x", "b": {"$date": "2026-06-24"}}


FAILURES: list[tuple[str, dict[str, Any], str, str]] = [
    ("fails", {"how": "late"}, "SlotTaken", "{file}:{late} raised LateSlotTaken: half past nine (fails, called by booking.book)"),
    ("fails", {"how": "closed"}, "Closed", "{file}:{closed} raised Closed (fails, called by booking.book)"),
    ("fails", {"how": "key"}, "any", "{file}:{key} raised KeyError: 'day' (fails, called by booking.book)"),
    ("fails", {"how": "secret"}, "any", "raised RuntimeError: key ••• was refused (fails, called by booking.book)"),
    ("fails", {"how": "exit"}, "any", "raised SystemExit: 3 (fails, called by booking.book)"),
    ("fails", {"how": "stop"}, "any", "raised RuntimeError: coroutine raised StopIteration"),
    ("fails", {"how": "cancelled"}, "any", "raised CancelledError (fails, called by booking.book)"),
    ("fails", {"how": "library"}, "any", "{file}:{library} raised ValueError: Invalid isoformat string: 'soon'"),
    ("fails_in_thread", {"how": "key"}, "any", "raised KeyError: 'day' (fails_in_thread, called by booking.book)"),
    ("fails_in_thread", {"how": "exit"}, "any", "raised SystemExit: 3 (fails_in_thread"),
    ("fails_in_thread", {"how": "stop"}, "any", "raised RuntimeError: coroutine raised StopIteration"),
    ("fails", {}, "any", "{file}:{fails} cannot be called: how is missing (fails, called by booking.book)"),
    ("fails", {"how": "x", "why": "y"}, "any", "cannot be called: why is not a parameter (fails"),
    ("book", {"day": "soon", "place": PLACE}, "any", "cannot be called: day must be a date, not this text (book"),
    ("book", {"day": "2026-06-24", "place": {"street": "a", "city": 1}}, "any", "place.city must be a text, not a number (book"),
    ("nothing", {}, "any", "there is no action clinic.nothing any more (nothing, called by booking.book)"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "arguments", "error", "detail"), FAILURES)
async def test_a_failure_is_an_event_with_a_line_for_the_operator(
    desk: Desk, action: str, arguments: dict[str, Any], error: str, detail: str
) -> None:
    answer = await desk.run(call(action, **arguments))
    assert isinstance(answer, ActionFailed)
    lines = {
        "late": line_of('raise LateSlotTaken("half'), "closed": line_of("raise Closed"), "key": line_of('return {}["day"]'),
        "library": line_of('date.fromisoformat("soon")'), "fails": line_of("async def fails("),
    }  # fmt: skip
    assert answer.error == error
    assert detail.format(file="actions/clinic.py", **lines) in answer.detail
    assert "\n" not in answer.detail
    assert await desk.store.calls() == []


@pytest.mark.parametrize(
    ("action", "returned", "detail"),
    [
        ("returns", b"x", "returned what cannot be taken: the result is a bytes, which no conversation can keep: return a text"),
        ("returns", ["x" * 40_000] * 2, "the result is larger than 64 KiB"),
        ("returns", [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]], "the result is nested deeper than 20"),
        ("promises", {"day": None}, "the result.ref is missing"),
        ("promises", {"ref": "V7", "day": "2026-06-24"}, "the result.day must be a date or nothing, not this text"),
        ("promises", None, "the result must be a record, not nothing"),
    ],
)
async def test_a_result_that_is_nonsense_is_a_failure_and_is_not_tried_again(desk: Desk, action: str, returned: Any, detail: str) -> None:
    clinic.GATE["what"] = returned
    answer = await desk.run(call(action, what="what", retries=3))
    assert isinstance(answer, ActionFailed) and answer.error == "any"
    assert detail in answer.detail and answer.detail.endswith(f"({action}, called by booking.book)")


async def test_what_was_promised_may_be_written_as_a_dict(desk: Desk) -> None:
    clinic.GATE["what"] = {"ref": "V7", "more": 1}
    answer = await desk.run(call("promises", what="what"))
    assert isinstance(answer, ActionFinished) and answer.value == {"ref": "V7", "more": 1}


async def test_retries_have_growing_pauses_and_the_same_key(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "botkit.actions")
    await desk.put(call("fails", how="key", retries=2))
    await desk.until(lambda: len(SEEN) == 1)
    for attempts, pause in ((1, 0.5), (2, 1.0)):
        await desk.pause()
        desk.ports.pass_(seconds=pause - 0.01)
        await desk.breathe()
        assert len(SEEN) == attempts
        desk.ports.pass_(seconds=0.02)
        await desk.until(lambda expected=attempts + 1: len(SEEN) == expected)
    answer = await desk.answer()
    assert isinstance(answer, ActionFailed) and answer.error == "any"
    assert SEEN == ["call-1"] * 3
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "ERROR"]
    assert all(record.exc_info and isinstance(record.exc_info[1], KeyError) for record in caplog.records)


async def test_a_retry_that_fares_better_is_the_answer(desk: Desk) -> None:
    await desk.put(call("fails", how="first", retries=5))
    await desk.until(lambda: SEEN)
    await desk.pause()
    desk.ports.pass_(seconds=1)
    answer = await desk.answer()
    assert isinstance(answer, ActionFinished) and answer.value == "fine"
    assert SEEN == ["call-1"] * 2


async def test_what_is_declared_is_an_answer_and_is_not_tried_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "botkit.actions")
    answer = await desk.run(call("fails", how="closed", retries=5))
    assert isinstance(answer, ActionFailed) and answer.error == "Closed"
    assert SEEN == ["call-1"]
    assert [record.levelname for record in caplog.records] == ["INFO"]


async def test_what_cannot_be_called_is_not_tried_again(desk: Desk) -> None:
    answer = await desk.run(call("fails", retries=5))
    assert isinstance(answer, ActionFailed) and answer.error == "any"
    assert SEEN == []


@pytest.mark.parametrize("action", ["hangs", "stubborn", "hangs_in_thread"])
async def test_a_function_that_hangs_ends_by_its_timeout(desk: Desk, action: str) -> None:
    await desk.put(call(action, timeout=7))
    await desk.until(lambda: SEEN)
    desk.ports.pass_(seconds=6.9)
    await desk.breathe()
    assert desk.answers == []
    desk.ports.pass_(seconds=0.2)
    answer = await desk.answer()
    assert isinstance(answer, ActionFailed) and answer.error == "timeout"
    assert answer.detail.endswith(f"gave no answer within 7 s ({action}, called by booking.book)")


async def test_a_timeout_is_of_one_attempt_and_is_tried_again(desk: Desk) -> None:
    await desk.put(call("hangs", timeout=7, retries=1))
    for attempts in (1, 2):
        await desk.until(lambda expected=attempts: len(SEEN) == expected)
        desk.ports.pass_(seconds=7)
        if attempts == 1:
            await desk.pause()
            desk.ports.pass_(seconds=1)
    answer = await desk.answer()
    assert isinstance(answer, ActionFailed) and answer.error == "timeout"
    assert SEEN == ["call-1"] * 2


async def test_a_result_that_comes_after_the_timeout_is_not_heard(desk: Desk) -> None:
    await desk.put(call("stubborn", timeout=7))
    await desk.until(lambda: SEEN)
    desk.ports.pass_(seconds=8)
    first = await desk.answer()
    await desk.until(lambda: "refused to be cancelled" in SEEN)
    clinic.GATE["hang"].set()
    await desk.caller.drain(1)
    assert isinstance(first, ActionFailed) and desk.answers == []


async def test_hanging_functions_do_not_hold_up_others(desk: Desk) -> None:
    await desk.put(*(call("hangs", f"h{n}") for n in range(70)), *(call("hangs_in_thread", f"t{n}") for n in range(20)))
    await desk.until(lambda: len([key for key in SEEN if key.startswith("h")]) == 64)
    answer = await desk.run(call("keyed", "free"), call("slow", "thread"))
    assert {answer.call, (await desk.answer()).call} == {"free", "thread"}


async def test_no_more_than_so_many_of_one_action_run_at_once(store: Store) -> None:
    desk = Desk(store, most_at_once=2)
    await desk.put(*(call("hangs", f"h{n}", timeout=1_000) for n in range(5)))
    await desk.until(lambda: len(SEEN) == 2)
    await desk.breathe()
    assert SEEN == ["h0", "h1"]
    clinic.GATE["hang"].set()
    assert [(await desk.answer()).call for _ in range(5)] == [f"h{n}" for n in range(5)]


async def test_a_function_that_never_gets_a_thread_ends_by_its_timeout_too_and_is_never_begun(desk: Desk) -> None:
    before = set(threading.enumerate())
    await desk.put(*(call("hangs_in_thread", f"t{n}") for n in range(9)))
    await desk.until(lambda: len(SEEN) == 8)
    desk.ports.pass_(seconds=11)
    answers = [await desk.answer() for _ in range(9)]
    assert all(isinstance(answer, ActionFailed) and answer.error == "timeout" for answer in answers)
    crew = [thread for thread in set(threading.enumerate()) - before if thread.name == "action clinic.hangs_in_thread"]
    assert len(crew) == 8 and all(thread.daemon for thread in crew)  # they keep no process from ending
    await desk.breathe()
    clinic.GATE["thread"].set()
    await desk.caller.drain(1)
    for thread in crew:
        thread.join(10)
    assert sorted(SEEN) == [f"t{n}" for n in range(8)]


async def test_a_call_under_way_is_not_begun_again(desk: Desk) -> None:
    contact = await desk.commit(call("hangs"))
    for _ in range(3):
        desk.caller.put("main", contact, [call("hangs")])
    await desk.until(lambda: SEEN)
    clinic.GATE["hang"].set()
    assert isinstance(await desk.answer(), ActionFinished)
    assert SEEN == ["call-1"]


async def test_a_call_that_has_its_answer_already_is_not_begun(desk: Desk) -> None:
    contact = await desk.commit(call("keyed"))
    desk.caller.put("main", contact, [call("keyed")])
    await desk.answer()
    await desk.until(lambda: not desk.caller._calls)
    desk.caller.put("main", contact, [call("keyed")])
    await desk.until(lambda: not desk.caller._calls)
    assert SEEN == ["call-1"] and desk.answers == []


async def test_an_answer_that_the_store_cannot_take_yet_is_kept_and_the_function_is_not_called_again(desk: Desk) -> None:
    desk.refusals += [StoreUnavailable("the disk is full"), StoreUnavailable("the disk is full"), RuntimeError("a bug")]
    await desk.put(call("keyed"))
    for left in (2, 1, 0):
        await desk.until(lambda left=left: len(desk.refusals) == left and desk.ports._sleepers)
        desk.ports.pass_(seconds=5)
    answer = await desk.answer()
    assert answer == ActionFinished("call:call-1", answer.at, "call-1", "done")
    assert SEEN == ["call-1"]
