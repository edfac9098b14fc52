"""A bot's folder: where it begins, what is read of it, and the functions in actions/."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from botkit.actions import Action
from botkit.project import Project, find_root, read_flow_file, read_project

SETTINGS = "botkit: 1\nstart: main\n"
FLOW = "steps:\n  hello:\n    say: Hello.\n    go: end\n"


def project(folder: Path, **files: str) -> Project:
    """Files by their path, with "__" for "/" and "_" before the suffix: `flows__main_yaml`."""
    for name, content in {"botkit_yaml": SETTINGS, "flows__main_yaml": FLOW, **files}.items():
        head, _, suffix = name.rpartition("_")
        path = folder / (head.replace("__", "/") + f".{suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return read_project(folder)


def told(found: Project) -> list[str]:
    return [f"{problem.place} {problem.severity}[{problem.code}]" for problem in found.problems]


def test_the_nearest_folder_with_settings_is_the_root(tmp_path: Path) -> None:
    (tmp_path / "inner" / "flows").mkdir(parents=True)
    (tmp_path / "botkit.yaml").write_text(SETTINGS)
    assert find_root(tmp_path / "inner" / "flows") == tmp_path.resolve()
    (tmp_path / "inner" / "botkit.yaml").write_text(SETTINGS)
    assert find_root(tmp_path / "inner" / "flows") == (tmp_path / "inner").resolve()


def test_a_folder_below_no_settings_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "botkit.yaml").mkdir()  # a folder of that name is no settings
    assert find_root(tmp_path) is None


def test_a_project_is_read_whole(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        actions__clinic_py="from botkit import action\n\n\n@action\ndef book(day: str) -> str:\n    return day\n",
        templates__visit_yaml="category: utility\nbody: Your visit is booked.\n",
        data__weeks_yaml="- one\n- two\n",
    )
    assert told(found) == []
    assert found.bot is not None
    assert list(found.bot.flows) == ["main"]
    assert list(found.bot.templates) == ["visit"]
    assert found.bot.data == {"weeks": ["one", "two"]}
    assert list(found.signatures) == ["clinic.book"]


def test_what_is_no_part_of_a_bot_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "flows" / "sub.yaml").mkdir(parents=True)
    (tmp_path / "flows" / ".main.yaml.swp").write_text("\0")
    (tmp_path / "flows" / "._main.yaml").write_text("\0")
    (tmp_path / "flows" / "notes.txt").write_text("\0")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "botkit.db").write_bytes(b"SQLite format 3\0")
    assert told(project(tmp_path)) == []


def test_a_flow_in_a_folder_below_is_told_to_be_in_the_wrong_place(tmp_path: Path) -> None:
    (tmp_path / "flows" / "old").mkdir(parents=True)
    (tmp_path / "flows" / "old" / "main.yaml").write_text("steps: [")
    assert told(project(tmp_path)) == ["flows/old/main.yaml:1:1 warning[file-not-read]"]


def test_a_file_whose_name_is_no_text_is_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / os.fsdecode(b"\xff.yaml")).write_text(FLOW)
    assert told(project(tmp_path)) == ["flows/?.yaml:1:1 warning[file-not-read]"]


def test_actions_see_their_neighbours(tmp_path: Path) -> None:
    shared = "PRICE = 40\n"
    prices = "from botkit import action\n\nfrom .shared import PRICE\n\n\n@action\nasync def price() -> int:\n    return PRICE\n"
    found = project(tmp_path, actions__prices_py=prices, actions__shared_py=shared)
    assert told(found) == []
    action = found.actions["prices.price"]
    assert isinstance(action, Action)
    assert asyncio.run(action.function()) == 40


def test_two_projects_do_not_share_their_actions(tmp_path: Path) -> None:
    source = "from botkit import action\n\n\n@action\ndef name() -> str:\n    return {!r}\n"
    one = project(tmp_path / "one", actions__a_py=source.format("one"))
    two = project(tmp_path / "two", actions__a_py=source.format("two"))
    assert (one.actions["a.name"].function(), two.actions["a.name"].function()) == ("one", "two")


def test_a_file_is_read_anew_with_its_project(tmp_path: Path) -> None:
    source = "from botkit import action\n\n\n@action\ndef name() -> str:\n    return {!r}\n"
    assert project(tmp_path, actions__a_py=source.format("one")).actions["a.name"].function() == "one"
    assert project(tmp_path, actions__a_py=source.format("number two")).actions["a.name"].function() == "number two"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("import package_of_nobody\n", 1, "No module named 'package_of_nobody'"),
        ("x = 1\n\n\ndef f():\n    return 1 / 0\n\n\nf()\n", 5, "ZeroDivisionError"),
        ("x = (\n", 1, "this is not Python"),
        ("raise SystemExit(3)\n", 1, "SystemExit"),
        ("from .nowhere import x\n", 1, "nowhere"),
    ],
)
def test_a_broken_file_of_actions_is_a_problem_at_its_line(tmp_path: Path, source: str, line: int, said: str) -> None:
    good = "from botkit import action\n\n\n@action\ndef book() -> None: ...\n"
    found = project(tmp_path, actions__bad_py=source, actions__good_py=good)
    (problem,) = found.problems
    assert (problem.code, problem.place.file, problem.place.line) == ("action-import", "actions/bad.py", line)
    assert said in problem.message
    assert list(found.actions) == ["good.book"]
    assert found.texts["actions/bad.py"] == source


def test_what_actions_print_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, actions__a_py="print('hello from a file')\n")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "hello from a file\n"


def test_files_that_begin_with_an_underscore_hold_no_actions(tmp_path: Path) -> None:
    assert told(project(tmp_path, actions___draft_py="raise RuntimeError\n")) == []


def test_a_flow_of_no_bot_is_read_by_itself(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(
        "steps:\n  hello:\n    say: {text: Hi, template: x}\n    go: other.step\n  book:\n    run: a.b\n    got: end\n"
    )
    found = read_flow_file(tmp_path, "alone.yaml")
    assert "alone.yaml:7:5 error[unknown-key]" in told(found)
    assert not any("no-such" in line for line in told(found))


def test_actions_that_cannot_be_read_are_one_problem(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "clinic.py").symlink_to("/proc/self/mem")  # nobody can read it from its beginning, not even root
    found = [line for line in told(project(tmp_path)) if "actions" in line]
    assert found == ["actions/clinic.py:1:1 error[unreadable-file]"]
