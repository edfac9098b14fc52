"""A real `botkit serve`, as an operator starts it: started, told to end, killed, and what it has printed."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from botkit.ports import Ports

BOTKIT = ("-m", "botkit")


def environment(**variables: str) -> dict[str, str]:
    """This process's variables, but for those that a bot reads."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("BOTKIT_", "D360_")) and name != "PORT"}
    return {**ours, **variables}


class Served:
    """`python *command* serve …` in *folder*; it listens on one free port in all its lives."""

    def __init__(self, folder: Path, variables: Mapping[str, str], ports: Ports, command: Sequence[str] = BOTKIT) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.base}/webhook/main"
        self._folder = folder
        self._variables = dict(variables)
        self._ports = ports
        self._command = command
        self._log = folder / "server.log"
        self._process: asyncio.subprocess.Process | None = None
        self._running = False

    async def start(self) -> None:
        """Run it until somebody can connect. Raises AssertionError with its log when it ends before."""
        command = [sys.executable, *self._command, "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self._folder, env=self._variables, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL
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
        """-9, now, if it runs."""
        if self._running and self._process is not None:
            assert self._process.returncode is None, f"it ended of itself: {self.log()}"
            self._process.kill()
            self._is_over()

    def signal(self, number: signal.Signals) -> None:
        """Tell it something while it runs."""
        assert self._process is not None
        self._process.send_signal(number)

    def ended(self) -> bool:
        """Whether it runs no more, whoever has ended it."""
        return self._process is not None and self._process.returncode is not None

    def room(self, size: int | None) -> None:
        """No file of it may be written beyond so many bytes, as on a disk that is full; None: there is room."""
        assert self._process is not None
        _, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    async def gone(self) -> None:
        """Whatever it does, it is no more when this returns."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()

    async def restart(self) -> None:
        """After its end."""
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

    def log(self) -> str:
        """All that it has printed, in all its lives."""
        return self._log.read_text("utf-8", "replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
