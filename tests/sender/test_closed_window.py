"""With the window closed the template goes, or what the author said is done; WhatsApp's word counts more than our clock."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from botkit.media.placing import Placed, Unplaced
from botkit.providers.base import Provider
from botkit.stores.base import Corrupt
from tests.sender.desk import ANA, TEMPLATE, Desk, row, until

CLOSED = 131047


async def test_the_window_is_looked_at_when_the_message_leaves(desk: Desk) -> None:
    desk.fake.hang(1)
    await desk.say(row("first"))
    await until(lambda: desk.tried() == ["first"])
    await desk.say(row("a", template=TEMPLATE), row("b", template=TEMPLATE))  # written while it was open
    await desk.passes(hours=23, minutes=50)
    await desk.passes(minutes=5)  # now "first" would be sent again
    assert desk.said() == ["template", "template"]
    assert (await desk.kept("first")).detail == "the 24-hour window is closed"


async def test_inside_the_window_the_text_goes_and_a_mere_template_too(desk: Desk) -> None:
    await desk.say(row("a", template=TEMPLATE), row("b", payload=None, template=TEMPLATE))
    await desk.quiet()
    assert desk.said() == ["a", "template"]


async def test_what_is_held_goes_out_when_the_contact_writes_and_before_what_comes_after(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    await desk.say(row("a", closed="hold"), row("b", closed="hold"), row("c", template=TEMPLATE))
    await desk.quiet()
    assert desk.said() == ["template"]
    assert [await desk.state(id_) for id_ in "abc"] == ["held", "held", "sent"]
    state = desk.sender.state()["shop"]
    assert (state.running, state.queued, state.held) == (True, 0, 2)
    await desk.passes(hours=30)
    assert desk.said() == ["template"]
    await desk.wrote(ANA)
    await desk.say(row("d"))
    await desk.quiet()
    assert desk.said() == ["template", "a", "b", "d"]
    assert desk.sender.state()["shop"].held == 0


async def test_an_old_message_that_comes_late_opens_nothing(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    await desk.say(row("a", closed="hold"))
    await desk.quiet()
    desk.fake.inbound(ANA, "sent long ago", at=desk.ports.now().replace(day=26, hour=13))
    desk.ports.pass_(hours=26)
    await desk.quiet()
    assert desk.said() == [] and await desk.state("a") == "held"


async def test_what_may_be_dropped_is_dropped_and_what_must_not_fail_is_told(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    await desk.say(row("a", closed="drop"), row("b", closed="fail"))
    await desk.quiet()
    assert desk.fake.requests == []
    assert [await desk.state(id_) for id_ in "ab"] == ["dropped", "unsent"]
    assert [(event.key, event.status, event.opaque) for event in desk.events] == [("unsent:b", "unsent", "b")]


async def test_who_opted_out_gets_no_template_but_an_answer_in_the_window(desk: Desk) -> None:
    await desk.say(row("a", template=TEMPLATE), row("b", payload=None, template=TEMPLATE), opted_out=True)
    await desk.quiet()
    desk.ports.pass_(hours=24)
    await desk.say(row("c", template=TEMPLATE), opted_out=True)
    await desk.quiet()
    assert desk.said() == ["a"]
    assert [await desk.state(id_) for id_ in "abc"] == ["sent", "dropped", "dropped"]


@pytest.mark.parametrize("late", [True, False])
async def test_a_refusal_takes_the_template_path_and_what_follows_waits_for_it(desk: Desk, late: bool) -> None:
    desk.fake.refuses_closed = not late
    desk.fake.close_window("447700900111")
    await desk.say(row("a", template=TEMPLATE))
    await desk.quiet()
    assert desk.said() == (["a", "template"] if late else ["template"])
    kept = await desk.kept("a")
    assert (kept.state, kept.refused, kept.status, kept.attempts, kept.code) == ("sent", True, "delivered", 2, None)
    assert kept.wamid == desk.fake.requests[-1].wamid
    assert [event.status for event in desk.events] == (["failed"] if late else [])


async def test_the_template_path_is_taken_once(desk: Desk) -> None:
    desk.fake.refuse(2, code=CLOSED)
    await desk.say(row("a", template=TEMPLATE))
    await desk.quiet()
    assert desk.tried() == ["a", "template"]
    assert await desk.state("a") == "unsent"
    assert [(event.status, event.code) for event in desk.events] == [("unsent", CLOSED)]


async def test_a_template_that_fails_later_is_not_sent_again(desk: Desk) -> None:
    desk.fake.fail(2, code=CLOSED)
    await desk.say(row("a", template=TEMPLATE))
    await desk.quiet()
    assert desk.said() == ["a", "template"]
    kept = await desk.kept("a")
    assert (kept.state, kept.status, kept.code) == ("sent", "failed", CLOSED)
    assert not desk.sender.goes_another_way(kept)


async def test_a_late_refusal_of_who_opted_out_meanwhile_sends_nothing(desk: Desk) -> None:
    desk.fake.fail(code=CLOSED)
    await desk.say(row("a", template=TEMPLATE), opted_out=True)
    await desk.quiet()
    assert desk.said() == ["a"] and await desk.state("a") == "dropped"


@pytest.mark.parametrize("late", [True, False])
async def test_what_is_refused_and_may_wait_is_held_until_the_contact_writes(desk: Desk, late: bool) -> None:
    desk.fake.refuses_closed = not late
    desk.fake.close_window("447700900111")
    await desk.say(row("a", closed="hold"))
    await desk.quiet()
    assert await desk.state("a") == "held"
    await desk.say(row("b", template=TEMPLATE))
    await desk.passes(minutes=1)
    held = desk.said().count("a")
    await desk.wrote(ANA)
    await desk.quiet()
    assert desk.said().count("a") == held + 1 and desk.said()[-1] == "a"
    kept = await desk.kept("a")
    assert (kept.state, kept.status) == ("sent", "delivered")


async def test_what_is_held_after_a_refusal_does_not_leave_again_at_a_restart(desk: Desk) -> None:
    desk.fake.refuses_closed = True
    desk.fake.close_window("447700900111")
    await desk.say(row("a", closed="hold"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.passes(minutes=1)
    assert desk.tried() == ["a"] and await desk.state("a") == "held"
    await desk.wrote(ANA)
    await desk.quiet()
    assert desk.said() == ["a"]


@pytest.mark.parametrize(("closed", "state", "told"), [("drop", "dropped", []), ("fail", "unsent", ["unsent"])])
async def test_a_refusal_without_template_does_as_the_author_said(desk: Desk, closed: str, state: str, told: list[str]) -> None:
    desk.fake.refuse(code=CLOSED)
    await desk.say(row("a", closed=closed), row("b"))
    await desk.quiet()
    assert desk.said() == ["b"]
    assert await desk.state("a") == state
    assert [event.status for event in desk.events] == told


async def test_whether_a_message_goes_another_way_is_told_to_who_asks(desk: Desk) -> None:
    failed = row("a", state="sent", status="failed", code=CLOSED)
    assert not desk.sender.goes_another_way(failed)
    assert desk.sender.goes_another_way(replace(failed, template=TEMPLATE))
    assert desk.sender.goes_another_way(replace(failed, closed="hold"))
    assert not desk.sender.goes_another_way(replace(failed, template=TEMPLATE, refused=True))
    assert not desk.sender.goes_another_way(replace(failed, template=TEMPLATE, code=131026))
    assert not desk.sender.goes_another_way(replace(failed, template=TEMPLATE, status="delivered"))
    assert not desk.sender.goes_another_way(replace(failed, template=TEMPLATE, channel="other"))


async def test_a_refusal_that_was_told_before_the_answer_and_names_only_the_wamid_counts(desk: Desk) -> None:
    """Such a status cannot be brought together with its send before the answer is in."""
    desk.fake.fail(code=CLOSED)
    desk.fake.delay = 0.0
    settle = desk.store.settle

    async def late(outgoing: object, now: object) -> object:
        await desk.fake.settled()  # the status is there first
        return await settle(outgoing, now)  # type: ignore[arg-type]

    desk.store.settle = late  # type: ignore[method-assign, assignment]
    begun = row("a", template=TEMPLATE)
    send = desk.provider.send
    desk.provider.send = lambda to, payload, opaque, reply_to=None: send(to, payload, "", reply_to)  # type: ignore[method-assign]
    await desk.say(begun)
    await desk.quiet()
    assert desk.said() == ["a", "template"]


async def test_who_opts_out_while_a_template_waits_does_not_get_it(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    desk.fake.refuse(1, code=131056)
    await desk.say(row("a", payload=None, template=TEMPLATE))
    await desk.quiet()
    assert desk.said() == []
    desk.sender.wishes("shop", "c1", True)
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"


class Uploading:
    """Uploads take until they are let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.over = asyncio.Event()

    async def place(self, channel: str, base: str, provider: Provider, payload: bytes, anew: bool = False) -> Placed | Unplaced:
        self.begun.set()
        await self.over.wait()
        return Placed(payload.replace(b'{"$file":"a.jpg"}', b'{"id":"1"}'))

    async def forget(self, channel: str, payload: bytes) -> None: ...

    async def close(self) -> None: ...


