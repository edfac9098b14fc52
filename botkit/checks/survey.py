"""A bot as the checks see it: its pieces by kind, what could not be read, and how a finding is told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from botkit.bot import Bot
from botkit.checks.known import Source, known
from botkit.checks.paths import Way, ways
from botkit.checks.walk import Piece, pieces
from botkit.flow import Flow
from botkit.outcomes import END, Arguments, Outcome, Save
from botkit.problems import Edit, Place, Problems, Severity, nearest
from botkit.signatures import Signature
from botkit.source import Mapping as Keys
from botkit.source import Node, Scalar
from botkit.steps import Call, Step
from botkit.succession import Live

if TYPE_CHECKING:
    from botkit.approvals import Pulls

T = TypeVar("T")

_SUGGESTIONS = 40_000  # words that one run compares with unknown ones: the nearest of many is not found for nothing
_WORD = re.compile(r"\w+")
_RESERVED = ("end", "quit", "again", "back")
_ALIKE = {
    "exit": "quit", "stop": "quit", "finish": "end", "return": "end", "done": "end", "stay": "again", "repeat": "again",
    "retry": "again", "self": "again", "previous": "back",
}  # fmt: skip


class Calling(Struct, frozen=True):
    """A flow that is called: by a step's own `call`, or by an outcome (*digression*: it comes back, however it ended)."""

    piece: Piece
    flow: Scalar
    arguments: Arguments
    save: Save | None
    errors: Mapping[str, Outcome]
    digression: bool

    @property
    def node(self) -> Node | None:
        """The keys that it is written with."""
        step = self.piece.step
        return self.piece.thing.node if self.digression else step.onward.node if step is not None else None


