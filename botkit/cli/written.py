"""A file that a command writes where it was told to."""

from __future__ import annotations

import shutil
from pathlib import Path

from botkit.cli import CONFIGURATION, Exit


def write(path: Path, data: bytes) -> None:
    """Put *data* in the place of the file, whole or not at all. Folders on the way are made. Raises Exit."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe: nothing may take its place
            path.write_bytes(data)
            return
        target = path.resolve()  # a link stays one
        new = target.with_name(f".{target.name}.new")
        try:
            new.write_bytes(data)
            if target.exists():
                shutil.copymode(target, new)
            new.replace(target)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Exit(CONFIGURATION, f"{path} cannot be written: {error.strerror or error}") from None
