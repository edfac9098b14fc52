"""A fuzzer over all that authors write: whatever it is, the answer is problems with places, in bounded time, and nothing else.

It breaks the same few inputs every time. BOTKIT_FUZZ=100 does a hundred rounds of it, BOTKIT_SEED=7 begins with the seventh:
whoever looks for something new begins where nobody has been.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from botkit.answers import Reading as AnswerReading
from botkit.answers import Rejected, answer_type
from botkit.checks import check
from botkit.expressions import Expression, ExpressionError, Fault, Scope, Text, parse_expression, parse_text
from botkit.model import MessageReceived
from botkit.problems import Problem, Problems, edited, render
from botkit.release import read_bot
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.testing.talks import read_tests
from tests.engine.talk import Talk
from tests.fuzz.mutants import FRAGMENTS, ROOT, Files, corpus, mutated

ROUNDS = int(os.environ.get("BOTKIT_FUZZ") or 1)
FIRST = int(os.environ.get("BOTKIT_SEED") or 0)
MOST = 2.0  # seconds of work that one input may take
CORPUS = corpus()
TESTS = [path.read_bytes() for path in [*ROOT.glob("tests/*.test.yaml"), *ROOT.glob("examples/*/tests/*.test.yaml")]]
NOON = datetime(2026, 6, 22, 12, tzinfo=UTC)
_OURS = re.compile(r"Traceback|0x[0-9a-f]{6}|\bobject at\b|<class|[Jj]inja|libyaml|PyYAML")

seeds = st.integers(0, 2**63)
few = settings(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=False,  # each round has its number for a seed
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class TooLong(BaseException):
    """Not one that anything catches on its way."""


@contextmanager
def bounded() -> Iterator[None]:
    """What is done here may take MOST seconds of work: not of time, which other processes take."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong(f"more than {MOST} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, MOST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def round_by_round(*inputs: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], None]:
    """Do a test with inputs by chance, as many rounds as were asked for."""

    def run(test: Callable[..., None]) -> None:
        for number in range(FIRST, FIRST + ROUNDS):
            try:
                few(seed(number)(given(*inputs)(test)))()
            except BaseException as error:
                error.add_note(f"BOTKIT_SEED={number} finds it again")
                raise

    return run


def sound(problem: Problem, files: Files) -> None:
    """A problem has a sentence, and a place inside a file; its remedy can be carried out."""
    assert len(problem.message) > 5 and not _OURS.search(problem.message), problem.message
    assert not _OURS.search(problem.hint or ""), problem.hint
    place = problem.place
    assert place.file in files, place
    text = files[place.file].decode("utf-8-sig", "replace")
    rows = re.split(r"\r\n|\r|\n", text)
    assert 1 <= place.line <= len(rows), (place, problem.message)
    assert 1 <= place.column <= len(rows[place.line - 1]) + 2, (place, problem.message)
    render(problem, text).encode()
    if problem.fix and "\r" not in text:
        edited(text, [edit for edit in problem.fix if edit.place.file == place.file])


def answered(files: Files) -> Problems:
    """What is wrong with a bot; one without a mistake is talked to."""
    problems = Problems()
    bot = read_bot(files, problems)
    if bot is not None:
        check(bot, None, problems)
    for problem in problems:
        sound(problem, files)
    if bot is not None and not problems.errors and bot.start in bot.flows:
        talk = Talk(bot)
        for n, text in enumerate(("hello", "1", "book", "x" * 5_000, "stop", "")):
            talk.happens(MessageReceived(f"e{n}", NOON, f"w{n}", "text", text))
    return problems


def test_no_file_of_a_bot_brings_the_reader_down() -> None:
    counted = {"problems": 0, "clean": 0}

    @round_by_round(seeds)
    def one(seed: int) -> None:
        chance = Random(seed)
        files, name = chance.choice(CORPUS)
        files = {**files, name: mutated(files[name], chance, CORPUS)}
        with bounded():
            found = answered(files)
        counted["problems" if found.errors else "clean"] += 1
    assert counted["problems"] > 10 and counted["clean"] > 0, counted  # it breaks most of them, and not all


def test_no_file_of_tests_brings_the_reader_down() -> None:
    @round_by_round(seeds)
    def one(seed: int) -> None:
        chance = Random(seed)
        data = mutated(chance.choice(TESTS), chance, CORPUS)
        problems = Problems()
        with bounded():
            source = decode("x.test.yaml", data, problems)
            node = read(source, problems) if source is not None else None
            if node is not None:
                read_tests(node, Reading(problems))
        for problem in problems:
            sound(problem, {"x.test.yaml": data})


# ---------------------------------------------------------------- expressions, texts and types

