"""Where an error arose, in words that may stand in a log: its own text may hold what a contact wrote, so it is left out."""

from __future__ import annotations

import traceback
from pathlib import PurePath

_FRAMES = 4


def where(error: BaseException) -> str:
    """`ZeroDivisionError at prices.py:12 < turns.py:88`: the innermost place first."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
    places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
    return f"{type(error).__name__} at {' < '.join(places)}" if places else type(error).__name__
