"""Languages: an option is found by its label in any of them, and what is written is read in the contact's own."""

from __future__ import annotations

import pytest

from tests.engine.talk import Talk, talk

SETTINGS = """
languages: [en, es, de]
commands:
  spanish: {match: [español, spanish], set: {contact.language: es}, say: Okay.}
  german: {match: [deutsch, german], set: {contact.language: de}, say: Okay.}
"""
MAIN = """
steps:
  menu: {say: How can we help?, options: {book: Book a visit, price: {label: Prices}, no: Nothing}}
  day: {say: Which day?, ask: {day: date}}
  done: {say: "{{ day | date('EEEE d MMMM') }}"}
"""
LOCALES = {
    "locales/es.yaml": """
        botkit.commands.spanish.say: {en: Okay., es: De acuerdo.}
        main.menu.say: {en: How can we help?, es: ¿En qué podemos ayudarle?}
        main.menu.options.book: {en: Book a visit, es: Pedir cita}
        main.menu.options.price.label: {en: Prices, es: Precios}
        main.menu.options.no: {en: Nothing, es: "Nada, gracias"}
        main.day.say: {en: Which day?, es: ¿Qué día?}
        main.done.say: {en: "{{ day | date('EEEE d MMMM') }}", es: "{{ day | date('EEEE d MMMM') }}"}
    """,
    "locales/de.yaml": """
        main.menu.options.book: {en: Book a visit, de: Termin vereinbaren mit uns}
        main.menu.options.no: {en: Nothing, de: Nichts}
    """,
}


def bilingual() -> Talk:
    return talk(SETTINGS, LOCALES, main=MAIN)


@pytest.mark.parametrize(
    "said", ["Pedir cita", "pedir cita!", "Book a visit", "book", "Termin vereinbaren mit uns", "termin vereinbaren…", "1"]
)
@pytest.mark.parametrize("language", ["", "spanish", "german"])
def test_a_label_is_found_in_any_language_of_the_bot(said: str, language: str) -> None:
    chat = bilingual()
    chat.hears("hello")
    if language:
        chat.hears(language)
    chat.hears(said)
    assert chat.stands == "main.day"


def test_the_contacts_language_is_spoken_and_read_from_then_on() -> None:
    bilingual().goes("""
        > hello
        < How can we help? [Book a visit, Prices, Nothing]
        > español
        < De acuerdo.
        < ¿En qué podemos ayudarle? [Pedir cita, Precios, Nada, gracias]
        > [Book a visit]
        < ¿Qué día?
        > mañana
        < martes 23 junio
        > hola
        < ¿En qué podemos ayudarle? [Pedir cita, Precios, Nada, gracias]
    """)


def test_the_bots_own_words_are_in_the_contacts_language() -> None:
    bilingual().goes("""
        > hello
        < How can we help? [Book a visit, Prices, Nothing]
        > deutsch
        < Okay.
        < How can we help? [Termin vereinbaren mit uns, Prices, Nichts]
        > was?
        < Das habe ich leider nicht verstanden.
        < How can we help? [Termin vereinbaren mit uns, Prices, Nichts]
    """)


@pytest.mark.parametrize("language", ["es-MX", "es_ES", "ES", "es-419"])
def test_a_region_is_spoken_to_in_its_language(language: str) -> None:
    chat = Talk(bilingual().bot, language=language)
    chat.hears("hello")
    assert chat.said == ["< ¿En qué podemos ayudarle? [Pedir cita, Precios, Nada, gracias]"]


def test_a_plural_counts_in_the_language_of_the_text() -> None:
    """Where a text is not translated, the source is shown to a contact of another language, with the forms of the source."""
    source = "{{ n }} {{ n | plural('visit', 'visits') }}"
    told = "{{ n }} {{ n | plural('визит', 'визита', 'визитов') }}"
    main = "steps:\n  a: {say: How many?, ask: {n: integer}}\n  b: {say: \"" + source + "\"}\n  c: {say: \"and " + source + "\"}\n"
    chat = talk("languages: [en, ru]\n", {"locales/ru.yaml": f'main.b.say: {{en: "{source}", ru: "{told}"}}\n'}, main=main)
    spoken = Talk(chat.bot, language="ru")
    for number, form, own in (("1", "визит", "visit"), ("2", "визита", "visits"), ("5", "визитов", "visits"), ("21", "визит", "visits")):
        spoken.hears("hello")
        spoken.hears(number)
        assert spoken.said[1:] == [f"< {number} {form}", f"< and {number} {own}"]
        spoken.said.clear()


@pytest.mark.parametrize("language", ["xx", "", "EN", "es-MX", "💥", "x" * 5000])
def test_a_language_that_nobody_knows_is_the_bots_own(language: str) -> None:
    chat = Talk(bilingual().bot, language=language)
    chat.hears("hello")
    chat.hears("what?")
    assert all(line.startswith("< ") for line in chat.said)
