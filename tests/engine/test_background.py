"""Flows that nobody asked for: by an event, an advertisement, a new contact; beside the conversation under way, or after it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from botkit.model import ExternalEvent, MessageReceived, Send
from tests.engine.talk import Talk, talk

MAIN = "steps: {a: {say: A?, ask: {x: text}}, b: {say: 'x is {{ x }}'}}"
SHIPPED = """
params: {order: text}
triggers:
  - event: order.shipped
steps:
  ask: {say: 'Order {{ order }} is on its way. Does it suit you?', options: {yes: 'Yes', no: {label: 'No', go: sorry}}}
  good: {say: Good., go: end}
  sorry: {say: Sorry.}
"""


def outside(chat: Talk, name: str, about: str = "", **data: Any) -> None:
    chat.count += 1
    chat.happens(ExternalEvent(f"e{chat.count}", chat.now, name, data, about))


def test_it_waits_in_the_background_and_what_is_written_goes_to_the_conversation() -> None:
    chat = talk(main=MAIN, shipped=SHIPPED).goes("""
        > hello
        < A?
    """)
    outside(chat, "order.shipped", order="A17")
    chat.goes("""
        < Order A17 is on its way. Does it suit you? [Yes, No]
        > yes
        < x is yes
        > hello again
        < A?
    """)


@pytest.mark.parametrize(("told", "shown"), [(17, "17"), (Decimal("17.50"), "17.50"), ("017", "017")])
def test_a_number_from_outside_is_a_text_where_the_flow_says_so(told: Any, shown: str) -> None:
    chat = talk(main=MAIN, shipped=SHIPPED).goes("""
        > hello
        < A?
    """)
    outside(chat, "order.shipped", order=told)
    chat.goes(f"""
        < Order {shown} is on its way. Does it suit you? [Yes, No]
    """)


@pytest.mark.parametrize("told", ["2026-06-24T10:00", "2026-06-24T08:00Z", "24/06 at 10"])
def test_a_day_with_a_time_from_outside_is_meant_in_the_bots_zone(told: str) -> None:
    visit = "params: {at: datetime}\ntriggers: [event: visit]\nsteps: {a: {say: \"At {{ at | date('d/M HH:mm') }}.\"}}"
    chat = talk("timezone: Europe/Madrid", main=MAIN, visit=visit).goes("""
        > hello
        < A?
    """)
    outside(chat, "visit", at=told)
    chat.goes("""
        < At 24/6 10:00.
        < A?
    """)


def test_what_is_no_text_begins_nothing_and_that_is_on_record() -> None:
    chat = talk(main=MAIN, shipped=SHIPPED).goes("""
        > hello
        < A?
    """)
    outside(chat, "order.shipped", order=True)
    assert any(note.kind == "error" and '"order" is a text' in note.detail for note in chat.turns[-1].notes)
    chat.goes("""
        > one
        < x is one
    """)


def test_a_tap_reaches_it_and_the_conversation_asks_again_behind_it() -> None:
    chat = talk(main=MAIN, shipped=SHIPPED).goes("""
        > hello
        < A?
    """)
    outside(chat, "order.shipped", order="A17")
    chat.goes("""
        < Order A17 is on its way. Does it suit you? [Yes, No]
        > [No]
        < Sorry.
        < A?
        > one
        < x is one
    """)


def test_what_waits_for_no_answer_interrupts_and_the_question_is_asked_again() -> None:
    chat = talk(main=MAIN, news="triggers: [{event: news}]\nsteps: {a: {say: 'News!'}}").goes("""
        > hello
        < A?
    """)
    outside(chat, "news")
    chat.goes("""
        < News!
        < A?
    """)


def test_where_nothing_is_under_way_words_start_what_they_always_start() -> None:
    chat = talk(main=MAIN, shipped=SHIPPED)
    outside(chat, "order.shipped", order="A17")
    chat.goes("""
        < Order A17 is on its way. Does it suit you? [Yes, No]
        > yes
        < A?
        > [Yes]
        < Good.
        < A?
    """)


@pytest.mark.parametrize(("busy", "said"), [("drop", []), ("wait", ["< News!"])])
def test_busy_says_what_becomes_of_it_in_the_middle_of_a_conversation(busy: str, said: list[str]) -> None:
    news = f"triggers: [{{event: news, busy: {busy}}}]\nsteps: {{a: {{say: 'News!'}}}}"
    chat = talk(main=MAIN, news=news).goes("""
        > hello
        < A?
    """)
    outside(chat, "news")
    chat.goes("\n".join(["> one", "< x is one", *said]))


def test_what_has_waited_too_long_is_let_be() -> None:
    chat = talk(main=MAIN, news="triggers: [{event: news, busy: wait, keep: 1h}]\nsteps: {a: {say: 'News!'}}").goes("""
        > hello
        < A?
    """)
    outside(chat, "news")
    chat.goes("""
        + 2h
        > one
        < x is one
    """)


def test_nobody_opted_out_hears_of_it() -> None:
    settings = "commands: {stop: {match: [stop], set: {contact.opted_out: true}, say: Bye., go: quit}}"
    chat = talk(settings, main=MAIN, shipped=SHIPPED).goes("""
        > stop
        < Bye.
    """)
    outside(chat, "order.shipped", order="A17")
    assert chat.conversation.frames == ()


def test_an_event_that_is_waited_for_starts_nothing() -> None:
    paid = "steps: {a: {say: Pay!, wait: {event: order.shipped}, save: got}, b: {say: 'Got {{ got.order }}'}}"
    chat = talk(main=paid, shipped=SHIPPED).goes("""
        > hello
        < Pay!
    """)
    outside(chat, "order.shipped", order="A17")
    chat.goes("< Got A17")


def test_silence_in_the_background_ends_it_and_leaves_the_conversation_alone() -> None:
    shipped = SHIPPED.replace("steps:", "silence: [{after: 1h, say: Still there?, go: quit}]\nsteps:", 1)
    chat = talk(main=MAIN, shipped=shipped).goes("""
        > hello
        < A?
    """)
    outside(chat, "order.shipped", order="A17")
    chat.goes("""
        < Order A17 is on its way. Does it suit you? [Yes, No]
        + 1h
        < Still there?
        > one
        < x is one
    """)
    assert chat.conversation.frames == ()


def test_an_advertisement_leads_to_its_flow() -> None:
    ad = "triggers: [{referral: ad-2026-06}]\nsteps: {a: {say: You saw our ad.}}"
    chat = talk(main=MAIN, ad=ad)
    chat.count += 1
    chat.happens(MessageReceived("m1", chat.now, "w1", "text", "Price?", referral={"source_id": "ad-2026-06", "source_type": "ad"}))
    chat.goes("< You saw our ad.")


def test_a_new_contact_is_greeted_once() -> None:
    chat = talk(main=MAIN, welcome="triggers: [new_contact]\nsteps: {a: {say: Welcome!}}")
    chat.goes("""
        > hello
        < Welcome!
        > hello
        < A?
    """)


def test_a_question_that_is_asked_again_behind_what_nobody_asked_for_fails_in_no_closed_window() -> None:
    chat = talk(main=MAIN, told="triggers: [event: order.late]\nsteps: {tell: {say: {text: It is late., closed: hold}}}").goes("""
        > hello
        < A?
        + 30h
    """)
    outside(chat, "order.late")
    told, asked = (effect for effect in chat.turns[-1].effects if isinstance(effect, Send))
    assert (told.closed, asked.closed) == ("hold", "drop")
