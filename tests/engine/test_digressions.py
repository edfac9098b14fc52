"""Digressions: a flow that is called in the middle of another one, and comes back and asks again."""

from __future__ import annotations

from tests.engine.talk import Talk, talk

SETTINGS = """
contact: {seen: text}
commands:
  help: {match: [help, "?"], call: help}
  rate:
    match: rate
    set: {contact.seen: "yes"}
    say: Thank you for asking.
    call: rate
    with: {who: = contact.seen}
    save: contact.rated
    errors:
      never: {say: Never again., go: bye}
      later: {say: "Later, then."}
"""
MAIN = """
silence: [{after: 2h, say: Still there?}]
steps:
  day:
    commands:
      why: {match: explain, call: why, with: {what: the day}, save: reason, errors: {bored: {say: Never mind., go: lost}}}
    set: {asked: = (asked or 0) + 1}
    say: "Which day? ({{ asked }})"
    ask: {day: date}
    retry: {max: 3, say: "A day, please.", go: lost}
    timeout: 1d
    errors: {timeout: {say: Too late., go: end}}
    options:
      why: {label: Why?, call: why, with: {what: a day}, errors: {bored: {say: Never mind., go: lost}}}
  done: {say: "{{ day | date('d/M') }} {{ reason.text if reason else '' }}.", go: end}
  lost: {say: Lost., go: end}
"""
FLOWS = {
    "help": "steps: {a: {say: I can book a visit.}}",
    "rate": """
        params: {who: text}
        steps:
          a:
            say: "How do you like it? ({{ who }})"
            options:
              good: {label: Good}
              never: {label: Never, go: fail never}
              later: {label: Later, go: fail later}
              unheard: {label: Unheard, go: fail unheard}
              crash: {label: Crash, set: {x: = 1 / nothing}}
    """,
    "why": """
        params: {what: text}
        returns: {text: text}
        steps:
          a: {say: "We need {{ what }}. Right?", options: {yes: "Yes", no: {label: "No", go: fail bored}}}
          b: {set: {text: explained}}
    """,
    "bye": "steps: {a: {say: Bye.}}",
}


def chat() -> Talk:
    return talk(SETTINGS, main=MAIN, **FLOWS).goes("""
        > hello
        < Which day? (1) [Why?]
    """)


def test_it_comes_back_and_asks_again_without_set() -> None:
    chat().goes("""
        > help
        < I can book a visit.
        < Which day? (1) [Why?]
        @ main.day
        > 24/06
        < 24/6 .
    """)


def test_the_buttons_of_before_still_count() -> None:
    chat().goes("""
        > help
        < I can book a visit.
        < Which day? (1) [Why?]
        > [Why? @1]
        < We need a day. Right? [Yes, No]
    """)


def test_bad_answers_are_counted_on() -> None:
    chat().goes("""
        > soon
        < A day, please. [Why?]
        > help
        < I can book a visit.
        < Which day? (1) [Why?]
        > soon
        < A day, please. [Why?]
        > soon
        < Lost.
    """)


def test_an_option_that_calls_digresses_too() -> None:
    chat().goes("""
        > why?
        < We need a day. Right? [Yes, No]
        @ main.day / why.a
        > yes
        < Which day? (1) [Why?]
        > 24/06
        < 24/6 .
    """)


def test_what_it_returns_is_saved() -> None:
    chat().goes("""
        > explain
        < We need the day. Right? [Yes, No]
        > yes
        < Which day? (1) [Why?]
        > 24/06
        < 24/6 explained.
    """)


def test_what_it_ends_with_may_be_caught_and_lead_elsewhere() -> None:
    chat().goes("""
        > why
        < We need a day. Right? [Yes, No]
        > no
        < Never mind.
        < Lost.
        @ nowhere
    """)


def test_a_digression_inside_a_digression() -> None:
    chat().goes("""
        > why
        < We need a day. Right? [Yes, No]
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        @ main.day / why.a / rate.a
        > help
        < I can book a visit.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        > good
        < We need a day. Right? [Yes, No]
        > yes
        < Which day? (1) [Why?]
    """)


def test_a_tap_on_the_interrupted_question_is_from_earlier_while_another_one_is_open() -> None:
    chat().goes("""
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        > [Why?]
        < That menu is from earlier.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
    """)


def test_the_bots_command_catches_what_its_flow_ends_with() -> None:
    chat().goes("""
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        > later
        < Later, then.
        < Which day? (1) [Why?]
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        > never
        < Never again.
        < Bye.
        @ nowhere
    """)


