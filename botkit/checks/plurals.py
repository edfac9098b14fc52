"""Forms of plurals: as many as the language has in which a text is written."""

from __future__ import annotations

from jinja2 import nodes

from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.expressions import Text
from botkit.locales.counted import plurals
from botkit.plurals import Plural, plural
from botkit.replies import Formula, Reply, is_formula
from botkit.source import Scalar


def forms(find: Survey) -> None:
    """A plural with fewer forms than its language has, or with more: some number would get the wrong one."""
    own = find.bot.settings.language
    for piece in find.of(Formula):
        formula: Formula = piece.thing
        if "plural" in formula.expression.filters:
            _counted(find, formula.node, formula.expression.tree, formula.offset, own, piece)
    for piece in find.of(Reply):
        _reply(find, piece.thing, own, piece)
    for file in find.bot.files.values():
        _reply(find, file, own, None)


def _reply(find: Survey, reply: Reply, own: str, piece: Piece | None) -> None:
    text: Text
    for language, text in reply.all.items():
        if "plural" in text.filters:
            node = reply.node_in(language)
            _counted(find, node, text.tree, -1 if is_formula(node.text) else 0, language or own, piece)


def _counted(find: Survey, node: Scalar, tree: nodes.Node, shift: int, language: str, piece: Piece | None) -> None:
    wanted = plural(language)
    for filter_ in plurals(tree):
        given = len(filter_.args)
        if given not in (len(wanted.whole), len(wanted.all_)):
            there = node.locate(filter_.lineno + shift, len("plural"))
            told = f"{language} has {_needed(wanted)}; here {'is' if given == 1 else 'are'} {given}"
            hint = f"plural({', '.join(['…'] * len(wanted.whole))})"
            lang = language if language != find.bot.settings.language else None
            find.report("plural-forms", there, told, hint, of=piece, lang=lang)


def _needed(wanted: Plural) -> str:
    """How many forms a language has, with a number that takes each: "2 forms, as for 1 and 2"."""
    *first, last = map(str, wanted.samples)
    if not first:
        return "1 form, the same for all numbers"
    return f"{len(wanted.samples)} forms, as for {', '.join(first)} and {last}"


__all__ = ["forms"]
