"""Failures: the step's errors, the flow's on_error, the callers', the bot's; never silence, never a loop."""

from __future__ import annotations

import pytest

from tests.engine.talk import talk

SORRY = "< Sorry, something went wrong on our side. Please write again in a while."
BOT = "on_error: {say: The bot is sorry., go: quit}"
CRASH = "{if: 1 / nothing, say: Never.}"
RESCUE = "steps: {r: {say: Better?, options: {y: 'Yes'}}}"


def test_the_bots_own_words_where_nobody_wrote_any() -> None:
    talk(main=f"steps: {{a: {CRASH}}}").goes(f"""
        > hello
        {SORRY}
        @ nowhere
    """)


def test_the_bots_on_error() -> None:
    talk(BOT, main=f"steps: {{a: {CRASH}}}").goes("""
        > hello
        < The bot is sorry.
        @ nowhere
    """)


def test_the_flows_on_error_goes_before_the_bots() -> None:
    talk(BOT, main=f"on_error: {{say: The flow is sorry., go: b}}\nsteps: {{a: {CRASH}, b: {{say: B?, ask: {{b: text}}}}}}").goes("""
        > hello
        < The flow is sorry.
        < B?
        @ main.b
    """)


def test_the_steps_errors_go_before_the_flows() -> None:
    talk(
        BOT,
        main="""
            on_error: {say: Never., go: b}
            steps: {a: {run: x.y, errors: {any: {say: The step is sorry.}}}, b: {say: B.}}
        """,
    ).goes("""
        > hello
        ? x.y {}
        ! Boom
        < The step is sorry.
        < B.
    """)


def test_an_on_error_without_go_lets_the_failure_go_on_up() -> None:
    talk(
        BOT,
        main="steps: {m: {call: sub, errors: {failed: {say: The caller knows.}}}, n: {say: N.}}",
        sub=f"on_error: {{say: The flow is sorry.}}\nsteps: {{a: {CRASH}}}",
    ).goes("""
        > hello
        < The flow is sorry.
        < The caller knows.
        < N.
    """)


def test_it_goes_up_through_all_callers() -> None:
    talk(
        BOT,
        main="on_error: {say: Main is sorry., go: z}\nsteps: {a: {call: one}, b: {say: Never., go: end}, z: {say: Z.}}",
        one="steps: {a: {call: two, errors: {other: {say: Never.}}}}",
        two=f"steps: {{a: {CRASH}}}",
    ).goes("""
        > hello
        < Main is sorry.
        < Z.
    """)


@pytest.mark.parametrize(
    "handler",
    ["say: '{{ 1 / nothing }}'", "set: {x: = 1 / nothing}", "go: other, with: {n: many}", "go: crash", "call: other, with: {n: many}"],
)
def test_a_handler_that_fails_itself_leaves_it_to_the_next_one(handler: str) -> None:
    talk(
        BOT,
        main=f"""
            on_error: {{say: The flow is sorry., go: z}}
            steps:
              a: {{run: x.y, errors: {{any: {{{handler}}}}}}}
              z: {{say: Z., go: end}}
              crash: {CRASH}
        """,
        other="params: {n: integer}\nsteps: {o: {say: Never.}}",
    ).goes("""
        > hello
        ? x.y {}
        ! Boom
        < The flow is sorry.
        < Z.
    """)


def test_a_handler_that_fails_after_its_first_words_does_not_say_them_twice() -> None:
    talk(BOT, main="steps: {a: {run: x.y, errors: {any: {say: [We are sorry., '{{ 1 / nothing }}']}}}}").goes("""
        > hello
        ? x.y {}
        ! Boom
        < We are sorry.
        < The bot is sorry.
        @ nowhere
    """)


def test_handlers_that_all_fail_end_with_words() -> None:
    talk(
        "on_error: {say: '{{ 1 / nothing }}', go: main}",
        main=f"on_error: {{set: {{x: = 1 / nothing}}, go: a}}\nsteps: {{a: {CRASH}}}",
    ).goes(f"""
        > hello
        {SORRY}
        @ nowhere
    """)


def test_handlers_that_lead_to_one_another_end_with_words() -> None:
    talk(
        "on_error: {say: The bot is sorry., go: main}",
        main=f"""
            on_error: {{say: Main is sorry., go: b}}
            steps:
              a: {CRASH}
              b: {{call: sub, errors: {{failed: {{say: B is sorry., go: a}}}}}}
        """,
        sub=f"steps: {{s: {CRASH}}}",
    ).goes(f"""
        > hello
        < Main is sorry.
        < B is sorry.
        < The bot is sorry.
        {SORRY}
        @ nowhere
    """)


