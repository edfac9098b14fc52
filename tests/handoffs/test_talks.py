"""A handoff in tests and in chat: nobody is there, and everything goes as it will."""

from __future__ import annotations

import pytest

from tests.testing.bots import read
from tests.testing.talking import differs, passes

MAIN = """
    steps:
      ask: {say: What is it about?, ask: {topic: text}}
      human:
        handoff: desk
        say: A colleague will write to you.
        note: = topic
        then: {say: {text: I am back., closed: drop}, go: end}
        errors:
          closed: {say: Nobody is here., go: end}
          timeout: {say: {text: Nobody came., closed: drop}, go: end}
"""
SETTINGS = """
    queues: {desk: {to: $DESK_URL, secret: $DESK_SECRET, timeout: 2d}}
    commands: {stop: {match: stop, set: {contact.opted_out: true}, say: No more., go: quit}}
"""
BOT = read(SETTINGS, main=MAIN)
BEGINNING = "- user: hello\n- bot: What is it about?\n- user: my visit\n"
TAKEN = f'{BEGINNING}- bot: A colleague will write to you.\n- desk: "handoff: my visit"\n'


def test_a_whole_handoff_is_tested_offline():
    passes(
        TAKEN
        + """
- user: are you there?
- bot: nothing
- desk: are you*
- agent: Which day?
- user: {image: leg.jpg}
- desk: (image)
- desk: nothing
- handback
- bot: I am back.
- desk: "ended: handed_back"
- expect: {state: ended}
""",
        BOT,
    )


def test_what_a_desk_is_told_need_not_be_named():
    passes(TAKEN + '- user: one\n- user: two\n- desk: two\n- after: 3h\n- user: stop\n- bot: No more.\n- desk: "ended: left"', BOT)


def test_the_time_of_a_queue():
    passes(TAKEN + '- after: 20h\n- user: hm\n- after: 29h\n- desk: "ended: timeout"', BOT)


def test_a_desk_that_is_closed():
    passes(BEGINNING + "- bot: Nobody is here.\n- desk: nothing\n- expect: {state: ended}", BOT, head="desk: closed")


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ("- user: one\n- desk: two", "the desk was told something else"),
        ("- desk: two", "the desk was told nothing"),
        ("- user: one\n- desk: nothing", "the desk was told something"),
        ("- after: 25h\n- agent: Hello?", "an agent cannot write now"),
    ],
)
def test_what_is_not_as_a_test_says(rest: str, sentence: str):
    assert sentence in str(differs(TAKEN + rest, BOT))
