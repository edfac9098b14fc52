"""WhatsApp's limits, on what is known before anybody writes: texts, labels, numbers of options, in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import nodes

from botkit.checks.says import carried
from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.expressions import Text
from botkit.messages import limits
from botkit.replies import Reply
from botkit.says import Say
from botkit.says.shown import Shown
from botkit.source import Scalar
from botkit.steps import Ask, Option

_SHORTEN = "shorten it: WhatsApp would refuse the whole message"


def least(text: Text) -> int:
    """How long *text* is at least: whatever its values are, this is what it says around them."""
    return limits.length(text.constant) if text.constant is not None else _least(text.tree.body)


def _least(parts: Iterable[nodes.Node]) -> int:
    size = 0
    for part in parts:
        if isinstance(part, nodes.Output):
            size += sum(limits.length(one.data) for one in part.nodes if isinstance(one, nodes.TemplateData))
        elif isinstance(part, nodes.If):
            size += min(_least(body) for body in (part.body, *(other.body for other in part.elif_), part.else_))
    return size


def over(reply: Reply | None, limit: int, what: str) -> Iterator[tuple[Scalar, str, str | None]]:
    """(where it stands, what is too long about it, language) for every language in which it is longer than *limit*."""
    for language, text in reply.all.items() if reply is not None else ():
        size = least(text)
        if size > limit and reply is not None:
            has = f"{size:,}{'' if text.constant is not None else ' or more'}{f' in {language}' if language is not None else ''}"
            yield reply.node_in(language), f"{what} has at most {limit:,} characters; this one has {has}", language


def texts(find: Survey) -> None:
    """A text longer than a message may be; above options it is a quarter as much. A header or footer that is too long."""
    with_options = {say for _, say in find.once(carried)}
    for piece in find.of(Say):
        say: Say = piece.thing
        text = say.text or (find.bot.files.get(say.file.text) if say.file is not None else None)
        if say in with_options or say.content is not None:
            what = "a text above options" if say.content is None else "a text above a button"
            for node, told, lang in over(text, limits.INTERACTIVE_BODY, what):
                hint = "say the first part in a message before it" if lang is None else "shorten it"
                find.report("body-too-long", node, told, hint, of=piece, lang=lang)
        else:
            for node, told, lang in over(text, limits.TEXT_BODY, "a text"):
                hint = "say it in two messages: say: [first, second]" if lang is None else "shorten it"
                find.report("text-too-long", node, told, hint, of=piece, lang=lang)
        header = say.header if isinstance(say.header, Reply) else None
        for node, told, lang in over(header, limits.HEADER, "a header"):
            find.report("header-too-long", node, told, _SHORTEN, of=piece, lang=lang)
        for node, told, lang in over(say.footer, limits.FOOTER, "a footer"):
            find.report("footer-too-long", node, told, _SHORTEN, of=piece, lang=lang)
        for node, told, lang in over(say.button, limits.LIST_OPENER, "the button that opens a list"):
            find.report("opener-too-long", node, told, _SHORTEN, of=piece, lang=lang)
    for node, told, lang in over(find.bot.settings.not_understood, limits.TEXT_BODY, "a text"):
        find.report("text-too-long", node, told, "shorten it", lang=lang)


def options(find: Survey) -> None:
    """More options than WhatsApp shows; a label, description or group that is too long."""
    for piece in find.of(Ask):
        ask: Ask = piece.thing
        _number(find, piece, ask)
        as_list = ask.computed is not None or len(ask.options) > limits.BUTTONS
        for option in ask.options:
            _label(find, piece, option, as_list)
            for node, told, lang in over(option.description, limits.ROW_DESCRIPTION, "a description"):
                find.report("description-too-long", node, told, _SHORTEN, of=piece, lang=lang)
            for node, told, lang in over(option.group, limits.SECTION_TITLE, "a group"):
                find.report("group-too-long", node, told, _SHORTEN, of=piece, lang=lang)


def _number(find: Survey, piece: Piece, ask: Ask) -> None:
    found = len(ask.options)
    if ask.computed is not None:
        most = limits.LIST_ROWS - 2  # a page has a computed one, and the row that turns the page
        if found > most:
            told = f'at most {most} options can stand under "also": a page has 10, with one from the list and one that turns the page'
            find.report("too-many-options", ask.options[most].key, told, "take the others out", of=piece)
        return
    always = sum(option.condition is None for option in ask.options)
    if found > limits.LIST_ROWS:
        surely = always > limits.LIST_ROWS
        has = f"this step has {found}" if surely else f"this step can have {found} at once"
        told = f"WhatsApp shows at most {limits.LIST_ROWS} options; {has}"
        hint = "ask for a group first, or take them from a list: options: {from: = …} is shown page by page"
        find.report("too-many-options", ask.options[limits.LIST_ROWS].key, told, hint, of=piece, severity="error" if surely else "warning")


def _label(find: Survey, piece: Piece, option: Option, as_list: bool) -> None:
    if as_list:
        for node, told, lang in over(option.label, limits.ROW_TITLE, "a row of a list"):
            hint = "shorten it: WhatsApp would cut it; a description below it holds 72 characters"
            find.report("title-too-long", node, told, hint, of=piece, lang=lang)
    else:
        for node, told, lang in over(option.label, limits.BUTTON_TITLE, "a button title"):
            hint = "shorten it; a list (4 options or more) holds 24 and a description"
            find.report("title-too-long", node, told, hint, of=piece, lang=lang)


def never_shown(find: Survey) -> None:
    """What WhatsApp has no place for: a description on a button, a header without options, the opener of no list."""
    with_options = {say: piece for piece, say in find.once(carried)}
    for piece in find.of(Say):
        say: Say = piece.thing
        if say.content is not None or not find.sound(piece.step):
            continue  # what goes with it is told where it is read
        carrier = with_options.get(say)
        ask = carrier.step.ask if carrier is not None and carrier.step is not None else None
        as_list = ask is not None and (ask.computed is not None or len(ask.options) > limits.BUTTONS)
        for key, reply in (("header", say.header), ("footer", say.footer), ("button", say.button)):
            pictured = as_list and isinstance(reply, Shown)
            if reply is None or (carrier is not None and not pictured and (as_list or key != "button")):
                continue
            why = "it goes with options, and this message has none"
            if pictured:
                told = "a picture is never shown above a list: only up to 3 options have one"
                find.report("never-shown", reply.node, told, "say it in a message before", of=piece, severity="warning")
                continue
            if carrier is not None:
                why = "up to 3 options are buttons, and no list opens"
            told = f'"{key}" is never shown: {why}'
            find.report("never-shown", reply.node, told, "delete it, or say it in the text", of=piece, severity="warning")
    for piece in find.of(Ask):
        ask = piece.thing
        if ask.computed is not None or len(ask.options) > limits.BUTTONS or not find.sound(piece.step):
            continue
        for key in ("description", "group"):
            lost = next((reply for option in ask.options if (reply := getattr(option, key)) is not None), None)
            if lost is not None:
                told = f'"{key}" is never shown: up to 3 options are buttons, and a button has only its label'
                find.report("never-shown", lost.node, told, "say it in the text", of=piece, severity="warning")


__all__ = ["least", "never_shown", "options", "over", "texts"]
