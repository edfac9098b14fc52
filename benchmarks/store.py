"""How many turns a second the sqlite store keeps, beside a plain log that is appended and synced in the same run.

    python benchmarks/store.py [seconds for each measure] [folder]

A turn is receive (one message of 1 KB), commit (one send of 300 bytes) and settle. "full" adds the three statuses of the send. The
log writes the same number of bytes for each operation and syncs them with whoever waits at that moment, as the store does.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from botkit.model import Contact, Conversation, Frame, Identity, Inbound, MessageReceived, StatusChanged, Timer
from botkit.stores.base import Commit, Outgoing, Store
from botkit.stores.sqlite import SqliteStore

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
RAW = b'{"object":"whatsapp_business_account","entry":"' + b"x" * 950 + b'"}'
STATUS = RAW[:600]
PAYLOAD = b'{"type":"text","text":{"body":"' + b"y" * 260 + b'"}}'
CONTACTS = 5_000


def message(key: str, contact: int) -> Inbound:
    event = MessageReceived(key, NOW, key, "text", "four, please")
    return Inbound("main", key, NOW, RAW, event, Identity(f"49170{contact:07}", f"DE.{contact:019}", "Ana"))


def status(send: str, wamid: str, word: str, contact: int) -> Inbound:
    key = f"{wamid}:{word}"
    return Inbound("main", key, NOW, STATUS, StatusChanged(key, NOW, wamid, word, send), Identity(f"49170{contact:07}"))


def moved(before: Conversation | None, contact: str, number: int) -> Conversation:
    if before is None:
        before = Conversation("main", Contact(contact, f"49170{number:07}", profile="Ana", attributes={"language": "de"}))
    variables = {"size": 4, "day": "2026-03-02", "name": "Ana", "note": "by the window, if there is one " * 8}
    entry = before.entries + 1
    frame = Frame("booking", "ask_size", variables, entry, NOW, visits={"ask_size": entry})
    timers = (Timer(entry, "silence:0", NOW + timedelta(minutes=10, seconds=entry)),)
    return replace(before, frames=(frame,), timers=timers, entries=entry, last_inbound=NOW, version=before.version + 1, release="r1")


async def turn(store: Store, number: int, contact: int, full: bool) -> None:
    key = f"wamid.HBgLMTU1NTEyMzQ1NjcVAgASGBQz{number:012}"
    (received,) = await store.receive([message(key, contact)], NOW)
    conversation = moved(received.conversation, received.contact, contact)
    send = Outgoing(f"{key}:0", "main", received.contact, PAYLOAD, state="trying", attempts=1)
    await store.commit(Commit(received.seq, conversation, conversation.version - 1, (send,)), NOW)
    wamid = f"wamid.OUT{number:030}"
    await store.settle(replace(send, state="sent", wamid=wamid), NOW)
    if full:
        for word in ("sent", "delivered", "read"):
            await store.receive([status(send.id, wamid, word, contact)], NOW)


class Log:
    """A file to which whoever waits is appended with one write and one fdatasync, in a thread: as fast as a disk can promise."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, data: bytes) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((data, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.get_running_loop().run_in_executor(None, self._sync, b"".join(data for data, _ in group))
            for _, future in group:
                future.set_result(None)

    def _sync(self, data: bytes) -> None:
        os.write(self._file, data)
        os.fdatasync(self._file)

    async def turn(self, full: bool) -> None:
        await self.keep(RAW)
        await self.keep(PAYLOAD + RAW[:700])
        await self.keep(RAW[:100])
        if full:
            for _ in range(3):
                await self.keep(STATUS)


async def rate(one: Callable[[int, int], Awaitable[None]], callers: int, seconds: float, numbers: list[int]) -> tuple[float, float]:
    """Turns a second, and the median of one turn in milliseconds."""
    until = time.perf_counter() + seconds
    spent: list[float] = []

    async def caller(index: int) -> None:
        while (begun := time.perf_counter()) < until:
            numbers[0] += 1
            await one(numbers[0], (numbers[0] * callers + index) % CONTACTS // callers * callers + index)
            spent.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(caller(index) for index in range(callers)))
    return len(spent) / (time.perf_counter() - begun), statistics.median(spent) * 1000


async def measure(folder: Path, seconds: float) -> None:
    store = SqliteStore(folder / "bench.db")
    await store.open()
    log = Log(folder / "bench.log")
    numbers = [0]
    print(f"{'':>12}{'callers':>9}{'store/s':>10}{'ms':>8}{'log/s':>10}{'ms':>8}{'ratio':>8}")
    for full in (False, True):
        for callers in (1, 16, 64):
            kept = await rate(lambda n, c, full=full: turn(store, n, c, full), callers, seconds, numbers)
            logged = await rate(lambda n, c, full=full: log.turn(full), callers, seconds / 2, numbers)
            name = "full turn" if full else "turn"
            print(f"{name:>12}{callers:>9}{kept[0]:>10.0f}{kept[1]:>8.2f}{logged[0]:>10.0f}{logged[1]:>8.2f}{kept[0] / logged[0]:>8.2f}")
    await store.close()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        asyncio.run(measure(Path(folder), seconds))


if __name__ == "__main__":
    main()
