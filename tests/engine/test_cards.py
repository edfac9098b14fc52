"""Cards with options: those of the step that says them, each on a card of its own."""

from __future__ import annotations

from typing import Any

from botkit.messages import Carousel
from botkit.model import Send
from tests.engine.talk import Talk, talk

PLANTS = {"data/plants.yaml": "- {name: Aloe, id: a}\n- {name: Fern, id: f}\n"}
MAIN = """
steps:
  plants:
    say:
      text: "Which one?"
      cards:
        - {image: https://example.com/a.jpg, text: Aloe, options: [aloe, more]}
        - {image: https://example.com/f.jpg, text: Fern, options: [fern, none]}
    options:
      aloe: {label: Aloe}
      fern: {label: Fern}
      more: {label: Tell me more, say: It grows., go: again}
      none: {label: Neither, go: end}
    save: plant
  done: {say: "Your {{ plant }}.", ask: {more: text}}
"""


def carousel(chat: Talk) -> Carousel:
    said = [effect.message for effect in chat.turns[-1].effects if isinstance(effect, Send)]
    found = [message for message in said if isinstance(message, Carousel)]
    assert len(found) == 1 and said[-1] is found[0], said
    return found[0]


def buttons(message: Carousel) -> list[list[tuple[str, str]]]:
    cards: list[Any] = message.payload()["interactive"]["action"]["cards"]
    return [[(b["quick_reply"]["id"], b["quick_reply"]["title"]) for b in card["action"]["buttons"]] for card in cards]


def test_the_options_of_the_step_stand_on_the_cards() -> None:
    chat = talk(main=MAIN)
    chat.hears("hi")
    message = carousel(chat)
    assert buttons(message) == [[(":1:aloe", "Aloe"), (":1:more", "Tell me more")], [(":1:fern", "Fern"), (":1:none", "Neither")]]
    assert list(message.faults()) == []


def test_a_tap_on_a_card_or_its_word_chooses_the_option() -> None:
    for answer in ("[Fern]", "fern"):
        chat = talk(main=MAIN)
        chat.hears("hi")
        chat.hears(answer)
        assert chat.said[-1:] == ["< Your fern."], answer


def test_a_card_of_an_earlier_question_is_told_from_one_of_this() -> None:
    chat = talk(main=MAIN)
    chat.hears("hi")
    chat.hears("[Tell me more]")
    assert buttons(carousel(chat))[0][0] == (":2:aloe", "Aloe")
    chat.taps("Fern", 1)
    assert "stale" in chat.notes and chat.stands == "main.plants"
    chat.taps("Fern")
    assert chat.stands == "main.done"


def test_old_cards_stay_alive_where_their_step_says_so() -> None:
    chat = talk(main=MAIN.replace("    save: plant", "    save: plant\n    stale: follow"))
    chat.hears("hi")
    chat.hears("[Fern]")
    chat.hears("[Aloe]")
    assert "follow" in chat.notes and chat.said[-1] == "< Your aloe."


def test_one_card_for_every_element_and_its_option() -> None:
    chat = talk("", PLANTS, main="""
        steps:
          plants:
            say:
              text: "Which one?"
              cards:
                - each: = data.plants
                  as: plant
                  image: "https://example.com/{{ plant.id }}.jpg"
                  options: [= plant.id, "no_{{ plant.id }}"]
            options: {from: = data.plants, id: = item.id, label: Take it, save: plant, also: {no_a: Not this, no_f: Not that}}
          done: {say: "Your {{ plant.name }}.", ask: {more: text}}
    """)  # fmt: skip
    chat.hears("hi")
    assert buttons(carousel(chat)) == [[(":1:a", "Take it"), (":1:no_a", "Not this")], [(":1:f", "Take it"), (":1:no_f", "Not that")]]
    chat.receives("tap", "Take it", payload=":1:f")
    assert chat.said[-1] == "< Your Fern."


def test_an_option_that_is_not_offered_is_an_error_of_the_step() -> None:
    chat = talk("", PLANTS, main="""
        steps:
          plants:
            say:
              text: "Which one?"
              cards: [{each: = data.plants, as: plant, image: https://example.com/a.jpg, options: [= plant.name]}]
            options: {from: = data.plants, id: = item.id, label: = item.name, save: plant}
          done: {say: "Your {{ plant.name }}.", ask: {more: text}}
    """)  # fmt: skip
    chat.hears("hi")
    assert chat.said[-1].startswith("< Sorry, something went wrong on our side.")
