"""Every command of the README is run: here as it stands, or by .ci/run; the quick start and going live are followed to the letter."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from botkit.cli import COMMANDS
from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(
    r"(?:^ *<!-- run: (?P<mark>[^\n]*) -->\n)?^(?P<indent> *)```(?P<kind>sh|yaml)\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A piece of the README: its *text*, without indent. *mark* says who runs it; "" for one that nobody does."""

    kind: str
    mark: str
    text: str


def blocks() -> Iterator[Block]:
    for found in BLOCK.finditer(README):
        lines = (line.removeprefix(found["indent"]) for line in found["text"].splitlines())
        yield Block(found["kind"], found["mark"] or "", "\n".join(lines) + "\n")


COMMAND_BLOCKS = [block for block in blocks() if block.kind == "sh"]
HERE = [block for block in COMMAND_BLOCKS if block.mark.startswith("tests")]


def test_every_command_is_run_by_somebody() -> None:
    gate = (ROOT / ".ci" / "run").read_text("utf-8")
    for block in COMMAND_BLOCKS:
        if block.mark.startswith(".ci/run, "):
            assert f"readme {block.mark.removeprefix('.ci/run, ')}" in gate, f"nobody runs {block.text}"
        else:
            assert block in HERE, f"nobody runs {block.text}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_botkit_is_named(name: str) -> None:
    assert f"botkit {name}" in README


def run(folder: Path, text: str, typed: str = "") -> str:
    """Run a block as somebody would who types it, in *folder*; what it printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment(), input=typed, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def environment() -> dict[str, str]:
    """Of a terminal that knows neither a key nor botkit's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BOTKIT_", "D360_", "PYTEST_", "PORT"))}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    """The tea house's folder, made as the README says."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").touch()  # botkit is on the path already
    first = next(block for block in HERE if "mkdir" in block.text)
    run(tmp_path, first.text)
    for block in blocks():
        if block.kind == "yaml":
            path = block.text.partition("\n")[0].removeprefix("# ")
            (tmp_path / "tea" / path).write_text(block.text, "utf-8")
    return tmp_path / "tea"


def the(*words: str) -> str:
    """The one block that holds all *words*."""
    found = [block.text for block in HERE if all(word in block.text for word in words)]
    assert len(found) == 1, f"{len(found)} blocks with {words}"
    return found[0]


def test_quick_start_checks(tea: Path) -> None:
    assert run(tea, the("botkit check")).startswith("no problems")


def test_quick_start_is_tested(tea: Path) -> None:
    assert "1 passed" in run(tea, the("botkit test"))


def test_quick_start_talks(tea: Path) -> None:
    """What the README shows of a talk is what is seen."""
    shown = next(text for text in re.findall(r"^```text\n(.*?)^```", README, re.MULTILINE | re.DOTALL) if text.startswith("you> "))
    typed = "".join(f"{line}\n" for line in re.findall(r"^you> (.*)$", shown, re.MULTILINE))
    told = run(tea, the("botkit chat --at 2026-06-22T10:00"), typed)
    for line in shown.splitlines():
        assert line in told, told


def test_quick_start_is_tested_in_python_too(tea: Path) -> None:
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    shown = re.search(r"^```python\n# (\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    (tea / shown[1]).write_text(shown[2], "utf-8")
    assert "2 passed" in run(tea, f"{sys.executable} -m pytest -p no:cacheprovider")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_going_live(tea: Path) -> None:
    """Key, server, webhook, health, and a first message, with the made-up 360dialog in place of the real one."""
    port = free_port()
    async with Fake360(RealPorts()) as fake:
        settings = tea / "botkit.yaml"
        settings.write_text(settings.read_text().replace("provider: dialog360", f"provider: dialog360\n    base_url: {fake.url}"))
        here = {"your-key": fake.key, "https://waba-v2.360dialog.io": fake.url, "https://bot.example.com": f"http://127.0.0.1:{port}"}

        async def typed(text: str) -> str:
            for theirs, ours in {**here, "8080": str(port)}.items():
                text = text.replace(theirs, ours)
            return await asyncio.to_thread(run, tea, text)

        await typed(the("D360_API_KEY=your-key"))
        assert (tea / ".env").stat().st_mode & 0o077 == 0
        async with serving(tea, the("botkit serve --port 8080").replace("8080", str(port))) as server:
            told = await typed(the("webhook set"))
            assert f"set to http://127.0.0.1:{port}/webhook/main" in told and "the bot took it in" in told
            assert '"ok"' in await typed(f"export BOTKIT_URL=http://127.0.0.1:{port}\n" + the("health/ready"))
            fake.inbound(Person(wa_id="34600111222", name="Ana"), "hello")
            await fake.settled()
            async with asyncio.timeout(20):
                while not fake.requests:
                    await RealPorts().sleep(0.02)
            assert "Welcome to the tea house" in fake.requests[0].body["interactive"]["body"]["text"]
            assert fake.requests[0].accepted
            server.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(server.wait(), 30) == 0


@asynccontextmanager
async def serving(folder: Path, text: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The server that a block starts, once it listens; killed at the end if it still runs."""
    server = await asyncio.create_subprocess_exec(
        "bash", "-c", f"exec {text}", cwd=folder, env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        assert server.stdout is not None
        async with asyncio.timeout(30):
            told = b""
            while b"listening" not in told:
                line = await server.stdout.readline()
                told += line
                assert line, f"it did not start: {told.decode()}"
        yield server
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
