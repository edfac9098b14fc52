"""The plan of the house: who may import whom, who may know the world, and what must not stand anywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import botkit

HOUSE = Path(botkit.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A room imports only from floors below its own. The first list is pure: values in, values out.
PURE = (
    {"channels", "hours", "languages", "machine", "messages", "pace", "plurals", "problems", "sayings", "web", "wire"},
    {"expressions", "matching", "model", "signatures", "traps"},
    {"answers", "consent", "inference", "providers", "source", "window"},
    {"data", "replies"},
    {"locales", "shapes"},
    {"hook", "hosts", "says", "schedules", "templates", "types"},
    {"approvals", "outcomes"},
    {"commands", "triggers", "waiting"},
    {"settings", "steps"},
    {"flow"},
    {"bot"},
    {"succession"},
    {"engine", "lateness", "release"},
    {"checks", "wishes"},
    {"graph", "schema"},
)
WORLD = (
    {"environment", "logs", "ports", "where"},
    {"callback", "stores"},
    {"clockwork", "media"},
    {"actions", "lanes", "rounds", "sender", "timers", "watching"},
    {"handoffs", "outreach"},
    {"registry", "server", ""},  # "": the package itself, what `import botkit` gives
    {"condition", "notices", "retention"},
    {"host"},
    {"project"},
    {"reloading", "testing"},
    {"chat", "serving"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: floor for floor, rooms in enumerate(PURE + WORLD) for room in rooms}
PURE_ROOMS = frozenset[str]().union(*PURE)

# Modules of the world, which a pure room does not import.
WORLDLY = _words("""
    aiohttp asyncio concurrent fcntl glob http io logging multiprocessing os pathlib queue random secrets select shutil signal socket
    sqlite3 sqlitedict ssl subprocess sys tempfile threading time urllib uuid uvloop
""")
ALLOWED_IN_PURE = {
    ("machine", "logging"): "transitions logs every transition unless its logger is told not to",
    ("locales", "pathlib.PurePosixPath"): "a name, not a file",
    ("release", "pathlib.PurePosixPath"): "a name, not a file",
}

# The clock, chance and tasks: asked for at ports.py only, so that all of it can be simulated.
AMBIENT = _words("""
    time random secrets sched os.urandom os.getrandom os.times threading.Timer threading.Thread
    datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today uuid.uuid1 uuid.uuid4 uuid.uuid7
    asyncio.sleep asyncio.create_task asyncio.ensure_future asyncio.to_thread asyncio.TaskGroup asyncio.wait_for asyncio.timeout
    asyncio.timeout_at
""")
METHODS = frozenset({"create_task", "call_later", "run_in_executor"})  # of whatever has them
OF_LOOPS = frozenset({"call_at", "time"})
ALLOWED_AMBIENT = {
    ("actions/threads.py", "threading.Thread"): "a plain function of the bot's own must not hold up the loop",
    ("stores/sqlite_groups.py", "threading.Thread"): "sqlite waits for the disk, and one thread owns the connection",
    ("host.py", "asyncio.timeout"): "a process has to end, also where the clock of the ports stands still",
    ("media/uploads.py", "asyncio.to_thread"): "a large file is read without holding up those who write",
    ("media/downloads.py", "asyncio.to_thread"): "a file is surely on the disk before anybody is told so, and a disk may be slow",
    ("retention.py", "asyncio.to_thread"): "many files are taken out without holding up those who write",
    ("reloading.py", "asyncio.to_thread"): "a bot is read anew without holding up those who write",
    ("server/server.py", "asyncio.timeout"): "who is not answered in time must not hold up the end",
    ("cli/local.py", "asyncio.timeout"): "a person waits at a prompt",
}

NO_NAMES = _words("utils util helpers helper constants common misc")


def room_of(module: str) -> str:
    """`botkit.stores.base` -> `stores`; `botkit` -> ``."""
    return module.split(".")[1] if "." in module else ""


def name_of(path: Path) -> str:
    parts = ("botkit", *path.relative_to(HOUSE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names of all that is imported, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(tree: ast.AST) -> set[str]:
    """`from botkit import action` leads to the package itself, unless it names a room."""
    names = [name for name in imported(tree) if name.split(".")[0] == "botkit"]
    return {room if (room := room_of(name)) in FLOOR else "" for name in names}


def worldly(tree: ast.AST, room: str) -> set[str]:
    """What a pure room has of the world."""
    names = {name for name in imported(tree) if name.split(".")[0] in WORLDLY}
    if any(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open" for node in ast.walk(tree)):
        names.add("open()")
    names |= {type(node).__name__ for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)}
    return {name for name in names if (room, name) not in ALLOWED_IN_PURE}


def ambient(tree: ast.AST) -> set[str]:
    """What is taken of clock, chance and tasks, by the names under which the standard library knows it."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}

    def dotted(node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            return known.get(node.id, "")
        return f"{inner}.{node.attr}" if isinstance(node, ast.Attribute) and (inner := dotted(node.value)) else ""

    found = {name for name in known.values() if name in AMBIENT or name.split(".")[0] in AMBIENT}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).removesuffix("()")
            if dotted(node) in AMBIENT:
                found.add(dotted(node))
            elif (node.attr in METHODS and owner not in ("ports", "self._ports")) or (node.attr in OF_LOOPS and owner.endswith("loop")):
                found.add(node.attr)
    return found


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def file_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=file_of)
def test_imports_go_down(path: Path) -> None:
    room = room_of(name_of(path))
    assert room in FLOOR, f"{room} is on no floor: put it on one"
    up = {other for other in rooms_imported(parsed(path)) if other != room and FLOOR[other] >= FLOOR[room]}
    assert not up, f"{file_of(path)} imports {', '.join(sorted(up))}, which is not below it"


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(name_of(path)) in PURE_ROOMS], ids=file_of)
def test_pure_rooms_know_no_world(path: Path) -> None:
    assert worldly(parsed(path), room_of(name_of(path))) == set()


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "ports.py"], ids=file_of)
def test_only_ports_has_a_clock_and_chance_and_tasks(path: Path) -> None:
    assert {name for name in ambient(parsed(path)) if (file_of(path), name) not in ALLOWED_AMBIENT} == set()


