"""Bots with texts to translate, and the files of their languages."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.locales import Phrase, phrases
from botkit.locales.file import LocaleFile
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.source.writing import quoted

SETTINGS = "botkit: 1\nstart: main\nlanguage: en\nlanguages: [en, {}]\ntimezone: Europe/Madrid\n"


def phrases_of(texts: Mapping[str, str], code: str = "es", more: Mapping[str, str] | None = None) -> dict[str, Phrase]:
    """The phrases of a bot whose flow `main` says these texts, by the names of their steps."""
    steps = "".join(f"  {name}: {{say: {quoted(text)}}}\n" for name, text in texts.items())
    files = {"botkit.yaml": SETTINGS.format(code), "flows/main.yaml": f"params: {{n: integer}}\nsteps:\n{steps}", **(more or {})}
    problems = Problems()
    bot = read_bot({file: text.encode() for file, text in files.items()}, problems)
    assert bot is not None and not problems.errors, [str(problem) for problem in problems]
    return phrases(bot.texts.values(), [piece for template in bot.templates.values() for piece in template.pieces])


def file_of(text: str | bytes | None, code: str = "es") -> LocaleFile:
    """The file of a language, which can be read."""
    problems = Problems()
    data = text.encode() if isinstance(text, str) else text
    file = LocaleFile(f"locales/{code}.yaml", data, code, "en", problems)
    assert not problems.errors, [str(problem) for problem in problems]
    return file
