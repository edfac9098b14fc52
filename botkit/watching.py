"""Files that change: what a bot and its tests are made of, looked at again and again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from botkit.ports import RealPorts

LOOK = 0.5  # seconds between two looks at the files
FOLDERS = ("flows", "templates", "locales", "data", "actions", "tests")
ENDINGS = frozenset({".yaml", ".yml", ".j2", ".py"})

Stamps = dict[str, tuple[int, int]]  # path -> when it was changed, in nanoseconds, and its size


def stamps(root: Path, also: Sequence[Path] = (), folders: tuple[str, ...] = FOLDERS) -> Stamps:
    """The files of the bot in *root*, and *also* these, as they stand: where two looks are equal nothing has changed."""
    found: Stamps = {}
    names = [str(root / "botkit.yaml"), *(str(path) for path in also if not path.is_dir())]
    for folder in folders:
        for inner, below, files in os.walk(root / folder):
            below[:] = [name for name in below if not name.startswith((".", "__"))]
            names += [os.path.join(inner, name) for name in files if os.path.splitext(name)[1] in ENDINGS]  # noqa: PTH118, PTH122 - fast
    for name in names:
        try:
            status = os.stat(name)  # noqa: PTH116
        except OSError:  # gone between two looks
            continue
        found[name] = (status.st_mtime_ns, status.st_size)
    return found


def changes(root: Path, also: Sequence[Path] = ()) -> Iterator[None]:
    """Now, and whenever a file of the bot or of its tests, or one of *also*, has changed; for ever."""
    ports = RealPorts()
    seen: Stamps | None = None
    while True:
        there = stamps(root, also)
        if there != seen:
            seen = there
            yield
        ports.pause(LOOK)
