"""Bad input: what authors write that wants to harm, answered by the whole command; what contacts send, answered by the bot."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import subprocess
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botkit.bot import Bot
from botkit.project import read_project
from botkit.testing import contents
from botkit.testing.contents import Content
from botkit.testing.functions import Stand
from botkit.testing.simulation import Simulation
from botkit.testing.stillness import StillLoop

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "botkit: 1\nstart: main\ntimezone: Europe/Madrid\n"

# ---------------------------------------------------------------- what authors write


def _says(text: str) -> bytes:
    return f'steps:\n  a:\n    say: "{text}"\n    go: end\n'.encode()


def _asks(pattern: str) -> bytes:
    return f'steps: {{a: {{say: Well?, ask: {{x: "regex({pattern})"}}}}}}\n'.encode()


_BOMB = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(20))

# Each with the place that is told: line and column.
HOSTILE: dict[str, tuple[bytes, str]] = {
    "a merge bomb": (_BOMB, "1:4"),
    "30,000 brackets": (b"steps: " + b"[" * 30_000, r"1:\d+"),
    "30,000 braces": (b"steps: " + b"{a: " * 30_000, r"1:\d+"),
    "a text of 1 MB": (b"steps: {a: {say: '" + b"x" * 1_000_000 + b"', go: end}}", "1:19"),
    "a quote of 1 MB, never closed": (b'steps: {a: {say: "' + b"x" * 1_000_000, "1:18"),
    "more than 1 MB": (b"#" * 3_000_000, "1:1"),
    "30,000 steps": (b"steps:\n" + b"".join(b"  s%d: {say: x}\n" % n for n in range(30_000)), "2002:3"),
    "40,000 options": (b"steps:\n  a:\n    options:\n" + b"".join(b"      o%d: x\n" % n for n in range(40_000)), "1004:7"),
    "500,000 names": (b"steps: {" + b"a," * 500_000 + b"}", r"1:\d+"),
    "NUL": (b"steps: {a: {say: 'x\0y'}}", "1:20"),
    "half a character": (b"steps: {a: {say: '\xed\xa0\x80'}}", "1:19"),
    "half a character, escaped": (b'steps: {a: {say: "\\ud800"}}', "1:19"),
    "a Python object": (b"steps: !!python/object/apply:os.system ['id']\n", "1:8"),
    "a text of a gigabyte": (_says("{{ 'x' * 10**9 }}"), r"3:\d+"),
    "a power of powers": (_says("{{ 9**9**9**9 }}"), r"3:\d+"),
    "loops in loops": (_says("{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}"), r"3:\d+"),
    "out of the sandbox, by class": (_says("{{ ''.__class__.__mro__[1].__subclasses__() }}"), r"3:\d+"),
    "out of the sandbox, by format": (_says("{{ '{0.__class__}'.format(msg) }}"), r"3:\d+"),
    "out of the sandbox, by a global": (_says("{{ cycler.__init__.__globals__.os.popen('id').read() }}"), r"3:\d+"),
    "another file": (_says("{% include '/etc/passwd' %}"), r"3:\d+"),
    "5,000 brackets in a text": (_says("{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}"), r"3:\d+"),
    "20,000 signs": (_says("{{ " + "-" * 20_000 + "1 }}"), r"3:\d+"),
    "a pattern that looks back": (_asks(r"(a*)*\\1"), r"1:\d+"),
    "a pattern that grows": (_asks("((a{100}){100}){100}"), r"1:\d+"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_check_answers_with_a_place_and_a_reason(name: str, tmp_path: Path) -> None:
    data, place = HOSTILE[name]
    (tmp_path / "flows").mkdir()
    (tmp_path / "botkit.yaml").write_text(SETTINGS)
    (tmp_path / "flows" / "main.yaml").write_bytes(data)
    # The system ends it after two seconds of work, or when it wants more than 2 GB.
    command = f"ulimit -t 2; ulimit -v 2000000; exec {sys.executable} -m botkit -C {tmp_path} check"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120)
    out, err = ran.stdout.decode(), ran.stderr.decode()
    assert (ran.returncode, err) == (1, "")
    assert re.match(rf"flows/main\.yaml:{place}: error\[[a-z-]+\] .{{10,}}\n", out), out[:500]
    assert len(out) < 20_000 and "Traceback" not in out


def test_a_pattern_that_takes_ages_elsewhere_is_refused_or_takes_none(tmp_path: Path) -> None:
    """Without the engine for patterns it is refused; with it no pattern is slow, whatever is sent."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "botkit.yaml").write_text(SETTINGS)
    flow = 'steps: {a: {say: Well?, ask: {x: "regex((a+)+b)"}}, b: {say: "{{ x | length }} characters.", go: end}}'
    (tmp_path / "flows" / "main.yaml").write_text(flow)
    (tmp_path / "talk.txt").write_text("hello\n" + "a" * 60_000 + "\n" + "a" * 60 + "b\n")
    command = f"ulimit -t 4; exec {sys.executable} -m botkit -C {tmp_path} chat --replay {tmp_path / 'talk.txt'}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    if importlib.util.find_spec("re2") is None:
        assert ran.returncode == 3 and b"error[missing-extra]" in ran.stderr
    else:
        assert ran.returncode == 0 and ran.stdout.endswith(b"bot> 61 characters.\n"), ran.stdout[-500:]


