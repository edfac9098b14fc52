"""Whatever stands in a file of tests is read, or told to be wrong; whatever was read can be played."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.testing.fitting import Fitting
from botkit.testing.reporting import story
from botkit.testing.stillness import StillLoop
from botkit.testing.suite import Suite, TestFile, Wanted
from botkit.testing.talks import read_tests
from botkit.testing.talks.keys import ENTRY_KEYS
from botkit.testing.talks.reading import TEST
from botkit.testing.updating import updated
from tests.testing import bots

BOT = bots.read(
    "contact: {age: integer}\nqueues: {desk: {}}",
    main="""
        silence: [{after: 1h, say: Still there?}]
        steps:
          menu: {say: "What?", options: {tea: Tea, cake: {label: Cake, say: None left., go: menu}}, ask: {x: date, y: image}}
          human: {handoff: desk, say: Wait.}
          pay: {wait: {event: paid}, timeout: 2h, errors: {timeout: {go: menu}}}
    """,
)

WORDS = st.sampled_from(
    """
    hello tea cake x 1 yes nothing * ended menu main.menu read failed 131026 131047 1h 25h 10:00 2026-06-22T09:00 paid {{x}} =1
    """.split()  # noqa: SIM905 - one can read it
)
ANYTHING = st.recursive(
    WORDS | st.integers(-5, 5) | st.booleans() | st.none() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.sampled_from(["name", "text", "with", "image", "location"]), inner, max_size=3)
    ),
    max_leaves=6,
)
LINES = st.sampled_from(
    [
        {"user": "hello"}, {"user": "tea"}, {"user": {"image": "a"}}, {"user": {"reaction": "👍"}}, {"user": {"unsupported": "poll"}},
        {"tap": "tea"},
        {"tap": "cake"}, {"bot": "*"}, {"bot": "What?", "options": ["Tea", "*"]}, {"bot": "nothing"}, {"after": "1h"}, {"after": "25h"},
        {"at": "10:00"}, {"status": "read"}, {"status": "failed 131026"}, {"status": "failed 131047"}, {"event": "paid"}, "handback",
        {"expect": {"state": "menu"}}, {"template": "none"},
    ]
)  # fmt: skip
ENTRIES = LINES | st.dictionaries(st.sampled_from(sorted(ENTRY_KEYS.table)), ANYTHING, min_size=1, max_size=2) | ANYTHING
TESTS = st.fixed_dictionaries(
    {"test": st.sampled_from(["a", "b"])},
    optional={name: ANYTHING for name in TEST.table if name not in ("test", "talk")} | {"talk": st.lists(ENTRIES, max_size=6)},
)
FILES = st.lists(TESTS, max_size=3) | ANYTHING
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_all(value: object) -> TestFile:
    """JSON is YAML: whatever it says is a file of tests, or is not."""
    problems = Problems()
    text = json.dumps(value, ensure_ascii=False, indent=1)
    source = decode("tests/any.test.yaml", text.encode("utf-8", "replace"), problems)
    node = read(source, problems) if source is not None else None
    tests = read_tests(node, Reading(problems)) if node is not None else []
    Fitting(BOT, {}, problems).look(tests)
    return TestFile(Path("any"), "tests/any.test.yaml", text, tuple(tests), problems)


@QUIET
@given(FILES)
def test_any_file_is_read(value):
    file = read_all(value)
    for problem in file.problems:
        assert problem.message and problem.place.file == file.name


@QUIET
@given(st.lists(LINES, min_size=1, max_size=12), st.booleans())
def test_any_talk_is_played(lines, accepting):
    logging.getLogger("botkit").setLevel(logging.CRITICAL)
    file = read_all([{"test": "a", "talk": [{"user": "hello"}, {"bot": "*"}, *lines]}])
    suite = Suite(BOT, {}, Wanted(accepting=accepting, all_languages=True))
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        all_done = runner.run(suite.play([file], lambda _: None))
    for done in all_done:
        for played in done.played:
            if played.difference is not None:
                assert "botkit itself failed" not in played.difference.sentence
                assert len(story(played, BOT)) > 2
            assert updated(file.text.encode(), played.changes).data
