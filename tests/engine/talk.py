"""Talks: a bot given as YAML, and a chat with it that reads like one.

    talk(
        main='''
            steps:
              menu: {say: How can we help?, options: {book: Book a visit}}
        ''',
    ).goes('''
        > hello                       the contact writes (`> "…"` for what has spaces at its ends)
        < How can we help? [Book a visit]
        > [Book a visit]              … taps, on the newest message that has this button; [x @1] on the first one that had it
        > (sticker)                   … sends something else: (image: its caption), (location 40.4 -3.7), (reaction), (unsupported)
        ? clinic.book {"day": …}      what an action is asked
        = {ref: V7}                   what it gives
        ! SlotTaken                   what it raises
        ? understand hm               what the bot's hook is asked about: = and ! are its answers, too
        + 25h                         time passes; timers that fall due meanwhile go off
        ~ failed 131026               a status of a message of ours
        @ main.menu                   where the conversation stands; `@ nowhere`
        # a remark
    ''')

Whatever the bot does has to stand there, in order and whole: what is not written is a failure.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import yaml

from botkit import wire
from botkit.bot import Bot
from botkit.engine import advance
from botkit.hook import HOOK
from botkit.messages import TemplateMessage
from botkit.messages.template import written as filled
from botkit.model import (
    ActionFailed,
    ActionFinished,
    Call,
    Contact,
    Conversation,
    Effect,
    Event,
    Frame,
    MessageReceived,
    Send,
    StatusChanged,
    Tell,
    TimerFired,
    Turn,
    dump_conversation,
    dump_event,
    load_conversation,
    load_event,
)
from botkit.problems import Problems, render_all
from botkit.release import read_bot
from botkit.shapes.scalars import duration
from botkit.succession import successor

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)  # 9:00 in Madrid
DEFAULTS = {"botkit": "1", "start": "main", "timezone": "Europe/Madrid"}
_TAP = re.compile(r"\[(.+?)(?: @(\d+))?\]")
_OTHER = re.compile(r"\((\w+)(?: ([-\d.]+) ([-\d.]+))?(?:: (.*))?\)")


def files(settings: str = "", more: dict[str, str] | None = None, **flows: str) -> dict[str, bytes]:
    """The files of a bot: *settings* is what botkit.yaml says beside DEFAULTS, *more* are files of templates/, or anywhere
    else, the rest are flows by name."""
    said = textwrap.dedent(settings)
    first = "".join(f"{key}: {value}\n" for key, value in DEFAULTS.items() if f"{key}:" not in said)
    texts = {"botkit.yaml": first + said}
    texts.update({f"flows/{name}.yaml": textwrap.dedent(text) for name, text in flows.items()})
    texts.update({name if "/" in name else f"templates/{name}": textwrap.dedent(text) for name, text in (more or {}).items()})
    return {name: text.encode() for name, text in texts.items()}


def read(settings: str = "", more: dict[str, str] | None = None, **flows: str) -> Bot:
    problems = Problems()
    contents = files(settings, more, **flows)
    bot = read_bot(contents, problems)
    assert bot is not None and not problems.errors, render_all(problems, {name: text.decode() for name, text in contents.items()})
    return bot


def talk(settings: str = "", more: dict[str, str] | None = None, **flows: str) -> Talk:
    return Talk(read(settings, more, **flows))


@dataclass(frozen=True)
class Shown:
    """A button that the contact sees."""

    label: str
    payload: str


class Talk:
    """A conversation with a bot; every turn of it is held to what holds for all turns."""

    def __init__(self, bot: Bot, now: datetime = MONDAY, **attributes: Any) -> None:
        self.bot = bot
        self.now = now
        self.conversation = Conversation("main", Contact("c1", wa_id="34600111222", attributes=attributes))
        self.turns: list[Turn] = []
        self.said: list[str] = []  # by the bot, since the last line of the contact
        self.log: list[str] = []
        self.shown: list[list[Shown]] = []
        self.count = 0

    # ---- what happens

    def happens(self, event: Event) -> Turn:
        """Work one event off, as a process would that has to read everything from its files."""
        before, event = load_conversation(dump_conversation(self.conversation)), load_event(dump_event(event))
        turn = advance(self.bot, before, event)
        sound(self.bot, before, turn)
        self.conversation = turn.conversation
        self.turns.append(turn)
        for effect in turn.effects:
            self.said.append(written(effect))
            message = effect.message or effect.template if isinstance(effect, Send) else None
            self.shown.append([Shown(choice.label, choice.payload) for choice in getattr(message, "choices", ())])
        return turn

    def _stamp(self) -> dict[str, Any]:
        self.count += 1
        return {"key": f"k{self.count}", "at": self.now}

    def receives(self, type_: str, text: str = "", **more: Any) -> Turn:
        stamp = self._stamp()
        return self.happens(MessageReceived(**stamp, id=f"wamid.{self.count}", type=type_, text=text, **more))

    def hears(self, text: str) -> Turn:
        tap, other = _TAP.fullmatch(text), _OTHER.fullmatch(text)
        if tap is not None:
            return self.taps(tap[1], int(tap[2]) if tap[2] else None)
        if other is not None:
            kind, latitude, longitude, caption = other.groups()
            data = {"latitude": float(latitude), "longitude": float(longitude)} if latitude else {}
            opens = kind not in ("reaction", "system", "unsupported")
            return self.receives(kind, caption or "", data=data, opens_window=opens)
        return self.receives("text", text[1:-1] if text[:1] == text[-1:] == '"' and len(text) > 1 else text)

    def taps(self, label: str, nth: int | None = None) -> Turn:
        """A tap on a button with *label*: of the newest message that has one, or of the nth one that had."""
        found = [button for buttons in self.shown for button in buttons if button.label == label]
        assert found, f"there was never a button {label}"
        button = found[nth - 1] if nth is not None else found[-1]
        return self.receives("tap", button.label, payload=button.payload)

    @property
    def call(self) -> str:
        unclear, frames = self.conversation.unclear, self.conversation.frames
        call = unclear.call if unclear is not None else frames[-1].call if frames else None
        assert call is not None, "no action is under way"
        return call

    def gives(self, value: Any) -> Turn:
        return self.happens(ActionFinished(**self._stamp(), call=self.call, value=value))

    def raises(self, error: str, detail: str = "") -> Turn:
        return self.happens(ActionFailed(**self._stamp(), call=self.call, error=error, detail=detail))

    def status(self, status: str, code: int | None = None) -> Turn:
        stamp = self._stamp()
        return self.happens(StatusChanged(**stamp, id=f"wamid.out{self.count}", status=status, code=code))

    def passes(self, span: str) -> None:
        """Time passes, and what is due meanwhile goes off in its order."""
        seconds = duration(span)
        assert seconds is not None, span
        until = self.now + timedelta(seconds=seconds)
        for _ in range(50):
            due = min((timer for timer in self.conversation.timers if timer.due <= until), key=lambda timer: timer.due, default=None)
            if due is None:
                break
            self.now = max(self.now, due.due)
            self.happens(TimerFired(f"timer:{due.id}", due.due, due.id))
        else:
            raise AssertionError(f"timers go off for ever: {self.said[-3:]}")
        self.now = until

    # ---- a chat, line by line

    def goes(self, chat: str) -> Talk:
        for line in filter(None, (line.strip() for line in chat.splitlines())):
            mark, rest = line[0], line[1:].strip()
            if mark == "#":
                continue
            if mark in "<?":
                said = self.said.pop(0) if self.said else "< nothing"
                self._expect(said, f"{mark} {rest}")
            elif mark == "@":
                self._expect(self.stands, rest)
            else:
                self._nothing_left()
                self._does(mark, rest)
            self.log.append(line)
        self._nothing_left()
        return self

    def _does(self, mark: str, rest: str) -> None:
        match mark:
            case ">":
                self.hears(rest)
            case "=":
                self.gives(yaml.safe_load(rest))
            case "!":
                name, _, detail = rest.partition(": ")
                self.raises(name, detail)
            case "+":
                self.passes(rest)
            case "~":
                status, _, code = rest.partition(" ")
                self.status(status, int(code) if code else None)
            case _:
                raise ValueError(f"what is {mark} {rest}?")

    @property
    def stands(self) -> str:
        """The steps of all frames, the outermost first."""
        return " / ".join(f"{frame.flow}.{frame.step}" for frame in self.conversation.frames) or "nowhere"

    def _expect(self, found: str, expected: str) -> None:
        assert found == expected, "\n".join([*self.log, f"should be    {expected}", f"and is       {found}"])

    def _nothing_left(self) -> None:
        assert not self.said, "\n".join([*self.log, "and nothing more, but there was", *self.said])

    @property
    def notes(self) -> list[str]:
        """Kinds of what the last turn did."""
        return [note.kind for note in self.turns[-1].notes]

    def variable(self, name: str) -> Any:
        return self.conversation.frames[-1].variables.get(name)


def written(effect: Effect) -> str:
    """One effect as a line of a chat."""
    if isinstance(effect, Call) and effect.action == HOOK:
        return f"? {HOOK} {effect.arguments['heard']['text']}"
    if isinstance(effect, Call):
        return f"? {effect.action} {wire.dumps(effect.arguments).decode()}"
    if isinstance(effect, Tell):
        return f"told {effect.contact}: {effect.event.key}"
    parts: list[str] = []
    message = effect.message
    if message is not None:
        parts.append(message.shown().replace("\n", "\\n"))
        labels = [choice.label for choice in getattr(message, "choices", ())]
        parts += [f"[{', '.join(labels)}]"] if labels else []
    template = effect.template
    if isinstance(template, TemplateMessage):
        parts.append(f"({', '.join((template.name, *map(filled, template.parameters)))})")
    return "< " + " ".join(parts)


def sound(bot: Bot, before: Conversation, turn: Turn) -> None:
    """What holds for every turn, whatever the bot and whatever happened."""
    after = turn.conversation
    assert after.version == before.version + 1
    assert load_conversation(dump_conversation(after)) == after
    assert (after.channel, after.contact.id, after.contact.wa_id) == (before.channel, before.contact.id, before.contact.wa_id)
    assert len(after.frames) <= 20
    entries = [frame.entry for frame in after.frames if frame.entry]
    assert len(entries) == len(set(entries)) and all(entry <= after.entries for entry in entries)
    assert after.entries >= before.entries
    assert {timer.entry for timer in after.timers if timer.entry} <= set(entries)
    assert all(timer.entry or bot.dates or timer.name == "held" for timer in after.timers)
    assert len({timer.id for timer in after.timers}) == len(after.timers)
    _answers(bot, after)
    for effect in turn.effects:
        if isinstance(effect, Send):
            for message in filter(None, (effect.message, effect.template)):
                assert wire.dumps(message.payload())
        elif isinstance(effect, Call):
            assert wire.dumps(effect.arguments)


def _answers(bot: Bot, conversation: Conversation) -> None:
    """A conversation is never left at a step that cannot answer: the last frame waits, or has an action under way. A flow in the background
    that began under another release is looked at by this one only once something concerns it."""
    if not conversation.frames or conversation.release != bot.release:
        return
    top = conversation.frames[-1]
    if any(frame.background for frame in conversation.frames) and not isinstance(successor(bot, top), Frame):
        return
    step = bot.flows[top.flow].steps[top.step]
    assert top.call is not None or (step.waits and top.entry), f"it stands at {top.flow}.{top.step} and waits for nothing"
    for frame, above in pairwise(conversation.frames):
        assert frame.call is None or above.background


def labels(turn: Turn) -> list[str]:
    return [choice.label for effect in turn.effects if isinstance(effect, Send) for choice in getattr(effect.message, "choices", ())]


def texts(effects: Iterable[Effect]) -> list[str]:
    return [written(effect) for effect in effects]
