"""What WhatsApp tells beside messages, over HTTP, through a store on disk, to what the bot does and what operators see."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from botkit.testing.webhooks import Person
from tests.engine.talk import read
from tests.lanes.given import still
from tests.server.served import Served

ANA, NEW = Person("34600000001", "ES.1", "Ana"), Person("34600000099", "ES.2", "Ana")
MAIN = """
steps:
  size: {say: Which size?, ask: {size: text}}
  done: {say: "Size {{ size }}, {{ contact.wa_id }}.", ask: {more: text}}
"""
READY = {"ready.yaml": "category: utility\nbody: Your tea is ready.\n", "other.yaml": "category: utility\nbody: Another tea is ready.\n"}
NEWS = "triggers: [{event: ready}]\nsteps: {a: {say: {template: {name: ready}, closed: drop}}}"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with Served(tmp_path, read("", READY, main=MAIN, news=NEWS)) as served:
        yield served


def moves(served: Served, who: Person, now: Person) -> dict[str, object]:
    told = {"type": "user_changed_number", "wa_id": now.wa_id, "user_id": now.bsuid, "previous_user_id": who.bsuid, "body": "x"}
    message = {"from": who.wa_id, "id": "wamid.moved", "timestamp": served.stamp(), "type": "system", "system": told}
    return served.change("messages", messages=[message])


async def test_one_conversation_goes_on_with_the_new_number(served: Served) -> None:
    await served.says(ANA, "hello", "m1")
    await served.until(("34600000001", "Which size?"))
    await served.tell(moves(served, ANA, NEW))
    await served.says(NEW, "L", "m2")
    await served.until(("34600000001", "Which size?"), ("34600000099", "Size L, 34600000099."))
    assert (await served.conversation()).contact.wa_id == "34600000099"


async def test_after_a_restart_too_and_for_what_waits_to_be_sent(served: Served) -> None:
    await served.says(ANA, "hello", "m1")
    await served.until(("34600000001", "Which size?"))
    served.fake.refuse(1, code=131056)  # a pause, in which the number changes
    await served.says(ANA, "L", "m2")
    await served.tell(moves(served, ANA, NEW))
    await served.restart()
    await served.until(("34600000001", "Which size?"), ("34600000099", "Size L, 34600000001."))


async def test_who_wrote_from_the_new_number_first_has_one_conversation_in_the_end(served: Served) -> None:
    await served.says(ANA, "hello", "m1")
    await served.says(NEW, "hi there", "m2")
    await served.until(("34600000001", "Which size?"), ("34600000099", "Which size?"))
    await served.tell(moves(served, ANA, NEW))
    await served.until(("34600000001", "Which size?"), ("34600000099", "Which size?"), ("34600000099", "Which size?"))
    assert (await served.conversation("c2")).frames == ()
    await served.says(NEW, "L", "m3")
    await served.quiet()
    assert served.sent[-1] == ("34600000099", "Size L, 34600000099.")
    assert [frame.step for frame in (await served.conversation("c1")).frames] == ["done"]


async def test_an_opt_out_from_the_new_number_is_one_of_the_contact(served: Served) -> None:
    await served.says(ANA, "hello", "m1")
    await served.says(NEW, "STOP", "m2")
    await served.quiet()
    await served.tell(moves(served, ANA, NEW))
    await served.quiet()
    assert (await served.conversation("c1")).contact.attributes["opted_out"] is True


async def test_a_person_in_the_phones_app_silences_the_bot(served: Served) -> None:
    await served.says(ANA, "hello", "m1")
    await served.until(("34600000001", "Which size?"))
    echo = {"from": "15550001111", "to": ANA.wa_id, "id": "wamid.echo", "timestamp": served.stamp(), "type": "text", "text": {"body": "x"}}
    await served.tell(served.change("smb_message_echoes", message_echoes=[echo]))
    await served.says(ANA, "L", "m2")
    await served.until(("34600000001", "Which size?"))
    assert (await served.conversation()).held is not None


async def test_another_program_answers_and_hands_over(served: Served) -> None:
    said = {"from": ANA.wa_id, "id": "wamid.s", "timestamp": served.stamp(), "type": "text", "text": {"body": "hi"}}
    await served.tell(served.change("standby", standby={"contacts": [ANA.contact()], "messages": [said]}))
    await served.quiet()
    assert served.sent == []
    number = {"display_phone_number": "1", "phone_number_id": served.fake.number.phone_number_id}
    passed = {"previous_owner_role": "ai_agent", "new_owner_role": "escalation"}
    served.fake.people.know(ANA)
    served.fake.people.wrote(ANA, served.ports.now())
    value = {"recipient": number, "sender": {"phone_number": ANA.wa_id}, "timestamp": served.stamp(), "type": "control_passed"}
    await served.tell({"field": "messaging_handovers", "value": {**value, "control_passed": passed}})
    await served.until(("34600000001", "Which size?"))  # what was written on standby keeps the window open
    assert (await served.conversation()).held is None
    assert [frame.step for frame in (await served.conversation()).frames] == ["size"]


async def test_a_paused_template_is_told_to_operators_and_not_sent(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "botkit.notices")
    named = {"message_template_name": "ready", "message_template_language": "en", "message_template_id": 1}
    await served.tell({"field": "message_template_status_update", "value": {"event": "PAUSED", "reason": "LOW_QUALITY", **named}})
    assert await served.ready() == ["channel main: template ready (en) is paused: LOW_QUALITY"]
    assert "channel main: template: ready en paused LOW_QUALITY" in caplog.text
    assert 'botkit_news_total{channel="main",kind="template",state="paused"} 1' in await served.metrics()
    await served.restart()  # it is known to the next process
    assert await served.ready() == ["channel main: template ready (en) is paused: LOW_QUALITY"]
    await served.tell({"field": "message_template_status_update", "value": {"event": "APPROVED", "reason": "NONE", **named}})
    assert await served.ready() == []


async def test_news_of_templates_that_no_flow_knows_is_no_reason(served: Served) -> None:
    named = {"message_template_name": "somebody_elses", "message_template_language": "en"}
    await served.tell({"field": "message_template_status_update", "value": {"event": "DISABLED", **named}})
    assert await served.ready() == []


async def test_an_account_that_is_barred_stops_its_channel_until_a_message_arrives(served: Served) -> None:
    value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "X"}]}
    await served.tell({"field": "account_update", "value": value})
    told = "account: account_restriction X"
    assert await served.ready() == [f"channel main is stopped: {told}", f"channel main: {told}"]
    await served.says(ANA, "hello", "m1")
    await served.quiet()
    assert served.sent == []
    await served.restart()
    assert await served.ready() == [f"channel main is stopped: {told}", f"channel main: {told}"]
    outlet = served.host.sender._outlets["main"]
    await served.host.sender._probes._probe(outlet)  # what the clock would do in half a minute
    await served.until(("34600000001", "Which size?"))
    await still(lambda: not outlet.late)
    assert await served.ready() == [f"channel main: {told}"]


@pytest.mark.parametrize(
    ("event", "info"), [("ACCOUNT_VIOLATION", {"violation_info": {"violation_type": "ADULT"}}), ("ACCOUNT_REINSTATED", {})]
)
async def test_what_does_not_keep_an_account_from_sending_stops_nothing(served: Served, event: str, info: dict[str, object]) -> None:
    await served.tell({"field": "account_update", "value": {"event": event, **info}})
    assert not any("stopped" in reason for reason in await served.ready())


async def test_a_ban_that_is_over_is_no_trouble(served: Served) -> None:
    for state in ("DISABLE", "REINSTATE"):
        await served.tell({"field": "account_update", "value": {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}}})
    assert await served.ready() == ["channel main is stopped: account: disabled_update DISABLE"]


async def test_a_template_that_was_changed_elsewhere_is_told_in_the_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    value = {"message_template_name": "ready", "message_template_language": "en", "message_template_element": "x"}
    await served.tell({"field": "message_template_components_update", "value": value})
    assert "channel main: content of template: ready en changed" in caplog.text
    assert await served.ready() == []


async def test_alerts_are_reasons_for_a_day(served: Served) -> None:
    told = {"alert_severity": "CRITICAL", "alert_type": "LIMIT", "alert_status": "ACTIVE", "alert_description": "Look here."}
    await served.tell({"field": "account_alerts", "value": {"entity_type": "WABA", "alert_info": told}})
    await served.tell(served.change("messages", errors=[{"code": 131031, "title": "Locked"}]))
    alert, error = await served.ready()
    assert alert.startswith("channel main: alert: active limit Look here., at ")
    assert error.startswith("channel main: error: 131031 Locked, at ")
    now = served.ports.now()
    assert list(served.host.notices.reasons(now + timedelta(days=1))) == []


async def test_an_upgraded_number_sends_faster_and_the_next_process_knows_it(tmp_path: Path) -> None:
    async with Served(tmp_path, read("", READY, main=MAIN), rate=80) as served:
        assert 'botkit_rate{channel="main"} 80' in await served.metrics()
        assert served.host._room("main") == 20  # of a broadcast, in a quarter of a second
        value = {"event": "THROUGHPUT_UPGRADE", "display_phone_number": "15550001111"}
        await served.tell({"field": "phone_number_quality_update", "value": value})
        assert 'botkit_rate{channel="main"} 1000' in await served.metrics()
        assert served.host._room("main") == 250
        await served.tell({"field": "phone_number_name_update", "value": {"decision": "APPROVED", "display_phone_number": "15550001111"}})
        await served.restart()
        assert 'botkit_rate{channel="main"} 1000' in await served.metrics()


@pytest.mark.parametrize(
    ("field", "limit", "people"),
    [
        ("phone_number_quality_update", "TIER_2K", 2000),
        ("phone_number_quality_update", "TIER_250", 250),
        ("business_capability_update", 100_000, 100_000),
        ("business_capability_update", "TIER_UNLIMITED", None),
        ("business_capability_update", -1, None),
    ],
)
async def test_to_how_many_one_may_write_first_is_known(served: Served, field: str, limit: object, people: int | None) -> None:
    assert served.host.notices.limit("main") is None
    await served.tell({"field": field, "value": {"event": "ONBOARDING", "max_daily_conversations_per_business": limit}})
    await served.restart()
    known = served.host.notices.limit("main")
    assert (None if known is None else known[0]) == people
    assert (f'botkit_messaging_limit{{channel="main"}} {people}' in await served.metrics()) == (people is not None)


async def test_a_limit_in_words_that_are_not_known_is_none(served: Served) -> None:
    await served.tell({"field": "business_capability_update", "value": {"max_daily_conversations_per_business": "TIER_MANY"}})
    assert served.host.notices.limit("main") is None


async def test_what_is_not_known_is_told_once(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "botkit.notices")
    for n in range(5):
        await served.tell(served.change("thoughts", thoughts=[n]))
    for n in range(300):
        await served.tell(served.change(f"thoughts_{n}", thoughts=[n]))
    told = [record.getMessage() for record in caplog.records if "does not know" in record.getMessage()]
    assert told[0] == "channel main: webhooks hold what this version does not know, and keep: field thoughts"
    assert len(told) == 200  # and no more of it is held in memory
    assert "botkit_unknown_total 305" in await served.metrics()


async def test_what_was_said_from_the_old_number_and_came_late_is_answered_at_the_new_one(served: Served) -> None:
    await served.says(ANA, "hello", "m1", ago=90)
    await served.tell(moves(served, ANA, NEW))
    await served.quiet()
    served.fake.people.know(NEW)
    served.fake.people.wrote(NEW, served.ports.now())
    await served.says(ANA, "L", "m2", ago=60)
    await served.quiet()
    assert served.sent[1:] == [("34600000099", "Size L, 34600000099.")]
    served.host.lanes._leaving = True  # the next one is stored, and worked on by the process after this one
    await served.says(ANA, "and more", "m3", ago=30)
    await served.restart()
    await served.quiet()
    assert (await served.conversation()).contact.wa_id == "34600000099"
    await served.says(NEW, "hello again", "m4")
    await served.quiet()
    assert served.sent[-1] == ("34600000099", "Which size?")
