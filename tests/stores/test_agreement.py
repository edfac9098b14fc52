"""The sqlite store does what the memory store does, whatever comes in whatever order, across restarts."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from botkit.model import Call, Contact, Conversation, Frame, Identity, Inbound, Timer
from botkit.stores.base import RANKS, Commit, Conflict, NotOpen, Outgoing, Store, StoreError
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore
from tests.stores.given import NOON, changed, message, out, status, timer_fired

KEYS = st.integers(1, 8)
CONTACTS = st.sampled_from(["c1", "c2", "c3"])
PEOPLE = st.builds(Identity, st.sampled_from([None, "491", "492"]), st.sampled_from(["DE.1", "DE.2"])) | st.just(Identity("491"))
MOMENTS = st.sampled_from([NOON + timedelta(hours=hours) for hours in range(4)])
TIMERS = st.lists(st.builds(Timer, st.just(1), st.sampled_from(["wait", "call"]), MOMENTS))
SENDS = st.sampled_from(["a", "b", "c", "d"])
WAMIDS = st.sampled_from(["w1", "w2", "w3"])


class Agreement(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.memory = MemoryStore()
        self.sqlite = SqliteStore(Path(self.folder.name) / "botkit.db")
        self.runner.run(self.sqlite.open())
        self.now: datetime = NOON
        self.versions: dict[str, int] = {}

    def teardown(self) -> None:
        self.runner.run(self.sqlite.close())
        self.runner.close()
        self.folder.cleanup()

    def both(self, ask: Callable[[Store], Awaitable[Any]]) -> Any:
        """The answer of both stores, or the error of both."""

        async def answer(store: Store) -> Any:
            try:
                return await ask(store)
            except StoreError as error:
                return type(error), str(error)

        expected = self.runner.run(answer(self.memory))
        assert self.runner.run(answer(self.sqlite)) == expected
        return expected

    @rule(key=KEYS, who=PEOPLE, channel=st.sampled_from(["main", "main", "shop"]))
    def a_message(self, key: int, who: Identity, channel: str) -> None:
        self.both(lambda store: store.receive([message(f"m{key}", who, channel)], self.now))

    @rule(key=KEYS, who=PEOPLE, now=PEOPLE, hours=st.integers(0, 3))
    def a_change_of_numbers(self, key: int, who: Identity, now: Identity, hours: int) -> None:
        self.both(lambda store: store.receive([changed(f"x{key}", who, now, NOON + timedelta(hours=hours))], self.now))
        for contact in ("c1", "c2", "c3"):
            self.both(lambda store, contact=contact: store.identity("main", contact))
        for alias in ("491", "492", "DE.1", "DE.2"):
            self.both(lambda store, alias=alias: store.find("main", alias))

    @rule(keys=st.lists(KEYS, max_size=4), unreadable=st.booleans())
    def a_batch(self, keys: list[int], unreadable: bool) -> None:
        odd = [Inbound("main", f"odd{key}", NOON, b"?", unreadable="odd" if unreadable else None) for key in keys]
        self.both(lambda store: store.receive([*odd, *(message(f"m{key}") for key in keys)], self.now))

    @rule(word=st.sampled_from([*RANKS, "unsent", "warning"]), wamid=WAMIDS, send=SENDS | st.none(), who=PEOPLE | st.none())
    def a_status(self, word: str, wamid: str, send: str | None, who: Identity | None) -> None:
        self.both(lambda store: store.receive([status(word, wamid, send, who, code=131047)], self.now))

    @rule(contact=CONTACTS, key=KEYS, stale=st.integers(0, 4), timers=TIMERS, sends=st.lists(SENDS, max_size=2), call=st.booleans())
    def a_turn(self, contact: str, key: int, stale: int, timers: list[Timer], sends: list[str], call: bool) -> None:
        base = max(0, self.versions.get(contact, 0) - (stale == 4))
        frame = Frame("booking", "ask", {"n": key})
        conversation = Conversation("main", Contact(contact), (frame,), tuple(timers), version=base + 1)
        rows = tuple(out(send, contact) for send in sends)
        calls = (Call(f"call{key}", "book", {"n": key}, 5),) if call else ()
        answer = self.both(lambda store: store.commit(Commit(key, conversation, base, rows, calls), self.now))
        if answer is None:
            self.versions[contact] = base + 1
        else:
            assert answer[0] in (Conflict, NotOpen)

    @rule(key=KEYS)
    def a_claim(self, key: int) -> None:
        self.both(lambda store: store.claim(key))
        self.both(lambda store: store.claim_call(f"call{key}"))

    @rule(key=KEYS, sends=st.lists(SENDS, max_size=1))
    def a_funeral(self, key: int, sends: list[str]) -> None:
        self.both(lambda store: store.bury(key, "no", [out(send) for send in sends], self.now))

    @rule(key=KEYS)
    def a_replay(self, key: int) -> None:
        self.both(lambda store: store.replay(key))

    @rule(sends=st.lists(SENDS, max_size=3))
    def an_intent(self, sends: list[str]) -> None:
        self.both(lambda store: store.intend(sends, self.now))

    @rule(
        send=SENDS,
        state=st.sampled_from(["queued", "trying", "doubt", "held", "sent", "dropped", "unsent"]),
        wamid=WAMIDS | st.none(),
        flags=st.tuples(st.booleans(), st.booleans()),
    )
    def an_answer(self, send: str, state: Any, wamid: str | None, flags: tuple[bool, bool]) -> None:
        told: Outgoing = out(send, state=state, wamid=wamid, attempts=1, resent=flags[0], refused=flags[1], detail=state)
        row = self.both(lambda store: store.settle(told, self.now))
        assert isinstance(row, Outgoing | tuple)

    @rule(contact=CONTACTS, timers=TIMERS.filter(bool))
    def a_timer(self, contact: str, timers: list[Timer]) -> None:
        self.both(lambda store: store.receive([timer_fired(timers[0], contact, f"{contact}:{timers[0].id}")], self.now))

    @rule(hours=st.sampled_from([1, 24, 24 * 9, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.both(lambda store: store.prune(self.now))

    @rule()
    def a_restart(self) -> None:
        self.runner.run(self.sqlite.close())
        self.sqlite = SqliteStore(Path(self.folder.name) / "botkit.db")
        self.runner.run(self.sqlite.open())

    @invariant()
    def the_same_is_kept(self) -> None:
        async def everything(store: Store) -> list[Any]:
            return [
                await store.unfinished(0, 99),
                await store.dead(99),
                await store.quarantined(99),
                await store.sends(0, 99),
                [await store.send(key) for key in "abcd"],
                await store.calls(),
                await store.due(NOON + timedelta(hours=2), 99),
                await store.next_due(),
                [await store.load("main", contact) for contact in ("c1", "c2", "c3")],
                [await store.identity(channel, contact) for channel in ("main", "shop") for contact in ("c1", "c2", "c3")],
                [await store.find("main", alias) for alias in ("491", "492", "DE.1", "DE.2")],
                sorted(await store.sent_since(NOON)),
            ]

        self.both(everything)


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
