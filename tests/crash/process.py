"""The server as a process that can be killed and started again on the same store."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from botkit.ports import Ports
from tests.crash.server import LIVES

AUTH = b"crash:secret"
KEY = "crash-key"
HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class Process:
    """*api* is where 360dialog is; the bot lives in *folder*."""

    def __init__(self, folder: Path, api: str, ports: Ports, bug: str = "-") -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/webhook/main"
        self.store = folder / "data" / "crash.db"
        self.tally = folder / "data" / "tally.txt"
        self.ends: list[datetime] = []  # of each life
        self._folder = folder
        self._ports = ports
        self._bug = bug
        self._log = folder / "server.log"
        self._environment = {
            **os.environ, "CRASH_KEY": KEY, "CRASH_AUTH": AUTH.decode(), "CRASH_API": api, "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None
        self._running = False
        shutil.copytree(HERE / "bot", folder, dirs_exist_ok=True)
        self.store.parent.mkdir()

    async def start(self) -> None:
        """Run it until somebody can connect. Raises AssertionError with its log when it ends before."""
        command = [sys.executable, "-m", "tests.crash.server", self._bug, "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self._folder, env=self._environment, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL
            )
        self._running = True
        while not await self._listens():
            assert self._process.returncode is None, self.log()
            await self._ports.sleep(0.02)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    def kill(self) -> None:
        """-9, now."""
        if self._process is not None and self._running:
            assert self._process.returncode is None, f"it ended of itself: {self.log()}"
            self._process.kill()
            self._is_over()

    async def restart(self) -> None:
        """After `kill`."""
        if self._process is not None:
            await self._process.wait()
        await self.start()

    async def end(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        if self._running:
            self._process.send_signal(signal.SIGTERM)
            self._is_over()
        return await self._process.wait()

    def _is_over(self) -> None:
        self._running = False
        self.ends.append(self._ports.now())

    def lives(self) -> list[tuple[datetime, datetime]]:
        """From when it began to send until it was told to end, or killed."""
        starts = [datetime.fromtimestamp(float(line), UTC) for line in (self._folder / LIVES).read_text().split()]
        return list(zip(starts, self.ends, strict=True))

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")[-4000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
