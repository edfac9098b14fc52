"""`botkit serve` as it is, but impatient: a message in doubt waits two seconds for its status, not twenty.

python -m tests.crash.server BUG serve …        BUG: a module of bugs/, or "-" for none
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from botkit import host
from botkit.sender import Sender

GRACE = 2.0  # seconds

Parts = list[tuple[object, str, object]]  # (class or module, name, what stands there instead)


def impatient(*given: Any, **named: Any) -> Sender:
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
