"""Messages that are joined, so that one leaves instead of two."""

from __future__ import annotations

from tests.engine.talk import talk


def test_a_text_is_joined_with_the_one_before_and_options_go_with_both() -> None:
    chat = talk(main="steps: {a: {say: [Hello!, {text: Which one?, merge: true}], options: {x: X}}}")
    chat.hears("hello")
    assert chat.said == [r"< Hello!\n\nWhich one? [X]"]


def test_over_several_steps_of_one_turn() -> None:
    chat = talk(main="steps: {a: {say: One.}, b: {say: {text: Two., merge: true}}, c: {say: {text: Three., merge: true}}}")
    chat.hears("hello")
    assert chat.said == [r"< One.\n\nTwo.\n\nThree."]


def test_nothing_before_it_and_nothing_is_joined() -> None:
    talk(main="steps: {a: {say: {text: Alone., merge: true}}}").goes("""
        > hello
        < Alone.
    """)


def test_what_has_a_template_stays_by_itself() -> None:
    template = {"templates/t.yaml": "category: utility\nbody: Hello from us.\n"}
    chat = talk("", template, main="steps: {a: {say: [{text: One., template: t}, {text: Two., merge: true}]}}")
    chat.hears("hello")
    assert len(chat.turns[-1].effects) == 2


def test_what_would_be_too_long_together_is_said_apart() -> None:
    chat = talk(main=f"steps: {{a: {{say: ['{'x' * 1000}', {{text: '{'y' * 100}', merge: true}}], options: {{x: X}}}}}}")
    chat.hears("hello")
    assert len(chat.turns[-1].effects) == 2
