"""One test played: the contact does what the talk says, and what the bot says is held to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from botkit.actions import Action
from botkit.bot import Bot
from botkit.handoffs import line_of
from botkit.model import Call
from botkit.source import Node
from botkit.steps import Run
from botkit.testing.acts import content_of, introduced, later, moment_of, utc, you
from botkit.testing.clock import Endless
from botkit.testing.differences import Change, Difference, Differs, Played, expected_lines, lines_of
from botkit.testing.matching import fits
from botkit.testing.mocks import Mocks
from botkit.testing.naming import otherwise, shape
from botkit.testing.said import Moment, Said
from botkit.testing.simulation import Simulation, Unknown
from botkit.testing.standing import unmet
from botkit.testing.talks import (
    Answers,
    Entry,
    Expects,
    HandsBack,
    HandsOver,
    Happens,
    Hears,
    Moves,
    Phones,
    Says,
    Taps,
    Test,
    Told,
    Until,
    Uses,
    Waits,
    Writes,
)
from botkit.testing.undelivered import Undelivered

START = datetime(2026, 1, 5, 9)  # a Monday: when a talk begins that does not say
_BEFORE = 5  # things done that a difference is told with


class Player:
    """*language*: the contact's, in place of the test's own; then the talk has to go the way of *like*, whatever the words. *accepting*:
    another text is noted down and the talk goes on."""

    def __init__(
        self, test: Test, bot: Bot, actions: Mapping[str, Action], *, language: str = "", like: Sequence[Said] | None = None,
        accepting: bool = False,
    ) -> None:  # fmt: skip
        self._test = test
        self._bot = bot
        self._mocks = Mocks(test.mocks, actions)
        self._like = like
        self._accepting = accepting
        self._pending: deque[Said] = deque()
        self._done: list[str] = []
        self._turn = 0
        self._last: Node = test.node  # the newest entry that was done
        self._heard = 0  # of what queues were told, up to what was named last
        self._named = 0  # messages that the talk has named so far
        self.played = Played(test, language)
        self._world = Simulation(bot, utc(test.now or START, bot.settings.zone), actions, stands=self._mocks.stands(_called(bot)))
        self._world.declines = test.desk == "closed"
        self._undelivered = Undelivered(self._world)
        introduced(test, language or test.language or "", self._world)

    async def play(self) -> Played:
        """The test after its talk; never raises for what a bot or a test can do."""
        async with self._world:
            try:
                for entry in self._test.talk:
                    await self._take(entry)
                    self._last = entry.node
                self._nothing_more(self._last)
                self._all_asked()
            except Differs as error:
                self.played.difference = error.difference
        self.played.said = self._world.said
        self.played.turns = len(self._world.transcript.moments)
        return self.played

    @property
    def moments(self) -> list[Moment]:
        """The bot's turns, in order."""
        return self._world.transcript.moments

    async def _take(self, entry: Entry) -> None:
        world = self._world
        match entry:
            case Says(text=None):
                self._nothing_more(entry.node, "the bot did not keep silent")
            case Says() | Uses():
                self._named_by(entry)
            case Expects():
                self._held_to(entry.node, await unmet(entry, world))
            case Writes():
                await self._do(entry, you(entry), lambda: world.hear(content_of(entry, world)))
            case Taps(what=what):
                await self._do(entry, f'you: tap "{what.text}"', lambda: world.tap(what.text))
            case Waits(seconds=seconds):
                await self._do(entry, later(seconds), lambda: world.pass_(seconds))
            case Until():
                await self._do(entry, f"it is {entry.moment}", lambda: world.until(moment_of(entry, world)))
            case Told(word=word, code=code):
                await self._do(entry, f"status: {word}{'' if code is None else f' {code}'}", lambda: world.status(word, code))
            case Happens(name=name, about=about, data=data):
                await self._do(entry, f"event: {name}", lambda: world.event(name, about, data))
            case HandsBack(data=data):
                await self._do(entry, "handback", lambda: world.handback(data))
            case Answers(text=text):
                await self._do(entry, f"agent: {text}", lambda: world.agent(text))
                if self._pending and self._pending[0].text == text:
                    self._pending.popleft()
            case Phones(text=text):
                await self._do(entry, f"phone: {text}", lambda: world.phone(text))
            case HandsOver(to=to):
                await self._do(entry, f"handover: {to}", lambda: world.handover(to))
            case Moves(number=number):
                await self._do(entry, f"new number: {number}", lambda: world.new_number(number))
            case Hears():
                self._told(entry)

    def _told(self, entry: Hears) -> None:
        """Hold what a queue was told to *entry*; what stands before it need not be named."""
        lines = [line_of(told) for told in self._world.told[self._heard :]]
        if entry.text is None:
            if lines:
                self._differ(entry.node, "the desk was told something", found=tuple(lines))
            return
        place = next((n for n, line in enumerate(lines) if fits(entry.text.text, line)), None)
        if place is None:
            told = "the desk was told something else" if lines else "the desk was told nothing"
            self._differ(entry.node, told, expected=(entry.text.text,), found=tuple(lines))
        self._heard += place + 1

    # ---- what is done

    async def _do(self, entry: Entry, told: str, work: Callable[[], Awaitable[list[Said]]]) -> None:
        self._nothing_more(entry.node)
        self._turn += isinstance(entry, Writes | Taps)
        try:
            self._pending.extend(await work())
        except Unknown as error:
            self._differ(entry.node, str(error), hint=error.hint)
        except Endless:
            self._differ(entry.node, "timers fire without end", hint="a silence that goes to its own step never ends")
        self._done.append(told)
        await self._well(entry.node)

    async def _well(self, node: Node) -> None:
        """Whether what happened is what can happen: no bug, no refusal, a mock for each action, and every message on its way."""
        if self._world.transcript.fallen:
            error = self._world.transcript.fallen[0]
            self._differ(node, f"botkit itself failed: {type(error).__name__}: {error}", hint="please report this with the flow")
        for trouble in self._mocks.troubles:
            where = next((c.origin for c in self._calls() if c.action == trouble.action), "")
            if trouble.mock is None:
                hint = f"mocks: {{{trouble.action}: {{return: …}}}}"
                self._differ(node, f"{where} asks {trouble.action}, and this test has no mock for it", hint=hint)
            told = f"{where} asks {trouble.action} once more than its mocks have answers ({len(trouble.mock.answers)})"
            self._differ(trouble.mock.node, told, hint="add an answer; a lone one, outside a list, holds for every call")
        for said in self._pending:
            if said.refusal:
                self._differ(node, f"WhatsApp refuses this message: {said.refusal}", found=lines_of(said), said=said)
        lost = await self._undelivered.look()
        if lost:
            self._differ(node, f"a message cannot reach the contact: {lost.why}", found=lost.lines, hint=lost.hint, origin=lost.origin)

    def _calls(self) -> list[Call]:
        return [e for moment in reversed(self._world.transcript.moments) for e in moment.turn.effects if isinstance(e, Call)]

    # ---- what is said

    def _named_by(self, entry: Says | Uses) -> None:
        """Hold the next message to *entry*."""
        if not self._pending:
            if self._accepting:
                self.played.changes.append(Change(None, entry, entry.node))
                return
            remarks = self._undelivered.remarks()
            known = self._turn > 0 or not (self._bot.schedules or self._bot.dates)
            hint = "" if known else "nobody has written yet, and schedules come for those who have: begin the talk with user:"
            expected = expected_lines(entry)
            self._differ(entry.node, "the bot said nothing", expected=expected, remarks=remarks, hint=hint, acceptable=known)
        said = self._pending.popleft()
        self._named += 1
        if self._like is not None:
            self._goes_like(entry, said)
            return
        sentence = otherwise(entry, said)
        if not sentence:
            return
        if self._accepting:
            self.played.changes.append(Change(said, entry, entry.node))
            return
        besides = isinstance(entry, Says) and (entry.file is not None or entry.link is not None)
        found = lines_of(said, entry.options is not None, besides)
        self._differ(entry.node, sentence, expected=expected_lines(entry), found=found, said=said, acceptable=True)

    def _goes_like(self, entry: Says | Uses, said: Said) -> None:
        """In another language: the same step says it, with the same options, whatever the words."""
        like = self._like[self._named - 1] if self._like is not None and self._named <= len(self._like) else None
        if like is None or shape(like) != shape(said):
            told = "the talk goes another way in this language"
            self._differ(entry.node, told, expected=lines_of(like) if like is not None else (), found=lines_of(said), said=said)

    def _nothing_more(self, node: Node, sentence: str = "the bot said more than that") -> None:
        if not self._pending:
            return
        if self._accepting:
            self.played.changes += [Change(said, None, self._last) for said in self._pending]
            self._pending.clear()
            return
        found = [line for said in self._pending for line in lines_of(said)]
        self._differ(node, sentence, found=tuple(found), said=self._pending[0], acceptable=True)

    # ---- at the end

    def _all_asked(self) -> None:
        for mock, asked in self._mocks.left():
            times = {0: "never asked", 1: "asked once"}.get(asked, f"asked {asked} times")
            told = f"{mock.action.text} was {times}, and its mocks are {len(mock.answers)}"
            self._differ(mock.node, told, hint="take out what is not needed; a lone answer, outside a list, need not be asked for")

    def _held_to(self, node: Node, different: Sequence[tuple[str, str, str]]) -> None:
        if different:
            expected = tuple(f"{what}: {wanted}" for what, wanted, _ in different)
            found = tuple(f"{what}: {there}" for what, _, there in different)
            self._differ(node, "things stand otherwise", expected=expected, found=found)

    def _differ(
        self, node: Node, sentence: str, *, expected: tuple[str, ...] = (), found: tuple[str, ...] = (), said: Said | None = None,
        remarks: tuple[str, ...] = (), hint: str = "", acceptable: bool = False, origin: str = "",
    ) -> NoReturn:  # fmt: skip
        acceptable = acceptable and not self._test.row and self._like is None
        raise Differs(
            Difference(node, sentence, expected, found, said, remarks, hint, self._turn, tuple(self._done[-_BEFORE:]), acceptable, origin)
        )


def _called(bot: Bot) -> list[str]:
    """Names of the actions that the flows run."""
    return [verb.action.text for flow in bot.flows.values() for step in flow.steps.values() if isinstance(verb := step.verb, Run)]
