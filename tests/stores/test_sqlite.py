"""What the sqlite store promises beyond the contract: of its file, its errors and its neighbours."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from botkit.stores.base import Corrupt, StoreUnavailable, StoreUnusable
from botkit.stores.memory import MemoryStore
from botkit.stores.opening import open_store
from botkit.stores.sqlite import SqliteStore
from botkit.stores.sqlite_file import BALLAST, SCHEMA
from botkit.stores.sqlite_tables import Connection
from tests.stores.given import ANA, NOON, later, message, moved, out, said, status, turn


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "botkit.db"


@pytest.fixture
async def store(path: Path) -> Any:
    kept = SqliteStore(path)
    await kept.open()
    yield kept
    await kept.close()


def child(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A second process that runs *script*."""
    prelude = "import asyncio, sys; from pathlib import Path; from botkit.stores.sqlite import *; from tests.stores.given import *"
    return subprocess.Popen(
        [sys.executable, "-c", prelude + "\n" + textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )


async def execute(store: SqliteStore, sql: str, *arguments: object) -> Any:
    return await store._groups.run(lambda c: c.execute(sql, arguments).fetchall())


# ---------------------------------------------------------------- the file


async def test_everything_is_there_after_a_restart(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    received = await said(store, "m1", out("a"))
    await store.receive([message("m2"), status("read", "wamid.9")], NOON)
    await store.close()
    store = SqliteStore(path)
    await store.open()
    assert await store.load("main", "c1") == moved(received)
    assert [p.key for p in await store.unfinished(0, 10)] == ["m2"]
    assert [s.id for s in await store.sends(0, 10)] == ["a"]
    assert not (await store.receive([message("m1")], NOON))[0].fresh
    assert (await store.settle(out("a", state="sent", wamid="wamid.9"), NOON)).status == "read"  # parked before the restart
    await store.close()


async def test_only_the_owner_may_read_the_files_and_a_closed_store_is_one_file(path: Path) -> None:
    path.touch(mode=0o644)
    store = SqliteStore(path)
    await store.open()
    await store.receive([message("m1")], NOON)
    files = list(path.parent.iterdir())
    assert {f.name for f in files} >= {"botkit.db", "botkit.db-wal", "botkit.db.lock", "botkit.db.ballast"}
    assert {f.stat().st_mode & 0o777 for f in files} == {0o600}
    await store.close()
    assert not path.with_name("botkit.db-wal").exists()


async def test_what_a_commit_promises_is_switched_on(store: SqliteStore) -> None:
    assert await execute(store, "PRAGMA synchronous") == [(2,)]
    assert await execute(store, "PRAGMA journal_mode") == [("wal",)]


async def test_the_conversations_can_be_read_by_another_process_meanwhile(store: SqliteStore, path: Path) -> None:
    await said(store, "m1")
    script = """
        import json
        from sqlitedict import SqliteDict
        with SqliteDict(sys.argv[1], tablename="conversations", flag="r", journal_mode="WAL", decode=json.loads) as kept:
            print(json.dumps({key: value["frames"][0]["step"] for key, value in kept.items()}))
    """
    reader = child(script, path)
    told, _ = await asyncio.to_thread(reader.communicate, timeout=30)
    assert json.loads(told) == {"main:c1": "ask_size"}
    await said(store, "m2")
    assert await execute(store, "PRAGMA journal_mode") == [("wal",)]


async def test_a_reader_that_converted_the_file_is_put_right_at_the_next_start(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await said(store, "m1")
    await store.close()
    # What a SqliteDict does that is not told the mode; not done with one here, since it may meet its own lock and hang.
    with contextlib.closing(sqlite3.connect(path)) as reader:
        assert reader.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    assert path.read_bytes()[18:20] == b"\x01\x01"  # no longer WAL
    await store.open()
    assert await execute(store, "PRAGMA journal_mode") == [("wal",)]
    await store.close()


async def test_conversations_can_be_written_through_the_dictionary(store: SqliteStore) -> None:
    received = await said(store, "m1")

    def rewrite(connection: Connection) -> None:
        connection.conversations["main:c1"] = moved(received, name="Ben")
        connection.conversations["main:c7"] = moved(received)

    await store._groups.run(rewrite)
    assert await store.load("main", "c1") == moved(received, name="Ben")
    assert await store.load("main", "c7") == moved(received)


async def test_a_second_process_is_kept_out_and_told_by_whom(store: SqliteStore, path: Path) -> None:
    script = """
        async def main():
            try:
                await SqliteStore(Path(sys.argv[1])).open()
            except Exception as error:
                print(type(error).__name__, error)
        asyncio.run(main())
    """
    told, _ = await asyncio.to_thread(child(script, path).communicate, timeout=30)
    assert told.strip() == (
        f"StoreTaken another botkit (process {os.getpid()}) already works with {path}; stop it or give this one its own store"
    )
    await said(store, "m1")


async def test_a_store_that_was_closed_can_be_opened_again(path: Path) -> None:
    for _ in range(2):
        store = SqliteStore(path)
        await store.open()
        await store.close()
        await store.close()
        with pytest.raises(StoreUnavailable):
            await store.due(NOON, 1)


async def whole(path: Path) -> bytes:
    """The bytes of a store with something in it."""
    store = SqliteStore(path)
    await store.open()
    for n in range(20):
        await said(store, f"m{n}", out(f"a{n}", payload=b"x" * 3000))
    await store.close()
    return path.read_bytes()


async def refused(path: Path) -> str:
    """Why the store at *path* does not open; nothing of it may have changed."""
    before = path.read_bytes()
    with pytest.raises(StoreUnusable) as why:
        await SqliteStore(path).open()
    assert path.read_bytes() == before
    assert not path.with_name(path.name + "-wal").exists()
    return str(why.value)


async def test_a_file_of_somebody_else_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE conversations (key TEXT PRIMARY KEY, value BLOB)")
    other.close()
    assert "of another program" in await refused(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no database", b"x" * 5000, b"SQLite format 3\0"])
async def test_what_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "is not a database" in await refused(path)


async def test_a_file_that_was_cut_off_is_told(path: Path) -> None:
    path.write_bytes((await whole(path))[:-8192])
    assert "is cut off" in await refused(path)


async def test_a_damaged_file_is_told(path: Path) -> None:
    content = bytearray(await whole(path))
    content[4096 * 3 : 4096 * 12] = os.urandom(4096 * 9)
    path.write_bytes(content)
    assert "is damaged" in await refused(path)


async def test_a_file_of_a_newer_botkit_is_told(path: Path) -> None:
    content = bytearray(await whole(path))
    content[60:64] = (99).to_bytes(4, "big")
    path.write_bytes(content)
    assert f"newer botkit (tables 99, this one knows {SCHEMA})" in await refused(path)


async def test_a_file_of_an_older_botkit_gets_what_it_lacks(path: Path) -> None:
    await whole(path)
    with contextlib.closing(sqlite3.connect(path)) as older:
        for table in ("marks", "broadcasts", "invited", "former", "joined", "standings"):
            older.execute(f"DROP TABLE {table}")
        older.executescript("ALTER TABLE outbox DROP COLUMN returned; PRAGMA user_version = 1")
    store = SqliteStore(path)
    await store.open()
    assert [key for key, _ in await store.conversations("", 10)] == ["main:c1"]
    await store.mark("round", "one", NOON)
    assert await store.marked("round") == "one"
    assert (await store.sends(0, 10))[0].returned == 0
    await store.close()
    with contextlib.closing(sqlite3.connect(path)) as looking:
        assert looking.execute("PRAGMA user_version").fetchone() == (SCHEMA,)


async def test_a_conversation_that_cannot_be_read_has_its_place_on_the_page(path: Path) -> None:
    await whole(path)
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.executescript("INSERT INTO conversations (key, value) VALUES ('main:c0', '{'), ('main:c2', CAST(x'ff' AS TEXT))")
    store = SqliteStore(path)
    await store.open()
    assert [(key, conversation is not None) for key, conversation in await store.conversations("", 10)] == [
        ("main:c0", False), ("main:c1", True), ("main:c2", False),
    ]  # fmt: skip
    await store.close()


async def test_an_empty_file_with_a_log_is_not_begun_anew(path: Path) -> None:
    path.touch()
    path.with_name("botkit.db-wal").write_bytes(b"log")
    with pytest.raises(StoreUnusable, match="is empty, but its log"):
        await SqliteStore(path).open()
    assert path.with_name("botkit.db-wal").read_bytes() == b"log"


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="No such file or directory"):
        await SqliteStore(tmp_path / "nowhere" / "botkit.db").open()


async def test_the_settings_name_the_store(tmp_path: Path) -> None:
    assert isinstance(open_store("memory:", tmp_path), MemoryStore)
    for url in ("sqlite:///a.db", f"sqlite:///{tmp_path}/b.db"):
        store = open_store(url, tmp_path)
        await store.open()
        await store.close()
    assert (tmp_path / "a.db").exists() and (tmp_path / "b.db").exists()
    for url, line in (("postgresql://x/y", "not part of this version"), ("redis://x", "names no store"), ("sqlite:", "names no store")):
        with pytest.raises(StoreUnusable, match=line):
            open_store(url, tmp_path)


# ---------------------------------------------------------------- records that cannot be read

BAD = ("", "{", "null", "[]", '{"version": 1}', b"\xff\xfe", '{"version": 1, "day": {"$date": "never"}}')


@pytest.mark.parametrize("bad", BAD)
async def test_a_record_that_cannot_be_read_is_never_taken_for_a_new_one(store: SqliteStore, bad: str | bytes) -> None:
    await said(store, "m1")
    await execute(store, "UPDATE conversations SET value = ?", bad)
    with pytest.raises(Corrupt):
        await store.load("main", "c1")
    ana, ben = await store.receive([message("m2"), message("m3", who=type(ANA)("491702"))], NOON)
    assert (ana.corrupt, ana.conversation, ana.fresh) == (True, None, True)
    assert not ben.corrupt
    with pytest.raises(Corrupt):
        await store.commit(turn(ana), NOON)
    assert await execute(store, "SELECT value FROM conversations") == [(bad,)]
    await store.commit(turn(ben), NOON)


async def test_a_text_with_rotten_bytes_is_corrupt_too(store: SqliteStore) -> None:
    await said(store, "m1")
    await execute(store, "UPDATE conversations SET value = CAST(x'7bff' AS TEXT)")
    with pytest.raises(Corrupt):
        await store.load("main", "c1")


async def test_the_memory_store_knows_corrupt_records_as_well() -> None:
    store = MemoryStore()
    await said(store, "m1")
    store._conversations["main", "c1"] = b"{"
    (received,) = await store.receive([message("m2")], NOON)
    assert received.corrupt
    with pytest.raises(Corrupt):
        await store.load("main", "c1")
    with pytest.raises(Corrupt):
        await store.commit(turn(received), NOON)


# ---------------------------------------------------------------- groups


async def together(store: SqliteStore, *works: Any) -> list[Any]:
    """The answers of *works*, all of which wait while the thread is busy, and so come into one group."""
    busy = threading.Event()
    held = asyncio.ensure_future(store._groups.run(lambda _: busy.wait(10)))
    await asyncio.sleep(0)
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.sleep(0)
    busy.set()
    await held
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_error_reaches_its_caller_and_nobody_else(store: SqliteStore) -> None:
    def broken(connection: Connection) -> None:
        connection.execute("INSERT INTO contacts (channel) VALUES ('main')")
        raise ZeroDivisionError

    before, *answers = await together(
        store, store.receive([message("m1")], NOON), store._groups.run(broken), store.receive([message("m2")], NOON)
    )
    assert isinstance(answers[0], ZeroDivisionError)
    assert before[0].fresh and answers[1][0].fresh and (before[0].contact, answers[1][0].contact) == ("c1", "c1")
    assert await execute(store, "SELECT count(*) FROM contacts") == [(1,)]
    assert [p.key for p in await store.unfinished(0, 10)] == ["m1", "m2"]


async def test_all_who_wait_share_one_transaction(store: SqliteStore) -> None:
    seen: list[str] = []
    await store._groups.run(lambda c: c.raw.set_trace_callback(seen.append))
    await together(store, *(store.receive([message(f"m{n}")], NOON) for n in range(20)))
    await store._groups.run(lambda c: c.raw.set_trace_callback(None))
    inserts = [n for n, sql in enumerate(seen) if sql.startswith("INSERT INTO inbox")]
    assert len(inserts) == 20
    assert "COMMIT" not in seen[inserts[0] : inserts[-1]]


async def test_a_cancelled_caller_neither_undoes_nor_loses_the_write(store: SqliteStore) -> None:
    cancelled = asyncio.ensure_future(store.receive([message("m1")], NOON))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert [p.key for p in await store.unfinished(0, 10)] == ["m1"]


async def test_closing_finishes_what_waits(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    waiting = [asyncio.ensure_future(store.receive([message(f"m{n}")], NOON)) for n in range(30)]
    await asyncio.sleep(0)
    await store.close()
    assert all(r.fresh for (r,) in await asyncio.gather(*waiting))
    await store.open()
    assert len(await store.unfinished(0, 100)) == 30
    await store.close()


# ---------------------------------------------------------------- trouble with the file


async def test_a_locked_file_is_told_and_work_goes_on_when_it_is_free(store: SqliteStore, path: Path) -> None:
    await execute(store, "PRAGMA busy_timeout = 20")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = await asyncio.gather(*(store.receive([message(f"m{n}")], NOON) for n in range(3)), return_exceptions=True)
    assert [type(a) for a in answers] == [StoreUnavailable] * 3
    assert "another program holds the file locked" in str(answers[0])
    other.close()
    assert (await store.receive([message("m0")], NOON))[0].fresh


async def test_a_full_disk_spends_the_ballast_and_ends_by_itself(store: SqliteStore, path: Path) -> None:
    ballast = path.with_name("botkit.db.ballast")
    assert ballast.stat().st_size == BALLAST and ballast.stat().st_blocks * 512 >= BALLAST
    ((pages,),) = await execute(store, "PRAGMA page_count")
    await execute(store, f"PRAGMA max_page_count = {pages + 2}")
    kept = 0
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        for n in range(1000):
            await store.receive([message(f"m{n}")], NOON)
            kept += 1
    assert not ballast.exists()
    assert len(await store.unfinished(0, 2000)) == kept  # reading goes on
    await execute(store, "PRAGMA max_page_count = 1000000")
    for n in range(kept, kept + 20):
        assert (await store.receive([message(f"m{n}")], NOON))[0].fresh
    assert ballast.stat().st_size == BALLAST


async def test_while_the_ballast_is_spent_no_new_work_is_let_in_and_work_in_hand_ends(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (received,) = await store.receive([message("m1")], NOON)
    monkeypatch.setattr(store._groups._file, "lay_ballast", lambda: False)
    store._groups._short = True
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        await store.receive([message("m2")], NOON)
    await store.commit(turn(received, out("a")), NOON)
    assert (await store.settle(out("a", state="sent"), NOON)).state == "sent"
    monkeypatch.undo()
    assert (await store.receive([message("m2")], NOON))[0].fresh


def test_after_a_write_that_failed_the_file_is_opened_anew_and_nothing_acknowledged_is_gone(path: Path) -> None:
    script = """
        import resource
        from botkit.stores.base import StoreUnavailable
        async def main():
            store = SqliteStore(Path(sys.argv[1]))
            await store.open()
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            acked, failed, first = [], 0, id(store._groups._connection)
            for n in range(400):
                if n == 50:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
                if failed == 5:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
                try:
                    (received,) = await store.receive([message(f"m{n}")], NOON)
                    acked.append(received.inbound.key)
                except StoreUnavailable as error:
                    failed += 1
                    line = str(error)
            kept = {p.key for p in await store.unfinished(0, 1000)}
            print(failed, set(acked) <= kept, acked[-1], "does not read or write" in line)
            await store.close()
        asyncio.run(main())
    """
    told, _ = child(script, path).communicate(timeout=60)
    failed, all_there, last, line = told.split()
    assert int(failed) >= 5
    assert (all_there, last, line) == ("True", "m399", "True")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 300_000


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(path: Path) -> None:
    script = """
        async def caller(store, name):
            n = 0
            while True:
                n += 1
                (received,) = await store.receive([message(f"{sys.argv[2]}.{name}.{n}", Identity(f"49{name}"))], NOON)
                await store.commit(turn(received, out(f"{received.inbound.key}:0", received.contact)), NOON)
                print(received.inbound.key, flush=True)
        async def main():
            store = SqliteStore(Path(sys.argv[1]))
            await store.open()
            await asyncio.gather(*(caller(store, n) for n in range(8)))
        asyncio.run(main())
    """
    acknowledged: list[str] = []
    for run in range(5):
        writer = child(script, path, run)
        assert writer.stdout is not None
        for _ in range(60 + 37 * run):
            acknowledged.append(writer.stdout.readline().strip())
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
        writer.wait()
        writer.stdout.close()

    async def look() -> None:
        store = SqliteStore(path)
        await store.open()
        sends = {s.id for s in await store.sends(0, 100_000)}
        done = {key for (key,) in await execute(store, "SELECT key FROM inbox WHERE state = 'done'")}
        turns = sum([(await store.load("main", f"c{n}")).version for n in range(1, 9)])  # type: ignore[union-attr]  # all have spoken
        assert set(acknowledged) <= done
        assert {f"{key}:0" for key in done} == sends
        assert turns == len(done)  # each event moved a conversation exactly once
        assert await execute(store, "PRAGMA quick_check") == [("ok",)]
        await store.close()

    assert len(acknowledged) > 500
    asyncio.run(look())


async def test_pruning_goes_on_until_all_is_gone(store: SqliteStore) -> None:
    await store.receive([message(f"m{n}") for n in range(2500)], NOON)
    await execute(store, "UPDATE inbox SET state = 'done'")
    await store.receive([message("young")], later(days=31))
    assert await store.prune(later(days=31)) == 2500
    assert await execute(store, "SELECT count(*) FROM inbox") == [(1,)]
