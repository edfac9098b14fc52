"""What is said because somebody outside asks for it: nothing that is under way moves by it."""

from __future__ import annotations

from typing import Any

from botkit.model import Later, OperatorCommand, Send, Started
from tests.engine.talk import MONDAY, Talk, read, talk

MENU = "steps: {a: {say: A?, ask: {x: text}, silence: [{after: 2h, say: Still there?}]}, b: {say: 'Got {{ x }}.'}}"


def say(chat: Talk, **data: Any) -> Talk:
    chat.count += 1
    chat.happens(OperatorCommand(f"say{chat.count}", chat.now, "say", data))
    return chat


def test_a_question_stays_asked() -> None:
    chat = talk(main=MENU).goes("""
        > hello
        < A?
        + 1h
    """)
    before = chat.conversation
    say(chat, text="A colleague says hello.").goes("""
        < A colleague says hello.
        + 1h
        < Still there?
        > tea
        < Got tea.
    """)
    assert before.frames[-1].entry == 1


def test_somebody_who_has_never_written() -> None:
    chat = say(talk(main=MENU), text="Hello.", closed="hold")
    chat.goes("""
        < Hello.
        @ nowhere
    """)
    send = chat.turns[-1].effects[0]
    assert isinstance(send, Send)
    assert (send.closed, send.origin) == ("hold", "send")


def test_while_an_action_is_under_way() -> None:
    chat = talk(main="steps: {a: {run: x.y, save: v}, b: {say: '{{ v }}'}}").goes("""
        > hello
        ? x.y {}
    """)
    say(chat, text="One moment.").goes("""
        < One moment.
        = done
        < done
    """)


def test_while_people_have_the_conversation() -> None:
    chat = talk("queues: {desk: {}}", main="steps: {a: {handoff: desk, go: b}, b: {say: Back.}}").goes("""
        > hello
        @ main.a
    """)
    say(chat, text="I am Eva.").goes("""
        < I am Eva.
        > thanks
        @ main.a
    """)


def test_where_the_release_no_longer_knows_the_step_nobody_is_told_before_they_write() -> None:
    chat = talk("on_error: {say: Sorry., go: quit}", main=MENU).goes("""
        > hello
        < A?
    """)
    frames = chat.conversation.frames
    chat.bot = read("on_error: {say: Sorry., go: quit}", main="steps: {n: {say: N?, options: {y: Y}}}")
    say(chat, text="Your parcel is here.").goes("< Your parcel is here.")
    assert chat.conversation.frames == frames
    chat.goes("""
        > tea
        < Sorry.
    """)


def test_a_flow_that_waits_for_the_end_of_another_waits_on() -> None:
    chat = talk(main=MENU, news="steps: {a: {say: News.}}").goes("""
        > hello
        < A?
    """)
    chat.happens(Started("s", chat.now, "news", {}, "wait", 3600))
    assert [later.flow for later in chat.conversation.later] == ["news"]
    say(chat, text="Hi.").goes("""
        < Hi.
        > tea
        < Got tea.
        < News.
    """)


def test_a_start_waits_no_longer_than_it_may() -> None:
    chat = talk(main=MENU, news="steps: {a: {say: News.}}").goes("""
        > hello
        < A?
    """)
    chat.happens(Started("s", chat.now, "news", {}, "wait", 3600))
    assert chat.conversation.later == (Later("news", {}, chat.conversation.later[0].until),)
    chat.goes("""
        + 2h
        < Still there?
        > tea
        < Got tea.
    """)


def test_a_start_that_is_dropped_where_a_flow_is_under_way() -> None:
    chat = talk(main=MENU, news="steps: {a: {say: News.}}")
    chat.happens(Started("s1", MONDAY, "news", {}, "drop"))
    chat.goes("< News.")
    chat.goes("""
        > hello
        < A?
    """)
    turn = chat.happens(Started("s2", chat.now, "news", {}, "drop"))
    assert turn.effects == ()


def test_consent_and_language_are_put_on_record_once() -> None:
    chat = talk(main=MENU)
    say(chat, opted_in="the form", language="es")
    say(chat, opted_in="another form", language="de")
    contact = chat.conversation.contact
    assert contact.consent is not None
    assert (contact.consent.given, contact.consent.source) == (True, "the form")
    assert contact.attributes["language"] == "es"
    assert chat.said == []


def test_what_cannot_be_made_is_noted_and_said_to_nobody() -> None:
    chat = say(talk(main=MENU), template="gone", **{"with": []})
    assert chat.said == []
    assert [note.detail for note in chat.turns[-1].notes] == ['there is no template "gone"']
