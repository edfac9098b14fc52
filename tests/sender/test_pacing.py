"""Messages leave as fast as WhatsApp takes them, and not faster: 360dialog's own counting has nothing to refuse."""

from __future__ import annotations

from msgspec.structs import replace

from botkit.testing.pace import Pace
from botkit.testing.webhooks import Person
from tests.sender.desk import Desk, row


async def test_a_contact_gets_no_more_than_whatsapp_allows(desk: Desk) -> None:
    desk.fake.pace = Pace()
    await desk.say(*(row(f"m{n:02}") for n in range(60)))
    await desk.quiet()
    assert len(desk.said()) == 45
    await desk.say(row("other", "c2"))
    await desk.quiet()
    assert len(desk.said()) == 46
    for n in range(15):
        await desk.passes(seconds=5.9)
        assert len(desk.said()) == 46 + n
        await desk.passes(seconds=0.1)
    assert [said for said in desk.tried() if said != "other"] == [f"m{n:02}" for n in range(60)]


async def test_a_number_speaks_at_its_rate(desk: Desk) -> None:
    desk.channel = replace(desk.channel, rate=80.0)
    await desk.crash()
    await desk.up()
    contacts = [await desk.wrote(Person(wa_id=f"4477009{n:05}")) for n in range(160)]
    for n, contact in enumerate(contacts):
        await desk.say(row(f"m{n}", contact))
    await desk.quiet()
    for _ in range(220):
        await desk.passes(seconds=0.01)
    moments = [asked.at for asked in desk.fake.requests]
    assert len(moments) == 160
    assert max(sum(0 <= (later - first).total_seconds() < 1 for later in moments) for first in moments) <= 80
    assert (moments[-1] - moments[0]).total_seconds() < 2.2


async def test_what_a_contact_may_not_have_yet_holds_up_nobody(desk: Desk) -> None:
    await desk.say(*(row(f"a{n}") for n in range(46)))
    await desk.say(*(row(f"b{n}", "c2") for n in range(3)))
    await desk.quiet()
    assert len(desk.said()) == 48 and desk.sender.state()["shop"].queued == 1


async def test_what_is_held_or_dropped_costs_no_pace(desk: Desk) -> None:
    desk.ports.pass_(hours=24)
    for n in range(50):
        await desk.say(row(f"d{n}", closed="drop"))
    await desk.quiet()
    await desk.wrote()
    await desk.say(*(row(f"m{n}") for n in range(45)))
    await desk.quiet()
    assert len(desk.said()) == 45