# ---------------------------------------------------------------- what contacts send


def _tap(payload: str, label: str = "Book a visit") -> Content:
    return contents.tap("buttons", payload, label)


SENT: dict[str, str | Content] = {
    "64 KB": "x" * 65_536,
    "64 KB of words": "hello " * 11_000,
    "64 KB of digits": "9" * 65_536,
    "only emoji": "👍🏽👨‍👩‍👧🇪🇸",
    "right to left": "مرحبا، أريد موعدًا 12/06",
    "overrides of direction": "\u202e12/60\u202c",
    "empty": "",
    "blank": " \t \n ",
    "NUL": "a\0b",
    "half a character": "\ud83d",
    "both halves the wrong way": "\ude00\ud83d",
    "nothing to be seen": "\u200b\u200d\ufeff",
    "heaps of marks": "Z" + "\u0335\u0321" * 2_000,
    "escapes of a terminal": "\x1b[2J\x1b]0;x\x07",
    "Jinja": "{{ ''.__class__ }}{% for x in range(10**9) %}x{% endfor %}",
    "a format": "%s%n{0.__class__}",
    "SQL": "'; DROP TABLE conversations; --",
    "a huge number": "1e999999",
    "a date that is none": "31/02",
    "a date of long ago": "0000-00-00",
    "a button of last month": _tap("booking.menu:1:book"),
    "a button of another bot": _tap("shop.home:999:look"),
    "a button that is none": _tap("\ud800:::\0" + "x" * 500),
    "a button without a payload": _tap(""),
    "a row that is none": contents.tap("list", "booking.menu:99999999999999999999:book", "Book"),
    "a button of a template": contents.tap("template", "booking.menu:0:book", "Book"),
    "a sticker": contents.media("sticker", "a.webp"),
    "a document with an odd name": contents.media("document", "../../etc/passwd\0", "\ud800", "x" * 5_000),
    "a place that is none": contents.location(1e308, -1e308),
    "a card": contents.contact("x" * 10_000, "+0"),
    "a form": contents.form({"a": ["\0"] * 100}),
    "what WhatsApp does not pass on": contents.unsupported(),
    "a type of tomorrow": {"type": "hologram", "hologram": {"a": [[[]]]}},
    "no type": {},
    "a text that is none": {"type": "text", "text": None},
    "a text that is a list": {"type": "text", "text": {"body": ["x"]}},
    "an answer without one": {"type": "interactive", "interactive": {}},
}  # fmt: skip
SILENT = {"no type", "a type of tomorrow", "what WhatsApp does not pass on"}  # nobody has said anything: nothing need be answered

