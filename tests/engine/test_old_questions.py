"""stale, resume, gather: taps on what is long over, answers to what was asked long ago, answers in pieces."""

from __future__ import annotations

import pytest

from tests.engine.talk import talk

STALE = """
steps:
  ask: {say: Name?, ask: {name: text}}
  offer:
    say: "An offer for {{ name }}."
    options: {take: {label: Take it, go: taken}, leave: {label: Leave it, go: left}}
    stale: follow 2d
  taken: {say: "{{ name }} takes it.", go: more}
  left: {say: "{{ name }} leaves it.", go: more}
  more: {say: More?, options: {no: {label: No, go: end}}}
"""


def test_a_tap_that_is_followed_reopens_the_run_with_its_variables() -> None:
    talk(main=STALE).goes("""
        > hello
        < Name?
        > Ana
        < An offer for Ana. [Take it, Leave it]
        > leave it
        < Ana leaves it.
        < More? [No]
        > [Take it]
        < Ana takes it.
        < More? [No]
        > no
        @ nowhere
        > hello
        < Name?
        > Bo
        < An offer for Bo. [Take it, Leave it]
        > [Leave it @1]
        < Ana leaves it.
        < More? [No]
    """)


def test_it_is_followed_only_so_long() -> None:
    talk(main=STALE).goes("""
        > hello
        < Name?
        > Ana
        < An offer for Ana. [Take it, Leave it]
        > leave it
        < Ana leaves it.
        < More? [No]
        + 2d
        > [Take it]
        < Ana takes it.
        < More? [No]
        + 3d
        > [Take it]
        < That menu is from earlier.
        < More? [No]
    """)


def test_in_the_middle_of_another_flow_it_comes_back_there() -> None:
    other = "steps: {o: {say: O?, ask: {o: text}}, p: {say: '{{ o }}'}}"
    talk("commands: {other: {match: other, go: other}}", main=STALE, other=other).goes("""
        > hello
        < Name?
        > Ana
        < An offer for Ana. [Take it, Leave it]
        > other
        < O?
        > [Take it]
        < Ana takes it.
        < More? [No]
        > no
        < O?
        > x
        < x
    """)


def test_old_taps_may_have_an_outcome_of_their_own() -> None:
    main = """
        steps:
          a: {say: A?, options: {x: X}, stale: {say: "That was before.", go: c}}
          b: {say: B?, options: {y: Y}, stale: {say: Too late for that.}}
          c: {say: C?, options: {z: Z}}
    """
    talk(main=main).goes("""
        > hello
        < A? [X]
        > x
        < B? [Y]
        > [X]
        < That was before.
        < C? [Z]
        > [Y]
        < Too late for that.
        < C? [Z]
        > z
        @ nowhere
        > [X]
        < That was before.
        < C? [Z]
    """)


def test_one_that_is_followed_and_refused_is_open_again() -> None:
    talk(
        "contact: {late: text}",
        main="""
            steps:
              a: {say: A?, options: {x: X}, stale: follow, check: {if: not contact.late, else: Too late.}}
              b: {say: B., set: {contact.late: "yes"}}
        """,
    ).goes("""
        > hello
        < A? [X]
        > x
        < B.
        > [X]
        < Too late. [X]
        @ main.a
        > [X]
        < Too late. [X]
    """)


def test_an_outcome_for_old_taps_comes_back_to_what_it_interrupts() -> None:
    main = "steps: {a: {say: A?, options: {x: X}, stale: {say: Old., go: c}}, b: {say: B., go: end}, c: {say: C?, options: {z: Z}}}"
    other = "steps: {o: {say: O?, ask: {o: text}}, p: {say: '{{ o }}'}}"
    talk("commands: {other: {match: other, go: other}}", main=main, other=other).goes("""
        > hello
        < A? [X]
        > other
        < O?
        > [X]
        < Old.
        < C? [Z]
        @ other.o / main.c
        > z
        < O?
        > answer
        < answer
    """)


RESUME = """
steps:
  a:
    say: A?
    ask: {x: integer}
    options: {o: Option}
    resume: {after: 12h, say: Welcome back.}
  b: {say: "{{ x or 'o' }}"}
"""


def test_an_older_question_is_put_again_before_a_free_text_answers_it() -> None:
    talk("commands: {help: {match: help, say: Help.}}", main=RESUME).goes("""
        > hello
        < A? [Option]
        + 13h
        > 5
        < Welcome back.
        < A? [Option]
        > 5
        < 5
    """)


@pytest.mark.parametrize(("said", "then"), [("[Option]", "< o"), ("option", "< o"), ("help", "< Help.\n< A? [Option]")])
def test_what_cannot_be_mistaken_is_taken_at_once(said: str, then: str) -> None:
    talk("commands: {help: {match: help, say: Help.}}", main=RESUME).goes(f"""
        > hello
        < A? [Option]
        + 13h
        > {said}
        {then}
    """)


def test_who_writes_all_the_time_is_not_welcomed_back() -> None:
    talk(main=RESUME).goes("""
        > hello
        < A? [Option]
        + 11h
        > x
        < Sorry, I did not understand that.
        < A? [Option]
        + 1h
        > 5
        < 5
    """)


def test_resume_of_the_step_before_the_flows_before_the_bots() -> None:
    def chat(step: str = "", flow: str = "", bot: str = "", said: str = "") -> None:
        talk(bot, main=f"{flow}\nsteps: {{a: {{say: A?, ask: {{x: text}}{step}}}}}").goes(f"""
            > hello
            < A?
            + 1d
            > x
            < {said}
            < A?
        """)

    step, flow, bot = ", resume: {after: 1h, say: Step.}", "resume: {after: 1h, say: Flow.}", "resume: {after: 1h, say: Bot.}"
    chat(step, flow, bot, "Step.")
    chat("", flow, bot, "Flow.")
    chat("", "", bot, "Bot.")


GATHER = """
steps:
  a:
    say: Tell me.
    ask: {story: text}
    gather: 5s
    check: {if: story | length > 5, else: More?}
    options: {skip: Skip}
  b: {say: "Heard: {{ story or 'nothing' }}"}
"""


def test_what_comes_in_a_burst_is_one_answer() -> None:
    talk(main=GATHER).goes("""
        > hello
        < Tell me. [Skip]
        > one
        + 3s
        > two
        + 3s
        > three
        + 5s
        < Heard: one\\ntwo\\nthree
    """)


def test_an_option_in_a_burst_is_taken_at_once() -> None:
    talk(main=GATHER).goes("""
        > hello
        < Tell me. [Skip]
        > one
        > skip
        < Heard: nothing
        + 1m
    """)


def test_a_burst_that_is_refused_is_heard_anew() -> None:
    talk(main=GATHER).goes("""
        > hello
        < Tell me. [Skip]
        > one
        + 5s
        < More? [Skip]
        > another
        + 5s
        < Heard: another
    """)


def test_what_was_said_before_a_digression_is_heard_after_it() -> None:
    talk("commands: {help: {match: help, call: help}}", main=GATHER, help="steps: {h: {say: Help?, options: {x: X}}}").goes("""
        > hello
        < Tell me. [Skip]
        > one story
        > help
        < Help? [X]
        + 1m
        > x
        < Tell me. [Skip]
        + 5s
        < Heard: one story
    """)
