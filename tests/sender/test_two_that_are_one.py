"""Somebody wrote from a new number before it was known whose that is: what waits for that contact goes by the wishes of who they are."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from botkit.model import Contact, Conversation, ExternalEvent, Inbound, dump_event
from botkit.stores.base import Commit
from botkit.testing.webhooks import Person
from tests.sender.desk import TEMPLATE, Desk, row


async def turn(desk: Desk, contact: str, change: Callable[[Conversation], Conversation]) -> None:
    """A turn after which the conversation of *contact* is what *change* makes of it."""
    before = await desk.store.load("shop", contact) or Conversation("shop", Contact(contact))
    event = ExternalEvent(f"change:{contact}:{before.version}", desk.ports.now(), "go")
    inbound = Inbound("shop", event.key, event.at, dump_event(event), event, contact=contact, kind="event")
    (one,) = await desk.store.receive([inbound], desk.ports.now())
    after = change(before)
    await desk.store.commit(Commit(one.seq, replace(after, version=before.version + 1), before.version), desk.ports.now())


async def opts_out(desk: Desk, contact: str, out: bool = True) -> None:
    await turn(desk, contact, lambda before: replace(before, contact=replace(before.contact, attributes={"opted_out": out})))
    desk.sender.wishes("shop", contact, out)


async def is_one(desk: Desk, contact: str, main: str, told: bool = True) -> None:
    """*told*: the turn in which the one leaves is done, too."""
    desk.sender.moved("shop", contact, main)
    if told:
        await turn(desk, contact, lambda before: replace(before, became=main))


async def waits(desk: Desk) -> None:
    """A template for c2 waits for a minute."""
    desk.ports.pass_(hours=24)
    desk.fake.refuse(1, code=131056)
    await desk.say(row("a", "c2", payload=None, template=TEMPLATE, closed="drop"))
    await desk.quiet()
    assert desk.said() == [] and await desk.state("a") == "queued"


async def test_who_had_opted_out_gets_no_template_by_the_new_number(desk: Desk) -> None:
    await opts_out(desk, "c1")
    await waits(desk)
    await is_one(desk, "c2", "c1", told=False)  # already before the conversation says so
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"


async def test_who_opts_out_later_gets_none_either(desk: Desk) -> None:
    await waits(desk)
    await is_one(desk, "c2", "c1")
    await opts_out(desk, "c1")
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"


async def test_a_restart_knows_who_that_is(desk: Desk) -> None:
    await opts_out(desk, "c1")
    await waits(desk)
    await is_one(desk, "c2", "c1")
    await desk.crash()
    await desk.up()
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"


async def test_an_opt_out_by_the_new_number_holds_on_for_what_waits_there(desk: Desk) -> None:
    await waits(desk)
    await opts_out(desk, "c2")
    await is_one(desk, "c2", "c1")
    await opts_out(desk, "c1")
    await opts_out(desk, "c1", out=False)
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"


async def test_who_wants_messages_gets_what_waits(desk: Desk) -> None:
    await waits(desk)
    await is_one(desk, "c2", "c1")
    await opts_out(desk, "c1")
    await opts_out(desk, "c1", out=False)
    await desk.passes(minutes=10)
    assert desk.said() == ["template"]


async def test_one_after_the_other_turned_out_to_be_the_same(desk: Desk) -> None:
    third = await desk.wrote(Person(wa_id="447700900333"))
    await waits(desk)
    await is_one(desk, "c2", third)
    await is_one(desk, third, "c1")
    await opts_out(desk, "c1")
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"


async def test_what_is_held_goes_out_when_they_write(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    await desk.say(row("a", "c2", closed="hold"))
    await desk.quiet()
    assert await desk.state("a") == "held"
    await is_one(desk, "c2", "c1")
    assert await desk.wrote() == "c1"
    await desk.quiet()
    assert desk.said() == ["a"]


async def test_it_goes_out_after_a_restart_as_well(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    await desk.say(row("a", "c2", closed="hold"))
    await is_one(desk, "c2", "c1")
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.quiet()
    assert await desk.state("a") == "held"
    await desk.wrote()
    await desk.quiet()
    assert desk.said() == ["a"]
