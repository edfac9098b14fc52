"""options: every way to choose one, and what comes of it."""

from __future__ import annotations

import pytest

from botkit.model import Send
from tests.engine.talk import Talk, labels, talk

MENU = """
steps:
  menu:
    say: How can we help?
    options:
      book: {label: Réserver une visite 📅, match: [appointment, "rendez-vous"], go: booked}
      prices: {label: "What does it cost, please?", go: priced}
      ok: {label: 👍, go: fine}
  booked: {say: Booked., go: end}
  priced: {say: It is €40., go: end}
  fine: {say: Fine., go: end}
"""
SHOWN = "< How can we help? [Réserver une visite 📅, What does it cost, please?, 👍]"


def menu() -> Talk:
    return talk(main=MENU).goes(f"> hello\n{SHOWN}")


@pytest.mark.parametrize(
    "text",
    [
        "book", "BOOK", " book ", "Book!", "«book»", "¡book!", "1", " 1 ", "1.", "1)", "١", "१", "１",
        "Réserver une visite 📅", "reserver une visite 📅", "RÉSERVER UNE VISITE 📅", "re\u0301server  une visite 📅.",
        "appointment", "Appointment?", "rendez-vous", "rendez vous", "Rendez\u2011vous",
    ],
)  # fmt: skip
def test_an_option_is_chosen_by_id_number_label_and_word(text: str) -> None:
    menu().goes(f'> "{text}"\n< Booked.')


@pytest.mark.parametrize("text", ["What does it cost, please?", "what does it cost please", "What does it cost,…", "what does it cost"])
def test_a_label_may_be_written_as_whatsapp_cuts_it(text: str) -> None:
    menu().goes(f"> {text}\n< It is €40.")


@pytest.mark.parametrize("text", ["👍", "👍\ufe0f", " 👍 ", "👍!", "OK", "ok.", "3"])
def test_a_label_may_be_an_emoji(text: str) -> None:
    menu().goes(f'> "{text}"\n< Fine.')


@pytest.mark.parametrize(
    "text",
    ["boo", "bookk", "the first", "0", "4", "10", "100", "-1", "+1", "1 2", "1st", "what does it", "👎", "?", "visite", ".", "…", "\u200d"],
)
def test_what_only_resembles_an_option_chooses_none(text: str) -> None:
    menu().goes(f"> {text}\n< Sorry, I did not understand that.\n{SHOWN}")


def test_what_is_written_below_a_picture_chooses_nothing() -> None:
    menu().goes(f"> (image: book)\n< Sorry, I did not understand that.\n{SHOWN}")


def test_numbers_are_off_where_a_label_begins_with_one() -> None:
    chat = talk(
        main="""
            steps:
              size:
                say: For how many?
                options:
                  two: 2 people
                  one: 1 person
                save: size
              done: {say: "{{ size }}"}
        """
    )
    chat.goes("""
        > hello
        < For how many? [2 people, 1 person]
        > 1
        < Sorry, I did not understand that.
        < For how many? [2 people, 1 person]
        > 1 person
        < one
    """)


def test_numbers_are_off_where_a_computed_label_begins_with_one() -> None:
    """Else "3" would choose the third one from somebody who means 3 seats."""
    talk(
        main="""
            steps:
              seats:
                set: {few: = 2, many: = 3}
                say: How many seats?
                options: {many: "{{ many }} seats", few: "{{ few }} seats"}
                save: seats
              done: {say: "{{ seats }}"}
        """
    ).goes("""
        > hello
        < How many seats? [3 seats, 2 seats]
        > 2
        < Sorry, I did not understand that.
        < How many seats? [3 seats, 2 seats]
        > 2 SEATS
        < few
    """)


def test_a_number_counts_what_is_shown() -> None:
    talk(
        main="""
            steps:
              menu:
                set: {member: = false}
                say: What now?
                options:
                  club: {label: The club, if: member}
                  shop: The shop
                  home: Home
                save: place
              done: {say: "{{ place }}"}
        """
    ).goes("""
        > hello
        < What now? [The shop, Home]
        > 2
        < home
    """)


