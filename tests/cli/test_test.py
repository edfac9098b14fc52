"""botkit test, called as a person calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Run

FLOW = """\
steps:
  menu:
    say: How can we help?
    options: {nurse: Talk to a nurse, hours: {label: Opening hours, say: Always., go: menu}}
  nurse:
    say: A nurse will call you.
"""
TALKS = """\
- test: asks a nurse
  talk:
    - user: hello
    - bot: How*
    - tap: nurse
    - bot: A nurse will call you.
- test: asks the hours
  talk:
    - user: hello
    - bot: How*
    - tap: hours
    - bot: From 8 to 16.
    - bot: How*
"""
PLACE = "tests/clinic.test.yaml"


@pytest.fixture
def clinic(bot: Path) -> Path:
    (bot / "flows" / "main.yaml").write_text(FLOW, encoding="utf-8")
    (bot / "tests").mkdir()
    (bot / PLACE).write_text(TALKS, encoding="utf-8")
    return bot


@pytest.fixture
def well(clinic: Path) -> Path:
    """All tests pass."""
    (clinic / PLACE).write_text(TALKS.replace("From 8 to 16.", "Always."), encoding="utf-8")
    return clinic


def test_all_that_pass_is_0(botkit: Run, well: Path) -> None:
    ran = botkit("-C", well, "test")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{PLACE}  ✓ asks a nurse  ✓ asks the hours\n2 passed in ")


def test_one_that_fails_is_1_and_tells_its_story(botkit: Run, clinic: Path) -> None:
    ran = botkit("-C", clinic, "test")
    assert ran.code == 1
    head, story, end = ran.out.split("\n\n")
    assert head == f"{PLACE}  ✓ asks a nurse  ✗ asks the hours"
    assert story.splitlines() == [
        f"✗ asks the hours — {PLACE}:12",
        "  turn 2, the bot said something else:",
        "   12 |     - bot: From 8 to 16.",
        "      -  From 8 to 16.",
        '      +  Always.   (flows/main.yaml:4, step "menu")',
        '  before it:  you: hello → you: tap "hours"',
        '  accept the new text: botkit test --update -k "asks the hours"',
    ]
    assert end.startswith("1 passed, 1 failed in ")


def test_the_hint_works_as_it_stands(botkit: Run, clinic: Path) -> None:
    ran = botkit("-C", clinic, "test", "--update", "-k", "asks the hours")
    assert ran.code == 0 and f"{PLACE}: 1 entry rewritten" in ran.out
    assert (clinic / PLACE).read_text(encoding="utf-8") == TALKS.replace("From 8 to 16.", "Always.")
    assert botkit("-C", clinic, "test").code == 0


def test_update_writes_nothing_where_nothing_differs(botkit: Run, well: Path) -> None:
    before = (well / PLACE).stat().st_mtime_ns
    assert botkit("-C", well, "test", "--update").code == 0
    assert (well / PLACE).stat().st_mtime_ns == before


def test_k_chooses_by_a_part_of_the_name(botkit: Run, clinic: Path) -> None:
    ran = botkit("-C", clinic, "test", "-k", "NURSE")
    assert ran.code == 0 and "1 passed" in ran.out
    none = botkit("-C", clinic, "test", "-k", "doctor")
    assert none.code == 5 and none.err == 'no test has "doctor" in its name\n'


def test_x_stops_at_the_first_that_fails(botkit: Run, clinic: Path) -> None:
    (clinic / PLACE).write_text(TALKS.replace("How*", "What?"), encoding="utf-8")
    ran = botkit("-C", clinic, "test", "-x")
    assert ran.code == 1 and "1 failed in" in ran.out and "asks the hours" not in ran.out


def test_nothing_to_run_is_5(botkit: Run, bot: Path) -> None:
    ran = botkit("-C", bot, "test")
    assert ran.code == 5 and "write tests/NAME.test.yaml" in ran.err


def test_a_path_chooses_files(botkit: Run, clinic: Path) -> None:
    (clinic / "tests" / "more").mkdir()
    (clinic / "tests" / "more" / "a.test.yaml").write_text("- test: more\n  talk: [{user: hello}, {bot: How*}]\n", encoding="utf-8")
    assert "1 passed" in botkit("-C", clinic, "test", "tests/more").out
    assert "1 passed" in botkit("-C", clinic, "test", "tests/more/a.test.yaml").out
    assert "2 passed, 1 failed" in botkit("-C", clinic, "test").out
    missing = botkit("-C", clinic, "test", "tests/none.test.yaml")
    assert missing.code == 2 and "there is no" in missing.err


def test_what_is_wrong_in_a_test_is_told_like_everything_that_is_wrong(botkit: Run, clinic: Path) -> None:
    (clinic / PLACE).write_text(TALKS.replace("- tap: nurse", "- tpa: nurse"), encoding="utf-8")
    ran = botkit("-C", clinic, "test")
    assert ran.code == 1
    assert f'{PLACE}:5:7: error[unknown-key] an entry of a talk has no "tpa"' in ran.out and 'did you mean "tap"?' in ran.out
    assert ran.out.splitlines()[-1].startswith("1 file with errors in")


ACTIONS = """\
from botkit import action
class Full(Exception): ...
@action(raises=[Full])
def book(day: str) -> dict[str, int]:
    return {}
"""
MISFITS = """\
- test: one
  channel: shop
  lang: xx
  contact: {cty: x}
  mocks: {clinic.bok: timeout, clinic.book: [{raise: Ful}, {return: {n: x}}]}
  talk: [{user: x}, {template: t}, {expect: {state: menuu, contact: {nme: x}}}]
