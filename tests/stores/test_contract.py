"""What every store promises."""

from __future__ import annotations

import asyncio
from datetime import date, time
from decimal import Decimal

import pytest
from msgspec.structs import replace

from botkit.model import ActionFinished, Call, Contact, Conversation, Identity, Inbound, OperatorCommand, StatusChanged, Timer, dump_event
from botkit.stores.base import Commit, Conflict, NotOpen, Store, StoreError
from tests.stores.given import ANA, NOON, later, message, moved, out, said, status, timer_fired, turn

# ---------------------------------------------------------------- receiving


async def test_a_message_is_fresh_once_and_a_repeat_changes_nothing(store: Store) -> None:
    first, again = await store.receive([message("m1"), message("m1")], NOON)
    (later_,) = await store.receive([message("m1")], NOON)
    assert first.fresh and not again.fresh and not later_.fresh
    assert [p.key for p in await store.unfinished(0, 10)] == ["m1"]


async def test_the_same_key_on_another_channel_is_another_event(store: Store) -> None:
    one, two = await store.receive([message("m1"), message("m1", channel="shop")], NOON)
    assert one.fresh and two.fresh and one.contact != two.contact


async def test_events_keep_the_order_they_came_in(store: Store) -> None:
    received = await store.receive([message(f"m{n}") for n in range(5)], NOON)
    seqs = [r.seq for r in received]
    assert seqs == sorted(set(seqs))
    pending = await store.unfinished(seqs[1], 2)
    assert [(p.seq, p.key, p.raw, p.contact) for p in pending] == [(seqs[2], "m2", b"raw m2", "c1"), (seqs[3], "m3", b"raw m3", "c1")]


async def test_a_new_person_gets_the_next_id_and_a_known_one_keeps_theirs(store: Store) -> None:
    ana, ben, again = await store.receive([message("m1"), message("m2", Identity("491702")), message("m3")], NOON)
    assert (ana.contact, ben.contact, again.contact) == ("c1", "c2", "c1")


async def test_an_alias_seen_beside_a_known_one_is_learnt(store: Store) -> None:
    await store.receive([message("m1", Identity(wa_id="491701"))], NOON)
    await store.receive([message("m2", Identity(wa_id="491701", bsuid="DE.1"))], NOON)
    (received,) = await store.receive([message("m3", Identity(bsuid="DE.1"))], NOON)
    assert received.contact == "c1"
    assert await store.identity("main", "c1") == Identity("491701", "DE.1")
    assert await store.find("main", "DE.1") == "c1" == await store.find("main", "491701")


async def test_the_bsuid_decides_when_number_and_bsuid_lead_apart(store: Store) -> None:
    await store.receive([message("m1", Identity(wa_id="491701")), message("m2", Identity(bsuid="DE.2"))], NOON)
    (received,) = await store.receive([message("m3", Identity("491701", "DE.2"))], NOON)
    assert received.contact == "c2"
    assert await store.find("main", "491701") == "c1"  # not taken away from the first


async def test_a_new_number_of_a_known_bsuid_is_the_one_to_write_to(store: Store) -> None:
    await store.receive([message("m1", Identity("491701", "DE.1")), message("m2", Identity("491799", "DE.1"))], NOON)
    assert await store.identity("main", "c1") == Identity("491799", "DE.1")


async def test_nobody_is_nobody(store: Store) -> None:
    assert await store.identity("main", "c1") is None
    assert await store.find("main", "491701") is None
    assert await store.load("main", "c1") is None


async def test_channels_do_not_see_each_others_people(store: Store) -> None:
    await store.receive([message("m1")], NOON)
    assert await store.find("shop", "491701") is None
    assert await store.identity("shop", "c1") is None


async def test_what_is_only_recorded_is_no_work(store: Store) -> None:
    notice = Inbound("main", "k1", NOON, b"raw")
    (received,) = await store.receive([notice], NOON)
    (again,) = await store.receive([notice], NOON)
    assert received.fresh and not again.fresh
    assert await store.unfinished(0, 10) == []


