"""What holds for every bot that can be read: checks come to an end, and what they let pass does not fail for what they look for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from botkit.bot import Bot
from botkit.checks import CHECKS, Check, check
from botkit.checks.survey import Survey
from botkit.engine import advance
from botkit.model import ActionFailed, ActionFinished, Call, Contact, Conversation, Event, MessageReceived, TimerFired, Turn
from botkit.problems import Place, Problems, edited, render_all
from botkit.release import read_bot
from botkit.signatures import Parameter, Signature, ValueType
from tests.checks.bots import bots, careful_bots

SIGNATURES = {
    "clinic.book": Signature(
        "clinic.book", (Parameter("x", ValueType(("integer",))),), ValueType(("record",), (Parameter("ref"),)), ("gone",)
    )
}
NEVER = ("steps in one turn", "there is no flow", "there is no step", "has no way on by")
MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def found(files: dict[str, bytes]) -> tuple[Bot | None, Problems]:
    problems = Problems()
    bot = read_bot(files, problems)
    if bot is not None:
        check(bot, SIGNATURES, problems)
    return bot, problems


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(files=bots)
def test_every_bot_is_checked_to_its_end(files: dict[str, bytes]) -> None:
    bot, problems = found(files)
    assert bot is not None
    texts = {file: content.decode() for file, content in files.items()}
    assert render_all(problems, texts).count("[") >= len(problems)
    for problem in problems:
        assert problem.message and not problem.message.endswith("."), problem
        _stands(problem.place, texts)
        assert all(edited(texts[edit.place.file], [edit]) != texts[edit.place.file] for edit in problem.fix), problem


def _stands(place: Place, texts: dict[str, str]) -> None:
    lines = texts[place.file].split("\n")
    assert 1 <= place.line <= len(lines)
    assert 1 <= place.column <= place.end_column <= len(lines[place.end_line - 1]) + 1


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(files=bots, order=st.permutations(CHECKS))
def test_what_is_found_does_not_depend_on_the_order_of_the_checks(files: dict[str, bytes], order: list[Check]) -> None:
    bot, problems = found(files)
    again = Problems()
    second = read_bot(files, again)
    assert bot is not None and second is not None
    survey = Survey(second, SIGNATURES, again)
    for one in order:
        one(survey)
    assert {(p.code, p.place) for p in problems} == {(p.code, p.place) for p in again}


happening = st.lists(st.sampled_from(["yes", "no", "4", "a", "b", "more", "2026-06-24", "stop", "help", "+timer", "hello"]), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(files=careful_bots, story=happening)
def test_what_passes_goes_where_the_checks_say_it_can(files: dict[str, bytes], story: list[str]) -> None:
    """A bot without an endless loop takes no turn without end, and one without unknown targets misses none; what is said to be out of
    reach is never reached."""
    bot, problems = found(files)
    assert bot is not None
    codes = {problem.code for problem in problems if problem.severity == "error"}
    assume(not codes & {"endless-loop", "endless-calls", "no-such-step", "no-such-flow", "step-without-flow"})
    lost = {(problem.flow, problem.step) for problem in problems if problem.code in ("unreachable-step", "unreachable-flow")}
    for turn in story_of(bot, story):
        for note in turn.notes:
            assert not (note.kind == "error" and any(words in note.detail for words in NEVER)), note
            if note.kind == "enter":
                assert not {(note.flow, note.step), (note.flow, None)} & lost


def story_of(bot: Bot, story: list[str]) -> list[Turn]:
    """What comes of it; every action answers, every second one by failing."""
    conversation = Conversation("main", Contact("c1", wa_id="34600111222"))
    turns: list[Turn] = []
    for n, said in enumerate(["hello", *story]):
        at = MONDAY + timedelta(hours=n)
        event: Event = MessageReceived(f"m{n}", at, f"m{n}", "text", said)
        if said == "+timer":
            if not conversation.timers:
                continue
            timer = min(conversation.timers, key=lambda timer: timer.due)
            event = TimerFired(f"t{n}", max(at, timer.due), timer.id)
        turn = advance(bot, conversation, event)
        for depth in range(30):
            turns.append(turn)
            calls = [effect for effect in turn.effects if isinstance(effect, Call)]
            if not calls:
                break
            key, call = f"c{n}.{depth}", calls[-1].id
            answer: Event = ActionFailed(key, at, call, "gone", "") if depth % 2 else ActionFinished(key, at, call, {"ref": "V7"})
            turn = advance(bot, turn.conversation, answer)
        conversation = turn.conversation
    return turns
