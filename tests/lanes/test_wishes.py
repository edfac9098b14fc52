"""What a contact wishes, and who a contact turned out to be, is known to the sender before anything else can leave."""

from __future__ import annotations

from msgspec.structs import replace

from botkit.model import Conversation, Event, Identity, Inbound, MessageReceived, Turn
from botkit.stores.base import Store, StoreUnavailable
from tests.lanes.given import ANA, BEN, NOON, Frail, World, advance, said, still


def silent_stop(conversation: Conversation, event: Event) -> Turn:
    turn = advance(conversation, event)
    if not (isinstance(event, MessageReceived) and event.text == "stop"):
        return turn
    after = turn.conversation
    contact = replace(after.contact, attributes={"opted_out": True})
    return Turn(replace(after, contact=contact))


async def test_an_opt_out_whose_commit_only_seemed_to_fail_is_told(store: Store) -> None:
    frail = Frail(store)
    world = World(frail, step=silent_stop)  # type: ignore[arg-type]
    await world.hear(said("m1", "one"))
    await world.quiet()
    frail.after["commit"] = [StoreUnavailable("the answer was lost")]
    await world.hear(said("m2", "stop"))
    await world.patient()
    assert world.outbox.wanted == {"c1": False}


def changed() -> Inbound:
    """Ana has the number that is known as Ben's."""
    before, after = (Identity(who.wa_id, who.bsuid) for who in (ANA, BEN))
    event = MessageReceived("changed", NOON, "changed", "system", opens_window=False)
    return Inbound("main", "changed", NOON, b"{}", event, before, moved=after)


async def test_who_turned_out_to_be_another_is_told_when_it_is_heard_and_again_after_a_restart(store: Store) -> None:
    frail = Frail(store)
    world = World(frail)  # type: ignore[arg-type]
    await world.hear(said("m1", "one"), said("b1", "ben", BEN))
    await world.quiet()
    frail.fail["commit"] = [StoreUnavailable("full") for _ in range(100)]
    await world.hear(changed())
    assert world.outbox.mains == {"c2": "c1"}  # before any turn says so
    await still(lambda: "commit" in frail.asked)
    later = World(store)
    await later.lanes.start()
    assert later.outbox.mains == {"c2": "c1"}
    await later.quiet()
    world.lanes._patience.leave()
    await world.quiet()
