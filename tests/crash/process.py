"""The server as a process that is killed and started again on the same store, and knows when it lived."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from botkit.ports import Ports
from tests.crash.server import LIVES
from tests.end_to_end.served import Served, environment

AUTH = b"crash:secret"
KEY = "crash-key"
HERE = Path(__file__).parent


class Process(Served):
    """*api* is where 360dialog is; *bug*: a module of bugs/, or "-" for none. The bot is copied to *folder*."""

    def __init__(self, folder: Path, api: str, ports: Ports, bug: str = "-") -> None:
        variables = environment(CRASH_KEY=KEY, CRASH_AUTH=AUTH.decode(), CRASH_API=api, PYTHONPATH=str(HERE.parent.parent))
        super().__init__(folder, variables, ports, ("-m", "tests.crash.server", bug))
        shutil.copytree(HERE / "bot", folder, dirs_exist_ok=True)
        self.store = folder / "data" / "crash.db"
        self.tally = folder / "data" / "tally.txt"
        self.store.parent.mkdir()
        self._ends: list[datetime] = []

    def _is_over(self) -> None:
        super()._is_over()
        self._ends.append(self._ports.now())

    def lives(self) -> list[tuple[datetime, datetime]]:
        """From when it began to send until it was told to end, or killed."""
        starts = [datetime.fromtimestamp(float(line), UTC) for line in (self._folder / LIVES).read_text().split()]
        return list(zip(starts, self._ends, strict=True))
