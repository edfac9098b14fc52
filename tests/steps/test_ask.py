"""ask: an answer is read by its type, checked, kept; or refused and counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.engine.talk import talk


def test_an_answer_is_kept_in_its_normal_form() -> None:
    chat = talk(
        main="""
            steps:
              day: {say: Which day?, ask: {day: date}}
              price: {say: How much?, ask: {price: number}}
              sure: {say: Sure?, ask: {sure: bool}}
              name: {say: Your name?, ask: {name: text}}
              stop: {say: Well?, options: {x: X}}
        """
    ).goes("""
        > hello
        < Which day?
        > tomorrow
        < How much?
        > 1,234.50
        < Sure?
        > yes please
        < Your name?
        > "  Ana María "
        < Well? [X]
    """)
    assert chat.conversation.frames[-1].variables == {
        "day": date(2026, 6, 23),
        "price": Decimal("1234.50"),
        "sure": True,
        "name": "Ana María",
    }


def test_the_first_type_that_fits_fills_its_variable() -> None:
    talk(
        main="""
            steps:
              ask:
                say: When, how many, or what?
                ask: {day: date, count: integer, words: text}
              tell:
                say: "day {{ day or '-' }}, count {{ count or '-' }}, words {{ words or '-' }}"
                options: {again: {label: Again, go: ask}}
        """
    ).goes("""
        > hello
        < When, how many, or what?
        > 24/06
        < day 24 June 2026, count -, words - [Again]
        > again
        < When, how many, or what?
        > 12
        < day -, count 12, words - [Again]
        > again
        < When, how many, or what?
        > none of it
        < day -, count -, words none of it [Again]
    """)


def test_a_location_or_a_post_code() -> None:
    talk(
        main="""
            steps:
              where: {say: Where are you?, ask: {place: location, code: text}, options: {skip: {label: Skip, go: end}}}
              told: {say: "{{ place.lat if place else code }}"}
        """
    ).goes("""
        > hello
        < Where are you? [Skip]
        > (location 40.4 -3.7)
        < 40.4
        > hello
        < Where are you? [Skip]
        > 28001
        < 28001
    """)


def test_an_answer_to_a_question_may_be_an_attribute_of_the_contact() -> None:
    chat = talk(
        settings="contact: {age: integer}",
        main="""
            steps:
              age:
                if: not contact.age
                say: How old are you?
                ask: {contact.age: integer}
                check: {if: 10 <= contact.age <= 100, else: "Are you sure you are {{ answer }}?"}
              done: {say: "{{ contact.age }}"}
        """,
    ).goes("""
        > hello
        < How old are you?
        > 7
        < Are you sure you are 7?
    """)
    assert chat.conversation.contact.attributes.get("age") is None
    chat.goes("""
        > 33
        < 33
        > hello
        < 33
    """)


def test_checks_are_asked_in_their_order_and_the_first_one_refuses() -> None:
    talk(
        main="""
            steps:
              day:
                say: Which day?
                ask: {day: date}
                check:
                  - {if: day > today(), else: "{{ day | date('d/M') }} is over."}
                  - {if: day.weekday() < 5, else: Not at weekends.}
              done: {say: "{{ day | date('EEEE') }}"}
        """
    ).goes("""
        > hello
        < Which day?
        > 20/06
        < 20/6 is over.
        > 27/06
        < Not at weekends.
        > 26/06
        < Friday
    """)


def test_a_check_that_names_what_this_answer_did_not_fill_is_skipped() -> None:
    talk(
        main="""
            steps:
              ask:
                say: Day or name?
                ask: {day: date, name: text}
                check:
                  - {if: day > today(), else: Over.}
                  - {if: name | length > 2, else: Too short.}
                  - {if: name != 'Bob' or not day, else: Never.}
              done: {say: "{{ name or day }}"}
        """
    ).goes("""
        > hello
        < Day or name?
        > 20/06
        < Over.
        > Al
        < Too short.
        > Ana
        < Ana
        > hello
        < Day or name?
        > 24/06
        < 24 June 2026
    """)


def test_a_check_holds_for_options_too_where_it_can() -> None:
    """What it asks about the day is skipped when an option was taken; what it asks about the option is not."""
    talk(
        main="""
            steps:
              ask:
                say: Which day?
                ask: {day: date}
                options: {none: Never, soon: Soon}
                save: how
                check:
                  - {if: day > today(), else: Over.}
                  - {if: how == 'none', else: "{{ answer }} is too early."}
              done: {say: "{{ how or day }}"}
        """
    ).goes("""
        > hello
        < Which day? [Never, Soon]
        > soon
        < Soon is too early. [Never, Soon]
        > 20/06
        < Over. [Never, Soon]
        > never
        < none
    """)


def test_a_check_without_a_variable_of_the_step_is_always_asked() -> None:
    talk(
        main="""
            steps:
              limit: {set: {least: = 3}}
              ask:
                say: Well?
                ask: {words: text}
                options: {skip: Skip}
                check: {if: least > 5, else: Not today.}
        """
    ).goes("""
        > hello
        < Well? [Skip]
        > anything
        < Not today. [Skip]
        > skip
        < Not today. [Skip]
    """)


def test_what_a_refused_answer_would_have_changed_is_as_it_was() -> None:
    chat = talk(
        main="""
            steps:
              size:
                say: How many?
                ask: {size: integer}
                check: {if: size < 10, else: "{{ size }} is too many."}
              sure: {say: "{{ size }}?", options: {no: {label: "No", go: size}, yes: "Yes"}}
        """
    ).goes("""
        > hello
        < How many?
        > 4
        < 4? [No, Yes]
        > no
        < How many?
        > 40
        < 40 is too many.
    """)
    assert chat.variable("size") == 4


def test_retry_is_said_alone_and_the_last_bad_answer_takes_its_outcome() -> None:
    talk(
        main="""
            steps:
              day:
                say: Which day?
                ask: {day: date}
                retry: {max: 3, say: "A day, please.", go: lost}
              done: {say: Done., go: end}
              lost: {say: A colleague will write.}
        """
    ).goes("""
        > hello
        < Which day?
        > soon
        < A day, please.
        > whenever
        < A day, please.
        > never
        < A colleague will write.
    """)


def test_refused_and_not_understood_count_together() -> None:
    talk(
        main="""
            steps:
              day:
                say: Which day?
                ask: {day: date}
                check: {if: day > today(), else: Over.}
                retry: {max: 3, say: "A day, please.", go: lost}
              done: {say: Done., go: end}
              lost: {say: "Lost, and no day: {{ day or '-' }}."}
        """
    ).goes("""
        > hello
        < Which day?
        > 20/06
        < Over.
        > soon
        < A day, please.
        > 19/06
        < Lost, and no day: -.
    """)


def test_the_count_begins_anew_when_the_step_is_entered_anew() -> None:
    talk(
        main="""
            steps:
              day:
                say: Which day?
                ask: {day: date}
                retry: {max: 2, say: "A day, please.", go: lost}
                options: {menu: {label: Menu, go: day}}
              lost: {say: Lost., go: day}
        """
    ).goes("""
        > hello
        < Which day? [Menu]
        > soon
        < A day, please. [Menu]
        > menu
        < Which day? [Menu]
        > soon
        < A day, please. [Menu]
        > soon
        < Lost.
        < Which day? [Menu]
        > soon
        < A day, please. [Menu]
    """)


def test_without_words_of_its_own_the_bots_and_the_prompt_again() -> None:
    talk(settings="not_understood: Eh?", main="steps: {day: {say: Which day?, ask: {day: date}, retry: {max: 3}}}").goes("""
        > hello
        < Which day?
        > soon
        < Eh?
        < Which day?
    """)


def test_a_last_bad_answer_without_a_place_to_go_goes_on_unanswered() -> None:
    talk(main="steps: {day: {say: Which day?, ask: {day: date}, retry: {max: 1}}, done: {say: \"Day: {{ day or 'none' }}\"}}").goes("""
        > hello
        < Which day?
        > soon
        < Day: none
    """)


def test_an_outcome_of_retry_may_set_and_call_and_comes_back_with_a_new_count() -> None:
    talk(
        main="""
            steps:
              day:
                say: "{{ hint or 'Which day?' }}"
                ask: {day: date}
                retry: {max: 2, say: "A day, please.", set: {hint: "A day like 24/06?"}, call: advice}
              done: {say: Done.}
        """,
        advice="steps: {a: {say: Days look like this.}}",
    ).goes("""
        > hello
        < Which day?
        > soon
        < A day, please.
        > soon
        < Days look like this.
        < A day like 24/06?
        > soon
        < A day, please.
        > 24/06
        < Done.
    """)


def test_options_are_shown_again_with_either_kind_of_bad_answer() -> None:
    talk(
        main="""
            steps:
              size:
                say: How many?
                ask: {size: integer}
                options: {none: Nobody}
                check: {if: size < 10, else: Too many.}
                retry: "A number, please."
        """
    ).goes("""
        > hello
        < How many? [Nobody]
        > many
        < A number, please. [Nobody]
        > 12
        < Too many. [Nobody]
    """)


def test_then_comes_when_an_answer_was_taken_and_before_go() -> None:
    talk(
        main="""
            steps:
              a: {say: Who?, ask: {name: text}, then: {set: {upper: = name.upper()}, say: "Hello {{ upper }}."}, go: c}
              b: {say: Never.}
              c: {say: Bye.}
        """
    ).goes("""
        > hello
        < Who?
        > Ana
        < Hello ANA.
        < Bye.
    """)


def test_the_go_of_then_goes_before_the_steps_own() -> None:
    talk(
        main="""
            steps:
              a: {say: Who?, ask: {name: text}, options: {x: X}, then: {go: c}, go: b}
              b: {say: B., go: end}
              c: {say: C.}
        """
    ).goes("""
        > hello
        < Who? [X]
        > Ana
        < C.
        > hello
        < Who? [X]
        > x
        < C.
    """)


def test_a_flow_that_then_calls_is_gone_on_from() -> None:
    """The question has its answer: it is not put again."""
    talk(
        main="""
            steps:
              a: {say: Who?, ask: {name: text}, then: {call: thanks}}
              b: {say: "Bye, {{ name }}."}
        """,
        thanks="steps: {t: {say: Thanks!}, more: {say: More?, options: {n: Nothing}}}",
    ).goes("""
        > hello
        < Who?
        > Ana
        < Thanks!
        < More? [Nothing]
        > n
        < Bye, Ana.
    """)