def test_an_end_that_nobody_catches_comes_back() -> None:
    chat().goes("""
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        > unheard
        < Which day? (1) [Why?]
    """)


def test_the_timeout_runs_on() -> None:
    chat().goes("""
        + 20h
        < Still there?
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        + 1h
        > good
        < Which day? (1) [Why?]
        + 2h
        < Still there?
        + 1h
        < Too late.
        @ nowhere
    """)


def test_a_timeout_that_is_due_meanwhile_leaves_the_digression() -> None:
    chat().goes("""
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        + 2h
        < Still there?
        + 22h
        < Too late.
        @ nowhere
    """)


def test_silence_that_calls_digresses_once() -> None:
    talk(
        main="silence: [{after: 2h, call: nudge}, {after: 5h, say: Bye then., go: end}]\nsteps: {a: {say: Well?, options: {x: X}}}",
        nudge="steps: {a: {say: Psst.}}",
    ).goes("""
        > hello
        < Well? [X]
        + 2h
        < Psst.
        < Well? [X]
        + 2h
        + 1h
        < Bye then.
        @ nowhere
    """)


def test_silence_that_calls_a_flow_which_waits() -> None:
    talk(
        main="silence: [{after: 2h, call: nudge}, {after: 3d, say: Bye then., go: end}]\nsteps: {a: {say: Well?, options: {x: X}}}",
        nudge="silence: [{after: 1h, go: end}]\nsteps: {a: {say: Shall we stop?, options: {no: 'No', yes: {label: 'Yes', go: quit}}}}",
    ).goes("""
        > hello
        < Well? [X]
        + 2h
        < Shall we stop? [No, Yes]
        @ main.a / nudge.a
        + 1h
        < Well? [X]
        @ main.a
        + 5h
        + 64h
        < Bye then.
    """)


def test_a_flows_command_that_calls_saves_in_its_own_flow() -> None:
    talk(
        main="""
            commands:
              terms:
                match: terms
                call: terms
                save: agreed
                errors: {no: {set: {refused: "yes"}, say: "Then not.", go: out}}
            steps:
              a: {call: sub}
              b: {say: "agreed {{ agreed.how if agreed else '-' }}", go: end}
              out: {say: "refused {{ refused }}"}
        """,
        sub="steps: {a: {say: Name?, ask: {name: text}}}",
        terms="""
            returns: {how: text}
            steps:
              a:
                say: Agreed?
                options: {yes: {label: 'Yes', set: {how: gladly}}, no: {label: 'No', go: fail no}}
        """,
    ).goes("""
        > hello
        < Name?
        > terms
        < Agreed? [Yes, No]
        @ main.a / sub.a / terms.a
        > yes
        < Name?
        @ main.a / sub.a
        > Ana
        < agreed gladly
        > hello
        < Name?
        > terms
        < Agreed? [Yes, No]
        > no
        < Then not.
        < refused yes
        @ nowhere
    """)


def test_a_digression_that_fails_ends_with_what_its_caller_says_to_that() -> None:
    talk(
        main="steps: {a: {say: Well?, options: {more: {label: More, call: sub, errors: {failed: {say: No more today.}}}}}}",
        sub="steps: {a: {run: x.y}}",
    ).goes("""
        > hello
        < Well? [More]
        > more
        ? x.y {}
        ! Boom
        < No more today.
        < Well? [More]
        @ main.a
    """)


def test_a_digression_of_the_bot_that_fails_ends_with_what_its_command_says_to_that() -> None:
    talk(
        "commands: {help: {match: help, call: help, errors: {any: {say: No help today.}}}}",
        main="steps: {a: {say: Well?, options: {x: X}, errors: {any: {say: Never., go: end}}}}",
        help="steps: {a: {run: x.y}}",
    ).goes("""
        > hello
        < Well? [X]
        > help
        ? x.y {}
        ! Boom
        < No help today.
        < Well? [X]
        @ main.a
    """)


def test_a_command_works_when_no_flow_is_running_too() -> None:
    talk(SETTINGS, main=MAIN, **FLOWS).goes("""
        > help
        < I can book a visit.
        @ nowhere
        > rate
        < Thank you for asking.
        < How do you like it? (yes) [Good, Never, Later, Unheard, Crash]
        @ rate.a
        > never
        < Never again.
        < Bye.
        @ nowhere
    """)
