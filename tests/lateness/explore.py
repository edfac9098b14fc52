"""All that can happen to a conversation, tried with the real engine: every message that it says with the window closed is kept.

States that look alike are followed once: the same steps, the same timers, a silence of about the same length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from botkit.answers import Answer
from botkit.bot import Bot
from botkit.checks.walk import pieces
from botkit.engine import advance
from botkit.engine.taps import Tap
from botkit.lateness import Lateness
from botkit.model import (
    ActionFailed,
    ActionFinished,
    Call,
    Contact,
    Conversation,
    Event,
    ExternalEvent,
    MessageReceived,
    OperatorCommand,
    Scheduled,
    Send,
    StatusChanged,
    TimerFired,
    Turn,
)
from botkit.says import Say
from botkit.signatures import Signature, ValueType
from botkit.steps import Handoff, Wait
from botkit.steps import Run as Action
from botkit.window import is_open
from botkit.wire import Value

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)
LONG = timedelta(hours=30)
WORDS = ("nonsense 🫥", "4", "tomorrow", "2026-06-24", "Madrid", "+34600111222", "ana@example.org", "10:00", "yes")
SPANS = tuple(timedelta(hours=hours) for hours in (0, 2, 12, 23.9, 24, 48))
RECORD: Value = {"id": "r1", "label": "One"}
VALUES: Mapping[str, Value] = {
    "none": None, "bool": True, "integer": 4, "number": 4, "text": "x", "date": (MONDAY + timedelta(days=3)).date(),
    "datetime": MONDAY + timedelta(days=3), "time": MONDAY.time(), "record": RECORD, "list": [RECORD],
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A message that met a closed window without a template or a policy. *faulty*: something could not be worked out on the way, since the
    contact wrote last."""

    origin: str
    text: str
    faulty: bool
    story: tuple[str, ...]


@dataclass(frozen=True)
class State:
    conversation: Conversation
    now: datetime
    faulty: bool
    call: str  # the action that is under way: its id
    action: str
    story: tuple[str, ...]


def explore(bot: Bot, signatures: Mapping[str, Signature], states: int, depth: int = 40) -> list[Said]:
    """What is said with the window closed, in at most so many different *states*."""
    found: dict[tuple[str, str, bool], Said] = {}
    seen: set[object] = set()
    numbers = count(1)
    first = State(Conversation("main", Contact("c1", wa_id="34600111222")), MONDAY, False, "", "", ())
    queue = deque([first])
    while queue and len(seen) < states:
        state = queue.popleft()
        for told, event in events(bot, state, signatures, numbers):
            turn = advance(bot, state.conversation, event)
            after = _after(state, told, event, turn)
            for said in closed(turn, event, after):
                found.setdefault((said.origin, said.text, said.faulty), said)
            key = _likeness(after)
            if key not in seen and len(after.story) < depth:
                seen.add(key)
                queue.append(after)
    return list(found.values())


def _after(state: State, told: str, event: Event, turn: Turn) -> State:
    heard = isinstance(event, MessageReceived)
    failures = sum(note.kind == "error" and ": " in note.detail for note in turn.notes)
    expected = isinstance(event, ActionFailed) or any(note.kind == "timeout" for note in turn.notes)
    faulty = (state.faulty and not heard) or failures > expected
    calls = [effect for effect in turn.effects if isinstance(effect, Call)]
    live = {frame.call for frame in turn.conversation.frames if frame.call}
    begun = next((one for one in calls if one.id in live), None)
    call, action = (begun.id, begun.action) if begun is not None else (state.call, state.action) if state.call in live else ("", "")
    return State(turn.conversation, event.at, faulty, call, action, (*state.story, told))


def closed(turn: Turn, event: Event, state: State) -> Iterator[Said]:
    """What the turn says into a closed window, and has neither a template nor anything said of it."""
    unwanted = turn.conversation.contact.attributes.get("opted_out") is True  # such a contact gets no template
    if is_open(turn.conversation.last_inbound, event.at) or unwanted:
        return
    for effect in turn.effects:
        if isinstance(effect, Send) and effect.template is None and effect.closed == "fail":
            text = getattr(effect.message, "body", "")
            yield Said(effect.origin, text, state.faulty, state.story)


