"""The language of a contact: one that the bot speaks."""

from __future__ import annotations

from botkit.checks.survey import Survey, meant, renamed
from botkit.languages import closest
from botkit.outcomes import Assign


def chosen(find: Survey) -> None:
    """A contact is given a language that is none of the bot's: its texts would be said in the language of the flows."""
    languages = find.bot.settings.languages
    for piece in find.of(Assign):
        one: Assign = piece.thing
        code = one.value.literal.strip()
        if one.contact and one.name == "language" and one.value.formula is None and code and closest(code, languages) is None:
            near = find.nearest(code, languages)
            known = meant(near) or f"it speaks {', '.join(languages)}; others are added to languages in botkit.yaml"
            told = f'"{code[:60]}" is not a language of this bot'
            fix = renamed(one.value.node, code, near)
            find.report("unknown-language", one.value.node, told, known, of=piece, severity="warning", fix=fix)


__all__ = ["chosen"]
