"""botkit check: what is told, in which form, and what --fix does to the files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import FLOW, Run

WRONG = "steps:\n  hello:\n\tsay: *Hello*\n    go: bye\n  bye:\n    say: Our shop #1\n    go: end\n    rety: {max: 3}\n"
MENDED = 'steps:\n  hello:\n    say: "*Hello*"\n    go: bye\n  bye:\n    say: "Our shop #1"\n    go: end\n    rety: {max: 3}\n'


@pytest.fixture
def wrong(bot: Path) -> Path:
    (bot / "flows" / "main.yaml").write_text(WRONG)
    return bot


def test_a_bot_without_problems_is_0(botkit: Run, bot: Path) -> None:
    ran = botkit("-C", bot, "check")
    assert (ran.code, ran.out, ran.err) == (0, "no problems in 1 flow, 1 step, 1 language\n", "")


def test_all_problems_are_told_at_once_in_the_order_of_the_file(botkit: Run, wrong: Path) -> None:
    ran = botkit("-C", wrong, "check")
    assert ran.code == 1
    heads = [line.partition("]")[0] + "]" for line in ran.out.splitlines() if line.startswith("flows/")]
    assert heads == [
        "flows/main.yaml:3:1: error[tab]",
        "flows/main.yaml:3:7: error[quote-needed]",
        "flows/main.yaml:6:19: warning[text-lost]",
        "flows/main.yaml:8:5: error[unknown-key]",
    ]
    assert ran.out.splitlines()[-1] == "3 errors, 1 warning in 1 flow, 2 steps, 1 language"
    assert "\x1b" not in ran.out


def test_one_line_a_problem(botkit: Run, wrong: Path) -> None:
    lines = botkit("-C", wrong, "check", "--format", "concise").out.splitlines()
    assert lines[0] == "flows/main.yaml:3:1: error[tab] this line begins with a Tab"
    assert len(lines) == 4


def test_json_is_a_contract(botkit: Run, wrong: Path) -> None:
    ran = botkit("-C", wrong, "--json", "check")
    assert ran.out == botkit("-C", wrong, "check", "--format", "json").out
    told = json.loads(ran.out)
    assert told["version"] == 1
    first = told["problems"][1]
    assert first == {
        "code": "quote-needed",
        "severity": "error",
        "file": "flows/main.yaml",
        "line": 3,
        "column": 7,
        "end_line": 3,
        "end_column": 14,
        "message": 'a text that begins with "*" needs quotes',
        "hint": 'say: "*Hello*"',
        "path": None,
        "fix": {
            "edits": [{"file": "flows/main.yaml", "line": 3, "column": 1, "end_line": 3, "end_column": 14, "text": '    say: "*Hello*"'}]
        },
        "flow": None,
        "step": None,
        "lang": None,
        "url": None,
    }
    assert json.loads(botkit("-C", wrong, "--json", "check", "--ignore", "tab").out)["problems"][0]["code"] == "quote-needed"


def test_github_shows_problems_at_their_lines(botkit: Run, wrong: Path) -> None:
    lines = botkit("-C", wrong, "check", "--format", "github").out.splitlines()
    assert lines[0].startswith(
        "::error file=flows/main.yaml,line=3,col=1,endLine=3,endColumn=2,title=tab::this line begins with a Tab%0Ahint:"
    )
    assert lines[2].startswith("::warning file=flows/main.yaml,line=6,")


def test_sarif_names_rules_and_regions(botkit: Run, wrong: Path) -> None:
    told = json.loads(botkit("-C", wrong, "check", "--format", "sarif").out)
    (run,) = told["runs"]
    assert told["version"] == "2.1.0"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"tab", "quote-needed", "text-lost", "unknown-key"}
    region = run["results"][0]["locations"][0]["physicalLocation"]
    assert region == {
        "artifactLocation": {"uri": "flows/main.yaml"},
        "region": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 2},
    }


def test_colours_are_for_terminals(botkit: Run, wrong: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[31merror[tab]\x1b[0m" in botkit("-C", wrong, "--color", "always", "check").out
    assert "\x1b" not in botkit("-C", wrong, "--color", "never", "check").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in botkit("-C", wrong, "check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in botkit("-C", wrong, "check").out


def test_warnings_alone_are_no_failure_unless_strict(botkit: Run, bot: Path) -> None:
    (bot / "flows" / "main.yaml").write_text("steps:\n  hello:\n    say: Our shop #1\n    go: end\n")
    assert botkit("-C", bot, "check").code == 0
    assert botkit("-C", bot, "check", "--strict").code == 1
    assert botkit("-C", bot, "check", "--strict", "--ignore", "text-lost").code == 0
    slip = botkit("-C", bot, "check", "--ignore", "text-lots")
    assert (slip.code, slip.err) == (2, '--ignore: no problem has the code "text-lots"\ndid you mean "text-lost"?\n')


def test_quiet_tells_the_problems_alone(botkit: Run, bot: Path, wrong: Path) -> None:
    assert "errors," not in botkit("-C", wrong, "-q", "check").out


def test_paths_choose_whose_problems_are_told(botkit: Run, wrong: Path) -> None:
    (wrong / "flows" / "other.yaml").write_text("steps: {hello: {sya: Hello.}}\n")
    assert "main.yaml" not in botkit("-C", wrong, "check", "flows/other.yaml").out
    assert "other.yaml" in botkit("-C", wrong, "check", "flows").out
    assert botkit("-C", wrong, "check", "botkit.yaml").code == 0
    assert botkit("-C", wrong / "flows", "check", "other.yaml").code == 1


def test_a_path_leads_to_its_own_project(botkit: Run, wrong: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert botkit("-C", elsewhere, "check", wrong).code == 1


def test_a_path_that_is_not_there_is_2(botkit: Run, bot: Path) -> None:
    ran = botkit("-C", bot, "check", "flows/nowhere.yaml")
    assert ran.code == 2 and "there is no flows/nowhere.yaml" in ran.err


@pytest.mark.parametrize(
    ("made", "words", "told"),
    [
        ("bot/botkit.yaml bot/flows/main.yaml", "-C bot check flows/mian.yaml", 'did you mean "main.yaml"?'),
        ("bot/botkit.yaml elsewhere/a.txt", "-C bot check ../elsewhere", "is no part of the bot in"),
        ("notes.txt", "check notes.txt", "notes.txt is no file of a bot: a flow is a file that ends in .yaml"),
        ("botkit.yml", "check", "rename botkit.yml to botkit.yaml"),
        ("tea/botkit.yaml", "check", "did you mean: botkit -C tea …"),
        ("flows/main.yaml", "check", "write one beside flows/"),
    ],
)
def test_who_is_in_the_wrong_place_is_helped(botkit: Run, tmp_path: Path, made: str, words: str, told: str) -> None:
    for file in made.split():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("botkit: 1\nstart: main\n")
    folder, *rest = (tmp_path / "bot", *words.split()[2:]) if words.startswith("-C") else (tmp_path, *words.split())
    ran = botkit("-C", folder, *rest)
    assert ran.code == (2 if "check " in words else 3) and told in ran.err and ran.out == ""
    assert len(ran.err.splitlines()) <= 2


def test_a_file_of_no_bot_is_checked_by_itself(botkit: Run, tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(WRONG)
    ran = botkit("-C", tmp_path, "check", "alone.yaml")
    assert ran.code == 1
    assert ran.out.startswith("alone.yaml:3:1: error[tab]")
    (tmp_path / "alone.yaml").write_text(FLOW)
    assert botkit("-C", tmp_path, "check", "alone.yaml").code == 0


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fix_mends_what_is_certain_and_leaves_the_rest(botkit: Run, wrong: Path, end: str) -> None:
    path = wrong / "flows" / "main.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WRONG.replace("\n", end).encode())
    ran = botkit("-C", wrong, "check", "--fix")
    assert path.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", end).encode()
    assert ran.code == 1  # "rety" may be "retry"; that is for the author to say
    assert 'did you mean "retry"?' in ran.out
    assert ran.out.splitlines()[-1].startswith("1 error, 0 warnings in")
    assert ran.err.endswith("problems mended\n")


def test_fix_changes_nothing_where_nothing_is_wrong(botkit: Run, bot: Path) -> None:
    ran = botkit("-C", bot, "check", "--fix")
    assert (ran.code, ran.err) == (0, "")
    assert (bot / "flows" / "main.yaml").read_text() == FLOW


def test_fix_mends_a_file_of_no_bot(botkit: Run, tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(WRONG)
    botkit("-C", tmp_path, "check", "--fix", "alone.yaml")
    assert (tmp_path / "alone.yaml").read_text() == MENDED


def test_watch_checks_again_when_a_file_changes_and_ends_with_ctrl_c(bot: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "botkit", "-C", str(bot), "check", "--watch"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"}, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        assert any(line.startswith("no problems in 1 flow") for line in lines)
        assert "watching" in next(lines)
        (bot / "flows" / "main.yaml").write_text(WRONG, encoding="utf-8")
        assert any("3 errors, 1 warning" in line for line in lines)
        (bot / "flows" / "main.yaml").write_text(FLOW, encoding="utf-8")
        assert any(line.startswith("no problems") for line in lines)
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        process.stdout.close()
        assert (process.wait(20), "Traceback" in rest) == (130, False)


def test_watch_does_not_go_with_fix(botkit: Run, bot: Path) -> None:
    ran = botkit("-C", bot, "check", "--watch", "--fix")
    assert ran.code == 2 and "--watch" in ran.err
