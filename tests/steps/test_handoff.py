"""handoff: people take over; the bot is silent until they hand the conversation back."""

from __future__ import annotations

from datetime import timedelta

from botkit.model import OperatorCommand
from tests.engine.talk import MONDAY, Talk, talk

SETTINGS = """
queues:
  desk: {hours: "Mon-Fri 9-17", timeout: 8h}
  always: {}
commands:
  stop: {match: stop, set: {contact.opted_out: true}, say: No more., go: quit}
  help: {match: help, say: Never.}
silence: [{after: 1h, say: Never.}]
"""
MAIN = """
steps:
  a: {say: A?, options: {human: Talk to us}}
  human:
    handoff: desk
    say: A colleague will write.
    note: = msg.text
    then: {say: I am back.}
    errors:
      closed: {say: We are closed., go: a}
      timeout: {say: Nobody came., go: a}
  done: {say: Anything else?, options: {x: X}}
"""


def handed(**more: str) -> Talk:
    return talk(SETTINGS, main=MAIN, **more).goes("""
        > hello
        < A? [Talk to us]
        > talk to us
        < A colleague will write.
        @ main.human
    """)


def back(chat: Talk) -> None:
    chat.happens(OperatorCommand("op", chat.now, "handback"))


def test_the_bot_is_silent_until_it_is_handed_back() -> None:
    chat = handed().goes("""
        > hello?
        > help
        > 1
        > (image: look)
        + 3h
        > [Talk to us]
    """)
    back(chat)
    chat.goes("""
        < I am back.
        < Anything else? [X]
        @ main.done
    """)


def test_the_opt_out_is_heard() -> None:
    handed().goes("""
        > stop
        < No more.
        @ nowhere
    """)


def test_nobody_hands_it_back_in_time() -> None:
    handed().goes("""
        > hello?
        + 8h
        < Nobody came.
        < A? [Talk to us]
    """)


def test_outside_the_hours_it_is_closed() -> None:
    chat = talk(SETTINGS, main=MAIN)
    chat.now = MONDAY + timedelta(hours=9)
    chat.goes("""
        > hello
        < A? [Talk to us]
        > 1
        < We are closed.
        < A? [Talk to us]
        @ main.a
    """)


def test_a_queue_that_is_always_open_waits_for_ever() -> None:
    chat = talk(SETTINGS, main="steps: {h: {handoff: always, say: Wait.}, d: {say: Done.}}").goes("""
        > hello
        < Wait.
        + 30d
        > hello?
    """)
    back(chat)
    chat.goes("< Done.")


def test_a_hand_back_where_nobody_handed_over_changes_nothing() -> None:
    chat = talk(SETTINGS, main=MAIN).goes("""
        > hello
        < A? [Talk to us]
    """)
    for command in ("handback", "dance", ""):
        assert chat.happens(OperatorCommand(f"op-{command}", MONDAY, command)).effects == ()
    chat.goes("@ main.a")


def test_in_a_called_flow_it_comes_back_there() -> None:
    chat = talk(
        SETTINGS,
        main="steps: {a: {call: sub}, b: {say: B.}}",
        sub="steps: {h: {handoff: always, say: Wait.}, s: {say: S?, ask: {x: text}}}",
    ).goes("""
        > hello
        < Wait.
        @ main.a / sub.h
        > hm
    """)
    back(chat)
    chat.goes("""
        < S?
        > x
        < B.
    """)
