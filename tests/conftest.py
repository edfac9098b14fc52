"""What holds for all tests: Ctrl-C means what it means at a keyboard."""

from __future__ import annotations

import signal

# Where tests run in the background SIGINT is ignored, and every process that a test starts would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)
