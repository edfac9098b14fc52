"""Real processes: one is killed under a call, the next one takes it up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def process(file: Path, life: str, action: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.actions.process", str(file), life, action]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_call_survives_the_death_of_its_process(tmp_path: Path) -> None:
    file = tmp_path / "botkit.db"
    with process(file, "first", "work") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "under way key-of-the-call\n"
        first.kill()
        assert first.stdout.read() == ""
    with process(file, "second", "work") as second:
        told, _ = second.communicate(timeout=30)
    assert told.startswith("under way key-of-the-call\nanswer ActionFinished(")
    assert "value='done'" in told and told.endswith("ended\n")
    assert second.returncode == 0


def test_a_plain_function_that_hangs_keeps_no_process_from_ending(tmp_path: Path) -> None:
    file = tmp_path / "botkit.db"
    with process(file, "first", "stuck") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "stuck key-of-the-call\n"
        told, _ = first.communicate("end\n", timeout=30)
    assert (told, first.returncode) == ("ended\n", 0)
    with process(file, "second", "stuck") as second:
        told, _ = second.communicate(timeout=30)
    assert told.startswith("stuck key-of-the-call\nanswer ActionFinished(") and second.returncode == 0
