"""The same talk in each place that a bot talks in: at the keyboard, in a test, through a server of ours, through the real process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from msgspec import Struct
from msgspec.structs import replace

from botkit.channels import Channel
from botkit.chat import Screen, Talk
from botkit.chat.keeping import as_test
from botkit.chat.session import Done
from botkit.model import Conversation, Event, Note, OperatorCommand, Turn
from botkit.model import Inbound as Arrived
from botkit.model.written import dump_event
from botkit.ports import FrozenPorts, RealPorts
from botkit.problems import Problems
from botkit.project import Project
from botkit.replies import Reading
from botkit.serving import Release, host_of
from botkit.source import decode, read
from botkit.stores.opening import open_store
from botkit.testing import webhooks
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.player import Player
from botkit.testing.said import Moment
from botkit.testing.stillness import StillLoop
from botkit.testing.talks import read_tests
from botkit.testing.webhooks import Person
from tests.end_to_end.served import Served, environment

KEY = "key-of-the-bot"
AUTH = b"bot:correct horse"
TOKEN = "token-of-the-operators"


def request(body: Mapping[str, Any]) -> bytes:
    """What 360dialog gets, to the byte, but for the mark that every message has of its own."""
    return json.dumps({name: value for name, value in body.items() if name != "biz_opaque_callback_data"}).encode()


class Heard(Struct, frozen=True):
    """What came out: requests to 360dialog, and the notes of the turns where they are to be seen."""

    requests: list[bytes]
    notes: list[Note]


# ---------------------------------------------------------------- here


def in_chat(project: Project, lines: Sequence[str], begun: datetime, number: str) -> tuple[Heard, list[Done], str]:
    """What came out, what was done, and the talk as a test."""

    async def whole() -> tuple[Heard, list[Done], str]:
        assert project.bot is not None
        talk = Talk(project, project.bot, begun, Screen(lambda text, _: text), who=number)
        with redirect_stdout(StringIO()) as screen:
            await talk.open()
            for line in lines:
                await talk.line(line)
        session = talk.session
        assert len(session.done) == len(lines), screen.getvalue()
        text = as_test(session, "the talk")
        heard = Heard([request(said.body) for done in session.done for said in done.said], notes_of(session.moments()))
        await talk.close()
        return heard, session.done, text

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(whole())


def in_test(project: Project, text: str) -> Heard:
    """The test *text* played, as `botkit test` does."""
    problems = Problems()
    source = decode("talk.test.yaml", text.encode(), problems)
    node = read(source, problems) if source is not None else None
    assert node is not None and project.bot is not None
    (test,) = read_tests(node, Reading(problems))
    assert not len(problems), [str(problem) for problem in problems]
    player = Player(test, project.bot, project.actions)
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        played = runner.run(player.play())
    assert played.difference is None, played.difference
    return Heard([request(said.body) for said in played.said], notes_of(player.moments))


def notes_of(moments: Sequence[Moment]) -> list[Note]:
    return [plain(note) for moment in moments for note in moment.turn.notes]


def plain(note: Note) -> Note:
    """*note* without the line of the function that failed: a mock is another function."""
    return replace(note, detail=note.detail.partition(":")[0]) if note.kind == "error" else note


# ---------------------------------------------------------------- over HTTP


class Place(Protocol):
    """Somewhere that a bot is served, with a 360dialog of ours at the other end."""

    fake: Fake360

    async def handback(self, person: Person) -> None: ...

    async def pass_(self, done: Done) -> None: ...

    async def rest(self) -> None:
        """Until nothing is left to do, as far as that can be seen."""
        ...


class Ear:
    """Hears what 360dialog accepts, in order."""

    def __init__(self) -> None:
        self.heard: list[Asked] = []
        self._more = asyncio.Event()

    def hears(self, asked: Asked) -> None:
        self.heard.append(asked)
        self._more.set()

    async def has(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()


async def spoken(place: Place, ear: Ear, person: Person, deeds: Sequence[Done]) -> list[bytes]:
    """*deeds* done over again; the requests that came of them."""
    ear.heard.clear()
    count = 0
    for done in deeds:
        match done.word:
            case "user":
                place.fake.inbound(person, str(done.value), place.fake._ports.now())
            case "tap":
                place.fake.inbound(person, _tap(ear.heard, str(done.value)), place.fake._ports.now())
            case "status":
                place.fake.post.put([_failed(place.fake, person, ear.heard[-1], str(done.value))])
            case "handback":
                await place.handback(person)
            case "after" | "at":
                await place.pass_(done)
            case word:
                raise AssertionError(word)
        count += len(done.said)
        await ear.has(count)
        await place.rest()
    return [request(asked.body) for asked in ear.heard]


def _tap(heard: Sequence[Asked], option: str) -> dict[str, Any]:
    """A tap on the newest button of this option."""
    for asked in reversed(heard):
        for kind, payload, label in _buttons(asked.body):
            if payload.rpartition(":")[2] == option:
                if kind == "button":
                    return {"type": "button", "button": {"payload": payload, "text": label}}
                return {"type": "interactive", "interactive": {"type": kind, kind: {"id": payload, "title": label}}}
    raise AssertionError(f"there is no button {option}")


def _buttons(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    action = body.get("interactive", {}).get("action", {})
    found = [("button_reply", button["reply"]["id"], button["reply"]["title"]) for button in action.get("buttons", [])]
    found += [("list_reply", row["id"], row["title"]) for section in action.get("sections", []) for row in section["rows"]]
    for part in body.get("template", {}).get("components", []):
        if part["type"] == "button":
            found.append(("button", part["parameters"][0]["payload"], "tapped"))
    return found


def _failed(fake: Fake360, person: Person, asked: Asked, told: str) -> webhooks.Change:
    word, _, code = told.partition(" ")
    opaque = asked.body["biz_opaque_callback_data"]
    return webhooks.status(fake.number, person, asked.wamid or "", word, fake._ports.now(), opaque, (int(code), "told"))


class Process:
    """`botkit serve`, the real one."""

    def __init__(self, folder: Path, ear: Ear) -> None:
        self.fake = Fake360(RealPorts(), key=KEY, on_accept=ear.hears)
        self.fake.withhold.add("delivered")  # a message that has arrived does not fail any more
        self._folder = folder

    async def __aenter__(self) -> Process:
        variables = {
            "D360_API_KEY": KEY,
            "BOTKIT_WEBHOOK_AUTH": AUTH.decode(),
            "CLINIC_API": await self.fake.start(),
            "BOTKIT_API_TOKEN": TOKEN,
        }
        self.server = Served(self._folder, environment(**variables), RealPorts())
        self.fake.webhook(self.server.url, AUTH)
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.gone()
        await self.fake.stop()

    async def handback(self, person: Person) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{self.server.base}/handback", json={"contact": person.wa_id}) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def pass_(self, done: Done) -> None:
        raise AssertionError("time passes by itself here")

    async def rest(self) -> None:
        await self.fake.settled()


class Frozen:
    """The server of `botkit serve` with its store in a file, real HTTP on both sides, and a clock that is moved by hand."""

    def __init__(self, project: Project, begun: datetime, ear: Ear) -> None:
        self.ports = FrozenPorts(begun.astimezone(UTC))
        self.fake = Fake360(self.ports, key=KEY, on_accept=ear.hears)
        self.notes: list[Note] = []
        self._project = project

    async def __aenter__(self) -> Frozen:
        await self.fake.start()
        channel = Channel("main", api_key=KEY, webhook_auth=AUTH, base_url=self.fake.url, rate=1e6)  # a pace needs a clock that runs
        self.store = open_store("sqlite:///data/talk.db", self._project.root)
        assert self._project.bot is not None
        self.host = host_of(Release(self._project.bot), self._project.actions, [channel], self.store, self.ports, {})
        engine = self.host.lanes.advance

        def advance(conversation: Conversation, event: Event) -> Turn:
            turn = engine(conversation, event)
            self.notes.extend(map(plain, turn.notes))
            return turn

        self.host.lanes.advance = advance
        self.fake.webhook(f"http://127.0.0.1:{await self.host.start('127.0.0.1', 0)}/webhook/main", AUTH)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.host.drain(1)
        await self.fake.stop()

    async def handback(self, person: Person) -> None:
        contact = await self.store.find("main", person.wa_id or "")
        event = OperatorCommand("command:1", self.ports.now(), "handback", {})
        await self.host.receive([Arrived("main", event.key, event.at, dump_event(event), event, contact=contact, kind="event")])

    async def pass_(self, done: Done) -> None:
        moment = _then(done, self.ports.now(), self._project)
        while (due := await self._due(moment)) is not None:
            self.ports.set(max(due, self.ports.now()))
            await self.rest()
        self.ports.set(moment)

    async def _due(self, until: datetime) -> datetime | None:
        """When the next timer fires or the next schedule comes for somebody."""
        timer = await self.store.next_due()
        limit = until if timer is None else min(timer, until)
        assert self.host.rounds is not None
        return await self.host.rounds.coming(limit) or (timer if timer is not None and timer <= until else None)

    async def rest(self) -> None:
        while True:
            await self.fake.settled()
            before = len(self.fake.requests), len(self.fake.post.posted)
            for _ in range(50):
                await asyncio.sleep(0)
            due = await self.store.next_due()
            assert self.host.rounds is not None
            sending = any(state.queued for state in self.host.sender.state().values())
            busy = self.host.lanes.waiting or sending or not self.host.rounds.resting
            late = due is not None and due <= self.ports.now()
            if not busy and not late and not await self.store.calls() and before == (len(self.fake.requests), len(self.fake.post.posted)):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):  # a thread of the store, a socket: they need no more than the loop
                    await asyncio.Event().wait()


def _then(done: Done, now: datetime, project: Project) -> datetime:
    assert project.bot is not None
    told = str(done.value)
    if done.word == "at":
        return datetime.fromisoformat(told).replace(tzinfo=project.bot.settings.zone).astimezone(UTC)
    return now + timedelta(seconds=int(told[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[told[-1]])
