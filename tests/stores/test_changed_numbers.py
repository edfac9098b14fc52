"""A contact whose number or id is another one goes on as the same contact, in whatever order that is told."""

from __future__ import annotations

from botkit.model import Identity, OperatorCommand
from botkit.stores.base import Store
from tests.stores.given import NOON, changed, later, message, out, said, status, turn

OLD, NEW = Identity("491701", "DE.1"), Identity("491799", "DE.2")


async def test_the_new_number_leads_to_the_same_contact(store: Store) -> None:
    await store.receive([message("m1", OLD)], NOON)
    (told,) = await store.receive([changed("s1", OLD, NEW, later(hours=1))], NOON)
    (received,) = await store.receive([message("m2", NEW, at=later(hours=2))], NOON)
    assert (told.contact, received.contact) == ("c1", "c1")
    assert await store.identity("main", "c1") == NEW
    assert await store.find("main", "491701") == "c1"  # who asks by the number of before finds them still


async def test_only_the_number_changes_and_the_id_stays(store: Store) -> None:
    await store.receive([message("m1", OLD), changed("s1", Identity("491701"), Identity("491799"))], NOON)
    assert await store.identity("main", "c1") == Identity("491799", "DE.1")


async def test_what_was_said_before_the_change_and_comes_late_is_theirs(store: Store) -> None:
    await store.receive([message("m1", OLD), changed("s1", OLD, NEW, later(hours=2))], NOON)
    (received,) = await store.receive([message("m2", Identity("491701", "DE.1", "Ana B"), at=later(hours=1))], NOON)
    assert received.contact == "c1"
    assert received.inbound.identity == Identity("491799", "DE.2", "Ana B")  # where an answer is to go
    assert [p.late for p in await store.unfinished(0, 10)] == [False, False, True]
    assert await store.identity("main", "c1") == NEW


async def test_a_number_that_is_given_to_somebody_else_is_somebody_elses(store: Store) -> None:
    await store.receive([message("m1", OLD), changed("s1", OLD, NEW, later(hours=2))], NOON)
    (stranger,) = await store.receive([message("m2", Identity("491701", "DE.9"), at=later(days=90))], NOON)
    assert stranger.contact == "c2"
    assert await store.find("main", "491701") == "c2"
    assert await store.identity("main", "c1") == NEW


async def test_a_status_of_the_old_number_does_not_bring_it_back(store: Store) -> None:
    await said(store, "m1", out("s1", state="sent", wamid="wamid.1"))
    await store.receive([changed("x1", OLD, NEW, later(hours=1))], NOON)
    (told,) = await store.receive([status("delivered", who=Identity("491701"))], NOON)
    assert told.contact == "c1"
    assert await store.identity("main", "c1") == NEW


async def test_of_two_conversations_the_earlier_goes_on_and_the_other_is_told_to_end(store: Store) -> None:
    await store.receive([message("m1", OLD)], NOON)
    (new,) = await store.receive([message("m2", NEW, at=later(hours=2))], NOON)
    assert new.contact == "c2"  # nobody has told yet who that is
    told, left = await store.receive([changed("s1", OLD, NEW, later(hours=1))], NOON)
    assert told.contact == "c1"
    assert (left.contact, left.fresh) == ("c2", True)
    assert left.inbound.event == OperatorCommand("left:s1", later(hours=1), "left", {"main": "c1"})
    (again,) = await store.receive([message("m3", NEW, at=later(hours=3))], NOON)
    assert again.contact == "c1"
    assert await store.identity("main", "c1") == NEW
    assert await store.identity("main", "c2") == NEW  # what is still to be sent to it finds its way


async def test_the_end_of_the_other_is_on_record_and_comes_once(store: Store) -> None:
    await store.receive([message("m1", OLD), message("m2", NEW)], NOON)
    await store.receive([changed("s1", OLD, NEW)], NOON)
    (repeat,) = await store.receive([changed("s1", OLD, NEW)], NOON)
    assert not repeat.fresh
    assert [(p.key, p.contact, p.kind) for p in await store.unfinished(0, 10)][2:] == [("s1", "c1", "webhook"), ("left:s1", "c2", "event")]


async def test_the_same_change_told_in_two_ways_is_one(store: Store) -> None:
    await store.receive([message("m1", OLD)], NOON)
    received = await store.receive([changed("s1", OLD, NEW), changed("s2", Identity(bsuid="DE.1"), Identity(bsuid="DE.2"))], NOON)
    assert [one.contact for one in received] == ["c1", "c1"]
    assert await store.identity("main", "c1") == NEW


async def test_two_changes_that_come_in_the_wrong_order_end_at_the_newest(store: Store) -> None:
    newest = Identity("491888", "DE.3")
    await store.receive([message("m1", OLD)], NOON)
    await store.receive([changed("s2", NEW, newest, later(hours=2))], NOON)
    told = await store.receive([changed("s1", OLD, NEW, later(hours=1))], NOON)
    assert [one.contact for one in told] == ["c1", "c2"]
    assert await store.identity("main", "c1") == newest
    assert await store.find("main", "491888") == "c1" == await store.find("main", "491799")


async def test_back_to_the_old_number(store: Store) -> None:
    await store.receive([message("m1", OLD), changed("s1", OLD, NEW, later(hours=1)), changed("s2", NEW, OLD, later(hours=2))], NOON)
    assert await store.identity("main", "c1") == OLD
    (received,) = await store.receive([message("m2", OLD, at=later(hours=3))], NOON)
    assert received.contact == "c1"


async def test_a_change_of_somebody_we_never_heard_of_makes_a_contact_of_now(store: Store) -> None:
    (told,) = await store.receive([changed("s1", OLD, NEW)], NOON)
    assert told.contact == "c1"
    assert await store.identity("main", "c1") == NEW


async def test_a_number_that_a_status_of_the_other_tells_is_theirs(store: Store) -> None:
    _, one = await store.receive([message("m1", OLD), message("m2", NEW)], NOON)
    await store.commit(turn(one, out("s2", "c2", state="sent", wamid="wamid.2")), NOON)
    await store.receive([changed("x1", OLD, NEW, later(hours=1))], NOON)
    await store.receive([status("delivered", "wamid.2", who=Identity("4917990"))], NOON)  # as WhatsApp writes that number
    (received,) = await store.receive([message("m5", Identity("4917990"), at=later(hours=2))], NOON)
    assert received.contact == "c1"
