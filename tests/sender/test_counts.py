"""What is counted: answers, statuses and refusals since the start; service messages by month, over restarts."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from botkit.sender.counts import FREE, WARNED, Service
from tests.sender.desk import TEMPLATE, Desk, row

NOVEMBER, DECEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


def used(desk: Desk) -> int:
    return desk.sender.counts()["shop"].service.of(desk.ports.now())


async def test_free_texts_that_arrived_are_counted_and_templates_are_not(desk: Desk) -> None:
    desk.fake.reads = True  # delivered and read is one message
    await desk.say(row("a"), row("b"), row("c", payload=None, template=TEMPLATE))
    await desk.quiet()
    assert len(desk.said()) == 3 and used(desk) == 2
    counts = desk.sender.counts()["shop"]
    assert counts.answers == {"accepted": 3}
    assert counts.statuses == {"sent": 3, "delivered": 3, "read": 3}


async def test_what_failed_was_no_service(desk: Desk) -> None:
    desk.fake.fail(1)
    desk.fake.refuse(1, code=131009)
    await desk.say(row("a"), row("b"), row("c"))
    await desk.quiet()
    counts = desk.sender.counts()["shop"]
    assert used(desk) == 1 and counts.codes == {131026: 1, 131009: 1}


async def test_what_is_free_after_an_advertisement_is_no_service(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(row("a"), row("b"), row("c"))
    await desk.quiet()
    a, b, c = (asked.wamid or "" for asked in desk.fake.requests)
    await desk.tells(a, {"billable": False, "type": "free_entry_point", "category": "referral_conversion"})
    await desk.tells(b, {"billable": False, "type": "free_entry_point", "category": "service"})
    assert used(desk) == 0
    await desk.tells(c, {"billable": False, "type": "free_customer_service", "category": "service"})
    assert used(desk) == 1


@pytest.mark.parametrize(("hours", "count"), [(1, 1), (-1, 0), (None, 1)])
async def test_where_no_price_is_told_the_conversation_knows_whether_all_is_free(desk: Desk, hours: int | None, count: int) -> None:
    """*hours*: so long ago the free time ended."""
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(row("a"))
    await desk.quiet()
    await desk.enters_free(None if hours is None else desk.ports.now() - timedelta(hours=hours))
    await desk.tells(desk.fake.requests[0].wamid or "", None)
    assert used(desk) == count


async def test_a_status_that_comes_twice_counts_once(desk: Desk) -> None:
    await desk.say(row("a"))
    await desk.quiet()
    desk.fake.tell(desk.fake.requests[0].wamid or "", "delivered")
    desk.fake.post.repeat = 3
    desk.fake.tell(desk.fake.requests[0].wamid or "", "read")
    await desk.quiet()
    assert used(desk) == 1


async def test_the_count_outlasts_a_restart(desk: Desk) -> None:
    for n in range(5):
        await desk.say(row(f"a{n}"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    assert used(desk) == 5
    await desk.say(row("b"))
    await desk.quiet()
    assert used(desk) == 6
    desk.ports.pass_(days=10)
    assert used(desk) == 0


async def test_the_operator_is_told_at_four_fifths_and_at_the_end(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(WARNED - 1):
        desk.sender.counts()["shop"].service.add(desk.ports.now())
    await desk.say(row("a"))
    await desk.quiet()
    for _ in range(FREE - WARNED - 1):
        desk.sender.counts()["shop"].service.add(desk.ports.now())
    await desk.say(row("b"))
    await desk.say(row("c"))
    await desk.quiet()
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told == [
        "channel shop: 800 of the 1000 free service messages of this month are used",
        "channel shop: 1000 of the 1000 free service messages of this month are used",
    ]


def test_a_month_ends_in_utc_and_a_year_is_kept() -> None:
    service = Service()
    assert [service.add(NOVEMBER), service.add(NOVEMBER), service.add(DECEMBER)] == [1, 2, 1]
    for month in range(1, 13):
        service.add(datetime(2027, month, 1, tzinfo=UTC))
    kept = Service(service.dump(DECEMBER))
    assert kept.of(NOVEMBER) == 0 and kept.of(datetime(2027, 1, 31, tzinfo=UTC)) == 1
    assert not kept.stale


def test_it_is_written_down_once_a_second() -> None:
    service = Service()
    service.add(DECEMBER)
    assert service.due(DECEMBER)
    service.dump(DECEMBER)
    service.add(DECEMBER)
    assert not service.due(DECEMBER) and service.stale
    assert service.due(DECEMBER.replace(second=1))
