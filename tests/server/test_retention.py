"""Whom nothing was heard of for long is forgotten, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from botkit.messages.files import INSIDE
from botkit.model import Contact, Conversation, Frame, Held, Identity, Timer
from botkit.ports import FrozenPorts
from botkit.retention import Retention, is_silent, remainder
from botkit.stores.base import Commit, Store
from botkit.stores.memory import MemoryStore
from tests.outreach.shop import Shop
from tests.stores.given import ANA, NOON, later, message, out

HALF_A_YEAR = 180 * 86400
OLD = Conversation("main", Contact("c1", "491701", attributes={"city": "Bonn"}), last_inbound=NOON, version=1)


async def known(store: Store, key: str = "m1", **more: object) -> Conversation:
    """Ana wrote at noon, and that was all."""
    (received,) = await store.receive([message(key)], NOON)
    conversation = replace(OLD, contact=Contact(received.contact, "491701", "DE.1", attributes={"city": "Bonn"}), **more)
    await store.commit(Commit(received.seq, conversation, 0), NOON)
    return conversation


async def test_after_the_time_a_contact_is_forgotten_and_not_a_day_before(store: Store) -> None:
    await known(store)
    ports = FrozenPorts(NOON)
    retention = Retention(store, ports, lambda: HALF_A_YEAR)
    ports.pass_(days=180)
    assert await retention.tidy() == 0
    ports.pass_(days=1)
    assert (await retention.tidy(), await retention.tidy()) == (1, 0)
    assert await store.load("main", "c1") is None


async def test_without_the_setting_nobody_is_forgotten(store: Store) -> None:
    await known(store)
    assert await Retention(store, FrozenPorts(later(days=9999)), lambda: None).tidy() == 0


async def test_of_who_opted_out_only_that_stays(store: Store) -> None:
    contact = Contact("c1", "491701", "DE.1", profile="Ana", attributes={"opted_out": True, "city": "Bonn"})
    (received,) = await store.receive([message("m1", ANA)], NOON)
    await store.commit(Commit(received.seq, replace(OLD, contact=contact, frames=(Frame("main", "a", {"day": "x"}),)), 0), NOON)
    retention = Retention(store, FrozenPorts(later(days=200)), lambda: HALF_A_YEAR)
    assert (await retention.tidy(), await retention.tidy()) == (1, 0)
    kept = await store.load("main", "c1")
    assert kept is not None and (kept.contact.attributes, kept.contact.wa_id, kept.contact.profile) == ({"opted_out": True}, "491701", None)
    assert kept.frames == ()


async def test_who_was_written_to_lately_stays(store: Store) -> None:
    conversation = await known(store)
    (received,) = await store.receive([message("m2")], later(days=1))
    note = out("a", received.contact, state="sent", attempts=1, at=later(days=199))
    await store.commit(Commit(received.seq, replace(conversation, version=2), 1, (note,)), later(days=199))
    assert await Retention(store, FrozenPorts(later(days=200)), lambda: HALF_A_YEAR).tidy() == 0


async def test_who_was_written_to_among_many_stays(store: Store) -> None:
    conversation = await known(store)
    (received,) = await store.receive([message("m2")], later(days=1))
    notes = [out(f"n{n}", "c9", state="sent", attempts=1) for n in range(2500)]  # all at one moment
    notes.append(out("a", received.contact, state="sent", attempts=1, at=later(days=199, seconds=1)))
    await store.commit(Commit(received.seq, replace(conversation, version=2), 1, tuple(notes)), later(days=199))
    assert await Retention(store, FrozenPorts(later(days=200)), lambda: HALF_A_YEAR).tidy() == 0


async def test_a_letter_that_could_not_be_worked_on_goes_too(store: Store) -> None:
    for who, key in ((ANA, "m1"), (Identity("491702"), "m2")):
        (bad,) = await store.receive([message(f"bad {key}", who)], NOON)
        await store.bury(bad.seq, "a bug", (), NOON)
    await known(store, "m3")
    assert await Retention(store, FrozenPorts(later(days=200)), lambda: HALF_A_YEAR).tidy() == 1
    assert [letter.key for letter in await store.dead(9)] == ["bad m2"]


async def test_whoever_a_person_talks_with_stays() -> None:
    async with Shop() as shop:
        await shop.hears(ANA.wa_id or "", "hello")
        await shop.hears(ANA.wa_id or "", "a person")
        conversation = await shop.store.load("main", "c1")
    assert conversation is not None and conversation.frames[-1].step == "human"
    assert not is_silent(conversation, later(days=999))


@pytest.mark.parametrize("more", [
    {"last_inbound": None}, {"last_inbound": NOON + timedelta(days=1)}, {"timers": (Timer(0, "relative:x:due:2027-01-01", NOON),)},
    {"held": Held("agent", NOON)}, {"frames": (Frame("main", "a", call="k"),)}, {"frames": (Frame("main", "a", entered=later(days=1)),)},
    {"frames": (Frame("main", "human", fingerprint="handoff desk", entry=1, entered=NOON),)},
])  # fmt: skip
def test_who_may_be_waited_for_stays(more: dict[str, object]) -> None:
    assert is_silent(OLD, later(seconds=1)) and remainder(OLD) is None
    assert not is_silent(replace(OLD, **more), later(seconds=1))


def test_nothing_stays_of_who_turned_out_to_be_another() -> None:
    left = replace(OLD, contact=Contact("c2", attributes={"opted_out": True}), became="c1")
    assert is_silent(left, later(seconds=1)) and remainder(left) is None


async def test_files_go_with_their_day(tmp_path: Path) -> None:
    for day in ("2026-01-01", "2026-09-04", "notes"):
        (tmp_path / INSIDE / day).mkdir(parents=True)
        (tmp_path / INSIDE / day / "a.jpg").write_bytes(b"x")
    store = MemoryStore()
    await store.open()
    assert await Retention(store, FrozenPorts(later(days=200)), lambda: HALF_A_YEAR, tmp_path).tidy() == 0
    assert sorted(path.name for path in (tmp_path / INSIDE).iterdir()) == ["2026-09-04", "notes"]
