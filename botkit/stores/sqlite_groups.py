"""The thread that owns a sqlite connection: everybody who waits shares one transaction and one fsync."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, TypeVar

from msgspec import Struct

from botkit.stores.base import StoreError, StoreUnavailable, StoreUnusable
from botkit.stores.sqlite_file import StoreFile
from botkit.stores.sqlite_tables import Connection, connect

T = TypeVar("T")

log = logging.getLogger("botkit.store")

# Work is run again, alone, when a neighbour in its group failed: it must be a function of the connection and nothing else.
Work = Callable[[Connection], Any]
_Answer = tuple[Any, Exception | None]

_LARGEST = 1024  # works in one transaction
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# What concerns the file and not the work; each says in words what the operator can do.
_TROUBLE = {
    sqlite3.SQLITE_FULL: "the disk is full; make room, and work goes on by itself",
    sqlite3.SQLITE_BUSY: "another program holds the file locked; close it, and work goes on by itself",
    sqlite3.SQLITE_LOCKED: "another program holds the file locked; close it, and work goes on by itself",
    sqlite3.SQLITE_IOERR: "the disk does not read or write; look at the system's log",
    sqlite3.SQLITE_READONLY: "the file cannot be written; look at its owner and mode",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; look at its folder",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_PROTOCOL: "another program holds the file locked; close it, and work goes on by itself",
}


class _Boundary(Exception):
    """A transaction could not be begun or ended; the cause tells why."""


class _Waiting(Struct, frozen=True):
    work: Work
    future: asyncio.Future[Any]
    fresh: bool  # it lets new work in: refused while the ballast is spent


class Groups:
    """Runs works on *file* in the order they come, as many as wait in one transaction; each caller gets its own answer.

    A work whose caller was cancelled is done all the same. A transaction that cannot be kept fails all of its callers with
    StoreUnavailable, and the thread lives on.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._short = False  # the ballast is spent
        self._failing = ""  # the last line told to the operator; "": all is well
        self._running = False
        self._ended: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Take the file and start. Raises StoreUnusable."""
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = loop.create_future()
        self._ended = loop.create_future()
        threading.Thread(target=self._run, args=(loop, opened, self._ended), name=f"store {self._file.path.name}", daemon=True).start()
        await opened
        self._running = True

    async def close(self) -> None:
        """Finish what waits, write the log back into the file, give it free."""
        if self._running and self._ended is not None:
            self._running = False
            self._queue.put(None)
        if self._ended is not None:
            await asyncio.shield(self._ended)

    async def run(self, work: Callable[[Connection], T], *, fresh: bool = False) -> T:
        """The answer of *work*, once it is durable."""
        if not self._running:
            raise StoreUnavailable(f"{self._file.path} is not open")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(work, future, fresh))
        return await future

    # ---- in the thread

    def _run(self, loop: asyncio.AbstractEventLoop, opened: asyncio.Future[None], ended: asyncio.Future[None]) -> None:
        try:
            self._open()
        except Exception as error:
            self._tell(loop, [(opened, None, self._unusable(error)), (ended, None, None)])
            return
        self._tell(loop, [(opened, None, None)])
        while True:
            group = [self._queue.get()]
            group += [self._queue.get_nowait() for _ in range(min(self._queue.qsize(), _LARGEST))]
            waiting = [item for item in group if item is not None]
            self._tell(loop, self._answered(waiting))
            if len(waiting) < len(group):
                break
        self._close()
        self._tell(loop, [(ended, None, None)])

    def _open(self) -> None:
        try:
            self._file.take()
            self._file.examine()
            self._connection = connect(self._file)
            self._file.lay_ballast()  # a disk too small for it is used without
        except BaseException:
            self._drop()
            self._file.release()
            raise

    def _unusable(self, error: Exception) -> Exception:
        match error:
            case StoreError():
                return error
            case OSError():
                return StoreUnusable(f"{self._file.path} cannot be opened: {error.strerror or error}")
            case sqlite3.Error():
                return StoreUnusable(f"{self._file.path} cannot be used: {_reason(error)}")
        return error

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):  # a reader may hold the log: it is written back at the next start
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._drop()
        self._file.release()

    def _answered(self, group: Sequence[_Waiting]) -> list[tuple[asyncio.Future[Any], Any, Exception | None]]:
        if self._short and self._file.lay_ballast():
            self._short = False
        refused = [item for item in group if item.fresh and self._short]
        admitted = [item for item in group if not (item.fresh and self._short)]
        told = [(item.future, None, self._unavailable(_TROUBLE[sqlite3.SQLITE_FULL])) for item in refused]
        answers = self._answers([item.work for item in admitted])
        return told + [(item.future, value, error) for item, (value, error) in zip(admitted, answers, strict=True)]

    def _answers(self, works: Sequence[Work]) -> list[_Answer]:
        """What each of *works* is answered: all of them in one transaction, or else each in its own."""
        if not works:
            return []
        try:
            values = self._transact(works)
        except Exception as error:
            line = self._trouble(error)
            if line is None:
                if len(works) == 1:
                    return [(None, self._own(error))]
                return self._one_by_one(works)
            if line == _TROUBLE[sqlite3.SQLITE_FULL] and self._file.drop_ballast():
                self._short = True
                return self._answers(works)
            return [(None, self._unavailable(line)) for _ in works]
        self._failing = ""
        return [(value, None) for value in values]

    def _one_by_one(self, works: Sequence[Work]) -> list[_Answer]:
        answers: list[_Answer] = []
        for work in works:
            if answers and isinstance(answers[-1][1], StoreUnavailable):  # the file failed meanwhile: the others need not wait for that
                answers.append((None, StoreUnavailable(str(answers[-1][1]))))
            else:
                answers += self._answers([work])
        return answers

    def _transact(self, works: Sequence[Work]) -> list[Any]:
        try:
            connection = self._connection or self._reopen()
            connection.execute("BEGIN IMMEDIATE")
        except Exception as error:
            raise _Boundary from error
        values = [work(connection) for work in works]
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _Boundary from error
        return values

    def _trouble(self, error: Exception) -> str | None:
        """Clean up after a transaction that failed: the line for the operator if it was the file's fault, None if a work's."""
        cause = error.__cause__ if isinstance(error, _Boundary) else error
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        try:
            if self._connection is not None and self._connection.raw.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._drop()
        if code == sqlite3.SQLITE_IOERR:
            # After a failed sync nobody knows what the disk holds of the log: nothing more is added to this one.
            self._drop()
        if code in _TROUBLE:
            return _TROUBLE[code]
        return _reason(cause) if isinstance(error, _Boundary) else None

    def _own(self, error: Exception) -> Exception:
        """The error of one work, as its caller gets it."""
        if isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            return StoreUnusable(f"{self._file.path} is damaged ({_reason(error)}); restore it from a backup")
        return error

    def _reopen(self) -> Connection:
        connection = connect(self._file)
        try:
            # All that the log holds goes into the file and is synced there: the old log is not trusted any further.
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise sqlite3.OperationalError("the log cannot be written back while another program reads it")
        except BaseException:
            connection.raw.close()
            raise
        self._connection = connection
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.raw.close()
            self._connection = None

    def _unavailable(self, line: str) -> StoreUnavailable:
        if self._failing != line:
            self._failing = line
            log.error("%s: %s", self._file.path, line)
        return StoreUnavailable(f"{self._file.path}: {line}")

    def _tell(self, loop: asyncio.AbstractEventLoop, answers: list[tuple[asyncio.Future[Any], Any, Exception | None]]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(_deliver, answers)


def _deliver(answers: list[tuple[asyncio.Future[Any], Any, Exception | None]]) -> None:
    for future, value, error in answers:
        if future.done():  # its caller was cancelled
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)


def _reason(error: BaseException | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__
