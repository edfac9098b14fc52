"""A file .env that takes a secret: for its owner's eyes only, and nothing in it is overwritten unasked."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,~-]+")
_HEAD = "# Secrets of this bot. Do not share this file, and keep it out of git.\n"


class Kept(Exception):
    """The file is left as it is; the message tells why, and what to do."""


def why_not(path: Path, name: str, force: bool) -> str:
    """What keeps *name* from being written to *path*; "": nothing does."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        return f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
    if not force and any(found.group("value").strip() for found in _line(name).finditer(text)):
        return f"{path} sets {name} already; --force has the new value take its place"
    folder = path.resolve().parent
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written to"


def write(path: Path, name: str, value: str, force: bool = False) -> None:
    """Set *name* in *path*; all else in it stays. The file is its owner's alone (mode 600), and whole at any moment.

    Raises Kept, OSError.
    """
    if reason := why_not(path, name, force):
        raise Kept(reason)
    target = path.resolve()
    text = target.read_text(encoding="utf-8") if target.exists() else _HEAD
    line = f"{name}={value if _PLAIN.fullmatch(value) else _quoted(value)}"
    if _line(name).search(text):
        text = _line(name).sub(lambda _: line, text, count=1)
    else:
        text = f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"
    made, beside = tempfile.mkstemp(prefix=".env.", dir=target.parent)  # of mode 600
    try:
        with os.fdopen(made, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(beside).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def _line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*=(?P<value>.*)$", re.MULTILINE)


def _quoted(value: str) -> str:
    """As the file is read: within single quotes, where only the quote and the backslash mean something."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
