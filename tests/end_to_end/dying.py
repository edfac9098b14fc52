"""`botkit serve` as it is, but that a message "die" ends the process in the middle of its turn, and a doubt lasts a second, not 20.

python -m tests.end_to_end.dying serve …
"""

from __future__ import annotations

import os
import signal
from typing import Any

from botkit import host
from botkit.model import Conversation, Event, MessageReceived, Turn
from botkit.reloading import Release
from botkit.sender import Sender

_advance = Release.advance


def advance(release: Release, conversation: Conversation, event: Event) -> Turn:
    if isinstance(event, MessageReceived) and event.text == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return _advance(release, conversation, event)


def impatient(*given: Any, **named: Any) -> Sender:
    return Sender(*given, **{**named, "grace": 1.0})


if __name__ == "__main__":
    Release.advance = advance  # type: ignore[method-assign]
    host.Sender = impatient  # type: ignore[assignment, misc]
    from botkit.cli import main

    main()
