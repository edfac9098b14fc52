"""What is said to be filled, and of which type, against what the engine really fills: whatever the bot, whatever people do with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from hypothesis import HealthCheck, assume, given, settings

from botkit.bot import Bot
from botkit.checks.filled import Walk
from botkit.checks.survey import Survey
from botkit.checks.walked import walks
from botkit.expressions import kind_of
from botkit.inference import Type
from botkit.model import Conversation
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.wire import Value
from tests.checks.test_any_bot import SIGNATURES, happening, story_of
from tests.inference.flows import typed_bots

CASES = int(os.environ.get("BOTKIT_TYPED", "80"))


def followed(files: dict[str, bytes]) -> tuple[Bot, Mapping[str, Walk]]:
    problems = Problems()
    bot = read_bot(files, problems)
    assert bot is not None
    return bot, walks(Survey(bot, SIGNATURES, problems))


def disagreements(conversation: Conversation, known: Mapping[str, Walk]) -> Iterator[str]:
    """What the flow under way holds at its step, and is not said to be able to hold."""
    frame = conversation.frames[-1]
    walk = known[frame.flow]
    state = walk.waiting.get(frame.step)
    if state is None:
        yield f"{frame.flow}.{frame.step} is never reached"
        return
    held = {f"contact.{name}": value for name, value in conversation.contact.attributes.items()} | dict(frame.variables)
    for key, mask in state.masks.items():
        type_ = walk.fillings.type(mask)
        if not holds(held.get(key), type_):
            yield f"{key} holds {held.get(key)!r} at {frame.flow}.{frame.step}, and is said to be {sorted(type_.kinds)}"


def holds(value: Value, type_: Type) -> bool:
    """Whether something of this type may be *value*."""
    if value is None:
        return type_.may_be_none
    if "any" in type_.kinds:
        return True
    if kind_of(value) not in type_.known:
        return False
    if isinstance(value, Mapping) and type_.fields is not None:
        return all(holds(value[name], one) for name, one in type_.fields.items() if name in value)
    return not type_.choices or kind_of(value) != "text" or type_.known != {"text"} or value in type_.choices


@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(files=typed_bots, story=happening)
def test_what_variables_hold_is_what_they_are_said_to_hold(files: dict[str, bytes], story: list[str]) -> None:
    bot, known = followed(files)
    assume(known)
    for turn in story_of(bot, story):
        assert not turn.conversation.frames or not (found := [*disagreements(turn.conversation, known)]), found
