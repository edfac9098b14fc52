"""Messages of every kind: each gets an answer, or is passed over on purpose."""

from __future__ import annotations

import pytest

from botkit.model import MessageReceived
from tests.engine.talk import MONDAY, Talk, read, talk

BOT = read(
    "commands: {stop: {match: [stop, ﻗﻒ], say: Stopped., go: quit}}",
    main="""
        triggers: [go, ابدأ]
        steps:
          name: {say: Name?, ask: {name: text}, options: {skip: {label: Überspringen}}}
          age: {say: Age?, ask: {age: integer}}
          done: {say: "{{ name }}, {{ age }}"}
    """,
)
KINDS = [
    "text", "tap", "image", "audio", "video", "document", "sticker", "location", "contacts", "order", "form", "unsupported", "unknown",
    "button", "interactive", "referral", "template", "gif", "poll", "", "🦄",
]  # fmt: skip
TEXTS = [
    "", " ", "\n", "\u200b", "\u200d\ufe0f", "👍", "👨‍👩‍👧‍👦", "🏳️‍🌈🇪🇸", "שלום עולם", "مرحبا بالعالم", "\u202eevil\u202c",
    "a\u0301\u0301\u0301", "\x00", "\ud83d", "{{ 7 * 7 }}", "{% for x in y %}", "../../etc/passwd", "' OR 1=1 --",
    "x" * 65_536, "é" * 65_536, "1" * 400, "²", "½", "-0", "1e999",
    "٣", "NaN", "=1+1", "__class__", "main.name:1:skip", "\r\n", "A" * 300 + "stop", "İ", "ß", "ﬁ", "Ǆ",
]  # fmt: skip


def fresh(state: str) -> Talk:
    chat = Talk(BOT)
    if state != "nowhere":
        chat.hears("hello")
        if state == "main.age":
            chat.hears("Ana")
        chat.said.clear()
    assert chat.stands == state
    return chat


@pytest.mark.parametrize("state", ["nowhere", "main.name", "main.age"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_of_any_kind_is_answered(kind: str, state: str) -> None:
    chat = fresh(state)
    chat.receives(kind, data={"id": "m1", "x": [1, {"y": None}]}, opens_window=kind not in ("unsupported", "unknown"))
    assert chat.said


@pytest.mark.parametrize("state", ["nowhere", "main.name", "main.age"])
@pytest.mark.parametrize("text", TEXTS, ids=[ascii(text)[:30] for text in TEXTS])
def test_a_text_whatever_stands_in_it_is_answered_and_only_ever_a_value(text: str, state: str) -> None:
    chat = fresh(state)
    chat.receives("text", text)
    assert chat.said and not any("49" in line for line in chat.said)
    for frame in chat.conversation.frames:
        assert frame.variables.get("name") in (None, "Ana", text.strip())


@pytest.mark.parametrize("kind", ["reaction", "system", "edit", "revoke"])
@pytest.mark.parametrize("state", ["nowhere", "main.name", "main.age"])
def test_what_nobody_expects_an_answer_to_is_passed_over(kind: str, state: str) -> None:
    chat = fresh(state)
    turn = chat.receives(kind, "👍", opens_window=False)
    assert turn.effects == () and chat.stands == state and chat.notes == ["ignored"]


def test_a_reaction_is_no_answer_even_to_a_text() -> None:
    chat = fresh("main.name")
    chat.receives("reaction", "Ana", opens_window=False)
    assert chat.stands == "main.name" and not chat.conversation.frames[0].variables


def test_what_cannot_be_read_is_told_so_and_asked_again() -> None:
    fresh("main.age").goes("""
        > (unsupported)
        < I cannot read that kind of message.
        < Age?
    """)


def test_a_caption_is_an_answer_like_a_text() -> None:
    fresh("main.name").goes("""
        > (image: Ana)
        < Age?
    """)
    fresh("main.name").goes("""
        > (image)
        < Sorry, I did not understand that.
        < Name? [Überspringen]
    """)


def test_words_in_any_script_and_form_are_compared_as_people_read_them() -> None:
    for text in ("uberspringen", "ÜBERSPRINGEN", "U\u0308berspringen", "über-springen".replace("-", "")):
        fresh("main.name").goes(f"> {text}\n< Age?")
    fresh("main.name").goes("> قف\n< Stopped.\n@ nowhere")
    fresh("nowhere").goes("> \u200fابدأ\n< Name? [Überspringen]")


def test_somebody_who_opens_the_chat_is_greeted_once() -> None:
    chat = Talk(BOT)
    chat.receives("request_welcome", opens_window=False)
    chat.goes("< Name? [Überspringen]")
    assert chat.receives("request_welcome", opens_window=False).effects == ()


def test_the_window_is_opened_by_the_messages_own_time_and_never_moved_back() -> None:
    chat = fresh("main.name")
    late = chat.conversation.last_inbound
    assert late == MONDAY
    old = MessageReceived("old", MONDAY.replace(hour=1), "wamid.old", "image")
    chat.happens(old)
    assert chat.conversation.last_inbound == late
    chat.said.clear()
    chat.goes("+ 1h")
    chat.receives("reaction", "👍", opens_window=False)
    chat.receives("unsupported", opens_window=False)
    assert chat.conversation.last_inbound == late
    chat.receives("sticker")
    assert chat.conversation.last_inbound == chat.now


def test_the_profile_name_is_kept_up_and_never_covers_a_name_that_was_set() -> None:
    chat = talk(main="steps: {a: {say: \"Hi {{ contact.name or 'you' }}\", ask: {contact.name: text}}, b: {say: 'Hi {{ contact.name }}'}}")
    chat.receives("text", "hello", name="ana 🌸")
    chat.goes("< Hi ana 🌸")
    chat.receives("text", "Ana María", name="ana 🌷")
    chat.goes("< Hi Ana María")
    assert chat.conversation.contact.profile == "ana 🌷"


def test_a_text_of_64_kilobytes_that_is_too_long_for_a_value_is_asked_for_again() -> None:
    fresh("main.name").goes(f"""
        > {"x" * 65_536}
        < Sorry, I did not understand that.
        < Name? [Überspringen]
    """)


def test_what_the_contact_wrote_is_said_as_it_is() -> None:
    talk(main="steps: {a: {say: 'You wrote: {{ msg.text }}'}}").goes("""
        > {{ contact.phone }} {% if x %} *bold*
        < You wrote: {{ contact.phone }} {% if x %} *bold*
    """)
