"""ask: {photos: image[1..5]}: several files are one answer, whether they come at once or one by one."""

from __future__ import annotations

from tests.engine.talk import talk

CLAIM = """
steps:
  photos:
    say: Send us one to three photos of the damage.
    ask: {photos: "image[1..3]"}
  thanks: {say: "{{ photos | length }} photos, the first is {{ photos[0].caption }}.", go: more}
  more: {say: What happened?, ask: {story: text}}
  end_: {say: Thank you.}
"""


def test_the_contact_sends_some_and_says_that_it_is_all() -> None:
    talk(main=CLAIM).goes("""
        > hello
        < Send us one to three photos of the damage.
        > (image: front)
        + 1s
        > (image: back)
        + 3s
        < Received: 2. Send more, or tap Done. [Done]
        > [Done]
        < 2 photos, the first is front.
        < What happened?
    """)


def test_it_ends_by_itself_when_there_are_as_many_as_may_be() -> None:
    talk(main=CLAIM).goes("""
        > hello
        < Send us one to three photos of the damage.
        > (image: a)
        > (image: b)
        > (image: c)
        < 3 photos, the first is a.
        < What happened?
        > (image: d)
        # sent with the others, and one too many: nobody expects an answer to it
        + 1m
        > (image)
        < Sorry, I did not understand that.
        < What happened?
        > It fell.
        < Thank you.
        @ nowhere
    """)


def test_a_surplus_file_begins_no_new_talk() -> None:
    talk(main='steps: {a: {say: Two photos please., ask: {x: "image[2]"}}, b: {say: Thanks.}}').goes("""
        > hello
        < Two photos please.
        > (image)
        > (image)
        < Thanks.
        @ nowhere
        > (image)
        @ nowhere
        + 1m
        > (image)
        < Two photos please.
    """)


def test_the_word_and_the_number_of_the_button_do_too() -> None:
    for typed in ("done", "DONE!", "1", "listo"):
        talk("languages: [es]", main=CLAIM).goes(f"""
            > hello
            < Send us one to three photos of the damage.
            > (image: x)
            > {typed}
            < 1 photos, the first is x.
            < What happened?
        """)


def test_the_words_are_those_of_the_contacts_language() -> None:
    talk("languages: [es]", main="steps: {l: {set: {contact.language: es}}, a: {say: A, ask: {x: 'image[1..9]'}}, b: {say: B}}").goes("""
        > hello
        < A
        > (image)
        + 3s
        < Recibidos: 1. Envíe más, o toque Listo. [Listo]
        > [Listo]
        < B
    """)


FEW = "steps: {a: {say: Both sides., ask: {x: 'image[2..4]'}, retry: {max: 2, say: 'Photos, please.', go: end}}, b: {say: B}}"


def test_before_there_are_enough_nothing_ends_it() -> None:
    talk(main=FEW).goes("""
        > hello
        < Both sides.
        > (image)
        + 3s
        < Received: 1. At least 2 are needed, please send more.
        > done
        < Photos, please.
        > (image)
        > done
        < B
    """)


def test_other_answers_are_not_understood_and_counted_and_the_button_stays() -> None:
    talk(main=FEW).goes("""
        > hello
        < Both sides.
        > (image)
        > (image)
        > (sticker)
        < Photos, please. [Done]
        > what?
        @ nowhere
    """)


def test_options_commands_and_digressions_go_on_meanwhile() -> None:
    talk(
        "commands: {help: {match: help, say: Hold still.}}",
        main="""
            steps:
              a: {say: Photos?, ask: {x: "document[1..4]"}, options: {none: {label: I have none, say: Never mind., go: end}}}
              b: {say: "{{ x | length }}, {{ x[0].id is none }}"}
        """,
    ).goes("""
        > hello
        < Photos? [I have none]
        > (document)
        > help
        < Hold still.
        < Photos? [I have none, Done]
        + 3s
        < Received: 1. Send more, or tap Done. [I have none, Done]
        > (document)
        > none
        < Never mind.
        @ nowhere
    """)


def test_what_a_check_refuses_is_collected_anew() -> None:
    talk(
        main="""
            steps:
              a: {say: A, ask: {x: "image[1..2]"}, check: {if: "x[0].caption != 'no'", else: Not this one.}}
              b: {say: "{{ x | length }}"}
        """
    ).goes("""
        > hello
        < A
        > (image: no)
        > done
        < Not this one.
        > (image: yes)
        > (image: no)
        < 2
    """)


def test_an_answer_of_another_kind_takes_the_place_of_the_files() -> None:
    talk(main="steps: {a: {say: A, ask: {x: 'image[1..3]', y: text}}, b: {say: \"{{ x is none }} {{ y }}\"}}").goes("""
        > hello
        < A
        > (image)
        > I have no more
        < yes I have no more
    """)


def test_gather_says_how_long_is_waited() -> None:
    talk(main="steps: {a: {say: A, ask: {x: 'image[1..3]'}, gather: 20s}}").goes("""
        > hello
        < A
        > (image)
        + 19s
        > (image)
        + 19s
        + 1s
        < Received: 2. Send more, or tap Done. [Done]
    """)


def test_a_button_of_before_is_of_no_use_afterwards() -> None:
    talk(main=CLAIM).goes("""
        > hello
        < Send us one to three photos of the damage.
        > (image: x)
        + 3s
        < Received: 1. Send more, or tap Done. [Done]
        > [Done]
        < 1 photos, the first is x.
        < What happened?
        > [Done]
        < That menu is from earlier.
        < What happened?
    """)


def test_silence_and_a_time_limit_go_on_and_back_begins_anew() -> None:
    talk(
        main="""
            commands: {back: {match: back, go: back}}
            steps:
              n: {say: Name?, ask: {n: text}}
              a:
                say: A
                ask: {x: "image[1..3]"}
                silence: [{after: 1h, say: Still there?}]
                timeout: 2h
                errors: {timeout: {say: Over., go: end}}
              b: {say: "{{ x | length }}"}
        """
    ).goes("""
        > hello
        < Name?
        > Ana
        < A
        > (image)
        + 3s
        < Received: 1. Send more, or tap Done. [Done]
        > back
        < Name?
        > Ana
        < A
        > (image)
        > done
        < 1
        > hello
        < Name?
        > Ana
        < A
        > (image)
        + 1h
        < Received: 1. Send more, or tap Done. [Done]
        < Still there?
        + 1h
        < Over.
    """)
