"""Whatever a release changes, no conversation under way is stuck, lost without a word, or ended for a reason that is not on record.

BOTKIT_RELEASES=10000 plays that many cases; 500 if it is not set. A case is a conversation at some point, and a release that comes then.
"""

from __future__ import annotations

import os
from copy import copy
from datetime import timedelta
from random import Random

import pytest

from botkit.bot import Bot
from botkit.engine import advance
from botkit.engine.taps import Tap
from botkit.model import (
    ActionFinished,
    Conversation,
    Event,
    ExternalEvent,
    Frame,
    MessageReceived,
    OperatorCommand,
    TimerFired,
    Turn,
)
from botkit.steps import Handoff, Step, Wait
from botkit.succession import stands
from tests.engine.bots import Author
from tests.engine.edits import Editor, compiled
from tests.engine.fate import Fate, Tapped
from tests.engine.talk import MONDAY, Talk

CASES = int(os.environ.get("BOTKIT_RELEASES", "500"))
TALKS, RELEASES = 10, 4  # of one bot: each conversation meets each release
BOTS = -(-CASES // (TALKS * RELEASES))


@pytest.mark.parametrize("seed", range(BOTS))
def test_no_release_leaves_a_conversation_stuck(seed: int) -> None:
    chance = Random(f"release {seed}")
    author = Author(chance, 10_000)
    files = author.files()
    bot = compiled(files)
    talks = [_talked(bot, seed * TALKS + number, chance.randint(1, 8)) for number in range(TALKS)]
    waiting = [(frame.flow, frame.step) for talk in talks for frame in talk.conversation.frames]
    for _ in range(RELEASES):
        changed, done = Editor(author, waiting).edited(files)
        release = compiled(changed)
        for number, talk in enumerate(talks):
            try:
                _goes_on(_under(release, talk), Fate(seed + number))
            except Exception as error:
                error.add_note(f"{', '.join(done)}; it stood at {talk.stands}, {talk.conversation.frames[-1:]}")
                raise


def _talked(bot: Bot, seed: int, length: int) -> Talk:
    """A conversation that chance has led somewhere."""
    talk, fate = Talk(bot), Fate(seed)
    for _ in range(length):
        _happens(talk, fate)
    return talk


def _under(release: Bot, talk: Talk) -> Talk:
    """The same conversation, under another release."""
    now = copy(talk)
    now.turns, now.shown, now.bot = list(talk.turns), list(talk.shown), release
    return now


def _happens(talk: Talk, fate: Fate) -> Turn:
    happened = fate.next(talk)
    return talk.happens(happened.event if isinstance(happened, Tapped) else happened)


def _goes_on(talk: Talk, fate: Fate) -> None:
    """Things happen until the release has taken the conversation up: what it loses is on record, and something leads on."""
    main, *_ = _groups(talk.conversation)
    foretold = stands(talk.bot, main)[0] if main else None
    for _ in range(3):
        turn = _happens(talk, fate)
        if foretold is not None and turn.conversation.release == talk.bot.release:
            reasons = [note.detail for note in turn.notes if note.kind == "error" and "the release " in note.detail]
            assert (foretold.fate == "stranded") <= bool(reasons), f"{foretold} is not on record"
            assert foretold.fate == "stranded" or not any(f"{foretold.flow}.{foretold.step}" in reason for reason in reasons), reasons
            assert foretold.fate != "stranded" or turn.conversation.unclear is None, "the hook is asked of what is gone"
            foretold = None
        _lives(talk.bot, talk.conversation)


def _groups(conversation: Conversation) -> list[list[Frame]]:
    """What is under way, maybe nothing, and the flows in the background."""
    groups: list[list[Frame]] = [[]]
    for frame in conversation.frames:
        if frame.background:
            groups.append([])
        groups[-1].append(frame)
    return groups


def _lives(bot: Bot, conversation: Conversation) -> None:
    """Where it stands, something leads on: a message, a timer, an answer, an event, or people who hand it back."""
    if conversation.release != bot.release:
        return  # nothing has happened yet that concerns it
    main, *background = _groups(conversation)
    for group in (main, *background):
        flow = bot.flows.get(group[-1].flow) if group else None
        step = flow.steps.get(group[-1].step) if flow is not None else None
        if step is None or stands(bot, group)[0].fate not in ("goes on", "asked again"):
            assert group is not main or not main, f"{main[-1].flow}.{main[-1].step} is not of this release"
            continue  # what waits in the background is taken up when something happens to it
        turns = [advance(bot, conversation, event) for event in _ways(conversation, group[-1], step)]
        leads = any(turn.effects or turn.conversation.frames != conversation.frames for turn in turns)
        assert leads, f"stuck at {step.path}: {group[-1]}"


def _ways(conversation: Conversation, top: Frame, step: Step) -> list[Event]:
    """What may happen to somebody who stands there."""
    at = (top.entered or conversation.last_inbound or MONDAY) + timedelta(days=400)
    if conversation.unclear is not None and not top.background:
        return [ActionFinished("way", at, conversation.unclear.call, None)]
    if top.call is not None:
        return [ActionFinished("way", at, top.call, None)]
    ways: list[Event] = [TimerFired("timer", timer.due, timer.id) for timer in conversation.timers if timer.entry == top.entry]
    if isinstance(step.verb, Handoff):
        ways.append(OperatorCommand("way", at, "handback"))
    if isinstance(step.verb, Wait):
        ways += [ExternalEvent("way", at, name.text) for name in step.verb.events]
    if step.ask is not None:
        tap = Tap(top.flow, top.step, top.entry, step.ask.options[0].id) if top.background and step.ask.options else None
        ways.append(MessageReceived("way", at, "wamid.way", "tap" if tap else "text", "whatever", str(tap or "")))
    return ways
