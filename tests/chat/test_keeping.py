"""Whatever was talked, what /save keeps of it is a test that passes as it is."""

from __future__ import annotations

import asyncio
import random
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from botkit.actions import Action
from botkit.chat.keeping import as_test
from botkit.project import Project, read_project
from botkit.testing.functions import silence
from botkit.testing.stillness import StillLoop
from botkit.testing.suite import Suite, Wanted, read_file
from tests.chat.talks import MONDAY, ROOT, copied, project_of, talk_of, typed, types, written

BOTS = ("demo", "clinic", "shop", "survey")
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

TEXTS = (
    "hello", "book", "menu", "shop", "survey", "24/06", "26/06", "tomorrow", "next friday", "Gran Via 1", "Madrid", "34",
    "12.50", "9", "2", "yes", "no", "stop", "start", "help", "spanish", "deutsch", "back", "cancel", "nothing", "none",
    "true", "null", "007", "1,5", "{{ x }}", "*", "a: b", "- a", "# a", '"quoted"', "back\\slash", "say * more",
    "ابحث עברית", "👨‍👩‍👧 👍", "a b", "#hash", "it's", " x ", "handback", "@x", "%", "`code`", "\x85", "a\u2028b", "\ufeff",
    "~", "[a, b]", "2026-06-24", "9:30",
)  # fmt: skip
SLASHES = (
    "/jump 1m", "/jump 2h", "/jump 25h", "/jump 8d", "/next", "/next", "/at 10:00", "/at 23:59", "/back", "/back", "/restart", "/read",
    "/fail 131026", "/fail 131047", "/handback", "/location 40.42,-3.7", "/attach a.jpg", "/attach b.pdf", "/audio", "/contact Ana +34600",
    "/react 👍", "/event order.ready B1 total=12", "/event order.cancelled", "/phone I am on it", "/handover meta",
    "/handover bot", "/number +34 600 999 888", "/vars", "/json", "/trace", "/help",
)  # fmt: skip
LINE = st.one_of(
    st.sampled_from(["1", "1", "1", "2", "3", "4", "10"]),
    st.sampled_from(TEXTS),
    st.sampled_from(SLASHES),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: "//" + text.replace("\n", " ").replace("\r", " ")),
)


class Projects(dict[str, Project]):
    def __repr__(self) -> str:  # hypothesis tells all that a test was given
        return "projects"


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Projects:
    folder = tmp_path_factory.mktemp("bots")
    sources = {"demo": ROOT, **{name: ROOT / "examples" / name for name in BOTS[1:]}}
    return Projects({name: project_of(copied(source, folder / name)) for name, source in sources.items()})


def moody(action: Action, chance: random.Random) -> Action:
    """*action*, which may also raise, whether it says so or not, or give no answer."""
    function = action.function

    async def run(*args: Any, **named: Any) -> Any:
        mood = chance.random()
        if mood < 0.15 and action.raises:
            raise chance.choice(action.raises)
        if mood < 0.25:
            raise RuntimeError("a bad day")
        if mood < 0.3:
            await silence()
        return await function(*args, **named) if action.waits else function(*args, **named)

    return structs.replace(action, function=run, waits=True)


def played(folder: Path) -> list[str]:
    """How the tests of a project differ from what happens, told; none when all pass."""
    project = read_project(folder)
    assert project.bot is not None
    files = [read_file(path, folder, project.bot, project.actions) for path in sorted((folder / "tests").glob("*.test.yaml"))]
    broken = [str(problem) for file in files for problem in file.problems.errors]
    suite = Suite(project.bot, project.actions, Wanted())
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        done = runner.run(suite.play(files, lambda _: None))
    assert broken or sum(len(one.played) for one in done)
    return broken + [f"{one.difference.node.line}: {one.difference.sentence}" for file in done for one in file.failed if one.difference]