async def test_the_unreadable_goes_to_quarantine_and_its_neighbours_go_on(store: Store) -> None:
    bad = Inbound("main", "k1", NOON, b"\xff{", unreadable="not JSON")
    received = await store.receive([message("m1"), bad, message("m2"), bad], NOON)
    assert [r.fresh for r in received] == [True, True, True, False]
    (kept,) = await store.quarantined(10)
    assert (kept.channel, kept.reason, kept.at, kept.raw) == ("main", "not JSON", NOON, b"\xff{")
    assert [p.key for p in await store.unfinished(0, 10)] == ["m1", "m2"]


async def test_the_conversation_comes_with_the_event(store: Store) -> None:
    first = await said(store, "m1")
    (received,) = await store.receive([message("m2")], NOON)
    assert first.conversation is None and not first.corrupt
    assert received.conversation == await store.load("main", "c1") == moved(first)


async def test_an_event_from_inside_names_its_contact(store: Store) -> None:
    await said(store, "m1")
    event = OperatorCommand("op1", NOON, "return")
    (received,) = await store.receive([Inbound("main", "op1", NOON, dump_event(event), event, contact="c1", kind="event")], NOON)
    assert received.contact == "c1" and received.conversation is not None
    (pending,) = await store.unfinished(0, 10)
    assert pending.kind == "event" and pending.raw == dump_event(event)


# ---------------------------------------------------------------- turns


