"""wait: for a time, until a moment, for what happens outside."""

from __future__ import annotations

from typing import Any

import pytest

from botkit.model import ExternalEvent
from tests.engine.talk import Talk, talk

SORRY = "< Sorry, something went wrong on our side. Please write again in a while."


def outside(chat: Talk, name: str, about: str = "", **data: Any) -> None:
    chat.count += 1
    chat.happens(ExternalEvent(f"e{chat.count}", chat.now, name, data, about))


def test_a_time() -> None:
    talk(main="steps: {a: {say: Soon., wait: 30m}, b: {say: Now.}}").goes("""
        > hello
        < Soon.
        @ main.a
        + 29m
        + 1m
        < Now.
        @ nowhere
    """)


@pytest.mark.parametrize(
    ("until", "span"), [("at(today(), '11:00')", "2h"), ("now() + minutes(5)", "5m"), ("today() + days(1)", "15h")]
)
def test_a_moment(until: str, span: str) -> None:
    talk(main=f"steps:\n  a:\n    wait:\n      until: = {until}\n  b: {{say: Now.}}").goes(f"""
        > hello
        < nothing
        @ main.a
        + {span}
        < Now.
    """)


def test_a_time_of_day_is_the_next_one() -> None:
    for said, span in (("10:00", "1h"), ("8:00", "23h")):
        talk(main="steps: {t: {say: When?, ask: {t: time}}, a: {wait: {until: = t}}, b: {say: Now.}}").goes(f"""
            > hello
            < When?
            > {said}
            + {span}
            < Now.
        """)


def test_a_moment_that_is_over_is_not_waited_for() -> None:
    talk(main="steps: {a: {wait: {until: = now() - days(1)}}, b: {say: Now.}}").goes("""
        > hello
        < Now.
    """)


def test_what_is_no_moment_is_a_failure() -> None:
    talk(main="steps: {a: {wait: {until: = 'soon'}}, b: {say: Now.}}").goes(f"""
        > hello
        {SORRY}
    """)


EVENT = """
steps:
  order: {say: Which order?, ask: {order: text}}
  paid:
    say: Please pay.
    wait: {event: [paid, refused], key: = order}
    timeout: 20m
    save: receipt
    errors: {timeout: {say: We saw no payment., go: end}}
  done: {say: "{{ receipt.sum }}, {{ event.name }}"}
"""


def test_what_happens_outside() -> None:
    chat = talk(main=EVENT).goes("""
        > hello
        < Which order?
        > 7
        < Please pay.
    """)
    outside(chat, "paid", "8", sum=1)
    outside(chat, "other", "7", sum=2)
    chat.goes("@ main.paid")
    outside(chat, "refused", "7", sum=3)
    chat.goes("""
        < 3, refused
        @ nowhere
    """)


def test_what_comes_early_is_kept() -> None:
    chat = talk(main=EVENT)
    outside(chat, "paid", "7", sum=1)
    chat.goes("""
        > hello
        < Which order?
        > 7
        < Please pay.
        < 1, paid
    """)


def test_what_does_not_come_in_time() -> None:
    talk(main=EVENT).goes("""
        > hello
        < Which order?
        > 7
        < Please pay.
        + 20m
        < We saw no payment.
    """)


def test_who_writes_meanwhile_is_told_what_is_waited_for() -> None:
    chat = talk("commands: {help: {match: help, call: help}}", main=EVENT, help="steps: {h: {say: Help?, options: {x: X}}}").goes("""
        > hello
        < Which order?
        > 7
        < Please pay.
        > hello?
        < Sorry, I did not understand that.
        < Please pay.
        > help
        < Help? [X]
    """)
    outside(chat, "paid", "7", sum=4)
    chat.goes("""
        @ main.paid / help.h
        > x
        < 4, paid
    """)


def test_options_beside_a_wait() -> None:
    talk(
        main="""
            steps:
              a: {say: I will remind you., wait: 1h, options: {no: {label: Please do not, go: c}}}
              b: {say: Remember!, go: end}
              c: {say: As you like.}
        """
    ).goes("""
        > hello
        < I will remind you. [Please do not]
        > please do not
        < As you like.
        > hello
        < I will remind you. [Please do not]
        + 1h
        < Remember!
    """)


def test_a_wait_that_is_over_during_a_digression_goes_on_after_it() -> None:
    talk(
        "commands: {help: {match: help, call: help}}",
        main="steps: {a: {say: Soon., wait: 1h}, b: {say: Now.}}",
        help="steps: {h: {say: Help?, options: {x: X}}}",
    ).goes("""
        > hello
        < Soon.
        > help
        < Help? [X]
        + 2h
        @ main.a / help.h
        > x
        < Now.
    """)