@pytest.mark.parametrize("name", BOTS)
@SOME
@given(
    lines=st.lists(LINE, min_size=1, max_size=14),
    seed=st.integers(0, 2**32),
    who=st.sampled_from(["", "Ana", "José Ñ: 👋", "+44 20 7946 0000"]),
    tongue=st.booleans(),
)
def test_a_kept_talk_passes(projects: Projects, name: str, lines: list[str], seed: int, who: str, tongue: bool) -> None:
    project = projects[name]
    assert project.bot is not None
    chance = random.Random(seed)
    wild = structs.replace(project, actions={key: moody(action, chance) for key, action in project.actions.items()})
    language = project.bot.settings.languages[-1] if tongue else ""
    for test in (project.root / "tests").glob("*"):
        test.unlink()
    told = typed(wild, *lines, "/save it", who=who, language=language)[-1]
    if "nothing has been said yet" in told:
        return
    assert 'test "it" added' in told
    assert played(project.root) == []


def test_what_actions_gave_is_kept_attempt_by_attempt(tmp_path: Path) -> None:
    action = """
from datetime import date, datetime
from decimal import Decimal
from botkit import action

class Gone(Exception): ...

asked = []

@action(raises=[Gone])
async def look(ctx, n: int) -> dict[str, object]:
    asked.append(n)
    if len(asked) < 3:
        raise RuntimeError("not yet")
    if len(asked) == 4:
        raise Gone
    return {"ref": "007", "none": None, "yes": True, "text": "true", "sum": Decimal("1.50"), "n": 7, "list": [1, {"a: b": "*"}, [], {}]}

@action
def day(ctx) -> date:
    return date(2026, 6, 24)

@action
def nothing(ctx) -> None:
    pass
"""
    flow = """
steps:
  ask: {say: Go?, ask: {go: text}}
  look:
    run: shop.look
    with: {n: = 1}
    retries: 2
    save: found
    errors: {Gone: {say: Gone., go: ask}}
    then: {say: "{{ found.ref }} {{ found.text }} {{ found.sum + 1 }} {{ found.n + 1 }} {{ found.none or 'none' }}"}
  day: {run: shop.day, save: day, then: {say: "{{ day.year }}"}}
  nothing: {run: shop.nothing, go: ask}
"""
    project = project_of(written(tmp_path, main=flow, action_shop=action))
    shown = typed(project, "hello", "go", "go", "/save twice", "/save twice")
    assert "007 true 2.50 8 none" in shown[1] and "Gone." in shown[2]
    assert shown[3:] == [
        '     tests/main.test.yaml: test "twice" added (3 turns)',
        '     tests/main.test.yaml: test "twice 2" added (3 turns)',
    ]
    assert played(tmp_path) == []
    assert (tmp_path / "tests" / "main.test.yaml").read_text().count("raise: any") == 4


async def _session(project: Project, *lines: str, **more: Any) -> str:
    talk = talk_of(project, **more)
    with redirect_stdout(StringIO()):
        await talk.open()
    await types(talk, lines)
    text = as_test(talk.session, "as it is")
    await talk.close()
    return text


KEPT = """\
- test: as it is
  now: 2026-06-22T09:00
  contact:
    name: Ana
    city: Madrid
  talk:
    - user: hello
    - bot: Hi Ana 👋 How can we help?
      options: [Book a visit, Prices, Talk to us]
    - tap: prices
    - bot: A check-up is €40.
    - bot: Hi Ana 👋 How can we help?
      options: [Book a visit, Prices, Talk to us]
    - after: 2h
    - bot: Still there? Your booking is not finished yet.
    - user:
        location: "40.42, -3.7"
    - bot: Sorry, I did not understand that.
    - bot: Hi Ana 👋 How can we help?
      options: [Book a visit, Prices, Talk to us]
"""


def test_a_kept_talk_reads_like_the_chat(projects: Projects) -> None:
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        lines = ("hello", "1", "/back", "2", "/jump 2h", "/location 40.42,-3.7")
        text = runner.run(_session(projects["demo"], *lines, who="Ana", attributes={"city": "Madrid"}))
    assert text == KEPT


