"""Message templates: the ones that are used, what they are filled with, their buttons."""

from __future__ import annotations

import re

from jinja2 import nodes

from botkit.checks.says import carried
from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.walk import Piece
from botkit.messages import limits
from botkit.says import Say, TemplateUse
from botkit.templates import Template

_BREAK = re.compile(r"[\t\r\n\v\f]| {4,}")


def templates(find: Survey) -> None:
    """A template that templates/ does not hold, or that is given another number of values than its body takes."""
    for piece in find.of(TemplateUse):
        use: TemplateUse = piece.thing
        template = find.bot.templates.get(use.name)
        if template is None:
            if not find.unread("templates", use.name):
                near = find.nearest(use.name, find.bot.templates, "templates")
                hint = meant(near) or f"write it in templates/{use.name}.yaml, as WhatsApp approved it"
                told = f'there is no template "{use.name}"'
                find.report("no-such-template", use.node, told, hint, of=piece, fix=renamed(use.node, use.name, near))
        elif template.node.place.file not in find.broken:
            _values(find, piece, use, template)


def _values(find: Survey, piece: Piece, use: TemplateUse, template: Template) -> None:
    takes, given = template.holes, len(use.values)
    if takes != given:
        at = use.values[takes].node if given > takes else use.node
        told = f'template "{use.name}" takes {_count(takes)}, and here it is given {_count(given)}'
        hint = f"template: {{name: {use.name}, with: [{', '.join(['…'] * takes)}]}}" if takes else 'delete "with"'
        find.report("template-values", at, told, hint, of=piece)
        return
    literal = sum(limits.length(value.literal) for value in use.values if value.formula is None)
    for code, wording in template.wordings.items():
        size = limits.length(wording.body) - 5 * takes + literal
        if size > limits.TEMPLATE_BODY:
            lang = code if code != template.language else None
            has = f"{size:,} or more{f' in {code}' if lang is not None else ''}"
            told = f"a template with its values has at most {limits.TEMPLATE_BODY:,} characters; this one has {has}"
            find.report("template-too-long", use.node, told, "shorten the values", of=piece, lang=lang)
            break


def line_breaks(find: Survey) -> None:
    """A value of a template that is written with a line break, a tab or a row of blanks: WhatsApp takes none of them there."""
    for piece in find.of(TemplateUse):
        use: TemplateUse = piece.thing
        for value in use.values:
            texts = [value.literal.strip()] if value.formula is None else _written(value.formula.expression.tree)
            if any(_BREAK.search(text) for text in texts):
                told = "WhatsApp takes no line break, tab or row of blanks in a value of a template: one blank takes its place"
                hint = "write the value in one line, with commas between its parts"
                find.report("template-line-break", value.node, told, hint, of=piece, severity="warning")


def _written(tree: nodes.Expr) -> list[str]:
    """The texts that stand in an expression."""
    found = [tree] if isinstance(tree, nodes.Const) else list(tree.find_all(nodes.Const))
    return [const.value for const in found if isinstance(const.value, str)]


def _count(number: int) -> str:
    return "no value" if number == 0 else "1 value" if number == 1 else f"{number} values"


def buttons(find: Survey) -> None:
    """Buttons of a template that stands for options: each must be one of the step's options, by its id."""
    for piece, say in find.once(carried):
        ask = piece.step.ask if piece.step is not None else None
        template = find.bot.templates.get(say.template.name) if say.template is not None else None
        if ask is None or ask.computed is not None or template is None or not template.buttons or not find.whole(piece.flow):
            continue
        _match(find, piece, say, [option.id for option in ask.options], template)


def _match(find: Survey, piece: Piece, say: Say, options: list[str], template: Template) -> None:
    use = say.template
    ids = [id_ for id_, _ in template.buttons]
    strange = [id_ for id_ in ids if id_ not in options]
    absent = [id_ for id_ in options if id_ not in ids]
    if use is None:
        return
    if strange:
        told = f'template "{use.name}" has a button "{strange[0]}", and this step has no such option'
        hint = f"the ids of its buttons must be those of the options: {', '.join(options)}"
        find.report("template-buttons", use.node, told, hint, of=piece)
    elif absent:
        told = f'template "{use.name}" has no button for the option "{absent[0]}": with the window closed nobody sees it'
        find.report("template-buttons", use.node, told, "add the button, and let WhatsApp approve it", of=piece, severity="warning")


__all__ = ["buttons", "line_breaks", "templates"]