def test_an_option_that_is_not_offered_cannot_be_named() -> None:
    talk(
        main="""
            steps:
              menu:
                set: {member: = false}
                say: What now?
                options: {club: {label: The club, if: member}, shop: The shop}
        """
    ).goes("""
        > hello
        < What now? [The shop]
        > club
        < Sorry, I did not understand that.
        < What now? [The shop]
    """)


def test_a_computed_label_is_found_as_it_was_shown_and_cut() -> None:
    talk(
        main="""
            steps:
              menu:
                set: {city: Santiago de Compostela}
                say: Where?
                options: {there: "In {{ city }} please", home: At home}
                save: place
              done: {say: "{{ place }}"}
        """
    ).goes("""
        > hello
        < Where? [In Santiago de Comp…, At home]
        > in santiago de comp...
        < there
        > hello
        < Where? [In Santiago de Comp…, At home]
        > In Santiago de Compostela, please
        < there
    """)


def test_labels_that_come_out_equal_are_told_apart() -> None:
    """WhatsApp takes no two buttons of the same title, and no line break in one."""
    chat = talk(
        main="""
            steps:
              name: {say: Who?, ask: {name: text}}
              menu: {say: Which?, options: {one: "{{ name }}", two: "{{ name }}", three: Ana}, save: which}
              done: {say: "{{ which }}"}
        """
    )
    for said, option in (("ana", "three"), ("ana (2)", "two"), ("[Ana (3)]", "three"), ("[Ana]", "one"), ("2", "two")):
        chat.goes(f"""
            > hello
            < Who?
            > Ana
            < Which? [Ana, Ana (2), Ana (3)]
            > {said}
            < {option}
        """)
    chat.goes("""
        > hello
        < Who?
    """)
    chat.receives("text", "Ana\nMaría")
    chat.goes("< Which? [Ana María, Ana María (2), Ana]")


def test_a_label_is_cut_as_it_was_shown_when_an_option_is_hidden() -> None:
    """Four options are a list, with longer labels than buttons have; three of them are buttons again."""
    talk(
        main="""
            steps:
              menu:
                set: {member: = false}
                say: What now?
                options:
                  club: {label: The club, if: member}
                  shop: See the new collection
                  call: Talk to us
                  home: Home
                save: place
              done: {say: "{{ place }}"}
        """
    ).goes("""
        > hello
        < What now? [See the new collection, Talk to us, Home]
        > see the new collect…
        < shop
    """)


def test_an_option_sets_says_and_goes_in_this_order() -> None:
    talk(
        main="""
            steps:
              menu:
                say: Well?
                options:
                  yes: {label: "Yes", go: done, say: "You chose {{ choice }}.", set: {choice: "yes, surely"}}
              skipped: {say: Never said.}
              done: {say: Done.}
        """
    ).goes("""
        > hello
        < Well? [Yes]
        > yes
        < You chose yes, surely.
        < Done.
    """)


def test_an_option_without_go_falls_to_the_next_step() -> None:
    talk(main="steps:\n  a: {say: Well?, options: {yes: {label: Yes, say: Good.}}}\n  b: {say: Next.}").goes("""
        > hello
        < Well? [Yes]
        > yes
        < Good.
        < Next.
        @ nowhere
    """)


def test_the_go_of_the_step_is_for_options_without_one() -> None:
    talk(
        main="""
            steps:
              a: {say: Well?, options: {yes: "Yes", no: {label: "No", go: c}}, go: d}
              b: {say: B.}
              c: {say: C., go: end}
              d: {say: D.}
        """
    ).goes("""
        > hello
        < Well? [Yes, No]
        > yes
        < D.
        > hello
        < Well? [Yes, No]
        > no
        < C.
    """)


def test_save_takes_the_value_of_an_option_and_else_its_id() -> None:
    talk(
        main="""
            steps:
              size:
                say: Which?
                options:
                  small: {label: Small, value: = 10 + 5}
                  large: {label: Large, value: "10 + 5"}
                  other: Another
                save: price
              done: {say: "{{ price }}"}
        """
    ).goes("""
        > hello
        < Which? [Small, Large, Another]
        > small
        < 15
        > hello
        < Which? [Small, Large, Another]
        > large
        < 10 + 5
        > hello
        < Which? [Small, Large, Another]
        > other
        < other
    """)


