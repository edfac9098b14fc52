"""botkit graph, called as a person calls it."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from botkit.cli import graph
from tests.cli.conftest import Run

FLOW = """\
steps:
  menu:
    say: How can we help?
    options: {nurse: Talk to a nurse, hours: {label: Opening hours, say: Always., go: menu}}
  nurse:
    say: A nurse will call you.
"""
TALK = "- test: hours\n  talk:\n    - user: hello\n    - bot: How*\n    - tap: hours\n    - bot: Always.\n    - bot: How*\n"


@pytest.fixture
def clinic(bot: Path) -> Path:
    (bot / "flows" / "main.yaml").write_text(FLOW)
    return bot


def test_text_is_for_a_terminal(botkit: Run, clinic: Path) -> None:
    ran = botkit("-C", clinic, "graph")
    assert (ran.code, ran.err) == (0, "")
    assert "  menu  (asks)\n" in ran.out and "    Talk to a nurse → nurse\n    Opening hours → again\n" in ran.out


def test_one_flow_or_all(botkit: Run, clinic: Path) -> None:
    (clinic / "flows" / "other.yaml").write_text("triggers: [x]\nsteps:\n  a: {say: A}\n")
    assert botkit("-C", clinic, "graph").out.count("begins at") == 2
    assert botkit("-C", clinic, "graph", "other").out.splitlines()[0] == "other"


@pytest.mark.parametrize(
    ("file", "begin"), [("a.svg", "<svg "), ("a.html", "<!doctype"), ("a.dot", "digraph"), ("a.mmd", "flowchart"), ("a.txt", "main\n")]
)
def test_the_ending_tells_the_format(botkit: Run, clinic: Path, file: str, begin: str) -> None:
    assert botkit("-C", clinic, "graph", "-o", f"pictures/{file}").out == ""
    assert (clinic / "pictures" / file).read_text().startswith(begin)


def test_format_goes_before_the_ending(botkit: Run, clinic: Path) -> None:
    assert botkit("-C", clinic, "graph", "--format", "mermaid", "-o", "a.md").code == 0
    assert (clinic / "a.md").read_text().startswith("flowchart TD\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mian"], 'there is no flow "mian"\ndid you mean "main"?\n'),
        (["--lang", "fr"], '"fr" is not a language of this bot\nit has en\n'),
    ],
)
def test_what_is_not_there_is_2(botkit: Run, clinic: Path, words: list[str], told: str) -> None:
    ran = botkit("-C", clinic, "graph", *words)
    assert (ran.code, ran.err, ran.out) == (2, told, "")


def test_a_file_that_cannot_be_written_is_3(botkit: Run, clinic: Path) -> None:
    ran = botkit("-C", clinic, "graph", "-o", "botkit.yaml/a.svg")
    assert ran.code == 3 and "cannot be written" in ran.err


def test_a_bot_with_mistakes_is_drawn_as_far_as_it_goes(botkit: Run, clinic: Path) -> None:
    (clinic / "flows" / "main.yaml").write_text(FLOW.replace("go: menu", "go: meun") + "  lone: {sya: X}\n")
    ran = botkit("-C", clinic, "graph")
    assert ran.code == 0
    assert "Opening hours → flow meun  (✗ there is no such step)" in ran.out
    assert ran.err.startswith("2 errors: drawn is what could be read")


def test_nothing_to_draw_is_3(botkit: Run, clinic: Path) -> None:
    (clinic / "flows" / "main.yaml").write_text("steps: [")
    assert botkit("-C", clinic, "graph").code == 3


def test_coverage_plays_the_tests(botkit: Run, clinic: Path) -> None:
    (clinic / "tests").mkdir()
    (clinic / "tests" / "a.test.yaml").write_text(TALK)
    ran = botkit("-C", clinic, "graph", "--coverage")
    assert (ran.code, ran.err) == (0, "")
    assert "  menu  (asks, tested)\n" in ran.out and "  nurse  (not tested)\n" in ran.out
    assert "    Talk to a nurse → nurse  (not tested)\n    Opening hours → again\n" in ran.out


def test_coverage_without_tests_and_of_a_broken_bot(botkit: Run, clinic: Path) -> None:
    assert botkit("-C", clinic, "graph", "--coverage").err == "there is no test\n"
    (clinic / "flows" / "main.yaml").write_text(FLOW.replace("go: menu", "go: meun"))
    ran = botkit("-C", clinic, "graph", "--coverage")
    assert ran.code == 3 and "the tests cannot be played" in ran.err


@pytest.mark.skipif(not any(map(shutil.which, graph.CONVERTERS)), reason="nothing here makes a PNG")
def test_png(botkit: Run, clinic: Path) -> None:
    assert botkit("-C", clinic, "graph", "-o", "a.png").code == 0
    data = (clinic / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert botkit("-C", clinic, "graph", "-o", "a.svg").code == 0
    wide = float(ElementTree.parse(clinic / "a.svg").getroot().get("width", "0"))
    assert int.from_bytes(data[16:20], "big") in (wide, 2 * wide)


def test_png_without_a_converter_says_what_to_type(botkit: Run, clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clinic))
    ran = botkit("-C", clinic, "graph", "-o", "a.png")
    assert ran.code == 3 and "botkit graph -o bot.svg" in ran.err
    assert not (clinic / "a.png").exists()
