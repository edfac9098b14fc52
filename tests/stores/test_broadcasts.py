"""Broadcasts, by every store: who is asked, who is over, and what was said of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from botkit.stores.base import Store
from botkit.stores.broadcasts import Broadcast, Invited
from botkit.stores.sqlite import SqliteStore
from tests.stores.given import NOON, later, message, out, status, turn

DRAFT = Broadcast("b1", "main", "offer", 20.0, NOON)


def person(row: int, to: str, **fields: str) -> Invited:
    return Invited(row, to, key=f"k:{to}", send=f"o:{to}", wish=b"{}", **fields)


async def test_a_broadcast_is_kept_as_it_was_made_and_only_once(store: Store) -> None:
    await store.draft(DRAFT)
    await store.draft(Broadcast("b1", "main", "another", 1.0, NOON))
    assert await store.broadcast("b1") == DRAFT
    assert await store.broadcast("b2") is None


async def test_broadcasts_are_found_by_their_state_the_newest_first(store: Store) -> None:
    for n in range(3):
        await store.draft(Broadcast(f"b{n}", "main", "offer", 20.0, later(minutes=n), at=later(hours=1)))
    await store.turn_broadcast("b1", "running")
    assert [one.id for one in await store.broadcasts(["draft"], 10)] == ["b2", "b0"]
    assert [(one.id, one.at) for one in await store.broadcasts(["running", "done"], 10)] == [("b1", later(hours=1))]
    assert [one.id for one in await store.broadcasts(["draft", "running"], 1)] == ["b2"]


async def test_whoever_is_there_twice_is_asked_once(store: Store) -> None:
    await store.draft(DRAFT)
    await store.invite("b1", [person(1, "34"), person(2, "35", detail="offer en"), person(3, "34")])
    await store.invite("b1", [person(3, "34"), person(4, "35"), person(5, "", state="bad_number", detail="no number")])
    assert [one.row for one in await store.invited("b1", "send", 0, 10)] == [1, 2]
    assert [one.row for one in await store.invited("b1", "twice", 0, 10)] == [3, 4]
    assert (await store.tally("b1")).states == {"send": 2, "twice": 2, "bad_number": 1}
    assert (await store.tally("b1")).details == {"": 1, "offer en": 1}


async def test_a_part_that_comes_again_changes_nothing(store: Store) -> None:
    await store.draft(DRAFT)
    for _ in range(2):
        await store.invite("b1", [person(1, "34"), person(2, "35")])
    assert (await store.tally("b1")).states == {"send": 2}


async def test_people_are_told_apart_by_broadcast(store: Store) -> None:
    for name in ("b1", "b2"):
        await store.draft(Broadcast(name, "main", "offer", 20.0, NOON))
        await store.invite(name, [person(1, "34")])
    await store.mark_invited("b1", {1: ("begun", "")})
    await store.forget_broadcast("b1")
    assert await store.broadcast("b1") is None
    assert (await store.tally("b1")).ahead == 0
    assert [one.to for one in await store.invited("b2", "send", 0, 10)] == ["34"]


async def test_a_long_list_is_forgotten_in_parts_and_others_do_not_wait_for_all_of_them(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "botkit.db")
    await store.open()
    await store.draft(DRAFT)
    await store.invite("b1", [person(row, str(row)) for row in range(2500)])
    forgetting = asyncio.ensure_future(store.forget_broadcast("b1"))
    await asyncio.sleep(0)
    (received,) = await store.receive([message("m1")], NOON)
    assert received.fresh and not forgetting.done()
    found = await store.broadcast("b1")
    assert found is None or found.state == "done"  # nobody can begin what is half there
    await forgetting
    assert await store.broadcast("b1") is None and (await store.tally("b1")).states == {}
    await store.close()


async def test_pages_go_on_behind_a_row_and_what_is_marked_is_no_longer_asked(store: Store) -> None:
    await store.draft(DRAFT)
    await store.invite("b1", [person(n, f"3{n}") for n in range(1, 6)])
    assert [one.row for one in await store.invited("b1", "send", 2, 2)] == [3, 4]
    await store.mark_invited("b1", {1: ("begun", ""), 3: ("opted_out", "STOP")})
    await store.mark_invited("b1", {3: ("begun", "")})  # too late
    assert [one.row for one in await store.invited("b1", "send", 0, 10)] == [2, 4, 5]
    assert [(one.row, one.detail) for one in await store.invited("b1", "opted_out", 0, 10)] == [(3, "STOP")]


@pytest.mark.parametrize(
    ("state", "fate"),
    [("queued", "begun"), ("doubt", "begun"), ("held", "held"), ("sent", "sent"), ("dropped", "dropped"), ("unsent", "unsent")],
)
async def test_who_was_begun_is_over_with_the_message(store: Store, state: str, fate: str) -> None:
    await store.draft(DRAFT)
    await store.invite("b1", [person(1, "34"), person(2, "35")])
    [received] = await store.receive([message("k:34")], NOON)
    await store.commit(turn(received, out("o:34", state=state, detail="why")), NOON)
    await store.mark_invited("b1", {1: ("begun", "")})
    assert await store.settle_invited("b1") == (fate != "begun")
    assert (await store.tally("b1")).states == {fate: 1, "send": 1}
    assert await store.settle_invited("b1") == 0


async def test_an_event_that_says_nothing_is_over_too(store: Store) -> None:
    await store.draft(DRAFT)
    await store.invite("b1", [person(1, "34"), person(2, "35"), person(3, "36")])
    first, second = await store.receive([message("k:34"), message("k:35")], NOON)
    await store.mark_invited("b1", {1: ("begun", ""), 2: ("begun", ""), 3: ("begun", "")})
    assert await store.became("main", "k:34") == "open"
    await store.commit(turn(first), NOON)
    await store.bury(second.seq, "it failed", [], NOON)
    assert (await store.became("main", "k:34"), await store.became("main", "k:35")) == ("done", "dead")
    assert await store.became("other", "k:34") == ""
    await store.settle_invited("b1")
    assert (await store.tally("b1")).states == {"done": 2, "dead": 1}  # of the third no event is on record any more


async def test_what_whatsapp_tells_is_counted(store: Store) -> None:
    await store.draft(DRAFT)
    await store.invite("b1", [person(1, "34"), person(2, "35"), person(3, "36")])
    for n, word in ((4, "read"), (5, "delivered"), (6, "failed")):
        [received] = await store.receive([message(f"k:3{n}")], NOON)
        await store.commit(turn(received, out(f"o:3{n}", contact=received.contact, state="sent", wamid=f"w{n}")), NOON)
        await store.receive([status(word, f"w{n}", f"o:3{n}")], NOON)
        await store.mark_invited("b1", {n - 3: ("begun", "")})
    await store.settle_invited("b1")
    told = await store.tally("b1", True)
    assert (told.states, told.read, told.delivered, told.failed) == ({"sent": 3}, 1, 2, 1)
