"""Broadcasts: who is counted for what, how they go out, and how they are stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from botkit.model import Inbound, News
from botkit.ports import RealPorts
from botkit.testing.webhooks import Person
from tests.outreach.shop import Shop

ANA, BEN, CYD, DAN = "34600111222", "34600111333", "34600111444", "34600111555"


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop() as made:
        yield made


async def drafted(shop: Shop, people: Sequence[dict[str, Any]], *, rate: float = 200, at: str = "", **common: Any) -> str:
    """A broadcast with these people; its id."""
    kind = {name: common[name] for name in ("template", "flow") if name in common}
    status, made = await shop.ask("/broadcasts", **kind, rate=rate, **({"at": at} if at else {}))
    assert status == 201, made
    rows = [{"row": n, **one} for n, one in enumerate(people, 2)]
    status, told = await shop.ask(f"/broadcasts/{made['id']}", do="invite", common=common, people=rows)
    assert status == 200, told
    return str(made["id"])


async def counts(shop: Shop, id_: str) -> dict[str, int]:
    found: dict[str, int] = (await shop.get(f"/broadcasts/{id_}"))["counts"]
    return found


async def done(shop: Shop, id_: str) -> dict[str, int]:
    while (await shop.get(f"/broadcasts/{id_}"))["state"] == "running":
        await shop.ports.sleep(0.01)
    return await counts(shop, id_)


async def go(shop: Shop, id_: str, count: int) -> None:
    status, told = await shop.ask(f"/broadcasts/{id_}", do="begin", count=count)
    assert status == 200, told


VISIT = {"template": "visit", "with": ["4 June"]}


async def test_everybody_is_counted_by_what_becomes_of_them(shop: Shop) -> None:
    await shop.hears(ANA, "spanish")
    await shop.hears(BEN, "stop")
    people = [{"to": ANA}, {"to": BEN}, {"to": CYD}, {"to": f"00{CYD}"}, {"to": "0600"}, {"to": DAN, "with": []}]
    told = await shop.get(f"/broadcasts/{await drafted(shop, people, **VISIT)}")
    assert told["counts"] == {"send": 2, "opted_out": 1, "twice": 1, "bad_number": 1, "bad_row": 1}
    assert told["first"] == {"visit es": 1, "visit en": 1}
    assert [(one["row"], one["reason"]) for one in told["bad"]] == [(6, "bad_number"), (7, "bad_row")]
    assert "600" not in str(told["bad"][0]["why"]).replace("+34 600 111 222", "")
    assert shop.got(CYD) == []


async def test_to_how_many_one_may_write_first_stands_with_the_counts(shop: Shop) -> None:
    id_ = await drafted(shop, [{"to": ANA}], **VISIT)
    assert "limit" not in await shop.get(f"/broadcasts/{id_}")
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    await shop.host.receive([Inbound("main", "n1", at, b"{}", news=News("main", "limit", at, "2000"))])
    assert (await shop.get(f"/broadcasts/{id_}"))["limit"] == {"people": 2000, "told": "2026-11-24T09:00:00+00:00"}
    await shop.host.receive([Inbound("main", "n2", at, b"{}", news=News("main", "limit", at + timedelta(hours=1), "unlimited"))])
    assert "limit" not in await shop.get(f"/broadcasts/{id_}")


async def test_marketing_is_for_those_who_have_agreed(shop: Shop) -> None:
    people = [{"to": ANA, "with": {"name": "Ana"}}, {"to": BEN, "with": {"name": "Ben"}, "opted_in": "the form"}]
    id_ = await drafted(shop, people, template="sale")
    assert await counts(shop, id_) == {"send": 1, "no_consent": 1}
    await go(shop, id_, 1)
    assert await done(shop, id_) == {"sent": 1, "no_consent": 1}
    assert (shop.got(ANA), shop.got(BEN)) == ([], ["sale en: Ben"])


async def test_everybody_gets_their_own_values_once(shop: Shop) -> None:
    people = [{"to": f"3461{n:07}", "with": [f"day {n}"]} for n in range(40)]
    id_ = await drafted(shop, people, template="visit", rate=500)
    await go(shop, id_, 40)
    assert await done(shop, id_) == {"sent": 40}
    assert [shop.got(str(one["to"])) for one in people] == [[f"visit en: day {n}"] for n in range(40)]
    await shop.still()  # the last statuses are on their way
    told = await shop.get(f"/broadcasts/{id_}", statuses="1")
    assert (told["state"], told["ahead"], told["delivered"]) == ("done", 0, 40)


async def test_a_flow_is_said_as_the_window_has_it(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    params = {"day": "2026-12-24", "who": "you"}
    wrong = {"to": CYD, "params": {"day": "never", "who": "you"}}
    id_ = await drafted(shop, [{"to": ANA}, {"to": BEN}, wrong], flow="visit", params=params)
    assert (await shop.get(f"/broadcasts/{id_}"))["first"] == {"": 1, "visit en": 1}
    await go(shop, id_, 2)
    assert await done(shop, id_) == {"sent": 2, "bad_row": 1}
    assert (shop.got(ANA)[-1], shop.got(BEN)) == ("Your visit is on 24 December, you.", ["visit en: 24 December"])


async def test_a_flow_without_a_template_is_only_for_those_whose_window_is_open(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    id_ = await drafted(shop, [{"to": ANA}, {"to": BEN}], flow="chat")
    assert await counts(shop, id_) == {"send": 1, "closed": 1}


async def test_it_goes_out_to_as_many_as_were_seen_or_not_at_all(shop: Shop) -> None:
    id_ = await drafted(shop, [{"to": ANA}, {"to": BEN}], **VISIT)
    status, told = await shop.ask(f"/broadcasts/{id_}", do="begin", count=3)
    assert (status, told["error"]) == (409, "2 people are to get it, not 3")
    assert (await shop.ask(f"/broadcasts/{id_}", do="begin"))[0] == 409
    assert (await shop.get(f"/broadcasts/{id_}"))["state"] == "draft"
    await go(shop, id_, 2)
    assert (await shop.ask(f"/broadcasts/{id_}", do="invite", people=[]))[0] == 409
    assert (await shop.ask(f"/broadcasts/{id_}", do="forget"))[0] == 409


async def test_who_opts_out_in_the_meantime_is_left_out(shop: Shop) -> None:
    id_ = await drafted(shop, [{"to": ANA}, {"to": BEN}], **VISIT)
    await shop.hears(ANA, "stop")
    await go(shop, id_, 2)
    assert await done(shop, id_) == {"sent": 1, "opted_out": 1}
    assert shop.got(ANA) == ["You will hear no more of us."]


async def test_what_is_stopped_goes_on_without_a_second_copy(shop: Shop) -> None:
    people = [{"to": f"3461{n:07}"} for n in range(30)]
    id_ = await drafted(shop, people, rate=20, **VISIT)
    await go(shop, id_, 30)
    while not shop.got(people[0]["to"]):
        await shop.ports.sleep(0.005)
    status, told = await shop.ask(f"/broadcasts/{id_}", do="stop")
    assert (status, told["state"]) == (200, "stopped")
    assert told["ahead"] > 0
    assert (await shop.ask(f"/broadcasts/{id_}", do="stop"))[0] == 409
    await shop.still()
    assert not shop.got(people[-1]["to"])
    await shop.ask(f"/broadcasts/{id_}", do="resume")
    await done(shop, id_)
    assert [len(shop.got(one["to"])) for one in people] == [1] * 30
    assert (await shop.ask(f"/broadcasts/{id_}", do="resume"))[0] == 409


async def test_nothing_leaves_before_its_time(shop: Shop) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    id_ = await drafted(shop, [{"to": ANA}], at=later, **VISIT)
    await go(shop, id_, 1)
    other = await drafted(shop, [{"to": BEN}], **VISIT)
    await go(shop, other, 1)
    await done(shop, other)
    assert (await shop.get(f"/broadcasts/{id_}"))["counts"] == {"send": 1}
    assert shop.got(ANA) == []


async def test_many_that_wait_for_their_moment_hold_up_none_that_is_due(shop: Shop) -> None:
    now = await drafted(shop, [{"to": ANA}], **VISIT)
    coming = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    for _ in range(25):
        await go(shop, await drafted(shop, [{"to": BEN}], at=coming, **VISIT), 1)
    await go(shop, now, 1)
    assert await done(shop, now) == {"sent": 1}


async def test_a_number_and_a_user_id_of_one_person_are_one_copy(shop: Shop) -> None:
    shop.fake.inbound(Person(ANA, "ES.4711", "Ana"), "hello")
    await shop.still()
    for people in ([{"to": ANA}, {"to": "ES.4711"}], [{"to": "ES.4711"}, {"to": ANA}]):
        assert await counts(shop, await drafted(shop, people, **VISIT)) == {"send": 1, "twice": 1}


async def test_a_message_that_cannot_be_sent_is_counted(shop: Shop) -> None:
    shop.fake.refuse(1, code=131026)
    shop.fake.fail(0)
    id_ = await drafted(shop, [{"to": ANA}, {"to": BEN}], **VISIT)
    await go(shop, id_, 2)
    assert await done(shop, id_) == {"sent": 1, "unsent": 1}


async def test_a_channel_that_is_stopped_keeps_its_people(shop: Shop) -> None:
    shop.fake.refuse(1, code=131042)
    id_ = await drafted(shop, [{"to": f"3461{n:07}"} for n in range(9)], rate=500, **VISIT)
    room = shop.host._room("main")
    await go(shop, id_, 9)
    while shop.host.sender.state()["main"].running:
        await shop.ports.sleep(0.005)
    assert room > 0
    assert shop.host._room("main") == 0
    assert "unsent" not in await counts(shop, id_)


async def test_a_tag_is_a_contact_of_whom_it_is_true(shop: Shop) -> None:
    await shop.hears(ANA, "agree")
    await shop.hears(BEN, "hello")
    id_ = await drafted(shop, [], **VISIT)
    status, told = await shop.ask(f"/broadcasts/{id_}", do="invite_tagged", common=VISIT, tag="vip")
    assert (status, told["after"]) == (200, "")
    assert await counts(shop, id_) == {"send": 1}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "of a template, or of a flow"),
        ({"template": "visit", "flow": "visit"}, "of a template, or of a flow"),
        ({"template": "nothing"}, 'there is no template "nothing"; there are: sale, visit'),
        ({"template": "visit", "rate": 0}, '"rate" is a number'),
        ({"template": "visit", "rate": "fast"}, '"rate" is a number'),
        ({"template": "visit", "at": "soon"}, '"at" is a moment like'),
        ({"template": "visit", "at": "2026-06-24T09:00"}, "needs an offset"),
        ({"template": "visit", "at": "2999-06-24T09:00+00:00"}, "90 days"),
        ({"template": "visit", "channel": "other"}, 'there is no channel "other"'),
    ],
)
async def test_what_is_no_broadcast_is_told(shop: Shop, asked: dict[str, Any], told: str) -> None:
    status, answer = await shop.ask("/broadcasts", **asked)
    assert 400 <= status < 500
    assert told in answer["error"]


@pytest.mark.parametrize("people", [[{"to": ANA}], [{"row": -1, "to": ANA}], [{"row": True, "to": ANA}], ["x"], [{"row": 1}] * 1001])
async def test_people_have_a_row_each(shop: Shop, people: list[Any]) -> None:
    id_ = await drafted(shop, [], **VISIT)
    assert (await shop.ask(f"/broadcasts/{id_}", do="invite", common=VISIT, people=people))[0] == 422


async def test_drafts_and_what_is_long_over_are_forgotten(shop: Shop) -> None:
    from botkit.outreach.drafts import Drafts
    from botkit.outreach.people import People

    class Later(RealPorts):
        def now(self) -> datetime:
            return super().now() + timedelta(days=31)

    gone, over = await drafted(shop, [{"to": ANA}], **VISIT), await drafted(shop, [{"to": ANA}], **VISIT)
    await go(shop, over, 1)
    await done(shop, over)
    drafts = Drafts(People(shop.store, lambda: shop.release.bot), shop.store, Later())
    assert await drafts.tidy() == 2
    assert await shop.store.broadcast(gone) is None
    assert await shop.store.broadcast(over) is None
