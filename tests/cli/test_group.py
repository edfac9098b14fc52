"""The command line itself: help, exit codes, what is said to a slip of the hand, how little is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from botkit import __version__
from botkit.cli import COMMANDS
from tests.cli.conftest import Run


def test_help_lists_every_command_and_ends_with_examples(botkit: Run) -> None:
    ran = botkit("--help")
    assert ran.code == 0
    for name, (_, line) in COMMANDS.items():
        assert f"{name} {line}" in " ".join(ran.out.split())
    assert ran.out.index("Commands:") < ran.out.index("Examples:")
    assert botkit("-h").out == ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_examples(botkit: Run, name: str) -> None:
    ran = botkit(name, "-h")
    assert ran.code == 0
    assert ran.out.split("\n\n")[1].split()[0] == COMMANDS[name][1].split()[0]  # the list says what the help says
    examples = ran.out.partition("Examples:")[2].split("\n")
    assert 2 <= sum(line.strip().startswith("botkit ") for line in examples) <= 4


def test_the_version_is_told(botkit: Run) -> None:
    assert botkit("--version").out == f"botkit {__version__}\n"


def test_an_unknown_command_names_the_nearest(botkit: Run) -> None:
    ran = botkit("chekc")
    assert ran.code == 2
    assert 'There is no command "chekc". Did you mean "check"?' in ran.err
    assert ran.out == ""


def test_an_unknown_option_names_the_nearest(botkit: Run) -> None:
    ran = botkit("check", "--stric")
    assert ran.code == 2
    assert "--strict" in ran.err


@pytest.mark.parametrize("args", [["check", "--format", "xml"], ["serve", "--port", "a"], ["serve", "--port", "99999"], ["--color"]])
def test_wrong_usage_is_2(botkit: Run, args: list[str]) -> None:
    assert botkit(*args).code == 2


def test_no_project_is_3_and_says_what_to_do(botkit: Run, tmp_path: Path) -> None:
    ran = botkit("-C", tmp_path, "check")
    assert ran.code == 3
    assert "there is no botkit.yaml" in ran.err and "botkit -C FOLDER" in ran.err


def test_a_folder_that_is_none_is_2(botkit: Run, tmp_path: Path) -> None:
    assert botkit("-C", tmp_path / "nowhere", "check").code == 2


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
    """A command `fails` that raises what is put into `raised`."""

    class Raised(Exception):
        raised: BaseException = ValueError("half a wheel")

    @click.command("fails")
    def command() -> None:
        raise Raised.raised

    module = ModuleType("botkit.cli.fails")
    module.command = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "botkit.cli.fails", module)
    monkeypatch.setitem(COMMANDS, "fails", ("fails", "Fail."))
    return Raised


def test_a_bug_is_70_without_a_traceback(botkit: Run, failing: type[BaseException]) -> None:
    ran = botkit("fails")
    assert ran.code == 70
    assert "ValueError: half a wheel" in ran.err
    assert "Traceback" not in ran.err
    assert "botkit -v" in ran.err


def test_a_bug_has_its_traceback_with_v(botkit: Run, failing: type[BaseException]) -> None:
    ran = botkit("-v", "fails")
    assert ran.code == 70
    assert "Traceback" in ran.err and "half a wheel" in ran.err


def test_ctrl_c_is_130(botkit: Run, failing: type[BaseException]) -> None:
    failing.raised = KeyboardInterrupt()  # type: ignore[attr-defined]
    assert botkit("fails").code == 130


@pytest.mark.parametrize("command", ["check", "explain", "test", "chat --once hi"])
def test_a_reader_that_has_had_enough_is_no_bug(bot: Path, command: str) -> None:
    (bot / "tests").mkdir()
    (bot / "tests" / "hi.test.yaml").write_text("- test: hi\n  talk:\n    - user: hi\n    - bot: Hello.\n")
    reader, writer = os.pipe()
    os.close(reader)
    line = [sys.executable, "-m", "botkit", "-C", str(bot), *command.split()]
    ran = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert ran.returncode == 0 and ran.stderr.count("\n") <= 1 and "bug" not in ran.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["check", "chat --once hi", "explain tab"])
def test_a_standard_stream_may_be_closed(bot: Path, closed: str, command: str) -> None:
    ran = shell(f"-C {bot} {command} {closed}")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_closed_input_is_one_that_is_over(bot: Path) -> None:
    ran = shell(f"-C {bot} serve --local <&-")
    assert ran.returncode == 0 and "Aborted" not in ran.stderr


def test_output_that_does_not_fit_is_told_in_a_line(bot: Path) -> None:
    ran = shell(f"-C {bot} schema >/dev/full")
    assert (ran.returncode, ran.stderr) == (3, "what was to be written could not be: No space left on device\n")


@pytest.mark.parametrize("options", ["schema -o", "test --junit", "graph -o", "chat --once hi --record"])
def test_a_file_that_cannot_be_written_is_told_in_a_line(bot: Path, options: str) -> None:
    (bot / "tests").mkdir()
    (bot / "file").write_text("here")
    ran = shell(f"-q -C {bot} {options} file/there")
    assert ran.returncode == 3 and ran.stderr == f"{bot}/file/there cannot be written: {ran.stderr.rpartition(': ')[2]}"


def test_a_file_is_written_below_the_folder_that_is_named(bot: Path) -> None:
    assert shell(f"-q -C {bot} schema -o made/flow.json").returncode == 0
    assert [path.name for path in (bot / "made").iterdir()] == ["flow.json"]


def test_a_terminal_without_a_letter_shows_another_one(bot: Path) -> None:
    (bot / "flows" / "main.yaml").write_text("steps: {hello: {say: Hello 👋, go: end}}\n", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "botkit", "-C", str(bot), "chat", "--once", "hi"],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert ran.returncode == 0 and b"Hello ?" in ran.stdout


def test_input_that_is_no_text_is_no_bug(bot: Path) -> None:
    ran = shell(f"-C {bot} chat", before="printf 'hi\\xff\\n' |")
    assert ran.returncode == 0 and "bot> Hello." in ran.stdout


@pytest.mark.parametrize("option", ["-q", "-v"])
def test_an_option_of_all_commands_stands_before_them(botkit: Run, option: str) -> None:
    ran = botkit("explain", "tab", option)
    assert ran.code == 2 and ran.err.endswith(f"{option} stands before the command: botkit {option} explain\n")


def test_a_command_of_a_command_is_found_by_its_nearest(botkit: Run) -> None:
    assert 'There is no command "shwo". Did you mean "show"?' in botkit("webhook", "shwo").err


@pytest.mark.parametrize("name", ["templates", "webhook", "keys", "i18n"])
def test_the_list_of_commands_tells_them_whole(botkit: Run, name: str) -> None:
    assert "..." not in botkit(name, "-h").out.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("options", "file", "before"),
    [
        ("check --fix", "flows/main.yaml", b"steps:\n\thello:\n\t\tsay: Hello.\n" + b"# a long remark\n" * 9000),
        ("test --update", "tests/hi.test.yaml", b"- test: hi\n  talk: [{user: hi}, {bot: Good day.}]\n" + b"# a long remark\n" * 9000),
        ("schema --vscode", ".vscode/settings.json", b'{"editor.tabSize": 2}' + b" " * 140_000),
    ],
)
def test_a_file_of_the_author_is_written_whole_or_not_at_all(bot: Path, options: str, file: str, before: bytes) -> None:
    """The disk is full: no file may get larger than what fits."""
    path = bot / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(before)
    ran = shell(f"-C {bot} {options}", before="ulimit -f 100; trap '' XFSZ;")
    assert ran.returncode == 3 and "cannot be written: File too large" in ran.stderr
    assert path.read_bytes() == before and [one.name for one in path.parent.iterdir()] == [path.name]


def shell(line: str, before: str = "") -> subprocess.CompletedProcess[str]:
    command = f"{before} {sys.executable} -m botkit {line}"
    return subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def test_help_loads_nothing_of_the_world() -> None:
    heavy = {"aiohttp", "transitions", "sqlitedict", "jinja2", "yaml", "asyncio", "dotenv", "uvloop", "botkit.project"}
    code = (
        "import sys; from botkit.cli import main\n"
        "try: main(['--help'])\n"
        f"except SystemExit: sys.exit(', '.join(sorted({heavy!r} & set(sys.modules))) or 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr == "" and ran.returncode == 0