"""


def test_what_the_bot_does_not_have_is_found_before_it_runs(botkit: Run, clinic: Path) -> None:
    (clinic / "actions").mkdir()
    (clinic / "actions" / "clinic.py").write_text(ACTIONS, encoding="utf-8")
    (clinic / PLACE).write_text(MISFITS, encoding="utf-8")
    ran = botkit("-C", clinic, "test", "--json")
    codes = [problem["code"] for problem in json.loads(ran.out)["problems"]]
    assert ran.code == 1
    assert codes == [
        "no-such-channel", "unknown-language", "unknown-attribute", "no-such-action", "no-such-error", "wrong-argument",
        "no-such-template", "no-such-step", "unknown-attribute",
    ]  # fmt: skip


def test_a_bot_with_errors_is_not_played(botkit: Run, clinic: Path) -> None:
    (clinic / "flows" / "main.yaml").write_text(FLOW + "    go: nowhere\n", encoding="utf-8")
    ran = botkit("-C", clinic, "test")
    assert ran.code == 1 and "no-such" in ran.out and "passed" not in ran.out
    told = json.loads(botkit("-C", clinic, "test", "--json").out)
    assert told["tests"] == [] and told["problems"][0]["file"] == "flows/main.yaml"


def test_json_is_a_contract(botkit: Run, clinic: Path) -> None:
    told = json.loads(botkit("-C", clinic, "--json", "test", "--cov").out)
    assert list(told) == ["version", "passed", "failed", "tests", "problems", "coverage"]
    assert (told["version"], told["passed"], told["failed"], told["problems"]) == (1, 1, 1, [])
    assert told["tests"][0] == {
        "name": "asks a nurse", "file": PLACE, "line": 1, "language": None, "result": "passed", "turns": 2,
    }  # fmt: skip
    assert told["tests"][1]["failure"] == {
        "line": 12,
        "turn": 2,
        "message": "the bot said something else",
        "expected": ["From 8 to 16."],
        "found": ["Always."],
        "remarks": [],
        "hint": None,
        "before": ["you: hello", 'you: tap "hours"'],
        "origin": {"file": "flows/main.yaml", "line": 4},
        "acceptable": True,
    }
    assert told["coverage"]["steps"] == {"total": 2, "covered": 2, "percent": 100, "missed": []}
    assert told["coverage"]["languages"] == {"en": 100}


def test_junit_names_file_and_line(botkit: Run, clinic: Path, tmp_path: Path) -> None:
    (clinic / "tests" / "broken.test.yaml").write_text("- tst: x\n", encoding="utf-8")
    report = tmp_path / "out" / "junit.xml"
    assert botkit("-C", clinic, "test", "--junit", report).code == 1
    root = ElementTree.parse(report).getroot()
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("errors")) == ("testsuites", "3", "1", "1")
    cases = [(case.get("name"), case.get("file"), case.get("line"), [child.tag for child in case]) for case in root.iter("testcase")]
    assert cases == [
        ("asks a nurse", PLACE, "1", []),
        ("asks the hours", PLACE, "7", ["failure"]),
        ("the file itself", "tests/broken.test.yaml", "1", ["error"]),
    ]
    assert "flows/main.yaml:4" in next(root.iter("failure")).text


def test_coverage_says_what_none_came_by(botkit: Run, clinic: Path) -> None:
    ran = botkit("-C", clinic, "test", "-k", "hours", "--cov")
    assert "steps         1 of 2   50 %" in ran.out and "never visited:  main.nurse (flows/main.yaml:5)" in ran.out
    assert 'never taken:    menu → "Talk to a nurse" (flows/main.yaml:4)' in ran.out


def test_cov_min_fails_below(botkit: Run, well: Path) -> None:
    assert botkit("-C", well, "test", "--cov-min", "100").code == 0
    ran = botkit("-C", well, "test", "--cov-min", "51", "-k", "hours")
    assert ran.code == 1 and "50 % of the steps are visited; 51 % are asked for" in ran.out


def test_colours_are_for_terminals(botkit: Run, clinic: Path) -> None:
    assert "\x1b[" not in botkit("-C", clinic, "test").out
    assert "\x1b[31m✗ asks the hours\x1b[0m" in botkit("-C", clinic, "--color", "always", "test").out


def test_quiet_says_nothing_of_what_passes(botkit: Run, well: Path) -> None:
    assert botkit("-C", well, "-q", "test").out == ""


def test_what_a_bot_says_cannot_speak_to_a_terminal(botkit: Run, clinic: Path) -> None:
    (clinic / "flows" / "main.yaml").write_text('steps: {a: {say: "{{ msg.text }}"}}\n', encoding="utf-8")
    (clinic / PLACE).write_text('- test: one\n  talk: [{user: "\\e[2Jx\\u202e"}, {bot: y}]\n', encoding="utf-8")
    ran = botkit("-C", clinic, "test")
    assert ran.code == 1 and "\x1b" not in ran.out and "\u202e" not in ran.out


def test_it_says_the_same_every_time(botkit: Run, clinic: Path) -> None:
    def told() -> str:
        return "".join(line for line in botkit("-C", clinic, "test", "--cov").out.splitlines() if " in " not in line)

    assert told() == told()


def test_help_has_examples(botkit: Run) -> None:
    ran = botkit("test", "-h")
    assert ran.code == 0 and "botkit test --cov" in ran.out and "--update" in ran.out


def test_watch_plays_again_when_a_file_changes(well: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "botkit", "-C", str(well), "test", "--watch"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        assert any("2 passed" in line for line in lines)
        assert "watching" in next(lines)
        (well / PLACE).write_text(TALKS, encoding="utf-8")
        assert any("1 passed, 1 failed" in line for line in lines)
    finally:
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        process.stdout.close()
        assert process.wait(20) == 130
