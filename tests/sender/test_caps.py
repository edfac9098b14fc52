"""A contact of whom WhatsApp says that they get too much marketing gets none for a day, and then for longer."""

from __future__ import annotations

import logging

import pytest

from tests.sender.desk import TEMPLATE, Desk, row

CAP = 131049
REMINDER = b'{"type":"template","template":{"name":"visit","language":{"code":"en"}}}'


@pytest.fixture
async def shop(desk: Desk) -> Desk:
    """Its template "news" is marketing, and the window is closed."""
    await desk.crash()
    await desk.up(marketing=lambda name: name == "news")
    desk.ports.pass_(hours=24)
    return desk


@pytest.mark.parametrize("late", [True, False])
async def test_no_marketing_for_a_day(shop: Desk, late: bool) -> None:
    if late:
        shop.fake.fail(1, code=CAP)
    else:
        shop.fake.refuse(1, code=CAP)
    await shop.say(row("a", payload=None, template=TEMPLATE))
    await shop.quiet()
    assert [(event.code, event.opaque) for event in shop.events] == [(CAP, "a")]
    await shop.passes(hours=23, minutes=59)
    tried = len(shop.tried())
    await shop.say(row("b", payload=None, template=TEMPLATE))
    await shop.say(row("c", payload=None, template=REMINDER))
    await shop.say(row("d", "c2", payload=None, template=TEMPLATE))
    await shop.quiet()
    assert len(shop.tried()) == tried + 2  # the reminder, and the news for somebody else
    kept = await shop.kept("b")
    assert (kept.state, kept.code) == ("unsent", CAP)
    assert kept.detail == "this contact gets no marketing before 2026-11-28 12:00 UTC"
    await shop.passes(minutes=1)
    await shop.say(row("e", payload=None, template=TEMPLATE))
    await shop.quiet()
    assert await shop.state("e") == "sent"


async def test_each_time_it_takes_longer_and_a_restart_forgets_nothing(shop: Desk) -> None:
    spans = []
    for n in range(5):
        shop.fake.refuse(1, code=CAP)
        await shop.say(row(f"a{n}", payload=None, template=TEMPLATE))
        await shop.quiet()
        await shop.crash()
        await shop.up(marketing=lambda name: name == "news")
        hours = 0
        while True:
            await shop.say(row(f"b{n}.{hours}", payload=None, template=TEMPLATE))
            await shop.quiet()
            if await shop.state(f"b{n}.{hours}") == "sent":
                break
            hours += 12
            await shop.passes(hours=12)
        spans.append(hours)
    assert spans == [24, 48, 96, 192, 192]


async def test_after_a_month_it_begins_with_a_day_again(shop: Desk) -> None:
    for n, hours in ((0, 24), (1, 24)):
        shop.fake.refuse(1, code=CAP)
        await shop.say(row(f"a{n}", payload=None, template=TEMPLATE))
        await shop.quiet()
        await shop.passes(hours=hours)
        await shop.say(row(f"b{n}", payload=None, template=TEMPLATE))
        await shop.quiet()
        assert await shop.state(f"b{n}") == "sent"
        await shop.passes(days=31)


async def test_many_words_about_one_day_are_one(shop: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    shop.fake.fail(3, code=CAP)
    await shop.say(*(row(f"a{n}", payload=None, template=TEMPLATE) for n in range(3)))
    await shop.quiet()
    await shop.passes(hours=24)
    await shop.say(row("b", payload=None, template=TEMPLATE))
    await shop.quiet()
    assert await shop.state("b") == "sent"


async def test_an_answer_in_the_window_is_no_marketing(shop: Desk) -> None:
    shop.fake.refuse(1, code=CAP)
    await shop.say(row("a", payload=None, template=TEMPLATE))
    await shop.quiet()
    await shop.wrote()
    await shop.say(row("b", template=TEMPLATE))
    await shop.quiet()
    assert shop.said() == ["b"]


# ---- who cannot be reached


@pytest.mark.parametrize("late", [True, False])
async def test_after_three_that_could_not_be_delivered_templates_are_spared(shop: Desk, late: bool) -> None:
    for n in range(3):
        if late:
            shop.fake.fail(1, code=131026)
        else:
            shop.fake.refuse(1, code=131026)
        await shop.say(row(f"a{n}", payload=None, template=REMINDER))
        await shop.quiet()
    tried = len(shop.tried())
    await shop.say(row("b", payload=None, template=REMINDER))
    await shop.say(row("other", "c2", payload=None, template=REMINDER))
    await shop.quiet()
    assert len(shop.tried()) == tried + 1 and await shop.state("other") == "sent"
    kept = await shop.kept("b")
    assert (kept.state, kept.code) == ("unsent", 131026) and "when they write" in (kept.detail or "")
    await shop.wrote()
    await shop.say(row("c", payload=None, template=REMINDER))
    await shop.quiet()
    assert await shop.state("c") == "sent"


async def test_what_arrives_in_between_begins_the_count_anew_and_so_does_a_month(shop: Desk) -> None:
    for name in ("a1", "a2", "b", "c1", "c2", "c3"):
        if name != "b":
            shop.fake.refuse(1, code=131026)
        await shop.say(row(name, payload=None, template=REMINDER))
        await shop.quiet()
        assert await shop.state(name) == ("sent" if name == "b" else "unsent")
    tried = len(shop.tried())
    await shop.say(row("d", payload=None, template=REMINDER))
    await shop.quiet()
    assert len(shop.tried()) == tried
    await shop.passes(days=31)
    await shop.say(row("e", payload=None, template=REMINDER))
    await shop.quiet()
    assert await shop.state("e") == "sent"


async def test_who_cannot_be_reached_is_known_over_a_restart_and_so_is_a_count_that_has_begun(shop: Desk) -> None:
    for n in range(3):
        shop.fake.refuse(1, code=131026)
        await shop.say(row(f"a{n}", payload=None, template=REMINDER))
        await shop.quiet()
        await shop.crash()
        await shop.up()
    tried = len(shop.tried())
    await shop.say(row("b", payload=None, template=REMINDER))
    await shop.quiet()
    assert len(shop.tried()) == tried and (await shop.kept("b")).code == 131026
    await shop.wrote()
    await shop.crash()
    await shop.up()
    shop.ports.pass_(hours=24)
    await shop.say(row("c", payload=None, template=REMINDER))
    await shop.quiet()
    assert await shop.state("c") == "sent"


async def test_what_was_noted_of_a_contact_goes_in_the_end(shop: Desk) -> None:
    for name, code in (("a", CAP), ("b", 131026)):
        shop.fake.refuse(1, code=code)
        await shop.say(row(name, payload=None, template=REMINDER))
        await shop.quiet()
    assert set(await shop.store.marks("capped:")) | set(await shop.store.marks("missed:")) == {"capped:shop:c1", "missed:shop:c1"}
    shop.ports.pass_(days=32)
    await shop.store.prune(shop.ports.now())
    assert await shop.store.marks("capped:") == await shop.store.marks("missed:") == {}
