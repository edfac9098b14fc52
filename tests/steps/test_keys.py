"""What every kind of step can do: if, set, say, go, in this order whatever the order in the file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.engine.talk import talk


def test_the_order_in_a_step_is_fixed_whatever_the_order_in_the_file() -> None:
    talk(
        main="""
            steps:
              a:
                go: c
                then: {say: "Then {{ x }}."}
                ask: {y: text}
                say: "{{ x }}?"
                set: {x: one}
                if: not x
              b: {say: Never.}
              c: {say: "{{ y }}!"}
        """
    ).goes("""
        > hello
        < one?
        > two
        < Then one.
        < two!
    """)


def test_a_step_whose_if_is_false_is_skipped_whole() -> None:
    talk(
        main="""
            steps:
              a: {set: {n: = 1}}
              b: {if: n > 1, set: {n: = 100}, say: Never., go: end}
              c: {if: n > 1, say: Never?, ask: {z: text}}
              d: {if: n == 1, say: "{{ n }}"}
              e: {if: nothing, say: Never.}
        """
    ).goes("""
        > hello
        < 1
        @ nowhere
    """)


def test_a_flow_of_skipped_steps_ends() -> None:
    talk(main="steps: {a: {if: nothing, say: Never.}, b: {if: nothing, say: Never?, ask: {x: text}}}").goes("""
        > hello
        < nothing
        @ nowhere
    """)


def test_set_takes_literals_as_texts_and_expressions_as_they_are() -> None:
    chat = talk(
        main="""
            steps:
              a:
                set:
                  yes: yes
                  when: 9:30
                  code: 007
                  total: = 2 * 3
                  half: = 7 / 2
                  day: = today() + days(1)
                  list: = [1, 'two']
                  none_: = nothing
                  quoted: "= 2 * 3"
              b: {say: Well?, options: {x: X}}
        """
    ).goes("""
        > hello
        < Well? [X]
    """)
    assert chat.conversation.frames[-1].variables == {
        "yes": "yes",
        "when": "9:30",
        "code": "007",
        "total": 6,
        "half": Decimal("3.5"),
        "day": date(2026, 6, 23),
        "list": [1, "two"],
        "none_": None,
        "quoted": 6,
    }


def test_a_literal_takes_the_declared_type_of_its_variable() -> None:
    chat = talk(
        settings="contact: {vip: bool}",
        main="""
            params: {count: integer}
            returns: {price: number}
            steps:
              a: {set: {count: "12", price: "1.50", day: 2026-06-24, contact.vip: yes, contact.opted_out: false}}
              b: {say: Which day?, ask: {day: date}}
        """,
    ).goes("""
        > hello
        < Which day?
    """)
    assert chat.conversation.frames[-1].variables == {"count": 12, "price": Decimal("1.50"), "day": date(2026, 6, 24)}
    assert chat.conversation.contact.attributes == {"vip": True, "opted_out": False}


def test_a_literal_that_is_not_of_its_type_is_a_failure() -> None:
    chat = talk(main="steps: {a: {set: {n: many}}, b: {say: How many?, ask: {n: integer}}}").goes("""
        > hello
        < Sorry, something went wrong on our side. Please write again in a while.
        @ nowhere
    """)
    assert "error" in chat.notes


def test_variables_are_assigned_one_after_the_other() -> None:
    talk(main="steps: {a: {set: {x: = 1, y: = x + 1, x2: = y * 10}, say: '{{ x }} {{ y }} {{ x2 }}'}}").goes("""
        > hello
        < 1 2 20
    """)


def test_variables_belong_to_their_run() -> None:
    talk(main="steps: {a: {say: \"{{ x or 'empty' }}\", set: {z: = x}}, b: {set: {x: full}}, c: {say: '{{ x }}'}}").goes("""
        > hello
        < empty
        < full
        > hello
        < empty
        < full
    """)


def test_what_expressions_are_given() -> None:
    talk(
        main="""
            steps:
              a:
                say: "{{ msg.text }}, {{ msg.type }}, {{ channel }}, {{ contact.phone }}, {{ contact.name or '-' }}, {{ contact.language }}"
              b: {say: "{{ today() | date('d/M/y') }} {{ now() | time }} {{ msg.at | time }}"}
              c: {say: "{{ bucket('x', 1) }}", ask: {x: text}}
        """
    ).goes("""
        > hello
        < hello, text, main, +34600111222, -, en
        < 22/6/2026 09:00 09:00
        < 0
    """)


def test_visits_counts_how_often_this_run_has_entered_the_step() -> None:
    talk(
        main="""
            steps:
              a: {say: "{{ visits }}", options: {more: {label: More, go: a}, out: {label: Out, go: b}}}
              b: {say: "b {{ visits }}"}
        """
    ).goes("""
        > hello
        < 1 [More, Out]
        > more
        < 2 [More, Out]
        > more
        < 3 [More, Out]
        > out
        < b 1
        > hello
        < 1 [More, Out]
    """)


def test_several_messages_are_said_in_their_order() -> None:
    talk(main='steps: {a: {say: [One., {text: Two.}, Three.]}}').goes("""
        > hello
        < One.
        < Two.
        < Three.
    """)


def test_a_text_that_is_empty_once_it_is_filled_in_is_not_sent() -> None:
    talk(main="steps: {a: {say: ['{{ nothing }}', Rest.]}}").goes("""
        > hello
        < Rest.
    """)


def test_a_message_may_quote_what_it_answers() -> None:
    chat = talk(main="steps: {a: {say: {text: Yes?, reply: true}}}")
    turn = chat.hears("hello")
    assert [effect.reply_to for effect in turn.effects] == ["wamid.1"]


def test_go_leads_to_a_step_a_flow_a_step_of_a_flow_and_the_end() -> None:
    talk(
        main="""
            steps:
              menu:
                say: Where?
                options:
                  step: {label: Step, go: last}
                  flow: {label: Flow, go: other}
                  deep: {label: Deep, go: other.second}
              never: {say: Never.}
              last: {say: Last of main., go: end}
              after: {say: Never.}
        """,
        other="steps: {first: {say: First of other.}, second: {say: Second of other.}}",
    ).goes("""
        > hello
        < Where? [Step, Flow, Deep]
        > step
        < Last of main.
        @ nowhere
        > hello
        < Where? [Step, Flow, Deep]
        > flow
        < First of other.
        < Second of other.
        @ nowhere
        > hello
        < Where? [Step, Flow, Deep]
        > deep
        < Second of other.
        @ nowhere
    """)


def test_a_flow_that_is_gone_to_has_its_own_variables_and_takes_params() -> None:
    talk(
        main="steps: {a: {set: {x: mine, y: = 2}}, b: {go: other, with: {n: = y * 2, when: soon}}}",
        other="params: {n: integer, when: text}\nsteps: {a: {say: \"{{ n }} {{ when }} {{ x or 'no x' }}\"}}",
    ).goes("""
        > hello
        < 4 soon no x
    """)


def test_a_steps_name_wins_over_a_flows() -> None:
    talk(main="steps: {a: {go: other}, b: {say: Never., go: end}, other: {say: The step.}}", other="steps: {a: {say: The flow.}}").goes("""
        > hello
        < The step.
    """)


def test_again_enters_the_step_anew() -> None:
    talk(
        main="""
            steps:
              count: {set: {n: = 0}}
              a: {set: {n: = n + 1}, say: "Number {{ n }}", options: {more: {label: More, go: again}, out: Out}}
              b: {say: "{{ n }}"}
        """
    ).goes("""
        > hello
        < Number 1 [More, Out]
        > more
        < Number 2 [More, Out]
        > [More @1]
        < That menu is from earlier.
        < Number 2 [More, Out]
        > out
        < 2
    """)
