"""What keeps a turn and a conversation finite, whatever an author wrote."""

from __future__ import annotations

from datetime import timedelta

from botkit.model import Started
from botkit.shapes.scalars import duration
from tests.engine.talk import MONDAY, talk

SORRY = "< Sorry, something went wrong on our side. Please write again in a while."


def chain(length: int) -> str:
    steps = [f"  s{n}: {{set: {{x: = {n}}}}}" for n in range(1, length)]
    return "\n".join(["steps:", *steps, "  last: {say: '{{ x }}?', ask: {y: text}}"])


def test_a_hundred_steps_in_a_turn_are_fine() -> None:
    talk(main=chain(100)).goes("""
        > hello
        < 99?
    """)


def test_more_are_a_failure() -> None:
    talk(main=chain(101)).goes(f"""
        > hello
        {SORRY}
        @ nowhere
    """)


def test_steps_that_lead_to_one_another_end_as_a_failure_that_can_be_handled() -> None:
    talk(
        main="""
            on_error: {say: Round and round., go: out}
            steps:
              a: {set: {n: = (n or 0) + 1}, go: b}
              b: {if: n > 1000, say: Never.}
              c: {go: a}
              out: {say: "Out.", options: {x: X}}
        """
    ).goes("""
        > hello
        < Round and round.
        < Out. [X]
        @ main.out
    """)


def test_flows_that_lead_to_one_another_too() -> None:
    talk(
        "on_error: {say: Enough., go: calm}",
        main="steps: {a: {go: other}}",
        other="steps: {o: {go: main}}",
        calm="steps: {c: {say: Calm., ask: {x: text}}}",
    ).goes("""
        > hello
        < Enough.
        < Calm.
        @ calm.c
    """)


def test_an_error_that_leads_again_to_what_fails_ends() -> None:
    chat = talk(main="on_error: {say: Once., go: again}\nsteps: {a: {set: {x: = 1 / nothing}}}").goes(f"""
        > hello
        < Once.
        {SORRY}
        @ nowhere
    """)
    assert len(chat.turns[-1].notes) < 40


def test_skipped_steps_count() -> None:
    talk(main="steps:\n" + "\n".join(f"  s{n}: {{if: nothing, say: Never.}}" for n in range(150))).goes(f"""
        > hello
        {SORRY}
    """)


def test_each_turn_has_its_hundred_steps() -> None:
    long = "\n".join(["steps:", *(f"  s{n}: {{set: {{x: = {n}}}}}" for n in range(90)), "  q: {say: Q?, ask: {y: text}, go: s0}"])
    talk(main=long).goes("""
        > hello
        < Q?
        > x
        < Q?
        > x
        < Q?
    """)


def test_digressions_over_digressions_stop_at_twenty_and_answer() -> None:
    chat = talk("commands: {deeper: {match: deeper, call: main}}", main="steps: {a: {say: A?, ask: {a: integer}}}").goes("""
        > hello
        < A?
    """)
    for _ in range(40):
        chat.hears("deeper")
        assert chat.said
        chat.said.clear()


def test_a_flow_started_from_outside_is_one_of_the_twenty() -> None:
    chat = talk(main="steps: {a: {say: Well?, options: {x: X}}}", news="steps: {a: {say: News., options: {x: X}}}")
    chat.hears("hello")
    for n in range(25):
        chat.happens(Started(f"s{n}", MONDAY + timedelta(minutes=n), "news"))
    assert len(chat.conversation.frames) <= 20


def test_the_history_for_back_does_not_grow_for_ever() -> None:
    chat = talk(
        main="""
            steps:
              a: {say: A?, options: {b: {label: B, go: b}, back: {label: Back, go: back}}}
              b: {say: B?, options: {a: {label: A, go: a}}}
        """
    )
    chat.hears("hello")
    for n in range(200):
        chat.hears("ab"[(n + 1) % 2])
    assert len(chat.conversation.frames[-1].history) <= 31


def test_the_longest_times_that_can_be_written_are_in_the_calendar() -> None:
    chat = talk(main="silence: [{after: 5217w, say: Still?}]\nsteps: {a: {say: A?, ask: {a: text}, timeout: 36525d}}")
    chat.hears("hello")
    assert chat.conversation.timers[0].due.year == 2126
    assert (duration("5218w"), duration("999999w")) == (None, None)


def test_a_moment_that_no_calendar_has_is_a_failure() -> None:
    talk("timezone: Asia/Tokyo", main="steps: {a: {say: When?, ask: {day: date}}, b: {wait: {until: = day}}, c: {say: C.}}").goes(f"""
        > hello
        < When?
        > 0001-01-01
        {SORRY}
        @ nowhere
    """)
