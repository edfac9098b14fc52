"""Message templates: the ones that are used, what they are filled with, their buttons."""

from __future__ import annotations

import re

from jinja2 import nodes

from botkit.checks.says import carried
from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.walk import Piece
from botkit.messages import limits
from botkit.replies import Given
from botkit.says import Say, TemplateUse
from botkit.says.uses import CardUse
from botkit.source import Node
from botkit.templates import Button, Template

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
    own = template.own
    if not _named_alike(find, piece, use.node, use.name, use, own.names, own.named):
        return
    literal = sum(limits.length(value.literal) for value in use.values if value.formula is None)
    for code, wording in template.wordings.items():
        size = limits.length(wording.body) - 5 * wording.holes + literal
        if size > limits.TEMPLATE_BODY:
            lang = code if code != template.language else None
            has = f"{size:,} or more{f' in {code}' if lang is not None else ''}"
            told = f"a template with its values has at most {limits.TEMPLATE_BODY:,} characters; this one has {has}"
            find.report("template-too-long", use.node, told, "shorten the values", of=piece, lang=lang)
            break
    _parts(find, piece, use, template)


def _named_alike(find: Survey, piece: Piece, at: Node, name: str, use: TemplateUse | CardUse, names: tuple[str, ...], named: bool) -> bool:
    """Whether a text that takes *names* is given as much, by name or by place."""
    takes, given = len(names), len(use.values)
    if use.names and names and not named:
        told = f'the values of template "{name}" have no names: they are given in their order'
        find.report("template-values", use.names[0], told, f"a list: with: [{', '.join(['…'] * takes)}]", of=piece)
        return False
    if use.names:
        strange = next((key for key in use.names if key.text not in names), None)
        absent = [one for one in names if one not in {key.text for key in use.names}]
        if strange is not None:
            near = find.nearest(strange.text, names)
            told, hint = f'template "{name}" takes no "{strange.text}"', meant(near) or _with(names, True)
            find.report("template-values", strange, told, hint, of=piece, fix=renamed(strange, strange.text, near))
        elif absent:
            told = f'template "{name}" takes "{absent[0]}", and here it is not given'
            find.report("template-values", use.names[-1], told, _with(names, True), of=piece)
        return strange is None and not absent
    if takes == given:
        return True
    told = f'template "{name}" takes {_count(takes)}, and here it is given {_count(given)}'
    whole = f"template: {{name: {name}, {_with(names, named)}}}" if takes else 'delete "with"'
    find.report("template-values", use.values[takes].node if given > takes else at, told, whole, of=piece)
    return False


def _with(names: tuple[str, ...], named: bool) -> str:
    return f"with: {{{', '.join(f'{name}: …' for name in names)}}}" if named else f"with: [{', '.join(['…'] * len(names))}]"


def _parts(find: Survey, piece: Piece, use: TemplateUse, template: Template) -> None:
    """Header, buttons, the end of an offer and cards: given where they are taken, and not elsewhere."""
    own = template.own
    if own.header_names and use.header is None:
        told = f'template "{use.name}" has a value in its header, and here it is given none'
        find.report("template-values", use.node, told, f"template: {{name: {use.name}, header: …}}", of=piece)
    elif use.header is not None and not own.header_names and template.picture is None:
        told = f'the header of template "{use.name}" takes no value'
        find.report("template-values", use.header.node, told, 'delete "header"', of=piece)
    if own.offer and use.until is None:
        told = f'template "{use.name}" is an offer, and here nothing says when it ends'
        find.report("template-values", use.node, told, f"template: {{name: {use.name}, until: = now() + days(1)}}", of=piece)
    elif use.until is not None and not own.offer:
        told = f'template "{use.name}" is no offer that ends'
        find.report("template-values", use.until.node, told, 'delete "until"', of=piece)
    _filled(find, piece, use.node, use.name, use, own.row)
    if len(use.cards) != len(own.cards):
        told = f'template "{use.name}" has {len(own.cards) or "no"} cards, and here {len(use.cards) or "none"} are filled'
        find.report("template-values", use.cards[0].node if use.cards else use.node, told, "cards: one entry for each card", of=piece)
        return
    for card, wording in zip(use.cards, own.cards, strict=True):
        named = any(not name.isdigit() for name in wording.names)
        if _named_alike(find, piece, card.node, use.name, card, wording.names, named):
            _filled(find, piece, card.node, use.name, card, wording.row)


def _filled(find: Survey, piece: Piece, at: Node, name: str, use: TemplateUse | CardUse, row: tuple[Button, ...]) -> None:
    """What the buttons of *row* are filled with."""
    given = {key.text: key for key, _ in use.buttons}
    known = {button.id: button for button in row}
    for id_, key in given.items():
        if id_ not in known:
            near = find.nearest(id_, known)
            hint = meant(near) or f"its buttons are {', '.join(known) or 'none'}"
            find.report("template-values", key, f'template "{name}" has no button "{id_}"', hint, of=piece, fix=renamed(key, id_, near))
        elif known[id_].kind in ("phone", "password") or (known[id_].kind == "url" and not known[id_].takes):
            told = f'the button "{id_}" of template "{name}" takes no value'
            find.report("template-values", key, told, "delete it", of=piece)
    for button in row:
        if button.takes and button.kind != "copy" and button.id not in given:
            told = f'the button "{button.id}" of template "{name}" has to be given {_WHAT[button.kind]}'
            find.report("template-values", at, told, f"buttons: {{{button.id}: …}}", of=piece)


_WHAT = {"url": "the end of its link", "products": "its products"}


def line_breaks(find: Survey) -> None:
    """A value of a template that is written with a line break, a tab or a row of blanks: WhatsApp takes none of them there."""
    for piece in find.of(TemplateUse):
        use: TemplateUse = piece.thing
        for value in use.values:
            if not isinstance(value, Given):
                continue
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
        if ask is None or ask.computed is not None or template is None or not find.whole(piece.flow):
            continue
        if not template.buttons:
            if ask.options and not say.worded and not say.offers:
                told = f'template "{template.name}" has no buttons, and no text stands beside it: nobody sees the options'
                wanted = ", ".join(f"{option.id}: …" for option in ask.options[:3])
                hint = f"say: {{text: …, template: …}}, or buttons: {{{wanted}}} in the template, and let WhatsApp approve it"
                find.report("template-buttons", say.template.node if say.template else say.node, told, hint, of=piece, severity="warning")
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
