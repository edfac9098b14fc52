"""Statuses: what became of a message of ours. Only one that can never arrive changes where a conversation is."""

from __future__ import annotations

import pytest

from botkit.model import Send
from tests.engine.talk import talk

ASK = """
steps:
  a:
    say: A?
    ask: {x: text}
    errors:
      unsent: {say: That did not arrive., set: {lost: "yes"}, go: b}
  b: {say: "B, lost {{ lost or 'no' }}.", ask: {y: text}}
"""


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "deleted", "played", "failed 131047", "failed 470", "nonsense"])
def test_most_change_nothing(status: str) -> None:
    chat = talk(main=ASK).goes("""
        > hello
        < A?
    """)
    before = chat.conversation
    chat.goes(f"~ {status}")
    assert chat.conversation.frames == before.frames and chat.conversation.timers == before.timers


@pytest.mark.parametrize("status", ["failed 131026", "failed 131053", "failed", "unsent"])
def test_a_message_that_never_arrives_takes_errors_unsent(status: str) -> None:
    talk(main=ASK).goes(f"""
        > hello
        < A?
        ~ {status}
        < That did not arrive.
        < B, lost yes.
        @ main.b
    """)


def test_it_is_on_record_where_nobody_catches_it() -> None:
    chat = talk(main="steps: {a: {say: A?, ask: {x: text}, errors: {any: {say: Never., go: end}}}}").goes("""
        > hello
        < A?
        ~ failed 131026
        @ main.a
    """)
    assert [(note.kind, note.detail) for note in chat.turns[-1].notes] == [("unsent", "131026")]


def test_an_unsent_without_go_goes_on() -> None:
    talk(main="steps: {a: {say: A?, ask: {x: text}, errors: {unsent: {set: {x: unknown}}}}, b: {say: '{{ x }}'}}").goes("""
        > hello
        < A?
        ~ unsent
        < unknown
    """)


def test_it_reaches_nobody_where_no_flow_runs_or_an_action_does() -> None:
    talk(main="steps: {a: {run: x.y, errors: {unsent: {say: Never.}}}}").goes("""
        ~ failed 131026
        @ nowhere
        > hello
        ? x.y {}
        ~ failed 131026
        @ main.a
        = 1
    """)


def test_a_status_neither_opens_the_window_nor_restarts_silence() -> None:
    chat = talk(main="silence: [{after: 2h, say: Still?}]\nsteps: {a: {say: A?, ask: {x: text}}}").goes("""
        > hello
        < A?
        + 1h
        ~ read
        + 1h
        < Still?
    """)
    assert chat.conversation.last_inbound == chat.turns[0].conversation.last_inbound


TEMPLATE = {"t.yaml": "category: utility\nbody: 'Your visit, {{1}}, is today.'\nexample: [Ana]\nbuttons: {yes: Fine, no: Move it}\n"}
REMIND = """
steps:
  a:
    say: {text: "Your visit is today, {{ msg.text }}.", template: {name: t, with: [= msg.text]}}
    options: {yes: Fine, no: {label: Move it, go: c}}
  b: {say: See you., go: end}
  c: {say: {template: {name: t, with: [= 5]}}}
"""


def test_a_template_goes_beside_its_text_with_the_same_buttons() -> None:
    chat = talk(more=TEMPLATE, main=REMIND).goes("""
        > Ana
        < Your visit is today, Ana. [Fine, Move it] (t, Ana)
    """)
    effect = chat.turns[-1].effects[0]
    assert isinstance(effect, Send) and effect.template is not None
    buttons = effect.template.payload()["template"]["components"][1:]
    assert [button["parameters"][0]["payload"] for button in buttons] == ["main.a:1:yes", "main.a:1:no"]
    chat.receives("tap", "Move it", payload="main.a:1:no")
    chat.goes("< (t, 5)")


def test_no_template_reaches_a_contact_that_opted_out() -> None:
    talk("commands: {stop: {match: stop, set: {contact.opted_out: true}, say: No more., go: quit}}", TEMPLATE, main=REMIND).goes("""
        > stop
        < No more.
        > Ana
        < Your visit is today, Ana. [Fine, Move it]
        > move it
        @ nowhere
    """)


def test_what_a_closed_window_means_travels_with_the_message() -> None:
    chat = talk(main="steps: {a: {say: [Plain., {text: Held., closed: hold}, {text: Dropped., closed: drop}]}}")
    turn = chat.hears("hello")
    assert [effect.closed for effect in turn.effects if isinstance(effect, Send)] == ["fail", "hold", "drop"]


def test_every_message_says_where_it_comes_from() -> None:
    crash = "c: {set: {x: = 1 / nothing}}"
    chat = talk("on_error: {say: Sorry.}", main=f"steps: {{a: {{call: sub}}, b: {{say: B.}}, {crash}}}", sub="steps: {s: {say: S.}}")
    turn = chat.hears("hello")
    assert [effect.origin for effect in turn.effects if isinstance(effect, Send)] == ["sub.s", "main.b", ""]


def test_a_handler_whose_own_words_cannot_leave_is_not_asked_for_ever() -> None:
    chat = talk(main="steps: {a: {say: A?, ask: {x: text}, errors: {unsent: {say: Again?, go: a}}}}").goes("""
        > hello
        < A?
    """)
    for _ in range(3):
        chat.goes("""
            ~ failed 131026
            < Again?
            < A?
        """)
    chat.goes("~ failed 131026")
    chat.goes("""
        > hello
        ~ failed 131026
        @ nowhere
    """)
