"""call: a flow inside a flow, with variables of its own, and what it ends with."""

from __future__ import annotations

import pytest

from tests.engine.talk import talk

MAIN = """
steps:
  a: {set: {x: mine, seven: = 7}}
  where:
    say: First the address.
    call: address
    with: {country: ES, number: = seven}
    save: place
    then: {say: Thank you.}
    errors:
      cancelled: {say: Then not., go: out}
      failed: {say: That went wrong., go: out}
  told: {say: "{{ place.street or '?' }} in {{ place.city or '?' }}, {{ x }}", go: end}
  out: {say: "Place: {{ place or '-' }}."}
"""
ADDRESS = """
params: {country: text, number: integer}
returns: {street: text, city: text}
steps:
  street:
    say: "Street? ({{ country }}, {{ number + 1 }}, {{ x or 'no x' }})"
    ask: {street: text}
    options:
      cancel: {label: Cancel, go: fail cancelled}
      lost: {label: Lost, go: fail lost}
      crash: {label: Crash, set: {n: = 1 / nothing}}
      stop: {label: Stop, go: quit}
      done: {label: Done, go: end}
  city: {say: City?, ask: {city: text}}
"""
ASKED = "First the address.\n< Street? (ES, 8, no x) [Cancel, Lost, Crash, Stop, Done]"


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("Gran Via 1\n< City?\n@ main.where / address.city\n> Madrid", "< Thank you.\n< Gran Via 1 in Madrid, mine"),
        ("done", "< Thank you.\n< ? in ?, mine"),
        ("cancel", "< Then not.\n< Place: -."),
        ("crash", "< That went wrong.\n< Place: -."),
        ("stop", "@ nowhere"),
    ],
)
def test_what_a_flow_ends_with(answer: str, rest: str) -> None:
    talk(main=MAIN, address=ADDRESS).goes(f"> hello\n< {ASKED}\n> {answer}\n{rest}\n@ nowhere")


def test_any_catches_what_has_no_name_of_its_own() -> None:
    talk(main=MAIN.replace("failed: {", "any: {"), address=ADDRESS).goes(f"""
        > hello
        < {ASKED}
        > lost
        < That went wrong.
        < Place: -.
    """)


def test_what_nobody_catches_ends_all_of_them() -> None:
    """`check` tells the author; the next message begins anew."""
    talk(main=MAIN, address=ADDRESS).goes(f"""
        > hello
        < {ASKED}
        > lost
        @ nowhere
        > hello
        < {ASKED}
    """)


def test_a_handler_without_go_goes_on_behind_the_call() -> None:
    talk(
        main="steps: {a: {call: sub, errors: {no: {say: Pity.}}, then: {say: Never.}}, b: {say: Next.}}",
        sub="steps: {a: {go: fail no}}",
    ).goes("""
        > hello
        < Pity.
        < Next.
    """)


def test_what_is_not_caught_goes_on_up() -> None:
    talk(
        main="steps: {a: {call: middle, errors: {no: {say: Caught., go: b}}}, never: {say: Never., go: end}, b: {say: Next.}}",
        middle="steps: {a: {call: inner, errors: {other: {say: Never.}}}, b: {say: Never.}}",
        inner="steps: {a: {say: Well?, options: {x: {label: X, go: fail no}}}}",
    ).goes("""
        > hello
        < Well? [X]
        @ main.a / middle.a / inner.a
        > x
        < Caught.
        < Next.
    """)


def test_a_failure_in_a_called_flow_ends_it_as_failed() -> None:
    talk(
        main="steps: {a: {call: sub, errors: {failed: {say: It failed.}}}, b: {say: Next.}}",
        sub="steps: {a: {run: x.y}}",
    ).goes("""
        > hello
        ? x.y {}
        ! Boom
        < It failed.
        < Next.
    """)


def test_on_error_of_the_called_flow_comes_first_and_may_keep_it_going() -> None:
    talk(
        main="steps: {a: {call: sub, errors: {failed: {say: Never.}}}, b: {say: Next.}}",
        sub="on_error: {say: Let us try again., go: ask}\nsteps: {ask: {say: Well?, options: {x: X}}, a: {run: x.y}}",
    ).goes("""
        > hello
        < Well? [X]
        > x
        ? x.y {}
        ! Boom
        < Let us try again.
        < Well? [X]
        @ main.a / sub.ask
    """)


def test_a_value_that_is_not_of_its_params_type_fails_in_the_caller() -> None:
    talk(
        main="steps: {a: {call: sub, with: {n: many}, errors: {any: {say: No number.}}}, b: {say: Next.}}",
        sub="params: {n: integer}\nsteps: {a: {say: Never., ask: {x: text}, errors: {any: {say: Never.}}}}",
    ).goes("""
        > hello
        < No number.
        < Next.
        @ nowhere
    """)


def test_a_flow_that_replaces_a_called_one_returns_to_the_same_caller() -> None:
    talk(
        main="steps: {a: {call: one, save: got, errors: {no: {say: No.}}}, b: {say: \"Got {{ got.x if got else '-' }}.\"}}",
        one="returns: {x: text}\nsteps: {a: {set: {x: one}, go: two}}",
        two="returns: {x: text}\nsteps: {a: {say: Two?, options: {y: {label: Y, set: {x: two}}, n: {label: N, go: fail no}}}}",
    ).goes("""
        > hello
        < Two? [Y, N]
        @ main.a / two.a
        > y
        < Got two.
        > hello
        < Two? [Y, N]
        > n
        < No.
        < Got -.
    """)


def test_a_flow_may_call_itself_and_ends_with_words_when_it_never_ends() -> None:
    chat = talk(main="params: {n: integer}\nsteps: {a: {say: 'Level {{ n or 0 }}', call: main, with: {n: = (n or 0) + 1}}}")
    turn = chat.hears("hello")
    assert len(chat.said) == 20 + 1 and chat.said[-1].startswith("< Sorry, something went wrong")
    assert chat.stands == "nowhere" and len(turn.conversation.frames) == 0


def test_twenty_flows_deep_works() -> None:
    talk(
        main="""
            params: {n: integer}
            steps:
              a: {if: (n or 1) < 20, call: main, with: {n: = (n or 1) + 1}}
              b: {if: n == 20, say: Deep?, options: {x: X}}
        """
    ).goes(f"""
        > hello
        < Deep? [X]
        @ {" / ".join(["main.a"] * 19)} / main.b
        > x
        @ nowhere
    """)


def test_recursion_that_is_too_deep_can_be_caught() -> None:
    talk(
        main="steps: {a: {call: deep, errors: {failed: {say: Too deep.}}}, b: {say: Next.}}",
        deep="steps: {a: {call: deep}}",
    ).goes("""
        > hello
        < Too deep.
        < Next.
    """)
