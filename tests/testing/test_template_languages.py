"""A template goes out in the contact's language, where WhatsApp has approved it in that one; 360dialog gets its code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from botkit.bot import Bot
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.testing.said import Said
from botkit.testing.simulation import Simulation
from tests.testing.bots import files
from tests.testing.still import still

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)
SETTINGS = "languages: [en, es, pt-BR, de, fr]\n"
MAIN = """
    steps:
      menu: {say: Shall we come?, options: {yes: Yes, no: No}}
      pause: {wait: 30h}
      late:
        say: {text: We come., template: {name: visit, with: [Ana, today]}}
        options: {yes: Yes, no: No}
"""
VISIT = """
    category: utility
    header: Your visit
    body: Your visit with {{1}} is {{2}}. Shall we come?
    example: [Ana, today]
    buttons: {yes: "Yes", no: "No"}
    languages:
      fr_FR: {body: "Votre visite avec {{1}} est {{2}}. Venons-nous ?", example: [Ana, demain], buttons: {yes: Oui, no: Non}}
"""
SPANISH = """
templates.visit.header: {en: Your visit, es: Su visita}
templates.visit.body: {en: "Your visit with {{1}} is {{2}}. Shall we come?", es: "{{2}} tiene visita con {{1}}. ¿Vamos?"}
templates.visit.buttons.yes: {en: "Yes", es: Sí}
templates.visit.buttons.no: {en: "No", es: "No"}
"""
BRAZIL = """
templates.visit.header: {en: Your visit, pt-BR: Sua visita}
templates.visit.body: {en: "Your visit with {{1}} is {{2}}. Shall we come?", pt-BR: "Sua visita com {{1}} é {{2}}. Vamos?"}
templates.visit.buttons.yes: Sim
templates.visit.buttons.no: Não
"""
GERMAN = 'templates.visit.body: {en: "Your visit with {{1}} is {{2}}. Shall we come?", de: "Ihr Besuch bei {{1}} ist {{2}}. Kommen wir?"}\n'
# What 360dialog has of it: any other language is refused.
APPROVED = [
    {"name": "visit", "language": code, "status": "approved", "components": [{"type": "BODY", "text": "… {{1}} … {{2}} …"}]}
    for code in ("en", "es", "pt_BR", "fr_FR")
]


def bot() -> Bot:
    problems = Problems()
    texts = files(SETTINGS, {"visit.yaml": VISIT}, main=MAIN)
    texts |= {
        "locales/es.yaml": "main.menu.options.yes: Sí\n" + SPANISH.replace('es: "{{2}}', 'es: "Este {{2}}'),
        "locales/pt-BR.yaml": BRAZIL,
    }
    texts |= {"locales/de.yaml": GERMAN}
    found = read_bot({file: text.encode() for file, text in texts.items()}, problems)
    assert found is not None and not problems.errors, list(map(str, problems))
    return found


async def sent_to(language: str) -> Said:
    async with Simulation(bot(), MONDAY, templates=APPROVED) as world:
        world.transcript.attributes[str(world.person.wa_id)] = {"language": language}
        await world.hear("hello")
        await world.tap("yes")
        (said,) = await world.pass_(31 * 3600)
    return said


@still
@pytest.mark.parametrize(
    ("language", "code", "body", "labels"),
    [
        ("en", "en", "Your visit with Ana is today. Shall we come?", ["Yes", "No"]),
        ("es", "es", "Este today tiene visita con Ana. ¿Vamos?", ["Sí", "No"]),
        ("es-MX", "es", "Este today tiene visita con Ana. ¿Vamos?", ["Sí", "No"]),
        ("pt", "pt_BR", "Sua visita com Ana é today. Vamos?", ["Sim", "Não"]),
        ("fr", "fr_FR", "Votre visite avec Ana est today. Venons-nous ?", ["Oui", "Non"]),
        ("de", "en", "Your visit with Ana is today. Shall we come?", ["Yes", "No"]),  # its header and buttons are not translated
        ("xx", "en", "Your visit with Ana is today. Shall we come?", ["Yes", "No"]),
    ],
)
async def test_the_right_language_is_sent(language: str, code: str, body: str, labels: list[str]) -> None:
    said = await sent_to(language)
    assert not said.refusal
    assert said.body["template"]["language"] == {"code": code}
    assert said.body["template"]["components"][0]["parameters"] == [{"type": "text", "text": "Ana"}, {"type": "text", "text": "today"}]
    assert (said.template, said.values, said.text) == ("visit", ("Ana", "today"), body)
    assert [option.label for option in said.options] == labels


SENT = """
    category: utility
    body: Hi {{name}}, order {{order}} has left.
    example: {name: Ana, order: V7}
    languages:
      es: {body: "El pedido {{order}} ya salió, {{name}}."}
"""


@still
@pytest.mark.parametrize("use", ["[= n, V8]", "{name: = n, order: V8}", "{order: V8, name: = n}"])
async def test_values_with_names_find_their_place_where_a_language_has_another_order(use: str) -> None:
    problems = Problems()
    main = f"steps: {{a: {{say: Who?, ask: {{n: text}}}}, b: {{say: {{template: {{name: sent, with: {use}}}}}}}}}"
    texts = files("languages: [en, es]\n", {"sent.yaml": SENT}, main=main)
    found = read_bot({file: text.encode() for file, text in texts.items()}, problems)
    assert found is not None and not problems.errors, list(map(str, problems))
    assert found.templates["sent"].wordings["es"].examples == ("V7", "Ana"), "those of the template's own language"
    async with Simulation(found, MONDAY) as world:
        world.transcript.attributes[str(world.person.wa_id)] = {"language": "es"}
        await world.hear("hello")
        (said,) = await world.hear("Ana")
        told = await world.operate("say", {"template": "sent", "with": ["Ana", "V8"]})
    assert said.text == told[0].text == "El pedido V8 ya salió, Ana."
    assert [(one["parameter_name"], one["text"]) for one in said.body["template"]["components"][0]["parameters"]] == [
        ("order", "V8"), ("name", "Ana"),
    ]  # fmt: skip
