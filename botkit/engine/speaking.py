"""What the bot says in a turn: an author's texts made into messages, the options with the last of them."""

from __future__ import annotations

from collections.abc import Sequence

from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.filling import template_of
from botkit.engine.offering import shown as shown_now
from botkit.expressions import ExpressionError
from botkit.messages import Buttons, Choice, Menu, Message, Reaction, TemplateMessage, Text
from botkit.messages.around import Header
from botkit.messages.given import Unfit
from botkit.messages.limits import BUTTONS, INTERACTIVE_BODY, TEXT_BODY, length
from botkit.model import Closed, Send
from botkit.replies import Reply
from botkit.sayings import saying
from botkit.says import Around, Content, Say
from botkit.says.shown import Shown
from botkit.wire import Value

MOST = 20  # messages that one `each` may say


def speak(cursor: Cursor, says: Sequence[Say], shown: Sequence[Choice] = ()) -> None:
    """Say all of them in order; *shown* are the options that go with the last one that has a text, or cards with options."""
    told = _each(cursor, says)
    carrier = max((n for n, (say, _) in enumerate(told) if say.speaks or say.offers), default=None) if shown else None
    for n, (say, element) in enumerate(told):
        cursor.element = element
        _one(cursor, say, shown if n == carrier or (carrier is None and say.template is not None) else (), n == carrier)
    cursor.element = None
    if shown and carrier is None and not any(say.template for say, _ in told):
        words(cursor, "choose", shown)


def _each(cursor: Cursor, says: Sequence[Say]) -> list[tuple[Say, tuple[str, Value] | None]]:
    """The messages with the element that each is about; `each` is one message for every element of its list."""
    told: list[tuple[Say, tuple[str, Value] | None]] = []
    for say in says:
        if say.each is None:
            told.append((say, None))
            continue
        elements = cursor.evaluate(say.each) or []
        if not isinstance(elements, list | tuple):
            raise ExpressionError("each needs a list, and this value is none")
        if len(elements) > MOST:
            raise ExpressionError(f"one message for each of {len(elements)} elements is too much; at most {MOST} are said at once")
        told += [(say, (say.name, element)) for element in elements]
    return told


def words(cursor: Cursor, name: str, shown: Sequence[Choice] = (), **told: str) -> None:
    """Say words of the bot's own; *told* stands in their gaps."""
    own = cursor.bot.settings.not_understood
    text = cursor.render(own) if name == "not_understood" and own is not None else saying(name, cursor.language).format(**told)
    cursor.effects.append(Send(_message(cursor, text, shown), closed="drop", origin=_origin(cursor)))


def pass_on(cursor: Cursor, said: Sequence[Send]) -> None:
    """Say what an action says. To a contact that opted out no template goes."""
    opted_out = cursor.attributes.get("opted_out") is True
    for send in said:
        template = None if opted_out else send.template
        if send.message is None and template is None:
            cursor.note("no_template", detail=send.template.name if isinstance(send.template, TemplateMessage) else "")
            continue
        closed: Closed = "drop" if opted_out and send.template is not None else send.closed
        cursor.effects.append(Send(send.message, template, closed, send.reply_to, _origin(cursor)))


def prompt(cursor: Cursor, frame: Draft) -> None:
    """Say what the step of *frame* says when it is entered."""
    step = frame.step
    cards = any(say.offers for say in step.say)
    speak(cursor, step.say, shown_now(cursor, frame, step.ask, cards) if step.ask is not None else ())


def _one(cursor: Cursor, say: Say, shown: Sequence[Choice], with_text: bool) -> None:
    template = template_of(cursor, say.template, shown) if say.template is not None else None
    message: Message | None = None
    text = say.text or (cursor.bot.files.get(say.file.text) if say.file is not None else None)
    if say.content is not None:
        message = _about(cursor, say, say.content, text, shown)
    elif text is not None:
        body = cursor.render(text).strip("\n")
        if body.strip() or (with_text and shown):
            if say.merge:
                body = _joined(cursor, body, INTERACTIVE_BODY if with_text and shown else TEXT_BODY)
            body = _fitting(cursor, body, bool(with_text and shown), say)
            message = _message(cursor, body or saying("choose", cursor.language), shown if with_text else (), say)
    if message is None and template is None:
        cursor.note("silent", detail="nothing to react to" if say.content is not None else "an empty text is not sent")
        return
    reply_to = cursor.message.id if say.reply and cursor.message is not None and not isinstance(message, Reaction) else None
    cursor.effects.append(Send(message, template, _closed(cursor, say), reply_to or None, _origin(cursor)))


