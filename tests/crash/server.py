"""`botkit serve` as it is, but impatient: a message in doubt waits a second for its status, not twenty.

python -m tests.crash.server BUG serve …        BUG: a module of bugs/, or "-" for none
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from botkit import host
from botkit.sender import Sender

GRACE = 1.0  # seconds

LIVES = Path("data") / "lives.txt"  # when each process began to send

Parts = list[tuple[object, str, object]]  # (class or module, name, what stands there instead)


def impatient(*given: Any, **named: Any) -> Sender:
    with LIVES.open("a") as lives:  # here a grace begins anew
        lives.write(f"{time.time()}\n")
    return Sender(*given, **{**named, "grace": GRACE})


def main() -> None:
    bug = sys.argv.pop(1)
    parts: Parts = [(host, "Sender", impatient)]
    if bug != "-":
        parts += import_module(f"tests.crash.bugs.{bug}").parts()
    for owner, name, part in parts:
        setattr(owner, name, part)
    from botkit.cli import main as botkit

    botkit()


if __name__ == "__main__":
    main()
