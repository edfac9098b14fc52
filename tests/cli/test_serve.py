"""botkit serve as a process: when it refuses, what it tells, how it ends; and --local, where a person is the contact."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SETTINGS = """botkit: 1
start: main
store: sqlite:///data/bot.db
channels:
  main:
    api_key: $D360_API_KEY
    webhook_auth: $BOTKIT_WEBHOOK_AUTH
    base_url: http://127.0.0.1:9
"""
FLOW = """steps:
  menu:
    say: How can we help?
    options:
      book:   {label: Book a visit, go: day}
      prices: {label: Prices, say: A check-up is €40., go: menu}
  day:
    say: Which day suits you?
    ask: {day: date}
    retry: {max: 3, say: A date please., go: end}
  done:
    say: "Booked for {{ day }}."
    go: end
"""
SECRETS = {"D360_API_KEY": "the-key-of-a-number", "BOTKIT_WEBHOOK_AUTH": "user:the-password"}


@pytest.fixture
def served(bot: Path) -> Path:
    (bot / "botkit.yaml").write_text(SETTINGS)
    (bot / "flows" / "main.yaml").write_text(FLOW)
    return bot


@contextmanager
def process(folder: Path, *args: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOTKIT_", "D360_"))}
    command = [sys.executable, "-m", "botkit", "-C", str(folder), *args]
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env={**clean, **(env or {})})
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def test_it_starts_tells_where_it_listens_and_ends_well(served: Path) -> None:
    with process(served, "serve", "--port", "0", env=SECRETS) as running:
        assert running.stdout is not None
        first, second = running.stdout.readline(), running.stdout.readline()
        assert first.startswith("botkit ") and f"project {served.name} · 1 flow (check: " in first
        assert "channels main (dialog360)" in first and "sqlite:///data/bot.db" in first
        found = re.search(r"listening (http://127\.0\.0\.1:\d+) · webhook /webhook/main · health /health/ready · metrics /metrics", second)
        assert found is not None
        with urllib.request.urlopen(f"{found[1]}/health/live", timeout=10) as answer:
            assert answer.status == 200
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=30)
        assert running.returncode == 0
        for secret in ("the-key-of-a-number", "the-password"):
            assert secret not in first + second + out + err


def test_a_signal_to_read_again_does_not_end_what_is_just_starting(served: Path) -> None:
    (served / "actions").mkdir()
    os.mkfifo(pipe := served / "pipe")
    (served / "actions" / "slow.py").write_text(f"with open({str(pipe)!r}) as told:\n    told.read()\n")
    with process(served, "serve", "--port", "0", env=SECRETS) as running:
        with pipe.open("w"):  # now it is being read
            (served / "actions" / "slow.py").write_text("")
            changed(served, "A check-up is €40.", "A check-up is €50.")
            running.send_signal(signal.SIGHUP)
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline().startswith("botkit ")
        while "takes the place of" not in (line := running.stderr.readline()):
            assert line, "it has ended"


def test_a_bad_flow_reaches_nobody(botkit: Run, served: Path) -> None:
    (served / "flows" / "main.yaml").write_text(FLOW.replace("go: day", "go: dya"))
    ran = botkit("-C", served, "serve")
    assert ran.code == 3
    assert "flows/main.yaml:5:41: error[no-such-step]" in ran.err
    assert "does not start with errors" in ran.err


def test_all_missing_secrets_are_named_at_once(botkit: Run, served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("D360_API_KEY", "BOTKIT_WEBHOOK_AUTH"):
        monkeypatch.delenv(name, raising=False)
    ran = botkit("-C", served, "serve")
    assert ran.code == 3
    assert "D360_API_KEY is not set" in ran.err
    assert "BOTKIT_WEBHOOK_AUTH is not set" in ran.err
    assert ran.out == ""


def test_settings_come_from_the_file_of_the_project(served: Path) -> None:
    lines = [*(f"{name}={value}" for name, value in SECRETS.items()), "BOTKIT_HOST=localhost", "BOTKIT_PORT=0"]
    (served / ".env").write_text("\n".join(lines))
    with process(served, "serve") as running:
        assert running.stdout is not None
        running.stdout.readline()
        listening = running.stdout.readline()
        assert listening.startswith("listening http://localhost:") and ":8080" not in listening


@pytest.mark.parametrize(("line", "said"), [("BOTKIT_LOG_LEVEL=loud", 'not "loud"'), ("BOTKIT_PORT=high", 'not "high"')])
def test_a_setting_that_is_none_is_told(botkit: Run, served: Path, line: str, said: str) -> None:
    (served / ".env").write_text("\n".join([*(f"{name}={value}" for name, value in SECRETS.items()), line]))
    ran = botkit("-C", served, "serve")
    assert ran.code == 3 and said in ran.err


def test_a_port_that_is_taken_is_told(served: Path) -> None:
    with process(served, "serve", "--port", "0", env={**SECRETS, "BOTKIT_STORE": "memory:"}) as first:
        assert first.stdout is not None
        first.stdout.readline()
        port = re.search(r":(\d+) ·", first.stdout.readline())
        assert port is not None
        with process(served, "serve", "--port", port[1], env=SECRETS) as second:
            _, err = second.communicate(timeout=30)
            assert second.returncode == 3
            assert "cannot listen" in err and "--port" in err
            assert "Traceback" not in err


def test_a_store_that_another_process_has_is_told(served: Path) -> None:
    with process(served, "serve", "--port", "0", env=SECRETS) as first:
        assert first.stdout is not None
        first.stdout.readline()
        first.stdout.readline()
        with process(served, "serve", "--port", "0", env=SECRETS) as second:
            _, err = second.communicate(timeout=30)
            assert second.returncode == 3
            assert "cannot start" in err and "Traceback" not in err


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def talked(folder: Path, typed: str) -> tuple[int, str, str]:
    with process(folder, "serve", "--local") as running:
        out, err = running.communicate(typed, timeout=60)
        return running.returncode, out, err


def test_a_person_talks_without_number_or_key(served: Path) -> None:
    code, out, err = talked(served, "hello\n1\nsome day\n31/12\n")
    assert code == 0
    said = [line for line in out.splitlines() if line]
    assert said[:4] == ["you> hello", "bot> How can we help?", "     [1] Book a visit", "     [2] Prices"]
    assert said[4:8] == ["you> 1", "bot> Which day suits you?", "you> some day", "bot> A date please."]
    assert said[8] == "you> 31/12"
    assert said[9].startswith("bot> Booked for ")
    assert len(said) == 10
    assert "Traceback" not in err


def test_a_label_can_be_typed_and_a_last_line_needs_no_end(served: Path) -> None:
    code, out, _ = talked(served, "hello\nprices")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("bot>")] == [
        "bot> How can we help?", "bot> A check-up is €40.", "bot> How can we help?",
    ]  # fmt: skip


def test_slash_words_are_not_sent(served: Path) -> None:
    code, out, _ = talked(served, "hello\n1\n/jump 25h\n//jump\n")
    assert code == 0
    rows = out.splitlines()
    told = rows[rows.index("you> /jump 25h") + 1]
    assert told.startswith("     (there is no /jump here; /attach FILE sends a file, /agent TEXT writes as an agent")
    assert rows[rows.index("you> //jump") + 1] == "bot> A date please."


def test_a_conversation_goes_on_where_it_was_left(served: Path) -> None:
    talked(served, "hello\n1\n")
    code, out, err = talked(served, "31/12\n")
    assert code == 0
    assert "bot> Booked for" in out
    assert "data/local.db" in err


def test_commands_reach_the_bot_that_is_talked_to(served: Path) -> None:
    (served / "templates").mkdir(exist_ok=True)
    (served / "templates" / "tomorrow.yaml").write_text("category: utility\nbody: 'Hello {{1}}, until tomorrow.'\nexample: [Ana]\n")
    (served / "guests.csv").write_text("phone,1\n+34 600 111 222,Ana\n+34 600 111 333,Ben\n")
    token = {"BOTKIT_API_TOKEN": "for-trying"}
    with process(served, "serve", "--local", "--port", str(port := free_port()), env=token) as running:
        assert running.stdin is not None and running.stdout is not None and running.stderr is not None
        assert f"http://127.0.0.1:{port}/webhook/main" in running.stderr.readline()
        wish = ("--template", "tomorrow", "--to", str(served / "guests.csv"), "--yes", "--url", f"http://127.0.0.1:{port}")
        with process(served, "broadcast", *wish, env=token) as sent:
            out, err = sent.communicate(timeout=60)
            assert sent.returncode == 0, out + err
        got = sorted(running.stdout.readline() for _ in range(2))
        assert got == ["bot to +34600111222> template tomorrow (en): Ana\n", "bot to +34600111333> template tomorrow (en): Ben\n"]


def test_a_page_in_a_browser_cannot_write_to_the_bot_that_is_talked_to(served: Path) -> None:
    with process(served, "serve", "--local") as running:
        assert running.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/webhook/main", running.stderr.readline())
        assert found is not None
        asked = urllib.request.Request(found[0], b"{}", {"Content-Type": "text/plain", "Origin": "https://elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=10)
        assert refused.value.code == 401
        refused.value.close()


def test_ctrl_c_ends_the_prompt(served: Path) -> None:
    with process(served, "serve", "--local") as running:
        assert running.stdin is not None and running.stdout is not None
        running.stdin.write("hello\n")
        running.stdin.flush()
        while "Prices" not in running.stdout.readline():
            pass
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130


def test_an_empty_input_is_no_conversation(served: Path) -> None:
    code, out, _ = talked(served, "")
    assert (code, out) == (0, "")


def changed(folder: Path, old: str, new: str) -> None:
    flow = folder / "flows" / "main.yaml"
    text = flow.read_text()
    assert old in text
    flow.write_text(text.replace(old, new))


def test_a_changed_file_is_taken_up_while_a_person_talks_and_a_bad_one_is_not(served: Path) -> None:
    with process(served, "serve", "--local") as running:
        assert running.stdin is not None and running.stdout is not None and running.stderr is not None

        def says(text: str, ends: str) -> str:
            assert running.stdin is not None and running.stdout is not None
            running.stdin.write(f"{text}\n")
            running.stdin.flush()
            while ends not in (said := running.stdout.readline()):
                assert said, f"it ended before it said {ends}"
            return said

        says("hello", "[2] Prices")
        says("1", "Which day suits you?")
        running.stderr.readline()
        changed(served, "A date please.", "Pardon? A date.")
        told = running.stderr.readline()
        assert re.fullmatch(r"\d\d:\d\d:\d\d  flows/main.yaml changed: reloaded in \d+ ms, 1 conversation kept at main.day\n", told), told
        says("some day", "bot> Pardon? A date.")

        changed(served, "go: day", "go: dya")
        problem, still = running.stderr.readline(), running.stderr.readline()
        assert 'flows/main.yaml:5:41: error[no-such-step] step "menu" goes to "dya"' in problem
        assert still.endswith("flows/main.yaml changed: not taken up, still running the last good release\n")
        says("no day", "bot> Pardon? A date.")

        changed(served, "go: dya", "go: date")
        running.stderr.readline()
        running.stderr.readline()
        changed(served, "  day:", "  date:")
        assert running.stderr.readline().endswith(" ms, 1 conversation stranded at main.day\n")


def test_a_server_takes_changed_files_up_where_it_is_told_to(served: Path) -> None:
    with process(served, "serve", "--reload", "--port", "0", env=SECRETS) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.readline()
        (served / "flows" / "more.yaml").write_text("triggers: [more]\nsteps: {more: {say: More.}}\n")
        while "changed" not in (told := running.stderr.readline()):
            assert told
        assert "flows/more.yaml changed: reloaded in" in told


@pytest.mark.parametrize(
    ("host", "code", "said"),
    [("", 2, "--host is empty"), ("192.0.2.1", 3, "--host is no address of this machine")],
)
def test_a_host_that_is_none_is_told(served: Path, host: str, code: int, said: str) -> None:
    """Empty would be all addresses: more than anybody meant."""
    with process(served, "serve", "--port", "0", "--host", host, env=SECRETS) as running:
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (code, "") and said in err
