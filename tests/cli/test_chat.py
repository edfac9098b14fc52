"""botkit chat as it is called: its options, a pipe, a file, a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

FLOW = """
triggers: [hello]
steps:
  menu:
    say: "Hello {{ contact.name or 'you' }} from {{ contact.city or 'nowhere' }}."
    options: {book: {label: Book, go: day}, ask: {label: Ask, go: fall}}
  day: {say: Which day?, ask: {day: date}}
  done: {say: "{{ day | date('d MMMM') }} it is.", go: end}
  fall: {run: shop.fall, errors: {any: {say: That did not work., go: menu}}}
"""
ACTION = "from botkit import action\n@action\ndef fall(ctx) -> None:\n    raise KeyError('day')\n"
SETTINGS = "botkit: 1\nstart: main\ntimezone: Europe/Madrid\nlanguage: en\nlanguages: [en, es]\ncontact: {city: text}\n"
SPANISH = 'main.day.say:\n  en: "Which day?"\n  es: "¿Qué día?"\n'


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    for name, text in (
        ("botkit.yaml", SETTINGS),
        ("flows/main.yaml", FLOW),
        ("flows/other.yaml", "triggers: [other]\nsteps: {a: {say: The other., ask: {x: text}}}"),
        ("actions/shop.py", ACTION),
        ("locales/es.yaml", SPANISH),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def chat(bot: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "botkit", "-C", str(bot), *(() if words[:1] == ("--json",) else ("chat",)), *words]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60)


def test_a_talk_through_a_pipe(bot: Path) -> None:
    ran = chat(bot, "--at", "2026-06-22T09:00", "--as", "Ana", typed="hello\n\n1\n24/06\n/nothing\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (
        ran.stdout
        == f"""\
{bot.name} · Mon 22 Jun 2026 09:00 · write as a contact would; /help lists what else you can do
you> hello
bot> Hello Ana from nowhere.
     [1] Book
     [2] Ask
you> 1
bot> Which day?
you> 24/06
bot> 24 June it is.
you> /nothing
     there is no /nothing; /help lists what there is