def test_a_failure_in_a_later_turn_has_all_handlers_again() -> None:
    chat = talk(main=f"on_error: {{say: Sorry., go: a}}\nsteps: {{a: {{say: A?, ask: {{a: text}}}}, b: {CRASH}}}").goes("""
        > hello
        < A?
    """)
    for _ in range(10):
        chat.goes("""
            > x
            < Sorry.
            < A?
        """)


def test_an_on_error_that_says_nothing_is_not_silent() -> None:
    talk("on_error: {go: quit}", main=f"steps: {{a: {CRASH}}}").goes(f"""
        > hello
        {SORRY}
        @ nowhere
    """)


def test_an_on_error_that_leads_to_a_question_keeps_the_conversation() -> None:
    talk("on_error: {go: main.b}", main=f"steps: {{a: {CRASH}, b: {{say: B?, ask: {{b: text}}}}}}").goes("""
        > hello
        < B?
        @ main.b
    """)


def test_an_on_error_may_call_a_flow_which_is_then_all_there_is() -> None:
    talk("on_error: {say: Sorry., call: rescue}", main=f"steps: {{a: {CRASH}}}", rescue=RESCUE).goes("""
        > hello
        < Sorry.
        < Better? [Yes]
        @ rescue.r
        > y
        @ nowhere
    """)


def test_on_error_of_a_flow_that_calls_one_goes_on_behind_the_step_that_failed() -> None:
    talk(main=f"on_error: {{call: rescue}}\nsteps: {{a: {CRASH}, b: {{say: B.}}}}", rescue=RESCUE).goes("""
        > hello
        < Better? [Yes]
        @ main.a / rescue.r
        > y
        < B.
    """)


@pytest.mark.parametrize(
    "step",
    [
        "say: '{{ 1 / nothing }}'",
        "set: {x: = 1 / nothing}",
        "ask: {a: text}, say: '{{ nothing.x }}'",
        "options: {a: '{{ 1 / nothing }}'}",
        "options: {a: {label: A, if: 1 / nothing}}",
        "branch: [{if: 1 / nothing}]",
        "run: x.y, with: {a: = 1 / nothing}",
        "call: other, with: {n: = 1 / nothing}",
        "call: other, with: {n: many}",
        "call: missing",
        "go: missing",
        "go: other.missing",
        "say: {text: Hi, template: {name: t, with: [= 1 / nothing]}}",
    ],
)
def test_whatever_fails_when_a_step_is_entered_is_a_failure_of_the_flow(step: str) -> None:
    chat = talk(
        BOT,
        {"t.yaml": "category: utility\nbody: 'Hello {{1}}.'\nexample: [x]\n"},
        main=f"steps: {{a: {{{step}}}}}",
        other="params: {n: integer}\nsteps: {o: {say: Never.}}",
    )
    chat.goes("""
        > hello
        < The bot is sorry.
        @ nowhere
    """)


@pytest.mark.parametrize(
    "step",
    [
        "ask: {a: text}, check: {if: 1 / nothing, else: Never.}",
        "ask: {a: integer}, retry: '{{ 1 / nothing }}'",
        "ask: {a: integer}, retry: {max: 1, set: {x: = 1 / nothing}}",
        "ask: {a: text}, then: {say: '{{ 1 / nothing }}'}",
        "options: {x: {label: x, set: {y: = 1 / nothing}}}",
        "options: {x: {label: x, value: = 1 / nothing}}, save: z",
        "options: {x: {label: x, go: missing}}",
        "ask: {a: integer}, commands: {x: {match: x, set: {y: = 1 / nothing}}}",
    ],
)
def test_whatever_fails_when_an_answer_comes_is_a_failure_of_the_flow(step: str) -> None:
    chat = talk(BOT, main=f"steps: {{a: {{say: A?, {step}}}}}")
    chat.hears("hello")
    chat.said.clear()
    chat.goes("""
        > x
        < The bot is sorry.
        @ nowhere
    """)


def test_what_was_said_before_the_failure_stays_said() -> None:
    talk(BOT, main=f"steps: {{a: {{say: One.}}, b: {{say: Two.}}, c: {CRASH}}}").goes("""
        > hello
        < One.
        < Two.
        < The bot is sorry.
    """)


def test_a_failure_is_on_record() -> None:
    chat = talk(BOT, main=f"steps: {{a: {CRASH}}}").goes("""
        > hello
        < The bot is sorry.
    """)
    note = next(note for note in chat.turns[-1].notes if note.kind == "error")
    assert (note.flow, note.step) == ("main", "a") and note.detail.startswith("any: ")


def test_a_failing_text_of_the_bots_own_is_a_failure_too() -> None:
    talk(f"not_understood: '{{{{ 1 / nothing }}}}'\n{BOT}", main="steps: {a: {say: A?, ask: {a: integer}}}").goes("""
        > hello
        < A?
        > x
        < The bot is sorry.
        @ nowhere
    """)