def test_every_exception_is_still_needed() -> None:
    assert {(file, name) for file, name in ALLOWED_AMBIENT if name in ambient(parsed(HOUSE / file))} == set(ALLOWED_AMBIENT)
    known = {(room_of(name_of(path)), name) for path in MODULES for name in imported(parsed(path))}
    assert set(ALLOWED_IN_PURE) <= known


@pytest.mark.parametrize("path", MODULES, ids=file_of)
def test_every_file_says_what_it_is_for_and_fits_on_a_few_pages(path: Path) -> None:
    first = (ast.get_docstring(parsed(path)) or "").partition("\n")[0]
    assert len(first.split()) >= 3, "the first sentence says what it is for"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350
    assert NO_NAMES.isdisjoint(file_of(path).removesuffix(".py").split("/")), "a name that says what it is about"


@pytest.mark.parametrize("path", MODULES, ids=file_of)
def test_nothing_is_unpickled_and_no_text_becomes_a_template(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "pickle" not in text
    assert "from_string(" not in text
    assert not {"eval", "exec", "__import__"}.intersection(_called(parsed(path)))


def _called(tree: ast.AST) -> set[str]:
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import time\ntime.time()", "time"),
        ("from time import monotonic as steady", "time.monotonic"),
        ("import datetime as dt\ndt.datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime as moment\nmoment.utcnow", "datetime.datetime.utcnow"),
        ("from datetime import date\ndate.today()", "datetime.date.today"),
        ("from uuid import uuid4", "uuid.uuid4"),
        ("import asyncio\nasyncio.get_running_loop().create_task(x)", "create_task"),
        ("import asyncio\nloop = 1\nloop.call_at(1, f)", "call_at"),
        ("import asyncio\nasyncio.sleep(1)", "asyncio.sleep"),
        ("from asyncio import TaskGroup", "asyncio.TaskGroup"),
        ("import random", "random"),
    ],
)
def test_the_walk_sees_what_it_looks_for(source: str, seen: str) -> None:
    assert seen in ambient(ast.parse(source))


def test_the_walk_passes_over_what_is_allowed() -> None:
    assert ambient(ast.parse("from datetime import datetime\nfrom uuid import uuid5\ndatetime.fromisoformat(x)\nports.now()")) == set()
    assert worldly(ast.parse("from pathlib import PurePosixPath"), "release") == set()
    assert worldly(ast.parse("def f():\n    import os"), "engine") == {"os"}
    assert worldly(ast.parse("open('x')"), "engine") == {"open()"}
    assert rooms_imported(ast.parse("from botkit import wire, action\nfrom botkit.stores.base import Store")) == {"wire", "", "stores"}