"""
    )


def test_once(bot: Path) -> None:
    ran = chat(bot, "--once", "hello", "--set", "contact.city=Madrid", "--show", "vars,trace")
    assert ran.returncode == 0 and "Hello you from Madrid." in ran.stdout
    assert 'contact.city = "Madrid"' in ran.stdout and "MessageReceived at" in ran.stdout
    assert "you>" not in ran.stdout


def test_begin_at_a_step_with_variables(bot: Path) -> None:
    ran = chat(bot, "--step", "done", "--set", "day=2026-12-24", typed="/save x\n/restart\n/back\n")
    assert "bot> 24 December it is." in ran.stdout
    assert "this talk cannot be kept: it began with --step or --set" in ran.stdout
    assert ran.stdout.endswith("this is the beginning\n")


def test_another_flow_and_another_language(bot: Path) -> None:
    assert "bot> The other." in chat(bot, "other", "--once", "hello").stdout
    for code in ("es", "es-MX"):
        assert "bot> ¿Qué día?" in chat(bot, "--lang", code, "--step", "day", typed="\n").stdout


def test_what_is_typed_is_kept_and_typed_again(bot: Path) -> None:
    file = bot / "talk.txt"
    first = chat(bot, "--record", str(file), "--at", "2026-06-22T09:00", typed="hello\n1\n/jump 1h\n24/06\n")
    assert file.read_text() == "hello\n1\n/jump 1h\n24/06\n"
    again = chat(bot, "--replay", str(file), "--at", "2026-06-22T09:00")
    assert again.stdout == first.stdout
    more = chat(bot, "--replay", str(file), "--once", "hello", "--record", str(bot / "more.txt"))
    assert more.stdout.count("Hello you") == 2 and (bot / "more.txt").read_text().endswith("24/06\nhello\n")


def test_json_is_a_line_for_each_message(bot: Path) -> None:
    ran = chat(bot, "--json", "chat", "--at", "2026-06-22T09:00", typed="hello\n1\n/vars\n")
    first, second = (json.loads(line) for line in ran.stdout.splitlines())
    assert first["version"] == 1 and first["kind"] == "buttons" and first["origin"] == "main.menu"
    assert first["options"] == [{"id": "book", "label": "Book"}, {"id": "ask", "label": "Ask"}]
    assert first["request"]["interactive"]["body"]["text"] == first["text"]
    assert second["text"] == "Which day?" and "main.day" in ran.stderr


def test_a_failing_action_is_told_in_a_line(bot: Path) -> None:
    ran = chat(bot, typed="hello\n2\n")
    assert "actions/shop.py:4 raised KeyError: 'day' (fall, called by main.fall)" in ran.stdout
    assert "bot> That did not work." in ran.stdout and "Traceback" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["others"], 'there is no flow "others"\ndid you mean "other"?'),
        (["--step", "dya"], 'the flow main has no step "dya"; did you mean "day"?'),
        (["--set", "day"], '"day" sets nothing: --set day=2026-06-24'),
        (["--set", "day=soon"], '"soon" is no date'),
        (["--set", "contact.town=x"], 'there is no variable "contact.town" here'),
        (["--lang", "fr"], 'there is no language "fr"\nthere are en, es'),
        (["--at", "noon"], '"noon" is no time: --at 2026-06-22T09:00'),
        (["--at", "0001-01-01T00:00"], '"0001-01-01T00:00" is no time'),
        (["--show", "jsn"], '"jsn" is nothing to show\ndid you mean "json"?'),
        (["--replay", "/nowhere"], "/nowhere cannot be read: No such file"),
        (["--recrod", "x"], "--record"),
    ],
)
def test_wrong_usage_is_2_and_told(bot: Path, words: list[str], said: str) -> None:
    ran = chat(bot, *words, typed="hello\n")
    assert ran.returncode == 2 and said in ran.stderr, ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_bot_with_errors_does_not_talk(bot: Path) -> None:
    (bot / "flows" / "main.yaml").write_text("steps: {a: {sya: x}}\n")
    ran = chat(bot, "--once", "hello")
    assert ran.returncode == 3 and "unknown-key" in ran.stderr and ran.stdout == ""


def test_bytes_that_are_no_text(bot: Path) -> None:
    command = [sys.executable, "-m", "botkit", "-C", str(bot), "chat"]
    ran = subprocess.run(command, input=b"\xff\xfe\x00hello\xed\xa0\x80\n\x1b[A\nhello\n", capture_output=True, timeout=60)
    assert ran.returncode == 0 and b"Traceback" not in ran.stderr and b"Hello you" in ran.stdout


# ---------------------------------------------------------------- a terminal


class Terminal:
    """A process at a terminal of 44 columns; what it has shown."""

    def __init__(self, bot: Path, *words: str, **variables: str) -> None:
        self.shown = ""
        ours = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")}
        self._end, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 44, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "botkit", "-C", str(bot), "chat", *words], stdin=theirs, stdout=theirs, stderr=theirs,
            env={**ours, "TERM": "xterm", **variables}, start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),  # Ctrl-C reaches only whose terminal it is
        )  # fmt: skip
        os.close(theirs)

    def types(self, text: str) -> None:
        os.write(self._end, text.encode())

    def waits_for(self, what: str) -> str:
        """What was shown until *what* came, and with it."""
        end = time.monotonic() + 30
        while what not in self.shown:
            assert time.monotonic() < end, self.shown
            if not self._more():
                break
        before, found, self.shown = self.shown.partition(what)
        assert found, before
        return before + found

    def _more(self) -> bool:
        if not select.select([self._end], [], [], 1)[0]:
            return True
        try:
            data = os.read(self._end, 65536)
        except OSError:  # Linux tells the end of a terminal so
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    def ends(self, key: str = "") -> int:
        """Its exit code; all that it shows stands in `shown`. *key* is pressed again and again meanwhile, as people do."""
        end = time.monotonic() + 30
        while self._more():
            assert time.monotonic() < end, self.shown
            if key and not select.select([self._end], [], [], 1)[0]:
                self.types(key)
        return self.process.wait(30)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._end)


@pytest.fixture
def terminal(bot: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    found = Terminal(bot, "--at", "2026-06-22T09:00", **getattr(request, "param", {}))
    yield found
    found.close()


PROMPT = "you> "


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x01|\x02|\r", "", text)


@pytest.mark.parametrize("terminal", [{"NO_COLOR": "1"}], indirect=True)
def test_a_terminal_without_colours(terminal: Terminal) -> None:
    terminal.waits_for(PROMPT)
    terminal.types("hello\n")
    shown = terminal.waits_for(PROMPT)
    assert "bot> Hello you from nowhere." in shown and not re.search(r"\x1b\[[0-9;]*m", shown)
    terminal.types("/help\n")
    assert all(len(line) <= 44 for line in _plain(terminal.waits_for(PROMPT)).split("\n"))


def test_a_terminal_with_colours_a_history_and_an_end(terminal: Terminal) -> None:
    terminal.waits_for(PROMPT)
    terminal.types("hello\n")
    shown = terminal.waits_for(PROMPT)
    assert "\x1b[32mbot>" in shown and "\x1b[36m[1]" in shown
    terminal.types("1\n")
    assert "Which day?" in terminal.waits_for(PROMPT)
    terminal.types("\x1b[A\x1b[A\n")  # twice up: hello
    assert "Sorry" in terminal.waits_for(PROMPT)
    terminal.types("/va\t\n")  # Tab
    assert "main.day" in terminal.waits_for(PROMPT)
    terminal.types("\x04")  # Ctrl-D
    assert terminal.ends() == 0
    assert "Traceback" not in terminal.shown


def test_ctrl_c_ends_it_quietly(terminal: Terminal) -> None:
    terminal.waits_for(PROMPT)
    terminal.types("half a li\x03")
    # Readline does not see a Ctrl-C that comes in the moment between the prompt and its first look at the keyboard.
    assert terminal.ends("\x03") == 130
    assert "Traceback" not in terminal.shown and "bug" not in terminal.shown


def test_ctrl_c_while_an_action_is_at_work(terminal: Terminal, bot: Path) -> None:
    terminal.waits_for(PROMPT)
    terminal.types("/quit\n")
    assert terminal.ends() == 0
    (bot / "actions" / "shop.py").write_text(
        "import asyncio\nfrom botkit import action\n@action\nasync def fall(ctx) -> None:\n    print('at work', flush=True)\n"
        "    await asyncio.get_running_loop().create_future()\n"
    )
    slow = Terminal(bot)
    slow.waits_for(PROMPT)
    slow.types("hello\n")
    slow.waits_for(PROMPT)
    slow.types("2\n")
    slow.waits_for("at work")
    slow.types("\x03")
    assert slow.ends() == 130 and "Traceback" not in slow.shown
    slow.close()