def _likeness(state: State) -> object:
    conversation = state.conversation
    frames = tuple(
        (f.flow, f.step, bool(f.entry), f.digression, f.background, f.via, min(f.retries, 3), frozenset(_filled(f.variables)))
        for f in conversation.frames
    )
    entries = {frame.entry: n for n, frame in enumerate(conversation.frames)}
    timers = tuple(sorted((entries.get(t.entry, -1), t.name, sum(t.due - state.now > span for span in SPANS)) for t in conversation.timers))
    silent = state.now - conversation.last_inbound if conversation.last_inbound is not None else None
    age = -1 if silent is None else sum(silent >= span for span in SPANS)
    return frames, timers, age, state.faulty, bool(state.call), tuple(later.flow for later in conversation.later)


def _filled(variables: Mapping[str, Value]) -> list[str]:
    return [name for name, value in variables.items() if value is not None]


def events(bot: Bot, state: State, signatures: Mapping[str, Signature], numbers: Iterator[int]) -> Iterator[tuple[str, Event]]:
    """All that may happen next, in a few words, as far as it leads to different things."""
    conversation, now = state.conversation, state.now
    soon = now + timedelta(seconds=1)
    due = min((timer.due for timer in conversation.timers), default=None)
    late = soon + LONG if due is None else max(soon, due - timedelta(seconds=1))
    moments = (soon,) if late == soon else (soon, late)
    if due is not None and not state.call:
        for timer in conversation.timers:
            if timer.due == due:
                yield f"timer {timer.name}", TimerFired(f"k{next(numbers)}", max(due, now), timer.id)
    if state.call:
        yield from _answers(bot, state, signatures, soon, numbers)
        return
    for text, payload in _messages(bot, conversation):
        number = next(numbers)
        yield f"> {text or payload}", MessageReceived(f"k{number}", soon, f"w{number}", "tap" if payload else "text", text, payload)
    for moment in moments:
        hours = int((moment - now).total_seconds() // 3600)
        for name, about, data in _outside(bot, conversation):
            yield f"event {name} +{hours}h", ExternalEvent(f"k{next(numbers)}", moment, name, data, about)
        for flow in bot.flows.values():
            for start in flow.starts:
                if start.every is not None:
                    yield f"schedule {flow.name} +{hours}h", Scheduled(f"k{next(numbers)}", moment, flow.name, start.every.fields, moment)
        top = conversation.frames[-1] if conversation.frames else None
        step = bot.flows[top.flow].steps.get(top.step) if top is not None else None
        if step is not None and isinstance(step.verb, Handoff):
            yield f"handback +{hours}h", OperatorCommand(f"k{next(numbers)}", moment, "handback")
        if step is not None and step.verb is not None and "unsent" in step.verb.errors:
            yield f"unsent +{hours}h", StatusChanged(f"k{next(numbers)}", moment, "w", "failed", None, 131026)


def _answers(
    bot: Bot, state: State, signatures: Mapping[str, Signature], at: datetime, numbers: Iterator[int]
) -> Iterator[tuple[str, Event]]:
    frame = next(frame for frame in state.conversation.frames if frame.call == state.call)
    verb = bot.flows[frame.flow].steps[frame.step].verb
    signature = signatures.get(state.action)
    value = sample(signature.result) if signature is not None else VALUES["record"]
    yield f"{state.action} returns", ActionFinished(f"k{next(numbers)}", at, state.call, value)
    names = {*(verb.errors if isinstance(verb, Action) else ()), *(signature.raises if signature is not None else ()), "any", "timeout"}
    for name in sorted(names):
        yield f"{state.action} raises {name}", ActionFailed(f"k{next(numbers)}", at, state.call, name, "no")


def _messages(bot: Bot, conversation: Conversation) -> Iterator[tuple[str, str | None]]:
    """What the contact may write or tap on now."""
    top = conversation.frames[-1] if conversation.frames else None
    step = bot.flows[top.flow].steps.get(top.step) if top is not None else None
    ask = step.ask if step is not None else None
    yield WORDS[0], None
    for command in bot.settings.commands:
        yield command.match[0].text, None
    if top is None:
        for flow in bot.flows.values():
            yield from ((word.text, None) for word in flow.triggers[:1])
    for frame in conversation.frames:
        for command in (*bot.flows[frame.flow].commands, *(step.commands if step is not None else ())):
            yield command.match[0].text, None
    for frame in conversation.frames:
        other = bot.flows[frame.flow].steps.get(frame.step)
        if frame.background and other is not None and other.ask is not None:
            for option in other.ask.options:
                yield "", str(Tap(frame.flow, frame.step, frame.entry, option.id))
    if ask is not None and top is not None:
        for option in ask.options:
            yield "", str(Tap(top.flow, top.step, top.entry, option.id))
        for id_, _ in top.choices[:2]:
            yield "", str(Tap(top.flow, top.step, top.entry, id_))
        if ask.fields:
            yield from ((word, None) for word in WORDS[1:])
    for kept in conversation.kept[-1:]:
        old = bot.flows[kept.flow].steps.get(kept.step)
        if old is not None and old.ask is not None:
            yield from (("", str(Tap(kept.flow, kept.step, kept.entry, option.id))) for option in old.ask.options[:2])


def _outside(bot: Bot, conversation: Conversation) -> Iterable[tuple[str, str, Mapping[str, Value]]]:
    """(name, what it is about, data) of every event that somebody waits for, or that starts a flow."""
    found: dict[str, tuple[str, str, Mapping[str, Value]]] = {}
    for flow in bot.flows.values():
        for start in flow.starts:
            if start.kind == "event" and start.name is not None:
                found[start.name.text] = (start.name.text, "", {key.text: typed(answer) for key, answer in flow.params})
    for frame in conversation.frames:
        step = bot.flows[frame.flow].steps.get(frame.step)
        if frame.entry and step is not None and isinstance(step.verb, Wait):
            about = "4" if step.verb.about is not None and step.verb.about.formula is not None else ""
            for event in step.verb.events:
                found[event.text] = (event.text, about, found.get(event.text, ("", "", {"name": "x", "reason": "y"}))[2])
    return found.values()


def typed(answer: Answer) -> Value:
    return VALUES.get(answer.kind, "x")


def sample(type_: ValueType) -> Value:
    """A value of this type."""
    if type_.choices:
        return type_.choices[0]
    kind = next((kind for kind in type_.kinds if kind != "none"), "none")
    if kind == "record":
        return {field.name: sample(field.type) for field in type_.fields} or VALUES["record"]
    if kind == "list":
        return [sample(type_.items)] if type_.items is not None else VALUES["list"]
    return VALUES.get(kind, VALUES["record"])


def missed(bot: Bot, lateness: Lateness, said: Iterable[Said]) -> list[Said]:
    """Of what was said with the window closed, what the analysis knows nothing of."""
    says = [(piece.flow.name if piece.flow is not None else "", piece.thing) for piece in pieces(bot) if isinstance(piece.thing, Say)]
    return [one for one in said if not any(_known(lateness, say, one.faulty) for say in _meant(bot, says, one))]


def _known(lateness: Lateness, say: Say, faulty: bool) -> bool:
    found = set(lateness.said.get(say, {}))
    return bool(found if faulty else found - {"fault"})


def _meant(bot: Bot, says: Iterable[tuple[str, Say]], said: Said) -> list[Say]:
    """The message that it was: by its text, where that is fixed; else any of its flow whose text is worked out."""
    free = [(flow, say) for flow, say in says if say.template is None and say.closed is None]
    fixed = [say for _, say in free if said.text in _constants(say)]
    flow = said.origin.partition(".")[0]
    return fixed or [say for of, say in free if of == flow and (say.text is None or say.text.text.constant is None)]


def _constants(say: Say) -> list[str]:
    return [text.constant.strip() for text in say.text.all.values() if text.constant is not None] if say.text is not None else []


__all__ = ["Said", "explore", "missed"]
