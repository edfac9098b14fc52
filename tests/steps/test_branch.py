"""branch: the first way whose `if` is true."""

from __future__ import annotations

import pytest

from tests.engine.talk import talk

SPLIT = """
steps:
  age: {say: How old?, ask: {age: integer}}
  split:
    say: Let me see.
    branch:
      - {if: age < 18, say: Too young., go: bye}
      - {if: age < 65, set: {full: "yes"}, go: pay}
      - {if: age < 80, say: Half price.}
      - {if: age < 90, call: gift}
    go: bye
  pay: {say: "Full price: {{ full or 'no' }}.", go: bye}
  never: {say: Never.}
  bye: {say: Bye.}
"""


@pytest.mark.parametrize(
    ("age", "said"),
    [
        ("17", ["Too young.", "Bye."]),
        ("18", ["Full price: yes.", "Bye."]),
        ("70", ["Half price.", "Bye."]),
        ("85", ["A gift.", "Bye."]),
        ("99", ["Bye."]),
    ],
)
def test_the_first_way_that_is_open_is_taken(age: str, said: list[str]) -> None:
    lines = "\n".join(f"< {line}" for line in ["Let me see.", *said])
    talk(main=SPLIT, gift="steps: {a: {say: A gift.}}").goes(f"> hello\n< How old?\n> {age}\n{lines}\n@ nowhere")


def test_the_last_way_has_no_if() -> None:
    talk(main="steps: {a: {branch: [{if: nothing, say: Never.}, {say: Else., go: end}]}, b: {say: Never.}}").goes("""
        > hello
        < Else.
    """)


def test_a_called_flow_that_waits_comes_back_behind_the_branch() -> None:
    talk(
        main="""
            steps:
              a: {branch: [{call: sub, save: got, errors: {no: {say: "No, then.", go: c}}}]}
              b: {say: "Got {{ got.x }}.", go: end}
              c: {say: C.}
        """,
        sub="returns: {x: text}\nsteps: {a: {say: Well?, options: {y: {label: Y, set: {x: it}}, n: {label: N, go: fail no}}}}",
    ).goes("""
        > hello
        < Well? [Y, N]
        > y
        < Got it.
        > hello
        < Well? [Y, N]
        > n
        < No, then.
        < C.
    """)


def test_a_condition_that_cannot_be_worked_out_takes_on_error() -> None:
    talk(main="on_error: {say: Oh., go: b}\nsteps: {a: {branch: [{if: 1 / nothing > 2, say: Never.}]}, b: {say: B.}}").goes("""
        > hello
        < Oh.
        < B.
    """)
