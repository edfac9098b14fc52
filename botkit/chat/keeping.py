"""A talk kept as a test: the YAML that `botkit test` reads, which passes as it is."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from botkit.actions import Action
from botkit.actions.results import kept
from botkit.bot import Bot
from botkit.chat.session import Done, Session, written
from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import Node, Sequence, decode, read
from botkit.source.writing import quoted
from botkit.testing.differences import lines_of
from botkit.testing.fitting import Fitting
from botkit.testing.player import Player
from botkit.testing.simulation import SOMEBODY
from botkit.testing.talks import Test, read_tests
from botkit.testing.writing import entry_of, scalar, value_lines
from botkit.wire import Value


class Unkept(Exception):
    """No test can be made of this talk; the message says why."""


def as_test(session: Session, name: str) -> str:
    """The talk as an entry of a test file, from its beginning. Raises Unkept for what a test has no words for."""
    if session.unkept:
        raise Unkept(session.unkept)
    for done in session.done:
        if not done.word:
            raise Unkept(f"it holds {done.value}, which a test has no words for")
    if not session.done:
        raise Unkept("nothing has been said yet")
    lines = [f"- test: {scalar(name, within=False)}", f"  now: {written(session.begun, session.zone)}"]
    person = session.person
    known: dict[str, Value] = {**({"name": person.name} if person.name else {}), **session.known}
    if person.wa_id != SOMEBODY.wa_id:
        known["wa_id"] = person.wa_id
    if known:
        lines += _below("contact", known, 2)
    if session.language:
        lines.append(f"  lang: {session.language}")
    mocks = _mocks(session)
    if mocks:
        lines += _below("mocks", mocks, 2)
    lines.append("  talk:")
    rows = [row for done in session.done for line in _lines(done) for row in line.split("\n")]
    lines += [f"    {row}" if row else "" for row in rows]
    return "\n".join(lines) + "\n"


def turns(session: Session) -> int:
    """How often the contact did something, or time passed."""
    return len(session.done)


def _mocks(session: Session) -> Mapping[str, Value]:
    """What every action gave, in order."""
    found: dict[str, list[Value]] = {}
    for ran in session.ran():
        answer: dict[str, Value] = {"raise": ran.error} if ran.error else {"return": kept(ran.value, session.zone)}
        found.setdefault(ran.action, []).append(answer)
    return found


def _below(key: str, value: Value, indent: int) -> Iterator[str]:
    first, *more = value_lines(value, indent + 2)
    yield f"{' ' * indent}{key}:{f' {first}' if first else ''}"
    yield from more


def _lines(done: Done) -> Iterator[str]:
    match done.value:
        case True:
            yield f"- {done.word}"
        case str() as text:  # never as a block, which would end with a line break
            yield f"- {done.word}: {quoted(text) if chr(10) in text else scalar(text, within=False)}"
        case _:
            _, first, *more = value_lines({done.word: done.value}, 2)
            yield f"- {first.lstrip()}"
            yield from more
    said = [one for one in done.said if one.wamid]
    if done.word == "agent":
        yield from (line for one in said[1:] for line in entry_of(one, 0))  # the first is what the agent wrote
        return
    for one in said:
        yield from entry_of(one, 0)
    if not said:
        yield "- bot: nothing"


# ---------------------------------------------------------------- into a file


async def keep(session: Session, name: str, path: Path, bot: Bot, actions: Mapping[str, Action]) -> str:
    """Add the talk to the test file *path*; the test's name there. It is played first, and nothing is written that would not pass.
    Raises Unkept, OSError. To be called on a StillLoop."""
    before = _bytes(path)
    taken, indent = _there(path, before)
    name = name if name not in taken else next(f"{name} {n}" for n in range(2, len(taken) + 3) if f"{name} {n}" not in taken)
    text = as_test(session, name)
    await _passes(text, bot, actions)
    _put(path, before, "".join(" " * indent + line if line.strip() else line for line in text.splitlines(keepends=True)).encode())
    return name


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _put(path: Path, before: bytes, added: bytes) -> None:
    """Write both, one below the other; a crash leaves what was there."""
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(before.rstrip() + (newline * 2 if before.strip() else b"") + added.replace(b"\n", newline))
    draft.replace(path)


def _there(path: Path, data: bytes) -> tuple[set[str], int]:
    """The names of the tests of a file, and how far its list is indented."""
    if not data.strip():
        return set(), 0
    problems = Problems()
    node = _read(path.name, data, problems)
    tests = read_tests(node, Reading(problems)) if node is not None else []
    if problems.errors or not isinstance(node, Sequence) or not node.items:
        raise Unkept(f"{path.name} has errors: mend it first, or take its tests away")
    line, column, _, _ = node.items[0].span
    if not re.fullmatch(r"\s*-\s+", node.source.rows[line][:column]):
        raise Unkept(f'{path.name} is not a list with a line "- test: …" for each test')
    return {test.name for test in tests}, node.source.rows[line].index("-")


def _read(file: str, data: bytes, problems: Problems) -> Node | None:
    source = decode(file, data, problems)
    return read(source, problems) if source is not None else None


async def _passes(text: str, bot: Bot, actions: Mapping[str, Action]) -> None:
    problems = Problems()
    node = _read("talk", text.encode(), problems)
    tests: list[Test] = read_tests(node, Reading(problems)) if node is not None else []
    if tests and not problems.errors:
        Fitting(bot, actions, problems).look(tests)
    if problems.errors or not tests:
        raise Unkept(problems.errors[0].message if problems.errors else "it cannot be written down")
    hushed, logging.root.manager.disable = logging.root.manager.disable, logging.CRITICAL  # what a mock raises is no news
    try:
        difference = (await Player(tests[0], bot, actions).play()).difference
    finally:
        logging.root.manager.disable = hushed
    if difference is not None:
        found = f": {' '.join(lines_of(difference.said))[:80]}" if difference.said is not None else ""
        raise Unkept(f"a test of it would not pass, for {difference.sentence}{found}")
