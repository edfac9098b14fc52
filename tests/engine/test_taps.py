"""Taps: a button means what it meant when it was shown, and nothing once its question is over."""

from __future__ import annotations

import pytest

from tests.engine.talk import talk

MENU = """
steps:
  menu:
    say: How can we help?
    options:
      book: {label: Book a visit, go: size}
      prices: {label: Prices, say: A check-up is €40., go: menu}
  size:
    say: For how many?
    options: {one: Just me, two: Two of us}
    save: size
  sure:
    say: "{{ size }}, is that right?"
    options:
      yes: Yes
      no: {label: No, go: size}
  done: {say: Booked.}
"""


def test_a_tap_takes_its_option() -> None:
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > [Book a visit]
        < For how many? [Just me, Two of us]
        > [Two of us]
        < two, is that right? [Yes, No]
        > [Yes]
        < Booked.
        @ nowhere
    """)


def test_a_tap_on_an_earlier_question_is_told_so_and_asks_again() -> None:
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > [Book a visit]
        < For how many? [Just me, Two of us]
        > [Prices]
        < That menu is from earlier.
        < For how many? [Just me, Two of us]
        @ main.size
        > [Two of us]
        < two, is that right? [Yes, No]
    """)


def test_a_double_tap_counts_once() -> None:
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > [Book a visit]
        < For how many? [Just me, Two of us]
        > [Book a visit]
        < That menu is from earlier.
        < For how many? [Just me, Two of us]
    """)


def test_a_double_tap_on_an_option_that_leads_back_to_its_own_step_counts_once() -> None:
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > [Prices]
        < A check-up is €40.
        < How can we help? [Book a visit, Prices]
        > [Prices @1]
        < That menu is from earlier.
        < How can we help? [Book a visit, Prices]
        > [Prices]
        < A check-up is €40.
        < How can we help? [Book a visit, Prices]
    """)


def test_the_step_asked_a_second_time_does_not_take_the_first_ones_buttons() -> None:
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > [Book a visit]
        < For how many? [Just me, Two of us]
        > [Just me]
        < one, is that right? [Yes, No]
        > [No]
        < For how many? [Just me, Two of us]
        > [Two of us @1]
        < That menu is from earlier.
        < For how many? [Just me, Two of us]
    """)


def test_every_time_that_a_question_is_put_its_buttons_count() -> None:
    """Said again after something that was not understood, it is the same question still."""
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > what?
        < Sorry, I did not understand that.
        < How can we help? [Book a visit, Prices]
        > [Book a visit @1]
        < For how many? [Just me, Two of us]
    """)


def test_a_tap_after_the_end_is_told_so_and_begins_anew() -> None:
    talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
        > [Book a visit]
        < For how many? [Just me, Two of us]
        > [Just me]
        < one, is that right? [Yes, No]
        > [Yes]
        < Booked.
        > [Yes]
        < That menu is from earlier.
        < How can we help? [Book a visit, Prices]
    """)


def test_an_old_tap_is_no_bad_answer() -> None:
    chat = talk(
        main="""
            steps:
              first: {say: First?, options: {a: A}}
              second:
                say: Second?
                options: {b: B}
                retry: {max: 2, say: Once more., go: lost}
              end_: {say: Good., go: end}
              lost: {say: Lost.}
        """
    ).goes("""
        > hello
        < First? [A]
        > [A]
        < Second? [B]
        > [A]
        < That menu is from earlier.
        < Second? [B]
        > [A]
        < That menu is from earlier.
        < Second? [B]
        > x
        < Once more. [B]
    """)
    assert chat.conversation.frames[-1].retries == 1


@pytest.mark.parametrize(
    "payload",
    ["main.menu:1:nothing", "main.menu:2:book", "main.size:1:one", "other.menu:1:book", "main.menu:999999999:book", "main.menu:1:+more"],
)
def test_a_payload_that_names_nothing_here_is_an_earlier_one(payload: str) -> None:
    chat = talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
    """)
    chat.receives("tap", "Book a visit", payload=payload)
    chat.goes("""
        < That menu is from earlier.
        < How can we help? [Book a visit, Prices]
    """)


@pytest.mark.parametrize("payload", ["YES_PLEASE", "", "a:b:c", "main.menu:1", "main.menu:x:book", ":::", "main.menu:²:book", "\x00"])
def test_a_button_that_is_not_ours_is_read_by_its_label(payload: str) -> None:
    chat = talk(main=MENU).goes("""
        > hello
        < How can we help? [Book a visit, Prices]
    """)
    chat.receives("tap", "book a VISIT", payload=payload)
    chat.goes("< For how many? [Just me, Two of us]")


def test_an_option_that_is_not_offered_any_more_cannot_be_tapped() -> None:
    talk(
        main="""
            steps:
              menu:
                say: What now?
                options:
                  gift: {label: A gift, if: not had, set: {had: "yes"}, say: Here it is., call: thanks}
                  leave: {label: Leave, go: end}
        """,
        thanks="steps: {thanks: {say: You are welcome.}}",
    ).goes("""
        > hello
        < What now? [A gift, Leave]
        > [A gift]
        < Here it is.
        < You are welcome.
        < What now? [Leave]
        > [A gift]
        < That menu is from earlier.
        < What now? [Leave]
        > a gift
        < Sorry, I did not understand that.
        < What now? [Leave]
    """)
