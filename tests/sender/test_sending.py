"""Messages leave in order, each after the one before it was accepted."""

from __future__ import annotations

from botkit import wire
from botkit.messages import Text
from botkit.model import Identity
from botkit.stores.base import Store, StoreUnavailable
from botkit.testing.webhooks import Person
from tests.sender.desk import NOON, Desk, row, until


async def test_a_reply_leaves_and_is_settled(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(row("a"))
    await desk.quiet()
    (asked,) = desk.fake.requests
    assert asked.body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "447700900111",
        "biz_opaque_callback_data": "a",
        **Text("a").payload(),
    }
    kept = await desk.kept("a")
    assert (kept.state, kept.wamid, kept.attempts, kept.status, kept.at) == ("sent", asked.wamid, 1, "", NOON)


async def test_the_intent_of_the_first_is_written_with_its_turn_and_that_of_the_others_before_they_leave(desk: Desk) -> None:
    seen: list[str] = []
    intend = desk.store.intend

    async def watched(ids: list[str], now: object) -> None:
        seen.append(f"intend {ids[0]}")
        await intend(ids, now)  # type: ignore[arg-type]

    desk.store.intend = watched  # type: ignore[method-assign, assignment]
    desk.fake.on_accept = lambda asked: seen.append(f"got {asked.body['biz_opaque_callback_data']}")
    begun = await desk.say(row("a"), row("b"), row("c"))
    assert [(r.state, r.attempts) for r in begun] == [("trying", 1), ("queued", 0), ("queued", 0)]
    await desk.quiet()
    assert seen == ["got a", "intend b", "got b", "intend c", "got c"]
    assert [(await desk.kept(id_)).attempts for id_ in "abc"] == [1, 1, 1]


async def test_the_order_of_a_contact_is_kept_over_turns(desk: Desk) -> None:
    for turn in range(5):
        await desk.say(*(row(f"{turn}.{n}") for n in range(3)))
    await desk.quiet()
    assert desk.said() == [f"{turn}.{n}" for turn in range(5) for n in range(3)]


async def test_one_that_was_not_accepted_yet_holds_up_those_behind_it_and_nobody_else(desk: Desk) -> None:
    desk.fake.lose(1, accepted=False)
    await desk.say(row("a1"), row("a2"))
    await until(lambda: desk.tried() == ["a1"])
    await desk.say(row("b1", "c2"), row("b2", "c2"))
    await desk.quiet()
    assert desk.said() == ["b1", "b2"]
    assert [await desk.state(id_) for id_ in ("a1", "a2")] == ["doubt", "queued"]
    await desk.passes(seconds=20)
    assert desk.said() == ["b1", "b2", "a1", "a2"]


async def test_a_turn_that_could_not_be_committed_is_as_if_it_had_not_been(desk: Desk) -> None:
    begun = desk.sender.begin("shop", "c1", (row("lost"),), NOON, False)
    assert begun[0].state == "trying"
    assert desk.sender.begin("shop", "c1", (row("other"),), NOON, False) == (row("other"),)  # its place is taken
    desk.sender.abandon(begun)
    await desk.say(row("a"))
    await desk.quiet()
    assert desk.said() == ["a"]
    assert desk.sender.state()["shop"].queued == 0


async def test_rows_that_are_over_already_are_passed_by(desk: Desk) -> None:
    await desk.say(row("faulty", state="unsent", detail="too long"), row("a"))
    await desk.quiet()
    assert desk.said() == ["a"]


async def test_somebody_without_a_number_is_written_to_by_their_id(desk: Desk) -> None:
    contact = await desk.wrote(Person(bsuid="GB.77"))
    await desk.say(row("a", contact))
    await desk.quiet()
    body = desk.fake.requests[0].body
    assert body["recipient"] == "GB.77" and "to" not in body
    contact = await desk.wrote(Person(wa_id="447700900777", bsuid="GB.77"))  # and by their number once it is known
    await desk.say(row("b", contact))
    await desk.quiet()
    assert desk.fake.requests[1].body["to"] == "447700900777"


async def test_a_number_that_a_status_tells_is_used_from_then_on(desk: Desk) -> None:
    contact = await desk.wrote(Person(bsuid="GB.88"))
    desk.fake.people.know(Person(wa_id="447700900888", bsuid="GB.88"))
    await desk.say(row("a", contact))
    await desk.quiet()
    await desk.say(row("b", contact))
    await desk.quiet()
    assert [asked.body.get("to") for asked in desk.fake.requests] == [None, "447700900888"]


async def test_a_contact_that_nobody_knows_is_told_as_unsent(desk: Desk) -> None:
    await desk.say(row("a", "c99", template=b'{"type":"template"}'))
    await desk.quiet()
    assert desk.fake.requests == []
    assert await desk.state("a") == "unsent"
    assert [(event.key, event.opaque) for event in desk.events] == [("unsent:a", "a")]


async def test_what_is_quoted_stands_in_the_payload(desk: Desk) -> None:
    payload = wire.dumps({**Text("yes").payload(), "context": {"message_id": "wamid.7"}})
    await desk.say(row("a", payload=payload))
    await desk.quiet()
    assert desk.fake.requests[0].body["context"] == {"message_id": "wamid.7"}


async def test_nothing_is_forgotten_while_the_store_is_away(desk: Desk) -> None:
    settle, away = desk.store.settle, 3

    async def shaky(outgoing: object, now: object) -> object:
        nonlocal away
        away -= 1
        if away >= 0:
            raise StoreUnavailable("the disk is full")
        return await settle(outgoing, now)  # type: ignore[arg-type]

    desk.store.settle = shaky  # type: ignore[method-assign, assignment]
    await desk.say(row("a"), row("b"))
    for left in (2, 1, 0):
        await until(lambda left=left: away == left)  # type: ignore[misc]
        desk.ports.pass_(seconds=30)
    await desk.quiet()
    assert desk.said() == ["a", "b"]
    assert [await desk.state(id_) for id_ in "ab"] == ["sent", "sent"]


async def test_a_send_that_was_erased_meanwhile_is_let_go(desk: Desk, store: Store) -> None:
    begun = desk.sender.begin("shop", "c1", (row("a"),), NOON, False)  # never committed: the outbox does not know it
    desk.sender.put(begun, NOON, False)
    await desk.quiet()
    await desk.say(row("b"))
    await desk.quiet()
    assert desk.said() == ["a", "b"]
    assert await store.send("a") is None


async def test_of_many_contacts_no_more_than_64_are_on_the_way(desk: Desk) -> None:
    contacts = [await desk.wrote(Person(wa_id=f"4477009{n:05}")) for n in range(70)]
    answers = desk.slow()
    for n, contact in enumerate(contacts):
        await desk.say(row(f"m{n}", contact))
    await until(lambda: len(answers) == 64)
    await desk.store.sends(0, 1)  # whatever was on its way into the store is in it
    assert sum([await desk.state(f"m{n}") == "trying" for n in range(70)]) == 64
    for answer in answers:
        answer.set_result(None)
    await until(lambda: len(answers) == 70)
    for answer in answers[64:]:
        answer.set_result(None)
    await desk.quiet()
    assert sorted(desk.said()) == sorted(f"m{n}" for n in range(70))


async def test_who_wrote_is_known_without_asking_the_store(desk: Desk) -> None:
    desk.sender.heard("shop", "c1", NOON, Identity("447700900999"))
    await desk.say(row("a"))
    await desk.quiet()
    assert desk.fake.requests[0].body["to"] == "447700900999"
