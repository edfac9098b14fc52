"""The bot's folder on the disk: where files of contacts are written down, under names that are ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from botkit.media.failures import MediaError
from botkit.messages import signs
from botkit.messages.files import INSIDE

SPARE = 64 * 1024 * 1024  # bytes of the disk that are left to the store, which must not stand still for a picture
_PART = ".part-"  # how a file begins that is not whole yet
_PARTS = frozenset({"actions", "data", "flows", "locales", "templates", "tests"})  # folders that a bot is made of
_FORSAKEN = 6 * 3600.0  # seconds after which nobody writes it any more


class Part:
    """A file on its way to the disk, or into memory (*path* None). Whoever begins it ends it by `keeper` or `drop`."""

    def __init__(self, path: Path | None, most: int, spare: int = 0) -> None:
        self.size = 0
        self.first = b""  # its first bytes
        self.pieces: list[bytes] = []  # of one in memory
        self.path = path
        self._most = most
        self._spare = spare
        self._hash = hashlib.sha256()
        try:
            self._file = None if path is None else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _no_room(error) from None

    @property
    def digest(self) -> bytes:
        """The sha256 of what has come."""
        return self._hash.digest()

    def expect(self, size: int | None) -> None:
        """So many bytes are announced; None: nobody says how many. Raises MediaError where there is no room for them."""
        if size is not None and size > self._most:
            raise MediaError("too_large", f"it has {size:,} bytes")
        if self.path is not None:
            free = os.statvfs(self.path.parent)
            if free.f_bavail * free.f_frsize < self._spare + (size or 0):
                raise MediaError("no_room", "the disk is nearly full")

    def take(self, piece: bytes) -> None:
        """Write the next piece. Raises MediaError."""
        self.size += len(piece)
        if self.size > self._most:
            raise MediaError("too_large", f"it has more than {self._most:,} bytes")
        if len(self.first) < signs.FIRST:
            self.first += piece[: signs.FIRST - len(self.first)]
        self._hash.update(piece)
        if self._file is None:
            self.pieces.append(piece)
            return
        left = memoryview(piece)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise _no_room(error) from None

    def keeper(self, path: Path) -> Callable[[], None]:
        """What has it on the disk as *path*, surely: to be called in a thread, for it waits for the disk. It owns the file from now on, and
        raises MediaError."""
        file, whole = self._file, self.path
        self._file = self.path = None
        return partial(_keep, file, whole, path)

    def drop(self) -> None:
        """Close it; one that was not kept is gone."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()
            self.path = None


class Folder:
    """*root* is the bot's folder. *spare*: bytes that the disk keeps free."""

    def __init__(self, root: Path, spare: int = SPARE) -> None:
        self.root = root
        self._inside = root / INSIDE
        self._spare = spare
        self._swept = False

    @contextlib.contextmanager
    def part(self, token: str, most: int, now: datetime) -> Iterator[Part]:
        """A new file to be written, of *most* bytes at most. *token* tells it from others. Raises MediaError."""
        try:
            self._inside.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._swept:
                self._swept = True
                for left in self._inside.glob(f"{_PART}*"):  # of a process that ended in the middle
                    if left.stat().st_mtime < now.timestamp() - _FORSAKEN:  # a younger one may be another's
                        left.unlink(missing_ok=True)
        except OSError as error:
            raise _no_room(error) from None
        part = Part(self._inside / f"{_PART}{token}", most, self._spare)
        try:
            yield part
        finally:
            part.drop()

    def place(self, day: date, name: str) -> Path:
        """Where a file of ours goes; its folder is there. Raises MediaError."""
        return self._made(self._inside / day.isoformat() / name)

    def given(self, path: Path) -> Path:
        """Where an action wants a file; its folder is there. Raises MediaError for a place that is not below the bot's folder, or where a
        file would become a part of the bot: its next release, its settings, its store."""
        root = self.root.resolve()
        wanted = (root / path).resolve()
        if not wanted.is_relative_to(root) or wanted == root or wanted.is_dir():
            raise MediaError("no_room", f"{str(path)[:100]!r} is no place for a file below the bot's folder")
        first, *rest = parts = wanted.relative_to(root).parts
        if not rest or first.lower() in _PARTS or any(part.startswith(".") for part in parts):
            raise MediaError("no_room", f"{str(path)[:100]!r} is where the bot itself stands: choose a folder of its own, such as scans/")
        return self._made(wanted)

    def below(self, path: Path) -> str:
        """*path* as seen from the bot's folder."""
        return path.resolve().relative_to(self.root.resolve()).as_posix()

    def _made(self, path: Path) -> Path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _no_room(error) from None
        return path


def _keep(file: int | None, whole: Path | None, path: Path) -> None:
    if file is None or whole is None:
        return
    try:
        try:
            os.fsync(file)
        finally:
            os.close(file)
        whole.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        whole.unlink(missing_ok=True)
        raise _no_room(error) from None


def _no_room(error: OSError) -> MediaError:
    return MediaError("no_room", f"it cannot be written down: {error.strerror or type(error).__name__}")