async def test_a_conversation_comes_back_whole(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    kept = moved(received, Timer(1, "wait", later(hours=1)), size=Decimal("2.5"), day=date(2026, 3, 2), at=time(9), odd={"$date": "x"})
    await store.commit(Commit(received.seq, kept, 0), NOON)
    assert await store.load("main", "c1") == kept


async def test_a_turn_ends_its_event(store: Store) -> None:
    await said(store, "m1", out("m1:0"))
    assert await store.unfinished(0, 10) == []
    assert [s.id for s in await store.sends(0, 10)] == ["m1:0"]


async def test_a_turn_from_a_version_that_is_gone_changes_nothing(store: Store) -> None:
    one, two = await store.receive([message("m1"), message("m2")], NOON)
    await store.commit(turn(one), NOON)
    for base in (0, 2):
        conversation = Conversation("main", Contact("c1"), version=base + 1, timers=(Timer(1, "wait", NOON),))
        with pytest.raises(Conflict):
            await store.commit(Commit(two.seq, conversation, base, (out("m2:0"),), (Call("k", "book", {}, 5),)), NOON)
    assert [p.key for p in await store.unfinished(0, 10)] == ["m2"]
    assert await store.sends(0, 10) == [] == await store.calls()
    assert await store.next_due() is None
    assert await store.load("main", "c1") == moved(one)


async def test_a_first_turn_needs_no_conversation_and_a_later_one_does(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    with pytest.raises(Conflict):
        await store.commit(Commit(received.seq, Conversation("main", Contact("c1"), version=4), 3), NOON)
    assert await store.load("main", "c1") is None


async def test_an_event_that_is_done_is_not_done_again(store: Store) -> None:
    received = await said(store, "m1")
    conversation = await store.load("main", "c1")
    assert conversation is not None
    for base in (0, 1):
        with pytest.raises(NotOpen):
            await store.commit(Commit(received.seq, conversation, base), NOON)
    (buried,) = await store.receive([message("m2")], NOON)
    await store.bury(buried.seq, "no", [], NOON)
    with pytest.raises(NotOpen):
        await store.commit(Commit(buried.seq, conversation, 1), NOON)


async def test_what_cannot_be_kept_is_refused_and_nothing_of_its_turn_stays(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    with pytest.raises(TypeError):
        await store.commit(Commit(received.seq, moved(received, thing=object()), 0, (out("m1:0"),)), NOON)
    assert await store.sends(0, 10) == []
    assert len(await store.unfinished(0, 10)) == 1


# ---------------------------------------------------------------- attempts and dead letters


async def test_attempts_are_counted_and_kept_and_the_first_one_with_the_event(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    (pending,) = await store.unfinished(0, 10)
    assert pending.attempts == 1
    assert [await store.claim(received.seq) for _ in range(2)] == [2, 3]
    (pending,) = await store.unfinished(0, 10)
    assert pending.attempts == 3
    assert await store.claim(999) == 0


async def test_a_dead_letter_leaves_with_an_apology_and_comes_back_on_replay(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    await store.claim(received.seq)
    await store.bury(received.seq, "ZeroDivisionError", [out("sorry")], later(minutes=1))
    (letter,) = await store.dead(10)
    assert (letter.key, letter.reason, letter.at, letter.raw) == ("m1", "ZeroDivisionError", later(minutes=1), b"raw m1")
    assert await store.unfinished(0, 10) == []
    assert [s.id for s in await store.sends(0, 10)] == ["sorry"]
    pending = await store.replay(received.seq)
    assert pending is not None and pending.attempts == 0 and pending.key == "m1"
    assert await store.unfinished(0, 10) == [pending]
    assert await store.dead(10) == []
    assert await store.replay(received.seq) is None


async def test_burying_what_is_done_does_nothing(store: Store) -> None:
    received = await said(store, "m1")
    await store.bury(received.seq, "too late", [out("sorry")], NOON)
    assert await store.dead(10) == [] == await store.sends(0, 10)


async def test_the_newest_dead_letters_come_first(store: Store) -> None:
    received = await store.receive([message(f"m{n}") for n in range(3)], NOON)
    for one in received:
        await store.bury(one.seq, "no", [], NOON)
    assert [letter.key for letter in await store.dead(2)] == ["m2", "m1"]


# ---------------------------------------------------------------- sending


async def test_sends_are_kept_as_given_and_in_order(store: Store) -> None:
    given = out("b", state="trying", attempts=1, template=b"{}", closed="hold", origin="hi", at=later(seconds=1))
    await said(store, "m1", given, out("a"))
    first, second = await store.sends(0, 10)
    assert (first.id, second.id) == ("b", "a") and first.seq < second.seq
    assert first == replace(given, seq=first.seq)
    assert second.at == NOON
    assert await store.send("b") == first and await store.send("none") is None
    assert await store.sends(first.seq, 10) == [second]


async def test_a_reply_is_never_two_rows(store: Store) -> None:
    await said(store, "m1", out("m1:0"))
    await said(store, "m2", out("m1:0", payload=b"other"), out("m2:0"))
    assert [(s.id, s.payload) for s in await store.sends(0, 10)] == [("m1:0", b'{"type":"text"}'), ("m2:0", b'{"type":"text"}')]


async def test_an_intent_counts_and_leaves_what_is_over_alone(store: Store) -> None:
    await said(store, "m1", out("a"), out("b"), out("c", state="sent"))
    await store.intend(["a", "b", "c", "none"], later(seconds=1))
    rows = [await store.send(key) for key in "abc"]
    assert [(r.state, r.attempts, r.at) for r in rows if r] == [
        ("trying", 1, later(seconds=1)),
        ("trying", 1, later(seconds=1)),
        ("sent", 0, NOON),
    ]


async def test_settling_writes_what_became_of_a_send(store: Store) -> None:
    await said(store, "m1", out("a", state="trying", attempts=1))
    row = await store.settle(out("a", state="sent", attempts=1, wamid="wamid.1"), later(seconds=2))
    assert (row.state, row.wamid, row.at, row.seq) == ("sent", "wamid.1", NOON, 1)  # since when it was on its way
    assert await store.send("a") == row
    assert await store.sends(0, 10) == []


async def test_a_send_nobody_knows_cannot_be_settled(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.settle(out("a", state="sent"), NOON)


async def test_a_doubt_stays_open_and_keeps_its_flags(store: Store) -> None:
    await said(store, "m1", out("a", state="trying", attempts=1))
    await store.settle(out("a", state="doubt", attempts=1, resent=True, detail="no answer"), NOON)
    (row,) = await store.sends(0, 10)
    assert (row.state, row.resent, row.detail) == ("doubt", True, "no answer")


async def test_requests_that_left_are_told_for_the_pace(store: Store) -> None:
    await said(store, "m1", out("a"), out("b"), out("c"))
    await store.intend(["a"], later(seconds=1))
    await store.intend(["b"], later(seconds=9))
    assert await store.sent_since(later(seconds=5)) == [("main", "c1", later(seconds=9))]
    assert len(await store.sent_since(NOON)) == 2
    assert await store.sent_since(NOON, 1) == (await store.sent_since(NOON))[:1]


# ---------------------------------------------------------------- statuses


async def test_a_status_moves_its_send_up_and_is_done(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1"))
    for word, expected in (("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("failed", "read")):
        (received,) = await store.receive([status(word, opaque="a")], NOON)
        assert received.before is not None and received.after is not None
        assert received.after.status == expected and received.contact == "c1"
    assert (await store.send("a")) == received.after
    assert [p.key for p in await store.unfinished(0, 10)] == ["wamid.1:failed"]


async def test_a_status_finds_its_send_by_its_wamid_alone(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1"))
    (received,) = await store.receive([status("read")], NOON)
    assert received.after is not None and received.after.id == "a"


async def test_a_status_on_another_channel_is_about_another_message(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1"))
    event = StatusChanged("s", NOON, "wamid.1", "read", "a")
    (received,) = await store.receive([Inbound("shop", "s", NOON, b"", event)], NOON)
    assert received.before is None
    row = await store.send("a")
    assert row is not None and row.status == ""


async def test_a_failed_status_is_work_and_brings_the_conversation(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1"))
    (received,) = await store.receive([status("failed", opaque="a", code=131047)], NOON)
    assert received.after is not None and (received.after.status, received.after.code) == ("failed", 131047)
    assert received.conversation == await store.load("main", "c1") is not None
    assert [p.key for p in await store.unfinished(0, 10)] == ["wamid.1:failed"]


async def test_our_own_unsent_is_work_and_says_nothing_new_of_the_send(store: Store) -> None:
    await said(store, "m1", out("a", state="unsent"))
    event = StatusChanged("unsent:a", NOON, "", "unsent", "a")
    (received,) = await store.receive([Inbound("main", event.key, NOON, dump_event(event), event, contact="c1", kind="event")], NOON)
    assert received.before == received.after and received.conversation is not None
    assert [p.key for p in await store.unfinished(0, 10)] == ["unsent:a"]


async def test_what_is_given_up_is_written_down_with_the_event_that_says_so(store: Store) -> None:
    await said(store, "m1", out("a", state="trying", attempts=1))
    event = StatusChanged("unsent:a", NOON, "", "unsent", "a", 131026, "undeliverable")
    inbound = Inbound("main", event.key, NOON, dump_event(event), event, contact="c1", kind="event")
    (received,) = await store.receive([inbound], later(seconds=5))
    row = await store.send("a")
    assert row is not None and row == received.after
    assert (row.state, row.status, row.code, row.detail, row.at) == ("unsent", "", 131026, "undeliverable", later(seconds=5))
    assert await store.sends(0, 10) == []


async def test_a_status_ends_a_doubt(store: Store) -> None:
    await said(store, "m1", out("a", state="doubt", attempts=1))
    await store.receive([status("sent", "wamid.7", opaque="a")], later(seconds=5))
    row = await store.send("a")
    assert row is not None and (row.state, row.wamid, row.status, row.at) == ("sent", "wamid.7", "sent", later(seconds=5))


async def test_a_status_that_came_before_the_answer_is_not_taken_back_by_it(store: Store) -> None:
    await said(store, "m1", out("a", state="trying", attempts=1))
    await store.receive([status("delivered", opaque="a")], NOON)
    for state in ("doubt", "queued", "sent"):
        row = await store.settle(out("a", state=state, attempts=1), NOON)
        assert (row.state, row.status, row.wamid) == ("sent", "delivered", "wamid.1")


async def test_a_status_for_nobody_waits_until_its_send_is_known(store: Store) -> None:
    await said(store, "m1", out("a", state="trying", attempts=1))
    for word in ("delivered", "sent"):
        (received,) = await store.receive([status(word)], NOON)
        assert received.fresh and received.before is None
    assert await store.unfinished(0, 10) == []
    row = await store.settle(out("a", state="sent", attempts=1, wamid="wamid.1"), NOON)
    assert row.status == "delivered"
    assert await store.send("a") == row


async def test_a_status_teaches_a_new_alias_but_makes_no_contact(store: Store) -> None:
    await store.receive([message("m1", Identity(bsuid="DE.1")), status("sent", "wamid.9", who=Identity("491799"))], NOON)
    assert await store.find("main", "491799") is None
    await store.receive([status("sent", "wamid.8", who=Identity("491701", "DE.1"))], NOON)
    assert await store.find("main", "491701") == "c1"


async def test_the_template_after_a_refusal_is_not_settled_by_the_refused_message(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1", attempts=1, template=b"{}"))
    (received,) = await store.receive([status("failed", opaque="a", code=131047)], NOON)
    assert received.after is not None
    row = await store.settle(out("a", state="queued", refused=True, attempts=1), NOON)
    assert (row.state, row.status, row.refused) == ("queued", "", True)
    await store.receive([status("sent", opaque="a")], NOON)  # late, of the refused message
    assert await store.sends(0, 10) == [row]
    await store.intend(["a"], NOON)
    row = await store.settle(out("a", state="sent", refused=True, attempts=2, wamid="wamid.2"), NOON)
    assert (row.state, row.wamid) == ("sent", "wamid.2")
    (received,) = await store.receive([status("delivered", "wamid.2", opaque="a")], NOON)
    assert received.after is not None and received.after.status == "delivered"


async def test_what_failed_later_and_is_sent_again_begins_anew(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1", attempts=1))
    for n in (1, 2):
        (received,) = await store.receive([status("failed", f"wamid.{n}", opaque="a", code=131016)], NOON)
        assert received.after is not None and (received.after.status, received.after.code) == ("failed", 131016)
        row = await store.settle(replace(received.after, state="queued", returned=n), NOON)
        assert (row.state, row.status, row.returned, row.anew) == ("queued", "", n, True)
        await store.receive([status("sent", f"wamid.{n}", opaque="a")], NOON)  # late, of the one before
        assert await store.sends(0, 10) == [row]
        await store.intend(["a"], NOON)
        sent = await store.settle(replace(row, state="sent", attempts=n + 1, wamid=f"wamid.{n + 1}", code=None, detail=None), NOON)
        assert (sent.state, sent.wamid, sent.returned, sent.attempts) == ("sent", f"wamid.{n + 1}", n, n + 1)
    (received,) = await store.receive([status("read", "wamid.3", opaque="a")], NOON)
    assert received.after is not None and received.after.status == "read"


async def test_what_was_taken_back_once_is_not_taken_back_again_by_the_same_word(store: Store) -> None:
    await said(store, "m1", out("a", state="sent", wamid="wamid.1", attempts=1))
    (received,) = await store.receive([status("failed", "wamid.1", opaque="a", code=131016)], NOON)
    assert received.after is not None
    back = replace(received.after, state="queued", returned=1)
    await store.settle(back, NOON)
    await store.intend(["a"], NOON)
    await store.settle(replace(back, state="sent", attempts=2, wamid="wamid.2"), NOON)
    assert (await store.settle(back, NOON)).state == "sent"


# ---------------------------------------------------------------- calls


async def test_a_call_is_open_until_its_answer_is_in_the_inbox(store: Store) -> None:
    call = Call("call1", "book", {"size": 4, "day": date(2026, 3, 2), "odd": {"$date": "x"}}, 15.0, 2, "booking.book")
    (received,) = await store.receive([message("m1")], NOON)
    await store.commit(turn(received, calls=(call,)), NOON)
    assert await store.claim_call("call1") == 1 and await store.claim_call("call1") == 2
    (opened,) = await store.calls()
    assert (opened.call, opened.channel, opened.contact, opened.attempts) == (call, "main", "c1", 2)
    answer = ActionFinished("call1:done", NOON, "call1", 7)
    (received,) = await store.receive([Inbound("main", answer.key, NOON, dump_event(answer), answer, contact="c1", kind="event")], NOON)
    assert received.fresh and await store.calls() == []
    assert await store.claim_call("call1") == 0


# ---------------------------------------------------------------- timers

SOON, LATE = Timer(1, "silence:0", later(minutes=1)), Timer(1, "timeout", later(minutes=5))


async def test_the_first_timer_of_a_conversation_is_due_at_its_time(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    await store.commit(turn(received, timers=(LATE, SOON)), NOON)
    assert await store.next_due() == SOON.due
    assert await store.due(later(seconds=59), 10) == []
    (due,) = await store.due(SOON.due, 10)
    assert (due.channel, due.contact, due.timer, due.due) == ("main", "c1", SOON.id, SOON.due)


async def test_a_fired_timer_is_no_longer_due_and_the_next_takes_its_place(store: Store) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    await store.commit(turn(received, timers=(LATE, SOON)), NOON)
    await store.receive([timer_fired(SOON, "c1")], SOON.due)
    assert await store.due(SOON.due, 10) == [] and await store.next_due() == LATE.due
    await store.receive([timer_fired(LATE, "c1")], LATE.due)
    assert await store.next_due() is None


async def test_a_turn_in_between_brings_a_fired_timer_back_and_its_repeat_takes_it_out_again(store: Store) -> None:
    (one,) = await store.receive([message("m1")], NOON)
    await store.commit(turn(one, timers=(SOON, LATE)), NOON)
    (two,) = await store.receive([message("m2")], NOON)
    await store.receive([timer_fired(SOON, "c1")], SOON.due)
    await store.commit(turn(two, timers=(SOON, LATE)), SOON.due)
    assert len(await store.due(SOON.due, 10)) == 1
    (again,) = await store.receive([timer_fired(SOON, "c1")], SOON.due)
    assert not again.fresh and await store.next_due() == LATE.due


async def test_a_turn_without_timers_has_none_due(store: Store) -> None:
    (one, two) = await store.receive([message("m1"), message("m2")], NOON)
    await store.commit(turn(one, timers=(SOON,)), NOON)
    (again,) = await store.receive([message("m3")], NOON)
    await store.commit(turn(again, timers=(LATE,)), NOON)
    assert await store.next_due() == LATE.due
    (last,) = await store.receive([message("m4")], NOON)
    await store.commit(turn(last), NOON)
    assert await store.next_due() is None and two.fresh


async def test_timers_of_many_come_in_order_of_time(store: Store) -> None:
    for n in range(3):
        (received,) = await store.receive([message(f"m{n}", Identity(f"49{n}"))], NOON)
        await store.commit(turn(received, timers=(Timer(1, "wait", later(minutes=9 - n)),)), NOON)
    assert [d.contact for d in await store.due(later(hours=1), 2)] == ["c3", "c2"]


# ---------------------------------------------------------------- keeping


async def test_what_is_old_and_over_is_forgotten_and_the_rest_is_not(store: Store) -> None:
    over = await said(store, "m1", out("a", state="sent"), out("b"))
    opened, dead = await store.receive([message("m2"), message("m3")], NOON)
    await store.bury(dead.seq, "no", [], NOON)
    await store.receive([Inbound("main", "k1", NOON, b"\xff", unreadable="no"), status("read", "wamid.9")], NOON)
    await store.receive([message("young")], later(days=30))
    assert await store.prune(later(days=1)) == 0
    await said(store, "m4", out("c", state="sent"))
    assert await store.prune(later(days=9)) == 2  # the send that was sent, the parked status
    assert await store.send("a") is None
    assert [s.id for s in await store.sends(0, 10)] == ["b"]
    assert await store.prune(later(days=31)) == 3  # m1, k1, the status
    assert (await store.unfinished(0, 1))[0].seq == opened.seq
    assert len(await store.dead(10)) == 1 and await store.quarantined(10) == []
    (again,) = await store.receive([message("m1")], later(days=31))
    assert again.fresh and again.seq > over.seq


async def test_callers_do_not_wait_for_each_other(store: Store) -> None:
    received = await asyncio.gather(*(store.receive([message(f"m{n}")], NOON) for n in range(50)))
    assert len({r.seq for (r,) in received}) == 50
    assert {r.contact for (r,) in received} == {"c1"}
    assert ANA.wa_id is not None and await store.find("main", ANA.wa_id) == "c1"


# ---------------------------------------------------------------- all conversations, and how far work on them has come


async def test_all_conversations_come_page_by_page_in_the_order_of_their_keys(store: Store) -> None:
    for n in range(5):
        (received,) = await store.receive([message(f"m{n}", Identity(f"49170{n}"))], NOON)
        await store.commit(turn(received), NOON)
    await store.receive([message("m9", Identity("491709"))], NOON)  # has written, and no turn has been made of it
    seen: list[str] = []
    after = ""
    while page := await store.conversations(after, 2):
        assert len(page) <= 2
        assert all(conversation is not None and key == f"main:{conversation.contact.id}" for key, conversation in page)
        seen += [key for key, _ in page]
        after = page[-1][0]
    assert seen == ["main:c1", "main:c2", "main:c3", "main:c4", "main:c5"]
    assert await store.conversations("main:c3", 1) == [("main:c4", await store.load("main", "c4"))]


async def test_a_mark_is_what_was_noted_down_last(store: Store) -> None:
    assert await store.marked("round") == ""
    await store.mark("round", "one")
    await store.mark("round", "two")
    await store.mark("other", "")
    assert (await store.marked("round"), await store.marked("other")) == ("two", "")
    await store.mark("round", "")
    assert await store.marked("round") == ""


async def test_marks_are_found_by_how_their_names_begin(store: Store) -> None:
    for name in ("missed:shop:c1", "missed:shop:c2", "missed", "missed;", "other"):
        await store.mark(name, name.upper())
    assert await store.marks("missed:") == {"missed:shop:c1": "MISSED:SHOP:C1", "missed:shop:c2": "MISSED:SHOP:C2"}
    assert await store.marks("nothing:") == {}


async def test_a_mark_that_holds_for_a_while_is_forgotten_after_it(store: Store) -> None:
    await store.mark("always", "here")
    await store.mark("a day", "here", later(days=1))
    await store.mark("longer", "here", later(days=1))
    await store.mark("longer", "here", later(days=3))
    await store.mark("in the end always", "here", later(days=1))
    await store.mark("in the end always", "here")
    assert await store.prune(later(days=1)) == 0
    assert await store.prune(later(days=2)) == 1
    left = [name for name in ("always", "a day", "longer", "in the end always") if await store.marked(name)]
    assert left == ["always", "longer", "in the end always"]


async def test_what_passed_with_a_contact_last_is_found_the_newest_first(store: Store) -> None:
    first, second, other = await store.receive([message("m1"), message("m2"), message("m3", Identity("491799"))], NOON)
    await store.commit(turn(first, out("a"), out("b")), NOON)
    events, sends = await store.recent("main", first.contact, 10)
    assert [one.key for one in events] == [second.inbound.key, first.inbound.key] and [one.id for one in sends] == ["b", "a"]
    events, sends = await store.recent("main", first.contact, 1)
    assert [one.key for one in events] == ["m2"] and [one.id for one in sends] == ["b"]
    assert [one.key for one in (await store.recent("main", other.contact, 10))[0]] == ["m3"]
    assert await store.recent("shop", first.contact, 10) == ([], [])


# ---------------------------------------------------------------- forgetting


async def _done(store: Store) -> Conversation:
    """The conversation of somebody with whom nothing is under way."""
    await said(store, "m1", out("a", state="sent"))
    conversation = await store.load("main", "c1")
    assert conversation is not None
    return conversation


async def test_who_is_forgotten_is_new_when_they_write_again(store: Store) -> None:
    assert await store.forget(await _done(store), None)
    assert (await store.load("main", "c1"), await store.identity("main", "c1"), await store.conversations("", 9)) == (None, None, [])
    (again,) = await store.receive([message("m2")], NOON)
    assert (again.fresh, again.contact, again.conversation) == (True, "c2", None)
    (repeat,) = await store.receive([message("m1")], NOON)
    assert not repeat.fresh


async def test_what_is_to_stay_of_a_contact_stays_with_its_number(store: Store) -> None:
    before = await _done(store)
    bare = Conversation("main", Contact("c1", "491701", attributes={"opted_out": True}), version=before.version + 1)
    assert await store.forget(before, bare)
    assert await store.load("main", "c1") == bare
    assert await store.next_due() is None
    (again,) = await store.receive([message("m2")], NOON)
    assert (again.contact, again.conversation) == ("c1", bare)


async def test_nobody_is_forgotten_in_the_middle_of_something(store: Store) -> None:
    before = await _done(store)
    (received,) = await store.receive([message("m2")], NOON)
    assert not await store.forget(before, None)  # an event waits
    await store.commit(turn(received, out("b")), NOON)
    moved_on = await store.load("main", "c1")
    assert moved_on is not None and not await store.forget(before, None)  # it is at another version
    assert not await store.forget(moved_on, None)  # a message waits
    await store.settle(out("b", state="sent", wamid="wamid.2"), NOON)
    assert await store.forget(moved_on, None)
    assert not await store.forget(moved_on, None)  # there is nothing any more
