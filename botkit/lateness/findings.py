"""What the walk has found, by message: whether the window may be closed when it comes, how long the silence lasts, and the way there."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from msgspec import Struct

from botkit.bot import Bot
from botkit.lateness.arrival import Arrival, How, Mark
from botkit.lateness.walk import walk
from botkit.says import Say

_OWN = frozenset({"wait", "moment", "event", "handback"})  # what a step is there for
_LONGEST = 6  # words of a path that are told in full


class Late(Struct, frozen=True):
    """A message that may come with the window closed. *how*: see Arrival; *seconds*: of silence, at most; inf: nobody knows."""

    how: How
    seconds: float
    arrival: Arrival

    @property
    def kinds(self) -> frozenset[str]:
        """What leads there: wait, silence, timeout, event, …"""
        return frozenset(at.mark.kind for at in self.arrival.chain() if at.mark is not None)

    @property
    def path(self) -> str:
        """The way there from the contact's last word: when → wait 30 hours (line 34) → nudge."""
        return " → ".join(_shortened(_words(self.arrival)))


class Lateness(Struct, frozen=True):
    """*said*: every message that may come with the window closed, with or without a template. One that is not there only comes while it is
    open: at once, or soon, after a word of the contact."""

    said: Mapping[Say, Mapping[How, Late]]

    def of(self, say: Say) -> Late | None:
        """The worst that a message may meet: by timers alone, else by what happens outside; None: nothing, but for faults."""
        found = self.said.get(say, {})
        order: tuple[How, ...] = ("late", "unknown", "outside")
        return next((found[how] for how in order if how in found), None)


def lateness(bot: Bot) -> Lateness:
    """How late each message of *bot* can come. It may still have problems: what leads nowhere is passed over."""
    return Lateness({say: {how: Late(how, come.age, come) for how, come in found.items()} for say, found in walk(bot).said.items()})


def span(seconds: float) -> str:
    """ "30 hours", "more than 2 days": as an author would say it."""
    if seconds == inf:
        return "any time"
    for size, name, most in ((1, "second", 60), (60, "minute", 3_600), (3_600, "hour", 3 * 86_400), (86_400, "day", inf)):
        if seconds < most:
            count = int(seconds // size)
            return f"{'' if count * size == seconds else 'more than '}{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError("the last unit takes all")  # pragma: no cover


def _words(arrival: Arrival) -> list[tuple[str, bool]]:
    """The words of the way with whether each is a step; the first is where the contact wrote last."""
    flow = next((at.flow for at in arrival.chain() if at.flow), "")  # the last one that it came to: its steps need not name it
    words: list[tuple[str, bool]] = []
    for at in reversed(list(arrival.chain())):
        mark = at.mark
        if mark is not None and (told := _told(mark)):
            if mark.kind in _OWN and words and words[-1][1]:
                words.pop()  # the step that waits is told by what it waits for
            words.append((f"{told} (line {mark.node.line})" if mark.node is not None else told, False))
        if at.step:
            name = at.step if at.flow == flow else f"{at.flow}.{at.step}"
            if not words or words[-1][0] != name:
                words.append((name, True))
    return _once_round(words)


def _once_round(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """A way that goes round in a circle, with one round of it."""
    circle = next((n for n, (word, _) in enumerate(words) if word == "again and again"), None)
    if not circle:
        return words
    round_ = words[:circle]
    places = [n for n, word in enumerate(round_) if word == round_[-1]]
    told = round_[: places[0]] + (round_[places[-2] :] if len(places) > 1 else round_[-1:])
    return [*told, words[circle], *(word for word in words[circle + 1 :] if word not in told)]


def _told(mark: Mark) -> str:
    match mark.kind:
        case "wait" | "silence" | "timeout":
            return f"{mark.text} {span(mark.seconds)}"
        case "event":
            return f"event {mark.text}"
        case "handback":
            return f"handoff to {mark.text}" + (f", up to {span(mark.seconds)}" if mark.seconds else "")
        case "action" | "gather":
            return f"{mark.text}, up to {span(mark.seconds)}" if mark.seconds >= 3_600 else ""
        case "unsent":
            return "a message does not arrive"
    return mark.text


def _shortened(words: list[tuple[str, bool]]) -> list[str]:
    """Steps that only lie between are left out where there are many."""
    if len(words) <= _LONGEST:
        return [word for word, _ in words]
    last = len(words) - 1
    near = {n for n, (_, step) in enumerate(words) if not step for n in (n - 1, n, n + 1)} | {0, last}
    kept: list[str] = []
    for n, (word, _) in enumerate(words):
        if n in near:
            kept.append(word)
        elif not kept or kept[-1] != "…":
            kept.append("…")
    return kept


__all__ = ["Late", "Lateness", "lateness", "span"]
