"""Files of locales/ as they are read: what they give to the texts of a bot, and what is told of them."""

from __future__ import annotations

from botkit.problems import Problems
from botkit.release import read_bot
from tests.locales.bots import SETTINGS


def problems_of(texts: int, locale: str) -> list[tuple[str, str | None]]:
    """(code, hint) of what is told of a bot with so many texts, and a file in Spanish."""
    steps = "".join(f"  s{n}: {{say: Text {n}.}}\n" for n in range(texts))
    files = {"botkit.yaml": SETTINGS.format("es"), "flows/main.yaml": f"steps:\n{steps}", "locales/es.yaml": locale}
    problems = Problems()
    read_bot({file: text.encode() for file, text in files.items()}, problems)
    return [(problem.code, problem.hint) for problem in problems if problem.place.file == "locales/es.yaml"]


def test_of_very_many_unknown_keys_the_nearest_is_not_looked_for() -> None:
    """To compare each with all others would take minutes."""
    told = problems_of(300, "".join(f"main.s{n}.sya: Texto {n}.\n" for n in range(300)))
    assert {code for code, _ in told} == {"unknown-text"}
    hints = [hint or "" for _, hint in told]
    assert hints[0] == 'did you mean "main.s0.say"?'
    assert hints[-1] == "let botkit i18n sync es find where the text is now, or delete it"
    assert sum(hint.startswith("did you mean") for hint in hints) <= 34


def test_the_texts_of_a_flow_or_step_that_is_called_otherwise_are_one_report() -> None:
    of_the_flow = "".join(f"mian.s{n}.say: Texto {n}.\n" for n in range(30))
    assert problems_of(30, of_the_flow) == [("unknown-text", 'did you mean "main"?')]
    of_the_step = "main.welcome.say: Texto 0.\nmain.welcome.options.a.label: A\nmain.s1.say: Texto 1.\n"
    sync = "let botkit i18n sync es find where the text is now, or delete it"
    assert problems_of(2, of_the_step) == [("unknown-text", sync)]


def test_a_formula_may_be_translated_by_a_formula_or_a_text() -> None:
    problems = Problems()
    files = {
        "botkit.yaml": SETTINGS.format("es"),
        "flows/main.yaml": "steps:\n  a: {say: \"= contact.name ~ '!'\"}\n  b: {say: '= contact.name'}\n",
        "locales/es.yaml": "main.a.say: \"= '¡' ~ contact.name ~ '!'\"\nmain.b.say: Usted es {{ contact.name }}.\n",
    }
    bot = read_bot({file: text.encode() for file, text in files.items()}, problems)
    assert bot is not None and list(problems) == []
    assert [text.others["es"].constant for text in bot.texts.values()] == [None, None]


def test_what_cannot_be_read_has_no_missing_texts() -> None:
    assert [code for code, _ in problems_of(3, "main.s0.say: {es: 'Texto 0.\n")] == ["open-quote"]
