"""Commands: words that are understood at every waiting step, of the step, the flow, the bot."""

from __future__ import annotations

import pytest

from tests.engine.talk import Talk, talk

SETTINGS = """
contact: {city: text}
commands:
  stop: {match: [stop, unsubscribe], set: {contact.opted_out: true}, say: No more from us., go: quit}
  menu: {match: menu, go: main}
  home: {match: home, say: Home., go: main.last}
  params: {match: params, go: other, with: {n: "5"}}
  once_more: {match: again, go: again}
  hush: {match: hush, set: {contact.city: Madrid}}
  told: {match: told, say: "You live in {{ contact.city or 'nowhere' }}."}
  shared: {match: shared, say: The bot's.}
"""
MAIN = """
commands:
  shared: {match: shared, say: The flow's.}
  out: {match: out, set: {x: = (x or 0) + 1}, say: "Out {{ x }}.", go: last}
  fail: {match: fail, go: fail whatever}
  stay: {match: stay, say: "Staying, {{ x or 0 }}."}
steps:
  a:
    say: A?
    ask: {a: integer}
    options: {shared: {label: Shared one, match: [both]}}
    commands:
      both: {match: both, say: Never.}
      own: {match: own, say: The step's., go: b}
  b: {say: B?, ask: {b: text}}
  sub: {call: sub}
  last: {say: "Last {{ x or '-' }}.", ask: {c: text}}
"""
SUB = """
commands: {inner: {match: inner, say: The inner one's.}, stay: {match: stay, say: Staying inside.}}
steps: {q: {say: Q?, ask: {q: text}}}
"""


def chat() -> Talk:
    return talk(SETTINGS, main=MAIN, sub=SUB, other="params: {n: integer}\nsteps: {o: {say: 'Other {{ n + 1 }}?', ask: {x: text}}}")


def test_the_step_before_the_flow_before_the_bot() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > own
        < The step's.
        < B?
        > shared
        < The flow's.
        < B?
        > told
        < You live in nowhere.
        < B?
    """)


def test_an_option_goes_before_a_command() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > shared
        < B?
    """)
    chat().goes("""
        > hello
        < A? [Shared one]
        > both
        < B?
    """)


def test_a_command_goes_before_a_typed_answer() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > own
        < The step's.
        < B?
        > out
        < Out 1.
        < Last 1.
    """)


def test_a_command_without_go_asks_again() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > hush
        < A? [Shared one]
        > told
        < You live in Madrid.
        < A? [Shared one]
    """)


@pytest.mark.parametrize("text", ["stop", "STOP", "Stop!", " stop. ", "¡unsubscribe!"])
def test_a_command_leaves_every_flow(text: str) -> None:
    told = chat().goes(f"""
        > hello
        < A? [Shared one]
        > 4
        < B?
        > x
        < Q?
        @ main.sub / sub.q
        > "{text}"
        < No more from us.
        @ nowhere
    """)
    assert told.conversation.contact.attributes == {"opted_out": True}


def test_a_flows_command_works_inside_the_flows_it_calls_and_leaves_them() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > 4
        < B?
        > x
        < Q?
        > inner
        < The inner one's.
        < Q?
        > stay
        < Staying inside.
        < Q?
        > out
        < Out 1.
        < Last 1.
        @ main.last
    """)


def test_a_flows_command_without_go_stays_in_the_flow_that_is_called() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > 4
        < B?
        > x
        < Q?
        > shared
        < The flow's.
        < Q?
        @ main.sub / sub.q
    """)


def test_the_bots_commands_go_to_a_flow_or_a_step_of_one() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > home
        < Home.
        < Last -.
        > params
        < Other 6?
        @ other.o
        > menu
        < A? [Shared one]
    """)


def test_again_means_the_step_under_way() -> None:
    chat().goes("""
        > hello
        < A? [Shared one]
        > many
        < Sorry, I did not understand that.
        < A? [Shared one]
        > again
        < A? [Shared one]
        > [Shared one @1]
        < That menu is from earlier.
        < A? [Shared one]
    """)


def test_a_bad_answer_before_a_command_is_counted_on_after_it() -> None:
    talk(
        "commands: {told: {match: told, say: Told.}}",
        main="steps: {a: {say: A?, ask: {a: integer}, retry: {max: 2, say: No., go: b}}, b: {say: B.}}",
    ).goes("""
        > hello
        < A?
        > x
        < No.
        > told
        < Told.
        < A?
        > x
        < B.
    """)


def test_commands_off_leaves_the_opt_out_alone() -> None:
    deaf = """
        commands: {mine: {match: mine, say: Never.}}
        steps: {a: {say: Anything?, ask: {x: text}, commands: off}, b: {say: "{{ x }}"}}
    """
    for text in ("menu", "mine", "told"):
        talk(SETTINGS, main=deaf, other="steps: {o: {say: O.}}").goes(f"""
            > hello
            < Anything?
            > {text}
            < {text}
        """)
    talk(SETTINGS, main=deaf, other="steps: {o: {say: O.}}").goes("""
        > hello
        < Anything?
        > stop
        < No more from us.
        @ nowhere
    """)


def test_triggers_start_a_flow_only_when_none_is_running() -> None:
    talk(
        main="steps: {a: {say: A?, ask: {a: integer}}}",
        other="triggers: [other, Otra Cosa]\nsteps: {o: {say: O?, options: {x: X}}}",
    ).goes("""
        > ¡otra cosa!
        < O? [X]
        @ other.o
        > other
        < Sorry, I did not understand that.
        < O? [X]
        > x
        > nothing
        < A?
        > other
        < Sorry, I did not understand that.
        < A?
    """)


def test_a_first_message_that_starts_a_flow_is_no_answer_to_its_first_question() -> None:
    talk(main="triggers: [1]\nsteps: {a: {say: A?, ask: {a: integer}}, b: {say: Never.}}").goes("""
        > 1
        < A?
        @ main.a
    """)


def test_the_opt_out_is_heard_where_no_flow_runs() -> None:
    assert chat().goes("> stop\n< No more from us.").conversation.contact.attributes["opted_out"] is True


def test_a_command_of_a_caller_that_fails_its_flow_tells_the_caller_of_that() -> None:
    talk(
        outer="steps: {a: {call: main, errors: {whatever: {say: So be it.}}}}",
        main=MAIN,
        sub=SUB,
        settings="commands: {o: {match: outer, go: outer}}",
    ).goes("""
        > outer
        < A? [Shared one]
        > 4
        < B?
        > x
        < Q?
        @ outer.a / main.sub / sub.q
        > fail
        < So be it.
        @ nowhere
    """)
