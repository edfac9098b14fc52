"""The file that a sqlite store works with: whether it is ours and whole, who holds it, and the ballast that keeps room for its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from botkit.stores.base import StoreTaken, StoreUnusable

APPLICATION_ID = 0x626F746B  # "botk", at offset 68 of the file
SCHEMA = 6  # user_version of the tables that this botkit knows
BALLAST = 32 * 1024 * 1024  # bytes
CHECKED = 64 * 1024 * 1024  # a file up to this size is read through at start


class StoreFile:
    """The database at *path*, its lock and its ballast (`<path>.lock`, `<path>.ballast`); all of them readable by their owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None
        self._ballast = path.with_name(path.name + ".ballast")

    # ---- whose it is

    def take(self) -> None:
        """Hold the file for this process until `release`. Raises StoreUnusable when another one holds it."""
        descriptor = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            line = f"another botkit (process {holder}) already works with {self.path}; stop it or give this one its own store"
            raise StoreTaken(line) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._lock = descriptor

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)  # the file itself stays: removing it would let two processes hold two locks of one name
            self._lock = None

    # ---- what it is

    def examine(self) -> None:
        """Look without writing whether the file is ours, whole and not of a newer botkit; make an empty one where there is none.

        Raises StoreUnusable, and leaves a bad file as it is.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            size = os.fstat(descriptor).st_size
            header = os.pread(descriptor, 100, 0)
        finally:
            os.close(descriptor)
        log = self._size("-wal")
        if size == 0:
            if log:
                raise StoreUnusable(f"{self.path} is empty, but its log {self.path.name}-wal is not: put the file back, or remove both")
            return
        self._examine_header(header, size, log)
        if size <= CHECKED and not self._size("-journal"):
            self._read_through(log)

    def _examine_header(self, header: bytes, size: int, log: int) -> None:
        # https://www.sqlite.org/fileformat.html §1.3: page size at 16, pages at 28 (if 24 and 92 agree), application id at 68
        if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
            raise StoreUnusable(f"{self.path} is not a database; name another file as the store, or move this one away")
        if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
            raise StoreUnusable(f"{self.path} is a database of another program; give botkit a file of its own")
        page = int.from_bytes(header[16:18], "big")
        length = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
        if header[24:28] == header[92:96] and size < length and not log:
            raise StoreUnusable(f"{self.path} is cut off: {size} bytes of {length} are left; restore it from a backup")

    def _read_through(self, log: int) -> None:
        """sqlite's own quick check, through a connection that cannot write."""
        # Without a log nothing else is to be read, and "immutable" keeps sqlite from laying files beside a bad one.
        mode = "mode=ro" if log else "mode=ro&immutable=1"
        try:
            with contextlib.closing(sqlite3.connect(f"file:{quote(str(self.path))}?{mode}", uri=True)) as looking:
                (found,) = looking.execute("PRAGMA quick_check(1)").fetchone()
                (version,) = looking.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            found, version = str(error), SCHEMA
        if found != "ok":
            raise StoreUnusable(f"{self.path} is damaged ({' '.join(found.split())}); restore it from a backup")
        self.fits(version)

    def fits(self, version: int) -> None:
        """Raises StoreUnusable when the tables are of a newer botkit."""
        if version > SCHEMA:
            raise StoreUnusable(
                f"{self.path} was written by a newer botkit (tables {version}, this one knows {SCHEMA}); install that one again"
            )

    def _size(self, suffix: str) -> int:
        """Bytes of a file that sqlite lays beside the database; 0: there is none."""
        try:
            return self.path.with_name(self.path.name + suffix).stat().st_size
        except FileNotFoundError:
            return 0

    # ---- room for the end

    def lay_ballast(self) -> bool:
        """Keep 32 MiB of the disk aside. False: there is no room for it now."""
        try:
            free = os.statvfs(self.path.parent)
            if self._ballast.exists() and self._ballast.stat().st_size == BALLAST:
                return True
            if free.f_bavail * free.f_frsize < BALLAST + BALLAST // 4:  # not the last of it: work needs room beside it
                return False
            descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(descriptor, 0, BALLAST)
                else:
                    os.write(descriptor, bytes(BALLAST))
            finally:
                os.close(descriptor)
        except OSError:
            self.drop_ballast()
            return False
        return True

    def drop_ballast(self) -> bool:
        """Give the disk what was kept aside. False: there was nothing."""
        try:
            self._ballast.unlink()
        except OSError:
            return False
        return True
