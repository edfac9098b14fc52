"""To one person from outside: what goes, what is refused and why, what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from botkit.outreach import Refused
from tests.outreach.shop import Shop

ANA, BEN = "34600111222", "34600333444"


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop() as made:
        yield made


async def sent(shop: Shop, **asked: Any) -> dict[str, Any]:
    status, told = await shop.ask("/send", **asked)
    assert status == 202, told
    await shop.still()
    return await shop.get(f"/send/{told['id']}")


async def test_a_text_goes_to_who_has_written_and_its_fate_is_told(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    told = await sent(shop, to=f"+{ANA}", text="Your parcel is here.")
    assert shop.got(ANA) == ["What would you like?", "Your parcel is here."]
    assert told["status"] in ("sent", "delivered", "read")
    assert told["message_id"].startswith("wamid.")


async def test_what_is_under_way_stays_where_it_is(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    await sent(shop, to=ANA, text="One moment.")
    await shop.hears(ANA, "tea")
    await sent(shop, to=ANA, text="I am Eva, how can I help?")
    await shop.hears(ANA, "hello")  # people have the conversation now: the bot is silent
    assert shop.got(ANA) == ["What would you like?", "One moment.", "A colleague will write to you.", "I am Eva, how can I help?"]


@pytest.mark.parametrize("written", [f"+{ANA}", f"00{ANA}", "+34 600-111-222", "tel:+34600111222", f"{ANA}.0", f'="{ANA}"'])
async def test_a_number_may_be_written_in_any_usual_form(shop: Shop, written: str) -> None:
    await shop.hears(ANA, "hello")
    await sent(shop, to=written, text="Hi.")
    assert shop.got(ANA)[-1] == "Hi."


async def test_the_same_telephone_by_its_old_number_is_the_same_person(shop: Shop) -> None:
    await shop.hears("5215512345678", "hello")
    await sent(shop, to="+52 55 1234 5678", text="Hi.")
    assert shop.got("5215512345678") == ["What would you like?", "Hi."]


@pytest.mark.parametrize(
    ("to", "why"),
    [("0600111222", "country's prefix"), ("3.46E+10", "rounded"), ("12", "7 to 15 digits"), ("Ana", "no number"), (" ", "no number")],
)
async def test_what_is_no_number_is_refused(shop: Shop, to: str, why: str) -> None:
    status, told = await shop.ask("/send", to=to, text="Hi.")
    assert (status, told["reason"]) == (422, "bad_number")
    assert why in told["error"]


async def test_outside_the_window_a_text_is_refused_and_nothing_is_kept(shop: Shop) -> None:
    status, told = await shop.ask("/send", to=ANA, text="Hi.")
    assert (status, told["reason"]) == (422, "closed")
    assert "never written" in told["error"]
    assert await shop.store.find("main", ANA) is None
    await shop.hears(ANA, "hello", datetime.now(UTC) - timedelta(hours=30))
    status, told = await shop.ask("/send", to=ANA, text="Hi.")
    assert (status, told["reason"]) == (422, "closed")
    assert "30 hours ago" in told["error"]
    assert "Hi." not in shop.got(ANA)


async def test_a_template_goes_to_somebody_new_whom_the_bot_then_knows(shop: Shop) -> None:
    await sent(shop, to=BEN, template="visit", **{"with": ["4 June"]})
    assert shop.got(BEN) == ["visit en: 4 June"]
    await sent(shop, to=BEN, template="visit", **{"with": {"1": "5 June"}})
    assert shop.got(BEN) == ["visit en: 4 June", "visit en: 5 June"]
    assert len([key for key, _ in await shop.store.conversations("", 10)]) == 1


async def test_a_template_is_in_the_language_of_the_contact(shop: Shop) -> None:
    await shop.hears(ANA, "spanish")
    await sent(shop, to=ANA, template="visit", language="en", **{"with": ["4 de junio"]})
    await sent(shop, to=BEN, template="visit", language="es", **{"with": ["4 de junio"]})
    assert (shop.got(ANA)[-1], shop.got(BEN)) == ("visit es: 4 de junio", ["visit es: 4 de junio"])


async def test_a_template_beside_a_text_goes_instead_when_the_window_is_closed(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    for number in (ANA, BEN):
        await sent(shop, to=number, text="It is on 4 June.", template="visit", **{"with": ["4 June"]})
    assert (shop.got(ANA)[-1], shop.got(BEN)) == ("It is on 4 June.", ["visit en: 4 June"])


async def test_marketing_needs_consent_on_record(shop: Shop) -> None:
    asked = {"template": "sale", "with": {"name": "Ana"}}
    await shop.hears(ANA, "hello")
    for number in (ANA, BEN):
        status, told = await shop.ask("/send", to=number, **asked)
        assert (status, told["reason"]) == (422, "no_consent")
    await sent(shop, to=BEN, opted_in="the form at the till", **asked)
    await sent(shop, to=BEN, **asked)  # it is on record now
    assert shop.got(BEN) == ["sale en: Ana", "sale en: Ana"]
    [conversation] = [c for _, c in await shop.store.conversations("", 10) if c is not None and c.contact.wa_id == BEN]
    assert conversation.contact.consent is not None
    assert (conversation.contact.consent.given, conversation.contact.consent.source) == (True, "the form at the till")


async def test_nobody_who_has_opted_out_gets_a_template_or_a_flow(shop: Shop) -> None:
    await shop.hears(ANA, "stop")
    for address, asked in (
        ("/send", {"template": "visit", "with": ["4 June"], "opted_in": "somebody says so"}),
        ("/start", {"flow": "visit", "params": {"day": "2026-06-04", "who": "Ana"}}),
    ):
        status, told = await shop.ask(address, to=ANA, **asked)
        assert (status, told["reason"]) == (422, "opted_out")
    await sent(shop, to=ANA, text="We have understood.")  # an answer to what they have written
    assert shop.got(ANA) == ["You will hear no more of us.", "We have understood."]


async def test_a_key_that_comes_again_sends_nothing(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    for status in ("accepted", "known", "known"):
        assert (await shop.ask("/send", "order-7", to=ANA, text="It is on its way."))[1]["status"] == status
    await shop.still()
    assert shop.got(ANA).count("It is on its way.") == 1
    assert (await shop.get("/send/order-7"))["status"] in ("sent", "delivered", "read")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "text, message or template"),
        ({"text": "a", "message": {"type": "text"}}, "text, message or template"),
        ({"text": "a" * 4097}, "4096"),
        ({"text": ["a"]}, '"text" must be a text'),
        ({"template": "nothing"}, 'there is no template "nothing"'),
        ({"template": "visit"}, "takes 1 value: 1; 1 not given"),
        ({"template": "visit", "with": ["a", "b"]}, "takes 1 value"),
        ({"template": "sale", "with": {"nom": "Ana"}}, "name not given"),
        ({"text": "a", "with": ["a"]}, '"with" holds the values of a template'),
        ({"message": {"type": "balloon"}}, "no message"),
        ({"message": "hello"}, '"message" must be an object'),
        ({"message": {"type": "template_message", "name": "x", "language": "en"}}, "named by its file"),
        ({"message": {"type": "image", "link": "ftp://x"}}, "no link"),
        ({"message": {"type": "image", "file": "../botkit.yaml"}}, "no file of media/"),
        ({"text": "a", "closed": "maybe"}, "hold, drop or fail"),
        ({"text": "a", "params": {}}, "goes with"),
    ],
)
async def test_what_cannot_be_sent_is_told(shop: Shop, asked: dict[str, Any], told: str) -> None:
    await shop.hears(ANA, "hello")
    status, answer = await shop.ask("/send", to=ANA, **asked)
    assert status in (400, 422)
    assert told in answer["error"]
    assert shop.got(ANA) == ["What would you like?"]


async def test_every_kind_of_message_may_be_sent(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    await sent(shop, to=ANA, message={"type": "image", "link": "https://example.org/room.jpg", "caption": "Your room"})
    await sent(shop, to=ANA, message={"type": "location", "latitude": 40.4, "longitude": -3.7, "name": "Shop"})
    kinds = [asked.body["type"] for asked in shop.fake.requests if asked.accepted]
    assert kinds == ["text", "image", "location"]


async def test_what_is_to_be_held_waits_for_the_contact(shop: Shop) -> None:
    told = await sent(shop, to=ANA, text="Whenever you write.", closed="hold")
    assert told["status"] == "held"
    await shop.hears(ANA, "hello")
    assert "Whenever you write." in shop.got(ANA)


async def test_a_flow_begins_with_its_params_as_their_types_have_it(shop: Shop) -> None:
    status, _ = await shop.ask("/start", to=BEN, flow="visit", params={"day": "2026-06-04", "who": "Ben"})
    assert status == 202
    await shop.still()
    assert shop.got(BEN) == ["visit en: 4 June"]


async def test_a_flow_in_the_middle_of_another_is_a_digression_or_waits(shop: Shop) -> None:
    await shop.hears(ANA, "hello")
    params = {"day": "4/6/2026", "who": "Ana"}
    assert (await shop.ask("/start", to=ANA, flow="visit", params=params))[0] == 202
    await shop.still()
    assert shop.got(ANA)[-1] == "Your visit is on 4 June, Ana."
    assert (await shop.ask("/start", to=ANA, flow="chat", busy="wait"))[0] == 202
    await shop.still()
    assert "Hi there!" not in shop.got(ANA)
    status, told = await shop.ask("/start", to=ANA, flow="chat", busy="drop")
    assert (status, told["reason"]) == (422, "silent")
    assert "busy" in told["error"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"flow": "visti"}, 'did you mean "visit"?'),
        ({}, '"flow" is missing'),
        ({"flow": "visit", "params": {"day": "2026-06-04"}}, "needs who (text)"),
        ({"flow": "visit", "params": {"day": "soon", "who": "A"}}, "day of flow visit is date"),
        ({"flow": "visit", "params": {"day": "2026-06-04", "who": "A", "when": 1}}, 'no param "when"'),
        ({"flow": "visit", "params": []}, "needs day"),
        ({"flow": "chat", "busy": "maybe"}, "over, wait or drop"),
        ({"flow": "chat"}, "window is closed"),
    ],
)
async def test_a_flow_that_cannot_begin_is_told(shop: Shop, asked: dict[str, Any], told: str) -> None:
    status, answer = await shop.ask("/start", to=BEN, **asked)
    assert status in (400, 422)
    assert told in answer["error"]
    assert shop.got(BEN) == []


async def test_nothing_is_told_of_what_nobody_has_asked_for(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        await shop.get("/send/unknown")
    assert refused.value.status == 404


@pytest.mark.parametrize("key", ["a b", "x" * 201, "a/b", "\n"])
async def test_a_key_is_short_and_plain(shop: Shop, key: str) -> None:
    await shop.hears(ANA, "hello")
    assert (await shop.ask("/send", key, to=ANA, text="Hi."))[0] == 400
