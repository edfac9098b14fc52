"""What holds for any bot and whatever happens to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from botkit.bot import Bot
from botkit.engine import advance
from botkit.matching import normal
from botkit.messages import cut
from botkit.model import Event, Started, dump_conversation, load_conversation
from tests.engine.bots import Written, bots
from tests.engine.fate import Fate, Tapped
from tests.engine.talk import Talk, labels, read

SOME = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**32)


def chat_of(bot: Bot, seed: int, length: int) -> Iterator[tuple[Talk, Event | Tapped]]:
    """A conversation that chance leads: what happened, and the chat after it. `Talk` holds every turn to what `sound` says."""
    chat, fate = Talk(bot), Fate(seed)
    for _ in range(length):
        happened = fate.next(chat)
        chat.happens(happened.event if isinstance(happened, Tapped) else happened)
        yield chat, happened


@SOME
@given(bots, seeds, st.integers(1, 40))
def test_no_bot_and_no_sequence_of_events_breaks_a_conversation(written: Written, seed: int, length: int) -> None:
    """Nothing raises, and what one event leads to stays finite."""
    for chat, _ in chat_of(written.bot, seed, length):
        assert len(chat.turns[-1].effects) < 1_200


@SOME
@example(Written(1, 20), Written(0, 4), 338, [False] * 9 + [True, False])  # the other release leaves a flow in the background
@given(bots, bots, seeds, st.lists(st.booleans(), min_size=1, max_size=40))
def test_no_release_in_the_middle_of_a_conversation_breaks_it(one: Written, other: Written, seed: int, swaps: list[bool]) -> None:
    """Two bots with flows and steps of the same names, and nothing else in common."""
    chat, fate = Talk(one.bot), Fate(seed)
    for swap in swaps:
        chat.bot = (other if swap else one).bot
        happened = fate.next(chat)
        chat.happens(happened.event if isinstance(happened, Tapped) else happened)


@SOME
@given(bots, seeds, st.integers(1, 40))
def test_a_turn_is_the_same_from_memory_and_from_what_was_written_down(written: Written, seed: int, length: int) -> None:
    kept = Talk(written.bot).conversation
    for chat, happened in chat_of(written.bot, seed, length):
        before = dump_conversation(kept)
        turn = advance(written.bot, kept, happened.event if isinstance(happened, Tapped) else happened)
        assert turn == chat.turns[-1]
        assert dump_conversation(kept) == before
        assert load_conversation(dump_conversation(turn.conversation)) == turn.conversation
        kept = turn.conversation


@SOME
@given(bots, seeds, st.integers(1, 40))
def test_an_old_tap_never_counts_for_another_question(written: Written, seed: int, length: int) -> None:
    for chat, happened in chat_of(written.bot, seed, length):
        if isinstance(happened, Tapped) and not happened.waits:
            first = chat.turns[-1].notes[0].kind
            assert first in ("stale", "follow", "handed_off", "error"), chat.turns[-1].notes


@SOME
@given(bots, seeds, st.integers(1, 40))
def test_what_a_contact_says_where_the_bot_listens_is_answered(written: Written, seed: int, length: int) -> None:
    """What nobody understood, an old tap and a failure are never passed over, unless an author's own outcome is silent about it."""
    for chat, happened in chat_of(written.bot, seed, length):
        turn = chat.turns[-1]
        kinds = {note.kind for note in turn.notes if not note.detail.endswith(".stale")}
        if isinstance(happened, Started) or kinds & {"exhausted", "caught", "silent"}:
            continue
        if kinds & {"stale", "not_understood", "refused", "error"}:
            assert turn.effects, turn.notes


_letters = st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))
_labels = st.text(_letters, min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
_ids = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)


@SOME
@given(st.dictionaries(_ids, _labels, min_size=1, max_size=10), st.data())
def test_every_option_is_reached_by_each_of_its_ways(options: dict[str, str], data: st.DataObject) -> None:
    """As long as no two of them share a word, which is a problem that is found before."""
    limit = 20 if len(options) <= 3 else 24
    words = {id_: {normal(id_), normal(label), normal(cut(label, limit)), normal(f"{id_} word")} for id_, label in options.items()}
    assume(len(set().union(*words.values())) == sum(len(forms) for forms in words.values()))
    assume(all(label.strip() == label and "{" not in label and label[0] != "=" for label in options.values()))
    rest = "\n".join(f"    {id_}: {{label: {quoted(label)}, match: {id_} word}}" for id_, label in options.items())
    bot = read(main=f"steps:\n a:\n   say: A?\n   save: x\n   options:\n{rest}\n b: {{say: '{{{{ x }}}}'}}")
    id_ = data.draw(st.sampled_from(list(options)))
    label = options[id_]
    ways = [id_, id_.upper(), f" {id_}! ", label, label.upper() if normal(label.upper()) == normal(label) else label, f"{id_} word"]
    ways += [cut(label, limit), f"  {label} "]
    if not any(form[:1].isdigit() for forms in words.values() for form in forms):
        ways.append(str(list(options).index(id_) + 1))
    for way in ways:
        chat = Talk(bot)
        chat.hears("hello")
        chat.receives("text", way)
        assert chat.said[-1] == f"< {id_}", way
    chat = Talk(bot)
    assert labels(chat.hears("hello")) == list(options.values())
    chat.receives("tap", label, payload=chat.shown[0][list(options).index(id_)].payload)
    assert chat.said[-1] == f"< {id_}"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@SOME
@given(
    st.lists(st.sampled_from(("ask", "skipped", "set", "menu")), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=1, max_size=20),
)
def test_back_undoes(kinds: list[str], forward: list[bool]) -> None:
    """Answers and `back` in any order: one is always where a list of what was asked says, with the variables as they were there."""
    shapes = {
        "ask": "{{set: {{n: = (n or 0) + 1}}, say: Q?, ask: {{x{n}: text}}}}",
        "skipped": "{{if: nothing, say: Never?, ask: {{x{n}: text}}}}",
        "set": "{{set: {{n: = (n or 0) + 100}}}}",
        "menu": "{{say: Q?, options: {{one: One}}, save: x{n}}}",
    }
    steps = "".join(f"  s{n}: {shapes[kind].format(n=n)}\n" for n, kind in enumerate(kinds))
    chat = Talk(read("commands: {back: {match: back, go: back}}", main=f"steps:\n{steps}  last: {{say: Last?, options: {{x: X}}}}"))
    chat.hears("hello")

    def here() -> tuple[str, dict[str, Any]]:
        frame = chat.conversation.frames[-1]
        return frame.step, dict(frame.variables)

    asked = [here()]
    for answers in forward:
        if answers and asked[-1][0] != "last":
            chat.hears("one")
            asked.append(here())
        else:
            chat.hears("back")
            asked = asked[:-1] or asked
        assert here() == asked[-1]