# What leads to each waiting step of the demo bot, and what it asks.
STEPS = {
    "menu": ["hello"],
    "date": ["hello", "book"],
    "street": ["hello", "book", "2027-06-23"],
    "city": ["hello", "book", "2027-06-23", "Gran Via 1"],
    "confirm": ["hello", "book", "2027-06-23", "Gran Via 1", "Madrid"],
    "nothing": [],
}


@pytest.fixture(scope="module")
def bot() -> Bot:
    found = read_project(ROOT).bot
    assert found is not None
    return found


async def _booked(_: object) -> dict[str, str]:
    return {"ref": "V7"}


def world_of(bot: Bot) -> Simulation:
    stands: dict[str, Stand] = {"clinic.book": _booked}
    return Simulation(bot, datetime(2026, 6, 22, 9, tzinfo=UTC), stands=stands)


def on_a_still_loop(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(work)


async def alive(world: Simulation) -> None:
    """The engine has raised nothing, nothing is left over, and the conversation goes on."""
    assert not world.transcript.fallen, world.transcript.fallen
    assert not [one.refusal for one in world.said if one.refusal]
    assert not await world.store.calls() and not world.lanes.waiting
    await world.pass_(7 * 86_400 + 7_200)  # whatever waits, gives up by then
    assert await world.hear("hello"), "nobody answers any more"
    assert not world.transcript.fallen


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", SENT)
def test_whatever_is_sent_is_answered(name: str, step: str, bot: Bot) -> None:
    async def talk() -> None:
        async with world_of(bot) as world:
            for line in STEPS[step]:
                assert await world.hear(line)
            before = await world.conversation()
            said = await world.hear(SENT[name])
            assert said or name in SILENT, "the bot says nothing"
            after = await world.conversation()
            if before is not None and after is not None:
                assert len(after.frames) >= 1, "it has not been thrown out of its flow"
            await alive(world)

    on_a_still_loop(talk())


def test_a_double_tap_counts_once_and_is_answered_twice(bot: Bot) -> None:
    async def talk() -> None:
        async with world_of(bot) as world:
            for line in STEPS["confirm"]:
                await world.hear(line)
            confirm = next(option.payload for option in world.last().options if option.id == "yes")
            first = await world.tap(confirm)
            assert [one.text for one in first] == ["Booked ✅ Reference V7"]
            second = await world.hear(_tap(confirm, "Confirm"))
            assert second and "Booked" not in " ".join(one.text for one in second)
            assert await world.again() == []  # and the same webhook once more is no message at all
            await alive(world)

    on_a_still_loop(talk())


ANYTHING = st.one_of(
    st.text(max_size=300),
    st.sampled_from(sorted(SENT)).map(SENT.__getitem__),
    st.sampled_from(["book", "1", "2", "2027-06-23", "help", "stop", "start", "spanish", "Confirm", "cancel"]),
    st.builds(_tap, st.from_regex(r"[a-z]{0,8}\.?[a-z]{0,8}:?[0-9]{0,3}:?[a-z]{0,8}", fullmatch=True), st.text(max_size=20)),
    st.builds(_tap, st.sampled_from(["booking.menu:%d:book", "booking.confirm:%d:yes", "address.street:%d:cancel"]).flatmap(
        lambda payload: st.integers(0, 9).map(lambda entry: payload % entry))),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(sent=st.lists(ANYTHING, max_size=12))
def test_no_talk_gets_stuck(bot: Bot, sent: list[str | Content]) -> None:
    async def talk() -> None:
        async with world_of(bot) as world:
            for one in sent:
                await world.hear(one)
            if any(note.kind == "handoff" for moment in world.transcript.moments for note in moment.turn.notes):
                await world.handback()  # people answer in the meantime, not the bot
            await alive(world)

    on_a_still_loop(talk())
