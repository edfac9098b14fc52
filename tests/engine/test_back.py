"""go: back returns to the question before, with the variables as they were there."""

from __future__ import annotations

from tests.engine.talk import talk

COMMANDS = "commands: {back: {match: [back, atrás], go: back}}"
FORM = """
steps:
  name: {say: "Name? ({{ name or '-' }})", ask: {name: text}}
  age: {say: "Age? ({{ age or '-' }})", ask: {age: integer}}
  adult: {if: age < 18, say: Who cares for you?, ask: {parent: text}}
  note: {set: {seen: = (seen or 0) + 1}}
  sure:
    say: "{{ name }}, {{ age }}, {{ parent or '-' }}, {{ seen }}?"
    options: {yes: "Yes", no: {label: Back, go: back}}
  done: {say: Done.}
"""
FILLED = """
    > hello
    < Name? (-)
    > Ana
    < Age? (-)
    > 40
    < Ana, 40, -, 1? [Yes, Back]
"""


def test_it_returns_to_the_question_before_over_what_was_skipped() -> None:
    talk(COMMANDS, main=FORM).goes(
        FILLED
        + """
        > [Back]
        < Age? (-)
        @ main.age
        > 41
        < Ana, 41, -, 1? [Yes, Back]
    """
    )


def test_it_goes_back_as_often_as_there_are_questions_and_then_asks_the_first_one_again() -> None:
    chat = talk(COMMANDS, main=FORM).goes(
        FILLED
        + """
        > back
        < Age? (-)
        > atras
        < Name? (-)
        > back
        < Name? (-)
        > back
        < Name? (-)
    """
    )
    assert chat.conversation.frames[-1].variables == {}
    chat.goes("""
        > Eva
        < Age? (-)
        > back
        < Name? (-)
        > Ana
        < Age? (-)
        > 12
        < Who cares for you?
        > back
        < Age? (-)
        > 12
        < Who cares for you?
        > Bo
        < Ana, 12, Bo, 1? [Yes, Back]
        > back
        < Who cares for you?
    """)


def test_a_question_that_was_put_several_times_is_one_step_back_each_time() -> None:
    talk(
        COMMANDS,
        main="""
            steps:
              menu: {say: Menu, options: {a: {label: A, go: item}}}
              item: {say: Item, options: {again: {label: Again, go: again}, menu: {label: To the menu, go: menu}}}
        """,
    ).goes("""
        > hello
        < Menu [A]
        > a
        < Item [Again, To the menu]
        > again
        < Item [Again, To the menu]
        > back
        < Menu [A]
        > a
        < Item [Again, To the menu]
        > to the menu
        < Menu [A]
        > back
        < Item [Again, To the menu]
        > back
        < Menu [A]
        > back
        < Menu [A]
    """)


def test_a_step_that_does_not_wait_goes_back_to_the_last_question() -> None:
    talk(
        main="""
            steps:
              first: {say: First?, options: {x: X}}
              second: {say: Second?, options: {info: {label: Info, go: info}, next: {label: Next, go: end}}}
              info: {say: "Here it is.", go: back}
        """
    ).goes("""
        > hello
        < First? [X]
        > x
        < Second? [Info, Next]
        > info
        < Here it is.
        < Second? [Info, Next]
        @ main.second
    """)


def test_it_works_with_a_single_question_too() -> None:
    talk(main="steps: {menu: {say: Menu, options: {info: Info}}, info: {say: Here it is., go: back}}").goes("""
        > hello
        < Menu [Info]
        > info
        < Here it is.
        < Menu [Info]
    """)


def test_then_and_the_go_of_a_question_lead_back_too() -> None:
    for step in ("then: {go: back}", "go: back"):
        talk(main=f"steps: {{a: {{say: A?, ask: {{a: text}}}}, b: {{say: B?, ask: {{b: text}}, {step}}}, c: {{say: Never.}}}}").goes("""
            > hello
            < A?
            > one
            < B?
            > two
            < A?
            > one
            < B?
        """)


def test_an_action_that_fails_can_lead_back_to_the_question_before_it() -> None:
    talk(
        main="""
            steps:
              a: {say: A?, ask: {a: text}}
              b: {say: B?, ask: {b: text}}
              run: {run: x.y, errors: {Full: {say: Full., go: back}}}
        """
    ).goes("""
        > hello
        < A?
        > one
        < B?
        > two
        ? x.y {}
        ! Full
        < Full.
        < B?
    """)


def test_a_timeout_leads_back_to_the_question_before_it() -> None:
    talk(
        main="steps: {a: {say: A?, ask: {a: text}}, b: {say: B?, ask: {b: text}, timeout: 1h, errors: {timeout: {say: Late., go: back}}}}"
    ).goes("""
        > hello
        < A?
        > one
        < B?
        + 1h
        < Late.
        < A?
    """)


def test_a_called_flow_goes_back_in_itself_alone() -> None:
    talk(
        COMMANDS,
        main="steps: {a: {say: A?, ask: {a: text}}, sub: {call: sub}, z: {say: Done.}}",
        sub="steps: {b: {say: B?, ask: {b: text}}, c: {say: C?, ask: {c: text}}}",
    ).goes("""
        > hello
        < A?
        > one
        < B?
        > back
        < B?
        > two
        < C?
        > back
        < B?
        > back
        < B?
    """)


def test_a_flows_command_leads_back_in_that_flow_out_of_what_it_called() -> None:
    talk(
        main="""
            commands: {back: {match: back, say: Back then., go: back}}
            steps: {a: {say: A?, ask: {a: text}}, sub: {call: sub}, z: {say: Done.}}
        """,
        sub="steps: {b: {say: B?, ask: {b: text}}, c: {say: C?, ask: {c: text}}}",
    ).goes("""
        > hello
        < A?
        > one
        < B?
        > two
        < C?
        > back
        < Back then.
        < A?
        @ main.a
    """)


def test_digressions_are_no_part_of_the_history() -> None:
    talk(
        f"{COMMANDS[:-1]}, help: {{match: help, call: help}}}}",
        main=FORM,
        help="steps: {h: {say: What about?, options: {x: X}}}",
    ).goes("""
        > hello
        < Name? (-)
        > Ana
        < Age? (-)
        > help
        < What about? [X]
        > back
        < What about? [X]
        > x
        < Age? (-)
        > back
        < Name? (-)
    """)


def test_set_is_not_done_again_and_what_set_had_done_before_the_question_is_there() -> None:
    talk(
        COMMANDS,
        main="""
            steps:
              a: {set: {n: = (n or 0) + 1}, say: "A {{ n }}?", ask: {x: text}}
              b: {set: {n: = n + 10}, say: "B {{ n }}?", ask: {y: text}}
              c: {set: {n: = n + 100}, say: "C {{ n }}?", ask: {z: text}}
        """,
    ).goes("""
        > hello
        < A 1?
        > x
        < B 11?
        > y
        < C 111?
        > back
        < B 11?
        > y
        < C 111?
        > back
        < B 11?
        > back
        < A 1?
    """)


def test_there_is_nothing_to_go_back_to_where_no_flow_runs() -> None:
    talk(COMMANDS, main="steps: {a: {say: Hi?, options: {x: X}}}").goes("""
        > back
        < Hi? [X]
    """)