async def test_who_opts_out_while_the_picture_of_a_template_is_uploaded_does_not_get_it(desk: Desk) -> None:
    await desk.crash()
    uploads = Uploading()
    await desk.up(files=uploads)
    desk.ports.pass_(hours=24)
    await desk.say(row("a", payload=None, template=TEMPLATE[:-1] + b',"x":{"$file":"a.jpg"}}'), row("b", payload=None, template=TEMPLATE))
    await uploads.begun.wait()
    desk.sender.wishes("shop", "c1", True)
    uploads.over.set()
    await desk.quiet()
    assert desk.tried() == [] and await desk.state("a") == await desk.state("b") == "dropped"


async def test_nobody_knows_whether_somebody_whose_conversation_cannot_be_read_wants_a_template(desk: Desk) -> None:
    desk.fake.refuse(1, code=131056)
    desk.ports.pass_(hours=24)
    await desk.say(row("a", payload=None, template=TEMPLATE))
    await desk.quiet()
    await desk.crash()

    async def rotten(channel: str, contact: str) -> None:
        raise Corrupt("it cannot be read")

    desk.store.load = rotten  # type: ignore[method-assign]
    await desk.up()
    await desk.passes(minutes=10)
    assert desk.said() == [] and await desk.state("a") == "dropped"