FLOW = "steps: {ask: {say: Yes?, ask: {x: text}}, told: {say: '{{ x }}', go: ask}}"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["hello", "/set x=1"], "it holds /set, which a test has no words for"),
        (["hello", "/goto told"], "it holds /goto, which"),
        (["hello", "/dup"], "it holds /dup, which"),
        ([], "nothing has been said yet"),
        (["hello", "/back"], "nothing has been said yet"),
    ],
)
def test_what_a_test_has_no_words_for_is_refused(tmp_path: Path, lines: list[str], why: str) -> None:
    project = project_of(written(tmp_path, main=FLOW))
    told = typed(project, *lines, "/save it")[-1]
    assert told.strip().startswith(f"this talk cannot be kept: {why}")
    assert not (tmp_path / "tests").exists()


def test_what_is_undone_does_not_stand_in_the_way(tmp_path: Path) -> None:
    project = project_of(written(tmp_path, main=FLOW))
    assert "added (2 turns)" in typed(project, "hello", "/dup", "/back", "/set x=1", "/back", "a", "/save it")[-1]
    assert played(tmp_path) == []


def test_a_talk_that_begins_elsewhere_is_refused(tmp_path: Path) -> None:
    project = project_of(written(tmp_path, main=FLOW, other="triggers: [other]\nsteps: {a: {say: Other., ask: {x: text}}}"))
    assert "it began with the flow other" in typed(project, "hello", "/save it", flow="other")[-1]


def test_a_message_that_cannot_arrive_is_told(tmp_path: Path) -> None:
    flow = "steps: {pay: {say: Pay., wait: {event: paid}}, late: {say: {text: Thanks., closed: fail}, go: pay}}"
    project = project_of(written(tmp_path, main=flow))
    told = typed(project, "hello", "/jump 30h", "/event paid", "/save it")[-1]
    assert "this talk cannot be kept: a test of it would not pass, for a message cannot reach the contact" in told
    assert not (tmp_path / "tests").exists()


# ---------------------------------------------------------------- the file


def _kept(folder: Path, before: bytes) -> tuple[str, bytes]:
    path = folder / "tests" / "main.test.yaml"
    path.parent.mkdir()
    path.write_bytes(before)
    project = project_of(written(folder, main=FLOW))
    return typed(project, "hello", "/save it")[-1], path.read_bytes()


OLD = b"# mine\n- test: old\n  talk:\n    - user: hello\n    - bot: Yes?\n"


@pytest.mark.parametrize(
    "before",
    [
        OLD,
        OLD + b"\n\n\n",
        OLD.rstrip(),
        OLD.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + OLD,
        b"\n".join(b"  " + line for line in OLD.split(b"\n")),
        b"",
        b"\n",
    ],
)
def test_what_stands_in_the_file_stays(tmp_path: Path, before: bytes) -> None:
    told, after = _kept(tmp_path, before)
    assert 'test "it" added (1 turn)' in told
    assert after.startswith(before.rstrip()) and (b"\r\n" in before) == (b"\r\n" in after)
    assert played(tmp_path) == []


@pytest.mark.parametrize("before", [b"- test: [", b"tests: 1\n", b"[{test: old, talk: [{user: hello}]}]\n", b"\xff\xfe", b"[]"])
def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, before: bytes) -> None:
    told, after = _kept(tmp_path, before)
    assert "this talk cannot be kept: main.test.yaml" in told and after == before


def test_a_moment_that_the_clock_shows_twice(tmp_path: Path) -> None:
    project = project_of(written(tmp_path, main=FLOW))
    begun = MONDAY.replace(month=10, day=25, hour=1, minute=30)
    shown = typed(project, "hello", "/jump 2h", "/at 2026-10-25T02:45+01:00", "a", "/save it", begun=begun)
    assert "added" in shown[-1], shown
    text = (tmp_path / "tests" / "main.test.yaml").read_text()
    assert "02:45+01:00" in text and played(tmp_path) == []
