"""The words of a picture: labels in one of the bot's languages, cut to what a picture has room for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from botkit.checks.timing import span
from botkit.commands import Command
from botkit.flow import Flow
from botkit.replies import Formula, Reply
from botkit.says import Content, Say
from botkit.says.buttons import FormButton, Link, Wares
from botkit.says.cards import Cards
from botkit.says.places import People, React, Spot, Wish
from botkit.says.shown import Shown
from botkit.schedules import Shift
from botkit.steps import Ask, Call, Handoff, Run, Step, Wait
from botkit.triggers import Trigger

LABEL = 40  # characters of a label
LINE = 64  # characters of a line in a box


# What turns the rest of a line around, and what is no character.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


def plain(text: str) -> str:
    """*text* in one line, without what no format can hold or what would spoil the labels beside it."""
    return " ".join("".join(c for c in text if c.isspace() or (c not in _TURNING and unicodedata.category(c) not in ("Cc", "Cs"))).split())


def cut(text: str, most: int = LABEL) -> str:
    """*text* in one line of at most *most* characters."""
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def told(reply: Reply, language: str | None) -> str:
    """What a text says in a language of the bot (None: the one it is written in); where it computes, as it is written."""
    text = reply.others.get(language, reply.text) if language is not None else reply.text
    return text.constant if text.constant is not None else text.source


def formula(one: Formula) -> str:
    return cut(one.expression.source)


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def lines_of(step: Step, language: str | None) -> Iterator[str]:
    """What stands in the box of a step, below its name."""
    if step.condition is not None:
        yield f"if {formula(step.condition)}"
    for say in step.say[:2]:
        yield from _said(say, language)
    if len(step.say) > 2:
        yield f"… and {len(step.say) - 2} more messages"
    match step.verb:
        case Run(action=action):
            yield f"runs {cut(action.text, LINE)}"
        case Call(flow=flow):
            yield f"calls {cut(flow.text, LINE)}"
        case Handoff(queue=queue):
            yield f"to {cut(queue.text, LINE)}"
        case Ask(silence=entries):
            for entry in entries or ():
                if entry.outcome.go is None and entry.outcome.call is None:
                    yield f"after {span(entry.after)}: {_reminder(entry.outcome.say, language)}"


def _said(say: Say, language: str | None) -> Iterator[str]:
    about = _about(say.content, language) if say.content is not None else ""
    if say.text is not None:
        yield f"“{cut(first_line(told(say.text, language)), LINE)}”"
        if about:
            yield about
    elif about:
        yield about
    elif say.file is not None:
        yield f"file {cut(say.file.text, LINE)}"


def _about(content: Content, language: str | None) -> str:
    """What a message is about besides its text."""
    match content:
        case Shown(kind=kind, source=source, caption=caption):
            words = f" “{cut(first_line(told(caption, language)), LINE)}”" if caption is not None else ""
            return f"{kind} {cut(source.node.text)}{words}"
        case Spot(name=name, node=node):
            return f"location {cut(told(name, language) if name is not None else getattr(node, 'text', ''))}".rstrip()
        case People():
            return "contact card"
        case React(emoji=emoji):
            return f"reacts {cut(emoji.node.text)}"
        case Link(label=label, to=to):
            return f"[{cut(told(label, language))}] → {cut(to.node.text)}"
        case Wish(what=what):
            return f"asks for the {what}"
        case FormButton(label=label):
            return f"form [{cut(told(label, language))}]"
        case Wares(show=show):
            return "the catalogue" if show is None else "products"
        case Cards(cards=cards):
            return f"{len(cards)} cards" if len(cards) > 1 else "cards"
    return ""


def _reminder(says: tuple[Say, ...], language: str | None) -> str:
    return next((line for say in says for line in _said(say, language)), "a reminder")


def lines_of_flow(flow: Flow, language: str | None) -> Iterator[str]:
    """What a flow does at every step of it without leading anywhere."""
    for entry in flow.silence or ():
        if entry.outcome.go is None and entry.outcome.call is None:
            yield f"after {span(entry.after)}: {_reminder(entry.outcome.say, language)}"
    for command in flow.commands:
        if command.outcome.go is None and command.outcome.call is None:
            yield f"{understood(command)}: {_reminder(command.outcome.say, language)}"


def understood(command: Command) -> str:
    """The first word of a command, as a contact writes it."""
    return f"“{cut(command.match[0].text if command.match else command.name)}”"


def template_of(step: Step) -> str:
    """The names of the templates that a step may send; "" for none."""
    says = [*step.say, *step.then.say]
    return ", ".join(dict.fromkeys(cut(say.template.name) for say in says if say.template is not None))


def awaited(wait: Wait) -> str:
    """What ends a wait."""
    if wait.events:
        return " or ".join(cut(name.text) for name in wait.events)
    if wait.until is not None:
        return f"until {formula(wait.until)}"
    return f"after {span(wait.seconds or 0)}"


def started(flow: Flow, first: bool) -> Iterator[str]:
    """What starts a flow, line by line. *first*: it is the one that a first message starts."""
    if first:
        yield "any first message"
    if flow.triggers:
        more = f" and {len(flow.triggers) - 6} more words" if len(flow.triggers) > 6 else ""
        yield ", ".join(cut(word.text) for word in flow.triggers[:6]) + more
    for start in flow.starts:
        yield _start(start)


def _start(start: Trigger) -> str:
    if start.every is not None:
        return f"every {start.every.cron.text}: {formula(start.every.to)}"
    if start.relative is not None:
        one = start.relative
        time = f" at {one.at:%H:%M}" if one.at is not None else ""
        return f"{_distance(one.by)}{formula(one.to)}{time}"
    name = f" {cut(start.name.text)}" if start.name is not None else ""
    return f"{start.kind.replace('_', ' ')}{name}"


def _distance(by: Shift) -> str:
    seconds = by.days * 86_400 + by.seconds
    if by.days and not by.seconds:  # days of the calendar, never told as hours
        return f"{abs(by.days)} day{'' if abs(by.days) == 1 else 's'} {'before' if seconds < 0 else 'after'} "
    return f"{span(abs(seconds))} {'before' if seconds < 0 else 'after'} " if seconds else "on "


__all__ = ["awaited", "cut", "formula", "lines_of", "lines_of_flow", "plain", "span", "started", "template_of", "told", "understood"]