_WORDS = (
    "a", "b", "contact", "contact.name", "msg", "day", "x.y", "item", "loop", "none", "true", "1", "0", "999999999",
    "1.5", "'x'", '"y"', "''",
    "+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">", "<=", "in", "not", "and", "or", "is", "if", "else",
    "(", ")", "[", "]", "{", "}",
    ",", ":", ".", "|", "=", "**", "today()", "now()", "days(3)", "months(1000000)", "at(day, '09:00')",
    "bucket('a', 2)", "length", "join(', ')",
    "default(1)", "date('EEEE')", "sum", "sort", "upper", "round(2)", "defined", "__class__", "_x", "range(9)",
    "[1,2,3]", "{'a': 1}", "\\", "#",
    "{{", "}}", "{%", "%}", "{#", "#}", "for a in b", "endfor", "if a", "endif", "elif", "else", "set a = 1", "raw",
    "macro f()", "\n", "\0", "é", "𝟙",
    "ａ", "\ud800", "\u202e",
)  # fmt: skip
_TEXTS = [*_WORDS, *(fragment.decode("utf-8", "surrogatepass" if b"\xed" in fragment else "replace") for fragment in FRAGMENTS)]
VALUES = {"a": 5, "b": [1, "x", None], "x": {"y": {"z": "w"}}, "day": NOON.date(), "item": {"name": "N"}}
GIVEN = {"contact": {"name": "Ana", "language": "en"}, "msg": {"text": "{{ a }}"}}

pieces = st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=25).map(lambda words: " ".join(words)[:5_000])
wrapped = pieces.map(lambda text: "{{ " + text + " }}") | pieces.map(lambda text: "{% if " + text + " %}x{% endif %}")
grown = st.tuples(st.sampled_from(_TEXTS), st.integers(2, 3_000)).map(lambda pair: (pair[0] * pair[1])[:70_000])


def placed(faults: list[Fault], source: str) -> None:
    for fault in faults:
        assert len(fault.message) > 5 and not _OURS.search(fault.message), fault
        assert 0 <= fault.offset <= len(source) and fault.length >= 1, (fault, source)


@pytest.mark.parametrize(("parse", "sources"), [(parse_expression, pieces | grown), (parse_text, pieces | wrapped | grown)])
def test_no_expression_and_no_text_breaks_out_or_takes_long(
    parse: Callable[[str], Expression | Text | list[Fault]], sources: st.SearchStrategy[str]
) -> None:  # fmt: skip
    @round_by_round(sources)
    def one(source: str) -> None:
        with bounded():
            found = parse(source)
            if isinstance(found, list):
                placed(found, source)
                return
            scope = Scope(VALUES, GIVEN, language="en", now=NOON, bucket=lambda _name, _count: 0)
            try:
                value = found.render(scope) if isinstance(found, Text) else found.evaluate(scope)
            except ExpressionError as error:
                assert not _OURS.search(str(error)), error
                return
        assert not callable(value) and len(str(value)) < 100_000


_SENT = (
    "x",
    "1,5",
    "24/06",
    "a" * 10_000,
    "a" * 40 + "b",
    "\ud800",
    "\0",
    "+34 600 111 222",
    "x@y.zz",
    "https://x.yy",
    "٣٤",
    "𝟙𝟚",
    "1" * 5_000,
)
_TYPES = (
    "text",
    "integer",
    "number",
    "bool",
    "date",
    "time",
    "datetime",
    "email",
    "phone",
    "url",
    "choice",
    "regex",
    "image",
    "media",
    "list",
    "zzz",
)
_INSIDE = st.text(max_size=40) | st.sampled_from(
    ("(a+)+b", "((a{99}){99}){99}", "[", "(?<=a)b", r"(a)\1", "1..5", "5..1", "a, b", "future", "\ud800")
)
types = st.tuples(st.sampled_from(_TYPES), st.sampled_from(("{}({})", "{}[{}]", "{}{}", " {} ( {} ) ")), _INSIDE)


def test_no_type_and_no_answer_to_it_breaks_or_takes_long() -> None:
    @round_by_round(types, st.sampled_from(_SENT) | st.text(max_size=200))
    def one(written: tuple[str, str, str], sent: str) -> None:
        word = written[1].format(written[0], written[2])
        with bounded():
            found = answer_type(word)
            if isinstance(found, Fault):
                placed([found], word)
                return
            reading = AnswerReading("es", ("en", "es"), NOON.date(), NOON)
            value = found.read(MessageReceived("e", NOON, "w", "text", sent), reading)
            if not isinstance(value, Rejected):
                assert not isinstance(found.normal(value), Rejected)  # what was read is in its normal form
