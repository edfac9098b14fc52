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
    """A flow that was renamed makes all of its keys unknown; to compare each with all others would take minutes."""
    told = problems_of(300, "".join(f"mian.s{n}.say: Texto {n}.\n" for n in range(300)))
    assert {code for code, _ in told} == {"unknown-text"}
    hints = [hint or "" for _, hint in told]
    assert hints[0] == 'did you mean "main.s0.say"?'
    assert hints[-1] == "delete it, or let botkit i18n sync es find where its text is now"
    assert sum(hint.startswith("did you mean") for hint in hints) <= 34


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
