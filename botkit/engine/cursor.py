"""The scratch pad of one turn: what it has changed so far. It dies with the call."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from msgspec.structs import replace

from botkit.answers import Reading as AnswerReading
from botkit.answers import Rejected
from botkit.bot import Bot
from botkit.engine.draft import Draft
from botkit.engine.handing import opened
from botkit.engine.sources import source_of
from botkit.engine.veils import SECRETS
from botkit.expressions import ExpressionError, Scope
from botkit.flow import Flow
from botkit.languages import closest
from botkit.model import (
    Call,
    Consent,
    Contact,
    Conversation,
    Early,
    Effect,
    Event,
    Frame,
    Later,
    MessageReceived,
    Note,
    Timer,
)
from botkit.outcomes import Outcome
from botkit.replies import Formula, Given, Nested, Reply
from botkit.settings import Queue
from botkit.source import Scalar
from botkit.steps import Step
from botkit.wire import Value

MAX_FRAMES = 20
MAX_STEPS = 100  # of one turn
MAX_KEPT = 20  # entries whose buttons stay alive
HELD = "held"  # the timer of who has taken over in the phone's app, of no entry


class Failure(Exception):
    """A turn cannot go on as it was written. *name* is what `errors` knows it by."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name
        self.detail = detail


class Cursor:
    """Frames, timers, attributes and effects, as they stand now; steps see it as `Turning`."""

    def __init__(self, bot: Bot, conversation: Conversation, event: Event) -> None:
        self.bot = bot
        self.event = event
        self.at = event.at
        self.local: datetime = event.at.astimezone(bot.settings.zone)
        self.before = conversation
        self.contact: Contact = conversation.contact
        self.attributes: dict[str, Value] = dict(conversation.contact.attributes)
        self.last_inbound = conversation.last_inbound
        self.frames: list[Draft] = []
        self.timers: list[Timer] = [timer for timer in conversation.timers if timer.name != HELD]
        self.held = conversation.held
        self.came = conversation.came
        self.free = conversation.free
        self.became = conversation.became  # this conversation is over: the contact is another one
        self.dates: tuple[Timer, ...] = ()  # those that the contact's dates set: of no entry
        self.entries = conversation.entries
        self.kept = list(conversation.kept)
        self.early: list[Early] = list(conversation.early)
        self.later: list[Later] = list(conversation.later)
        self.unsent = conversation.unsent
        self.unclear = conversation.unclear
        self.full = conversation.full if conversation.full is not None and event.at <= conversation.full else None
        self.message = event if isinstance(event, MessageReceived) else None  # `msg` in expressions
        self.aside: list[Frame] = []  # frames in the background that this turn does not concern
        self.rest: tuple[Frame, ...] = ()  # frames under way that the release cannot take up, while this turn does not concern them
        self.main: list[Draft] = []  # the conversation under way, while this turn works on a flow in the background
        self.behind = False  # this turn works on a flow in the background
        self.began = False  # which has begun in this turn
        self.unasked = False  # what is said now is said for nothing that the contact or the flow under way did
        self.effects: list[Effect] = []
        self.notes: list[Note] = []
        self.steps = 0
        self.failures = 0
        self.handled: set[Outcome] = set()  # what has handled a failure
        self.untouched = False  # the conversation stays where it is
        self.entering = False  # the top frame's step is to be entered
        self.answer: Value = event.text if isinstance(event, MessageReceived) else None
        self.happened: Mapping[str, Value] | None = None  # `event` in expressions
        self.carried: tuple[Step, datetime] | None = None  # a step that is entered anew, and when its timeout is due
        self._view: Draft | None = None
        self._viewed = False
        self.item: Value = None  # `item` in expressions
        self.element: tuple[str, Value] | None = None  # the element of `each` that is being said, by its name
        self._calls = 0
        self._veils = False  # `secrets` can be named
        self._person: dict[str, Value] | None = None

    def meet(self, message: MessageReceived) -> None:
        """Keep what *message* shows, whatever becomes of it: that the contact is there, when they wrote last, and under which name."""
        self.unsent = 0
        if message.opens_window and (self.last_inbound is None or message.at > self.last_inbound):
            self.last_inbound = message.at
        if message.name and message.name != self.contact.profile:
            self.contact = replace(self.contact, profile=message.name)

    # ---- what expressions see

    @property
    def language(self) -> str:
        chosen = self.attributes.get("language")
        return chosen if isinstance(chosen, str) and chosen else self.bot.settings.language

    @property
    def spoken(self) -> str:
        """The language of the bot that is nearest to the contact's: the one that its texts are said in."""
        settings = self.bot.settings
        chosen = self.language
        return chosen if chosen == settings.language else closest(chosen, settings.languages) or settings.language

    @property
    def top(self) -> Draft | None:
        return self.frames[-1] if self.frames else None

    @property
    def view(self) -> Draft | None:
        """The frame whose variables are meant: that of the outcome being worked off, else the top one. None: only the bot's."""
        return self._view if self._viewed else self.top

    @contextmanager
    def seen_by(self, frame: Draft | None) -> Iterator[None]:
        """Work off what belongs to *frame*, or to the bot."""
        before = self._view, self._viewed
        self._view, self._viewed = frame, True
        try:
            yield
        finally:
            self._view, self._viewed = before

    def person(self) -> dict[str, Value]:
        """`contact` in expressions."""
        if self._person is None:
            contact = self.contact
            self._person = {name: self.attributes.get(name) for name in self.bot.attributes}
            self._person.update(self.attributes)
            self._person["wa_id"] = contact.wa_id
            self._person["phone"] = f"+{contact.wa_id}" if contact.wa_id else None
            self._person["name"] = self.attributes.get("name") or contact.profile
            self._person["language"] = self.language
            self._person["opted_out"] = self.attributes.get("opted_out") is True
            said = contact.consent if contact.consent is not None and contact.consent.given else None
            self._person["opted_in"] = {"at": said.at, "source": said.source, "words": said.words} if said is not None else None
        return self._person

    def scope(self, frame: Draft | None = None) -> Scope:
        """What an expression of *frame* sees; of the bot, where *frame* is None."""
        givens: dict[str, Value] = {"contact": self.person(), "channel": self.before.channel, "answer": self.answer, "data": self.bot.data}
        if self.message is not None:
            told = self.message
            said = {"text": told.text, "type": told.type, "id": told.id, "at": self.local}
            about = {"reply_to": told.context, "referral": told.referral, "forwarded": told.data.get("forwarded") is True}
            givens["msg"] = {**told.data, **said, **about}
        if self.happened is not None:
            givens["event"] = self.happened
        if frame is not None:
            givens["visits"] = frame.visits.get(frame.state, 0)
        if self.item is not None:
            givens["item"] = self.item
        if self.element is not None:
            givens[self.element[0]] = self.element[1]
        if self._veils:
            givens["secrets"] = SECRETS
        return Scope(
            frame.variables if frame is not None else {}, givens, language=self.language, now=self.local, bucket=self._bucket,
            written=self.bot.settings.language,
        )  # fmt: skip

    def _bucket(self, name: str, count: int) -> int:
        return zlib.crc32(f"{name}\0{self.contact.id}".encode()) % count

    def reading(self) -> AnswerReading:
        return AnswerReading(self.language, self.bot.settings.languages, self.local.date(), self.local)

    # ---- what steps do

    def evaluate(self, formula: Formula) -> Value:
        return formula.value(self.scope(self.view))

    def given(self, given: Given | Nested) -> Value:
        if isinstance(given, Nested):
            values = [self.given(value) for value in given.values]
            return values if given.keys is None else {key.text: value for key, value in zip(given.keys, values, strict=True)}
        return given.literal if given.formula is None else given.formula.value(self.scope(self.view))

    def render(self, reply: Reply) -> str:
        other = reply.others.get(self.spoken) if reply.others else None
        text = reply.text if other is None else other
        if text.constant is not None:
            return text.constant
        scope = self.scope(self.view)
        if other is not None:
            scope.written = self.spoken
        return text.render(scope)

    def variable(self, name: str, contact: bool) -> Value:
        if contact:
            return self.attributes.get(name)
        return self.view.variables.get(name) if self.view is not None else None

    def assign(self, name: str, contact: bool, value: Value) -> None:
        """Give a variable, or an attribute, a value in the normal form of its declared type."""
        view = self.view
        declared = self.bot.attributes.get(name) if contact else view.flow.types.get(name) if view is not None else None
        if declared is not None and value is not None:
            normal = declared.normal(value)
            if isinstance(normal, Rejected):
                raise ExpressionError(f'"{name}" is {_a(declared.word)}, and this value is not: {str(value)[:60]}')
            value = normal
        self.put(name, contact, value)

    def put(self, name: str, contact: bool, value: Value) -> None:
        if contact and name in ("opted_in", "opted_out"):
            self._consented(name, value)
        elif contact:
            self.attributes[name] = value
            self._person = None
        elif self.view is not None:
            self.view.variables[name] = value

    def _consented(self, name: str, value: Value) -> None:
        """Put on record that messages are wanted, or not: when, where from, by which words. Naming where a consent comes from does not
        undo an opt-out, which only `opted_out: false` does."""
        self._person = None
        out, last = self.attributes.get("opted_out") is True, self.contact.consent
        given: bool | None = None  # nothing new is to be recorded
        source = source_of(self.event, f"{self.top.flow.name}.{self.top.state}" if self.top is not None else "message")
        if name == "opted_out":
            self.attributes["opted_out"] = value
            given = None if (value is True) == out else not value
        elif value is None or value is False:
            self.contact = replace(self.contact, consent=None if last is not None and last.given else last)
        elif not out and not (value is True and last is not None and last.given):
            told = value.get("source") if isinstance(value, Mapping) else value
            given, source = True, source if value is True else str(told)[:200]
        if given is not None:
            words = self.message.text[:200] if self.message is not None else ""
            self.contact = replace(self.contact, consent=Consent(given, self.at, source, words))

    def restore(self, attributes: dict[str, Value]) -> None:
        """Give the contact the attributes of before."""
        self.attributes = attributes
        self._person = None

    def call_action(self, action: str, arguments: Sequence[tuple[Scalar, Given | Nested]], timeout: float, retries: int) -> None:
        frame = self.frames[-1]
        self._veils = True
        try:
            given = {key.text: self.given(value) for key, value in arguments}
        finally:
            self._veils = False
        frame.call = self.call_id()
        self.effects.append(Call(frame.call, action, given, timeout, retries, frame.step.path))
        self.note("call", detail=action)

    def call_id(self) -> str:
        """The id of the next call of this turn: the same however often the event is worked on."""
        self._calls += 1
        told = f"{self.before.channel}\0{self.contact.id}\0{self.event.key}\0{self._calls}"
        return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def queue(self, name: str) -> Queue | None:
        return next((queue for queue in self.bot.settings.queues if queue.name == name), None)

    def open_now(self, queue: str) -> bool:
        found = self.queue(queue)
        return found is None or found.hours is None or found.hours.open_at(self.local)

    def hand_off(self, queue: str, note: Value, arguments: Sequence[tuple[Scalar, Given | Nested]] = ()) -> None:
        """The bot is silent from now on; *note* and *arguments* are for who takes over."""
        self.note("handoff", detail=queue if note is None else f"{queue}: {note}")
        found = self.queue(queue)
        if found is not None and found.leads:
            given = {key.text: self.given(value) for key, value in arguments}
            self.frames[-1].queue = queue
            self.frames[-1].handed = opened(self, found, note, given)

    def call_flow(self, flow: str, arguments: Sequence[tuple[Scalar, Given | Nested]], via: str, digression: bool) -> None:
        """Push a frame for *flow*; its first step is entered next."""
        self.start(flow, {key.text: self.given(value) for key, value in arguments}, via=via, digression=digression)

    def start(
        self, name: str, params: Mapping[str, Value], step: str = "", via: str = "", digression: bool = False, instead: bool = False
    ) -> None:
        """Put a frame for the flow *name* on top, or with *instead* in the place of the top one, to be entered at *step*, or else at its
        first one. What fails here leaves the frames as they were."""
        flow = self.flow(name)
        frame = Draft(flow, step or flow.first, {}, digression, via)
        if frame.state not in flow.steps:
            raise Failure("any", f'there is no step "{frame.state}" in {name}')
        with self.seen_by(frame):
            for param, value in params.items():
                self.assign(param, False, value)
        if instead:
            self.frames.pop()
        elif len(self.frames) + len(self.aside) + len(self.main) + len(self.rest) >= MAX_FRAMES:
            raise Failure("any", f"flows call one another more than {MAX_FRAMES} deep")
        self.frames.append(frame)
        self.entering = True
        self.note("start")

    def flow(self, name: str) -> Flow:
        found = self.bot.flows.get(name)
        if found is None:
            raise Failure("any", f'there is no flow "{name}"')
        return found

    def note(self, kind: str, step: str | None = None, detail: str = "") -> None:
        top = self.top
        self.notes.append(Note(kind, top.flow.name if top else "", (step or top.state) if top else "", detail))

    def outcome(self, key: str) -> tuple[Outcome | None, int]:
        """The outcome that a frame was called by, and the place of the frame that it belongs to; -1 for the bot's."""
        for owner in range(len(self.frames) - 1, -1, -1):
            found = self.frames[owner].flow.outcomes.get(key)
            if found is not None:
                return found, owner
        return self.bot.outcomes.get(key), -1


def _a(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


__all__ = ["MAX_FRAMES", "MAX_STEPS", "Cursor", "Failure"]
