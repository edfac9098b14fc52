"""What becomes of a conversation under another release than the one it was begun under."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from botkit.answers import Rejected
from botkit.bot import Bot
from botkit.flow import Flow, Moved
from botkit.model import Conversation, Frame
from botkit.outcomes import Outcome
from botkit.steps import Call

Loss = Literal["flow", "step", "question", "option"]
Fate = Literal["goes on", "asked again", "moved", "stranded"]


class Gone(Struct, frozen=True):
    """A frame that the release cannot take up. *reason* is for the record."""

    loss: Loss
    reason: str
    options: tuple[str, ...] = ()  # those that were taken away, where that is all


class Led(Struct, frozen=True):
    """A frame that the release leads elsewhere: *outcome* is taken, or the step *to* entered."""

    outcome: Outcome | None = None
    to: str = ""


def successor(bot: Bot, frame: Frame) -> Frame | Led | Gone:
    """*frame* as the release of *bot* takes it up: as it is, at the step that it was moved to, or not."""
    flow = bot.flows.get(frame.flow)
    path = f"{frame.flow}.{frame.step}"
    if flow is None:
        return Gone("flow", f"the release has no {path}")
    moved = flow.moved.get(frame.step) if frame.step not in flow.steps else None
    if moved is not None:
        return _moved(flow, frame, moved)
    if frame.step not in flow.steps:
        return Gone("step", f"the release has no {path}")
    now = flow.steps[frame.step].fingerprint
    if not frame.fingerprint or frame.fingerprint == now:
        return frame
    (asked, options), (asks, offers) = _parts(frame.fingerprint), _parts(now)
    if asked != asks:
        return Gone("question", f"the release asks something else at {path}")
    taken = tuple(option for option in options if option not in offers)
    return Gone("option", f"the release offers no {', '.join(taken)} at {path}", taken) if taken else frame


def _moved(flow: Flow, frame: Frame, moved: Moved) -> Frame | Led:
    if moved.to is None or moved.to.text not in flow.steps:
        return Led(moved.outcome)
    step = flow.steps[moved.to.text]
    # Whoever waits for an answer can wait for another one, if both steps know what can be chosen without working it out. What waits for a
    # time or an action has begun it, and waits for nothing else.
    if frame.entry or frame.call:
        was, now = _parts(frame.fingerprint)[0], _parts(step.fingerprint)[0]
        kinds = (was.partition(" ")[0], now.partition(" ")[0])
        fits = was == now or kinds == ("handoff", "handoff") or (kinds == ("ask", "ask") and not (frame.choices or now.endswith(" from")))
    else:
        fits = isinstance(step.verb, Call)
    if not fits:
        return Led(to=step.name)
    return replace(frame, step=step.name, fingerprint=step.fingerprint if frame.fingerprint else "")


def _parts(fingerprint: str) -> tuple[str, list[str]]:
    """What is waited for, and the ids of the options."""
    what, _, options = fingerprint.rpartition("|")
    return (what, [one for one in options.split(",") if one]) if what else (fingerprint, [])


# ---- many conversations, before anything changes


class Stand(Struct, frozen=True):
    """Where conversations stand, and what becomes of them there. *was*: the fingerprint that they wait with; *loss*: what strands them."""

    flow: str
    step: str
    fate: Fate
    loss: Loss | None = None
    was: str = ""
    options: tuple[str, ...] = ()  # those that are gone, or where they are asked again those that have been added


class Live(Struct):
    """What a release makes of the conversations of a store, counted. *misfits*: (flow, variable) or ("", attribute of the contact) that
    hold a value of another type than is declared; *buttons*: (flow, step, option) of older messages whose buttons stay alive."""

    store: str = ""  # its name
    conversations: int = 0
    unreadable: int = 0
    stands: Counter[Stand] = field(default_factory=Counter)
    misfits: Counter[tuple[str, str]] = field(default_factory=Counter)
    buttons: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def under_way(self) -> int:
        return sum(self.stands.values())


def counted(bot: Bot, conversations: Iterable[Conversation | None], store: str = "") -> Live:
    """What the release of *bot* makes of *conversations*; None stands for one that cannot be read."""
    live = Live(store)
    known: dict[tuple[tuple[object, ...], ...], tuple[Stand, ...]] = {}
    for conversation in conversations:
        if conversation is None:
            live.unreadable += 1
            continue
        live.conversations += 1
        frames = conversation.frames
        key = tuple((f.flow, f.step, f.fingerprint, f.background, bool(f.entry), bool(f.call), bool(f.choices)) for f in frames)
        if key not in known:
            known[key] = tuple(stands(bot, frames))
        live.stands.update(known[key])
        _misfits(bot, conversation, live)
        for kept in conversation.kept:
            flow = bot.flows.get(kept.flow)
            step = flow.steps.get(kept.step) if flow is not None else None
            offers = _parts(step.fingerprint)[1] if step is not None else []
            gone = {(kept.flow, kept.step, one) for one in _parts(kept.fingerprint)[1] if one not in offers}
            live.buttons.update(gone)
    return live


def stands(bot: Bot, frames: Sequence[Frame]) -> list[Stand]:
    """Where a conversation with *frames* stands: one for what is under way, if anything is, and one for each flow in the background."""
    groups: list[list[Frame]] = []
    for frame in frames:
        if frame.background or not groups:
            groups.append([])
        groups[-1].append(frame)
    return [_stand(bot, group) for group in groups]


def _stand(bot: Bot, frames: Sequence[Frame]) -> Stand:
    fate: Fate = "goes on"
    for frame in frames:
        found = successor(bot, frame)
        if isinstance(found, Gone):
            return Stand(frame.flow, frame.step, "stranded", found.loss, frame.fingerprint, found.options)
        if isinstance(found, Led):
            return Stand(frame.flow, frame.step, "moved", was=frame.fingerprint)
        if found.step != frame.step:
            fate = "moved"
    top = frames[-1]
    was, now = top.fingerprint, bot.flows[top.flow].steps[top.step].fingerprint if fate == "goes on" else top.fingerprint
    if was and was != now:
        added = tuple(option for option in _parts(now)[1] if option not in _parts(was)[1])
        return Stand(top.flow, top.step, "asked again", was=was, options=added)
    return Stand(top.flow, top.step, fate, was=was)


def _misfits(bot: Bot, conversation: Conversation, live: Live) -> None:
    found = set()
    for frame in conversation.frames:
        flow = bot.flows.get(frame.flow)
        for name, value in frame.variables.items() if flow is not None else ():
            type_ = flow.types.get(name) if flow is not None else None
            if type_ is not None and value is not None and isinstance(type_.normal(value), Rejected):
                found.add((frame.flow, name))
    for name, value in conversation.contact.attributes.items():
        type_ = bot.attributes.get(name)
        if type_ is not None and value is not None and isinstance(type_.normal(value), Rejected):
            found.add(("", name))
    live.misfits.update(found)
