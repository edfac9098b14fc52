"""The command line, called as the script `botkit` calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from botkit.cli import main

SETTINGS = "botkit: 1\nstart: main\ntimezone: Europe/Madrid\n"
FLOW = "steps:\n  hello:\n    say: Hello.\n    go: end\n"


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def botkit(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*args: str | Path) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """A small bot without a mistake."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "botkit.yaml").write_text(SETTINGS)
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    return tmp_path