def _about(cursor: Cursor, say: Say, content: Content, text: Reply | None, shown: Sequence[Choice]) -> Message | None:
    """A message that is about something besides its text. None: there is nothing to say now."""
    body = ""
    if content.takes_text:
        body = cursor.render(text).strip("\n") if text is not None else ""
        body = _fitting(cursor, body, True, say) or (saying("choose", cursor.language) if body else "")
    try:
        wamid = cursor.message.id if cursor.message is not None else ""
        return content.made(cursor, Around(body, _header(cursor, say), _footer(cursor, say), wamid, tuple(shown)))
    except Unfit as unfit:
        raise ExpressionError(str(unfit)) from None


def _closed(cursor: Cursor, say: Say) -> Closed:
    """What becomes of a message that meets a closed window. A question that is only asked again, since something came over it that nobody
    asked for, is not worth a failure: it stands above already. Nor is one whose template the contact does not want."""
    unwanted = say.template is not None and cursor.attributes.get("opted_out") is True
    return say.closed or ("drop" if cursor.unasked or unwanted else "fail")


def _joined(cursor: Cursor, body: str, limit: int) -> str:
    """*body* behind the text of the message before it in this turn, which is then not said by itself; alone where there is none, or both
    are too long for one message."""
    last = cursor.effects[-1] if cursor.effects else None
    if not isinstance(last, Send) or not isinstance(last.message, Text) or last.template is not None:
        return body
    both = f"{last.message.body}\n\n{body}"
    if length(both) > limit:
        return body
    cursor.effects.pop()
    return both


def _fitting(cursor: Cursor, body: str, options: bool, say: Say) -> str:
    """What of *body* fits into its message; what comes before is said in messages of its own, so that nothing is lost."""
    if options and length(body) > INTERACTIVE_BODY:
        cursor.effects.append(Send(Text(_fitting(cursor, body, False, say)), None, _closed(cursor, say), origin=_origin(cursor)))
        return ""
    while length(body) > TEXT_BODY:
        cut = max(body.rfind(space, TEXT_BODY // 4, TEXT_BODY // 2) for space in " \n") + 1 or TEXT_BODY // 2
        cursor.effects.append(Send(Text(body[:cut].rstrip()), None, _closed(cursor, say), origin=_origin(cursor)))
        body = body[cut:]
    return body


def _message(cursor: Cursor, body: str, shown: Sequence[Choice], say: Say | None = None) -> Message:
    if not shown:
        return Text(body, say.preview if say is not None else False)
    try:
        header = _header(cursor, say) if say is not None else None
    except Unfit as unfit:
        raise ExpressionError(str(unfit)) from None
    footer = _footer(cursor, say) if say is not None else None
    if len(shown) <= BUTTONS:
        return Buttons(body, tuple(shown), header, footer)
    opener = (cursor.render(say.button).strip() if say is not None and say.button is not None else "") or saying("options", cursor.language)
    return Menu(body, tuple(shown), opener, header if isinstance(header, str) else None, footer)  # a list has no picture above it


def _header(cursor: Cursor, say: Say) -> Header:
    """An empty one is left out."""
    if say.header is None:
        return None
    return say.header.header(cursor) if isinstance(say.header, Shown) else cursor.render(say.header).strip() or None


def _footer(cursor: Cursor, say: Say) -> str | None:
    return (cursor.render(say.footer).strip() or None) if say.footer is not None else None


def _origin(cursor: Cursor) -> str:
    top = cursor.view or cursor.top
    return f"{top.flow.name}.{top.state}" if top is not None else ""