def test_save_may_be_an_attribute_of_the_contact() -> None:
    chat = talk(
        settings="contact: {city: text}",
        main="steps:\n  a: {say: Where?, options: {madrid: Madrid, paris: Paris}, save: contact.city}\n  b: {say: '{{ contact.city }}'}",
    ).goes("""
        > hello
        < Where? [Madrid, Paris]
        > paris
        < paris
    """)
    assert chat.conversation.contact.attributes == {"city": "paris"}


def test_an_attribute_takes_the_type_that_is_declared_for_it() -> None:
    chat = talk(
        "contact: {vip: bool, age: integer}",
        main="""
            steps:
              a: {say: Vip?, options: {yes: "Yes", no: "No"}, save: contact.vip}
              b: {say: Age?, options: {old: {label: Old, value: "70"}}, save: contact.age}
        """,
    ).goes("""
        > hello
        < Vip? [Yes, No]
        > no
        < Age? [Old]
        > old
    """)
    assert chat.conversation.contact.attributes == {"vip": False, "age": 70}


def test_the_answer_is_the_label_that_was_chosen() -> None:
    talk(main="steps:\n  a: {say: Where?, options: {m: 'Madrid!'}, then: {say: 'You said {{ answer }}'}}").goes("""
        > hello
        < Where? [Madrid!]
        > m
        < You said Madrid!
    """)


def test_up_to_three_are_buttons_and_more_are_a_list() -> None:
    three = talk(main="steps:\n  a: {say: Where?, options: {a: A, b: B, c: C}}").hears("hello")
    four = talk(main="steps:\n  a: {say: Where?, options: {a: A, b: B, c: C, d: D}}").hears("hello")
    assert [type(turn.effects[0].message).__name__ for turn in (three, four)] == ["Buttons", "Menu"]
    assert labels(four) == ["A", "B", "C", "D"]


def test_options_go_with_the_last_text_of_several() -> None:
    talk(main="steps:\n  a: {say: [One., Two.], options: {a: A}}").goes("""
        > hello
        < One.
        < Two. [A]
    """)


def test_a_header_footer_or_opener_that_comes_out_empty_is_left_out() -> None:
    """WhatsApp would refuse the message."""
    blank = "{{ nothing or ' ' }}"
    four = "options: {a: A, b: B, c: C, d: D}"
    say = f"say: {{text: Where?, header: \"{blank}\", footer: \"{blank}\", button: \"{blank}\"}}"
    for options in ("options: {a: A}", four):
        (effect,) = talk(main=f"steps: {{a: {{{say}, {options}}}}}").hears("hello").effects
        assert isinstance(effect, Send) and effect.message is not None
        interactive = effect.message.payload()["interactive"]
        assert not interactive.keys() & {"header", "footer"}
        assert interactive["action"].get("button", "Choose") == "Choose"


def test_options_without_a_text_are_shown_with_words_of_the_bots_own() -> None:
    talk(main="steps:\n  a: {options: {a: A}}").goes("""
        > hello
        < Please choose: [A]
    """)


def test_an_option_taken_empties_what_the_step_asks_for() -> None:
    """The answer is one of them, not both: what was filled before is not left beside it."""
    talk(
        main="""
            steps:
              place:
                say: Post code?
                ask: {code: text}
                options: {skip: {label: Skip, go: told}, none: No code}
                save: why
              told:
                say: "code {{ code or '-' }}, why {{ why or '-' }}"
                options: {again: {label: Again, go: place}}
        """
    ).goes("""
        > hello
        < Post code? [Skip, No code]
        > 28001
        < code 28001, why - [Again]
        > again
        < Post code? [Skip, No code]
        > none
        < code -, why none [Again]
        > again
        < Post code? [Skip, No code]
        > 28002
        < code 28002, why - [Again]
    """)
