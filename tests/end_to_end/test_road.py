"""The whole road, with the real process at one end and a 360dialog on loopback at the other."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from botkit.testing import webhooks
from botkit.testing.webhooks import Person, basic
from tests.end_to_end.clinic import AUTH, KEY, Clinic, Talk, weekday

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_hello_to_booked(clinic: Clinic) -> None:
    ana = clinic.talk("34600000001")
    ana.says("hello")
    assert await ana.reads() == "Hi Ana 👋 How can we help?"
    ana.taps("Book a visit")
    assert (await ana.reads()).startswith("Which day suits you?")
    ana.says("some day soon")
    assert (await ana.reads()).startswith("Sorry, I did not get a date.")
    await _books(ana)
    ana.taps("Confirm")
    assert await ana.reads() == "Booked ✅ Reference V1"
    diary = (clinic.folder / "data" / "appointments.json").read_text()
    assert diary.count('"ref"') == 1 and "Gran Via 1" in diary


async def _books(person: Talk) -> None:
    """From the question for the day to the summary."""
    day = weekday()
    person.says(day.isoformat())
    assert await person.reads() == "What is your street and number?"
    person.says("Gran Via 1")
    assert await person.reads() == "And the city?"
    person.says("Madrid")
    assert f"Day: {day:%A} {day.day} {day:%B}\nPlace: Gran Via 1, Madrid" in await person.reads()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([basic(b"clinic:wrong")], 401),
        (["Bearer " + KEY], 401),
        ([basic(AUTH), basic(AUTH)], 401),
        ([basic(AUTH)], 200),
    ],
    ids=["none", "wrong", "another scheme", "two", "the right one"],
)
async def test_who_may_call(clinic: Clinic, headers: list[str], status: int) -> None:
    person = Person(wa_id=f"3460000001{status % 10}", name="Eva")
    body = webhooks.body(clinic.fake.number, [_wrote(clinic, person, f"wamid.access.{len(headers)}.{status}")])
    given = CIMultiDict([("Authorization", header) for header in headers])
    async with aiohttp.ClientSession() as session, session.post(clinic.server.url, data=body, headers=given) as answer:
        assert answer.status == status
    number = person.wa_id or ""
    if status == 200:
        assert await clinic.messages(number, 1)
    else:
        assert clinic.got[number] == []


def _wrote(clinic: Clinic, person: Person, wamid: str, text: str = "hello") -> dict[str, Any]:
    clinic.fake.people.know(person)
    clinic.fake.people.wrote(person, clinic.ports.now())
    return webhooks.message(clinic.fake.number, person, {"type": "text", "text": {"body": text}}, wamid, clinic.ports.now())


async def test_one_broken_message_does_not_cost_its_neighbours(clinic: Clinic) -> None:
    first, third = Person(wa_id="34600000021", name="Ina"), Person(wa_id="34600000023", name="Oto")
    broken = _wrote(clinic, Person(wa_id="34600000022"), "wamid.broken")
    broken["value"]["messages"][0] = ["neither", {"id": None}]
    changes = [_wrote(clinic, first, "wamid.batch.1"), broken, _wrote(clinic, third, "wamid.batch.3")]
    before = _count(clinic, "unreadable")
    assert await clinic.webhooks.post(webhooks.body(clinic.fake.number, changes)) == 200
    assert len(await clinic.messages("34600000021", 1)) == 1
    assert len(await clinic.messages("34600000023", 1)) == 1
    assert _count(clinic, "unreadable") == before + 1


def _count(clinic: Clinic, state: str) -> int:
    """Events of the inbox in a state, as a notebook beside the server would count them."""
    connection = sqlite3.connect(f"file:{clinic.folder / 'data' / 'botkit.db'}?mode=ro", uri=True)
    try:
        (count,) = connection.execute("SELECT count(*) FROM inbox WHERE state = ?", (state,)).fetchone()
        return int(count)
    finally:
        connection.close()


async def test_ten_times_the_same_webhook_is_answered_once(clinic: Clinic) -> None:
    person = Person(wa_id="34600000031", name="Ida")
    body = webhooks.body(clinic.fake.number, [_wrote(clinic, person, "wamid.ten")])
    assert await asyncio.gather(*(clinic.webhooks.post(body) for _ in range(10))) == [200] * 10
    await clinic.messages("34600000031", 1)
    following = webhooks.body(clinic.fake.number, [_wrote(clinic, person, "wamid.eleven", "1")])
    assert await clinic.webhooks.post(following) == 200
    menu, question = await clinic.messages("34600000031", 2)
    assert (menu["type"], question["type"]) == ("interactive", "text")
    assert question["text"]["body"].startswith("Which day")


async def test_a_day_later_the_template_goes_out_instead(clinic: Clinic) -> None:
    late = clinic.talk("34600000041")
    late.at = clinic.ports.now() - timedelta(hours=25)
    for text in ("hello", "Book a visit", weekday().isoformat(), "Gran Via 2", "Madrid", "Confirm"):
        late.says(text)
    booked = await late.hears()
    assert booked["type"] == "template"
    assert booked["template"]["name"] == "visit_booked"
    assert booked["template"]["components"][0]["parameters"][0]["text"].startswith("V")
    requests = [asked.body for asked in clinic.fake.requests if (asked.body or {}).get("to") == "34600000041"]
    assert requests == [booked], "nothing else was so much as tried"


async def test_a_status_that_says_the_window_is_closed_takes_the_template_once(clinic: Clinic) -> None:
    bea = clinic.talk("34600000051", "Bea")
    bea.says("hello")
    await bea.hears()
    bea.taps("Book a visit")
    await bea.hears()
    await _books(bea)
    clinic.fake.withhold = {"sent", "delivered"}
    bea.taps("Confirm")
    text = await bea.hears()
    assert text["text"]["body"].startswith("Booked ✅")
    wamid = next(asked.wamid for asked in clinic.fake.requests if asked.body is text) or ""
    assert await _tells(clinic, bea.person, wamid, "sent") == 200
    failed = [await _tells(clinic, bea.person, wamid, "failed", (131047, "Re-engagement message")) for _ in range(3)]
    assert failed == [200, 200, 200]
    template = await bea.hears()
    assert template["template"]["name"] == "visit_booked"
    clinic.fake.withhold = set()
    bea.says("hello")
    assert (await bea.reads()).startswith("Hi Bea"), "the template went out once"


async def _tells(clinic: Clinic, person: Person, wamid: str, word: str, error: tuple[int, str] | None = None) -> int:
    status = webhooks.status(clinic.fake.number, person, wamid, word, clinic.ports.now(), error=error)
    return await clinic.webhooks.post(webhooks.body(clinic.fake.number, [status]))


async def test_it_tells_how_it_is(clinic: Clinic) -> None:
    async with aiohttp.ClientSession(clinic.server.base) as session:
        async with session.get("/health/live") as live:
            assert live.status == 200
        async with session.get("/health/ready") as ready:
            told = await ready.json()
            assert (ready.status, told["status"], told["reasons"]) == (200, "ok", [])
            assert set(told["webhooks"]) == {"main"}
        async with session.get("/webhook/main") as got:
            assert got.status == 405


async def test_no_secret_and_no_number_is_logged(clinic: Clinic) -> None:
    log = clinic.server.log()
    assert "listening" in log
    for secret in (KEY, "correct horse", "34600000041", "Gran Via"):
        assert secret not in log