class Survey:
    """Laid out once for one run of all checks."""

    def __init__(
        self, bot: Bot, signatures: Mapping[str, Signature] | None, problems: Problems, live: Live | None = None,
        pulls: Pulls | None = None, now: datetime | None = None,
    ) -> None:  # fmt: skip
        self.bot = bot
        self.signatures = signatures  # None: not known, nothing is said about actions
        self.problems = problems
        self.live = live  # None: nothing is known of conversations
        self.pulls = pulls  # what providers had; None: nothing is known of that
        self.now = now  # None: it does not matter
        self._torn: dict[str, list[int]] = {}  # by file, the lines of what could not be read
        for problem in problems:
            if problem.severity == "error":
                self._torn.setdefault(problem.place.file, []).append(problem.place.line)
        self._parts: dict[str, Mapping[int, str]] = {}  # by flow
        self._lost: dict[str, frozenset[str]] = {}  # by flow
        self.broken = frozenset(self._torn)  # files that were not read whole
        self._kinds: dict[type, list[Piece]] = {}
        self._left = _SUGGESTIONS
        self.searched = 0  # ways that were looked along for reasons
        self._near: dict[tuple[str, str], str | None] = {}
        self._made: dict[Any, Any] = {}
        for piece in pieces(bot):
            self._kinds.setdefault(type(piece.thing), []).append(piece)

    def of(self, *kinds: type) -> Iterable[Piece]:
        """Every piece of these kinds."""
        for kind in kinds:
            yield from self._kinds.get(kind, ())

    # ---- what is there

    def whole(self, flow: Flow | None) -> bool:
        """Whether all of its file could be read: only then is anything missing in it, rather than lost on the way."""
        return (flow.file if flow is not None else "botkit.yaml") not in self.broken

    def torn(self, flow: Flow) -> Mapping[int, str]:
        """Its parts, a step or a key of the header, in which something could not be read: the line that they begin in -> their rows."""
        found = self._parts.get(flow.name)
        if found is None:
            found = self._parts[flow.name] = self._among(flow, self._torn.get(flow.file, ()))
        return found

    def _among(self, flow: Flow, lines: Sequence[int]) -> Mapping[int, str]:
        if not lines or not isinstance(flow.node, Keys):
            return {}
        starts = sorted({1, *(key.line for key, _ in flow.node), *self.written[flow.name].values()})
        rows = flow.node.source.rows
        ends = [*(start - 1 for start in starts[1:]), len(rows)]
        return {starts[n]: "\n".join(rows[starts[n] - 1 : ends[n]]) for n in {bisect_right(starts, line) - 1 for line in lines}}

    def sound(self, step: Step | None) -> bool:
        """Whether all of a step could be read."""
        return step is None or step.key.line not in self.torn(self.bot.flows[step.flow])

    def lost(self, flow: Flow) -> frozenset[str]:
        """The words in parts that could not be read: what they name may be filled there in a way that nobody knows."""
        found = self._lost.get(flow.name)
        if found is None:
            found = self._lost[flow.name] = frozenset(word for rows in self.torn(flow).values() for word in _WORD.findall(rows))
        return found

    def unread(self, folder: str, name: str) -> bool:
        """Whether there is such a file that could not be read."""
        return any(f"{folder}/{name}{suffix}" in self.broken for suffix in ("", ".yaml", ".yml"))

    @cached_property
    def written(self) -> Mapping[str, Mapping[str, int]]:
        """The steps of every flow as they are written, those that could not be read too: name -> line."""
        found: dict[str, dict[str, int]] = {}
        for flow in self.bot.flows.values():
            steps = flow.node.get("steps") if isinstance(flow.node, Keys) else None
            found[flow.name] = {key.text: key.line for key, _ in steps} if isinstance(steps, Keys) else {}
        return found

    def place_of(self, name: str) -> tuple[Flow, str] | None:
        """The flow and step that "flow" or "flow.step" names; None when there is none that could be read."""
        head, _, step = name.partition(".")
        flow = self.bot.flows.get(head)
        if flow is None or (step or flow.first) not in flow.steps:
            return None
        return flow, step or flow.first

    @cached_property
    def ways(self) -> Mapping[tuple[str, str], tuple[Way, ...]]:
        """Where every step may lead, by (flow, step); not to steps that could not be read."""
        found = {}
        for flow in self.bot.flows.values():
            there = {*flow.steps, END}
            for step in flow.steps.values():
                found[flow.name, step.name] = tuple(way for way in ways(flow, step) if way.dest in there)
        return found

    @cached_property
    def calls(self) -> tuple[Calling, ...]:
        """Every call of a flow."""
        found = [Calling(p, p.thing.flow, p.thing.arguments, p.thing.save, p.thing.errors, False) for p in self.of(Call)]
        for piece in self.of(Outcome):
            one: Outcome = piece.thing
            if one.call is not None:
                found.append(Calling(piece, one.call, one.arguments, one.save, one.errors, True))
        return tuple(found)

    def once(self, work: Callable[[Survey], T]) -> T:
        """What *work* makes of this bot, made once."""
        if work not in self._made:
            self._made[work] = work(self)
        made: T = self._made[work]
        return made

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, list[Source]]]:
        """By flow, its variables by name, with what fills them."""
        return known(self)

    # ---- how a finding is told

    def report(
        self, code: str, at: Node | Place, message: str, hint: str | None = None, *, of: Piece | Flow | Step | None = None,
        severity: Severity = "error", fix: tuple[Edit, ...] = (), lang: str | None = None, path: str | None = None,
    ) -> None:  # fmt: skip
        flow: str | None = None
        step: str | None = None
        match of:
            case Piece():
                flow, step = of.flow.name if of.flow else None, of.step.name if of.step else None
            case Flow():
                flow = of.name
            case Step():
                flow, step = of.flow, of.name
        place = at if isinstance(at, Place) else at.place
        self.problems.report(code, place, message, hint, severity=severity, fix=fix, flow=flow, step=step, lang=lang, path=path)

    def nearest(self, word: str, known: Iterable[str], among: str = "") -> str | None:
        """The known word that was most likely meant; *among* names the words, where the same ones are asked for again.

        Only so many are looked for: a file full of unknown words has one cause.
        """
        if among and (among, word) in self._near:
            return self._near[among, word]
        words = list(known)
        if self._left < len(words) or not word or len(word) > 80:
            return None
        self._left -= len(words)
        self._near[among, word] = found = nearest(word, words)
        return found

    def near_target(self, flow: Flow, name: str) -> str | None:
        """What a target in *flow* that leads nowhere was meant to be: a step, a flow, or a word of the language."""
        known = [*self.written[flow.name], *self.bot.flows, *_RESERVED]
        return _ALIKE.get(name) or self.nearest(name, known, f"targets in {flow.name}")


def meant(near: str | None, about: Any = None) -> str | None:
    """The hint that names the *near* word, and where it stands."""
    if near is None:
        return None
    told = f" (line {about})" if isinstance(about, int) else f" ({about})" if about else ""
    return f'did you mean "{near}"{told}?'


def renamed(node: Scalar, old: str, new: str | None, offset: int = 0) -> tuple[Edit, ...]:
    """The edit that puts *new* in the place of the word *old* at *offset* of a text; none where its place is not certain."""
    if new is None:
        return ()
    place = node.place if node.text == old and not node.quoted else node.locate(offset, len(old))
    exact = place.end_line == place.line and place.end_column - place.column == len(old)
    row = node.source.row(place.line - 1)
    return (Edit(place, new),) if exact and row[place.column - 1 : place.end_column - 1] == old else ()


def error_key(node: Node | None, name: str) -> Node | None:
    """The word *name* under `errors` of the keys *node*."""
    errors = node.get("errors") if isinstance(node, Keys) else None
    return errors.key(name) if isinstance(errors, Keys) else None


__all__ = ["Calling", "Survey", "error_key", "meant", "renamed"]
