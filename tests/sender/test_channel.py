"""What is said to one message may hold for the whole channel: it waits, or stops, keeps everything, and goes on."""

from __future__ import annotations

import logging

import pytest

from botkit.ports import FrozenPorts
from botkit.sender import ChannelState
from botkit.testing.fake360 import Fake360
from botkit.testing.refusal import DISABLED, RATE, UNPAID
from tests.sender.desk import Desk, row


async def test_too_fast_lets_everybody_wait_and_costs_nothing(desk: Desk) -> None:
    desk.fake.refuse(1, code=130429)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.say(row("b", "c2"))
    await desk.quiet()
    assert desk.tried() == ["a"]
    kept = await desk.kept("a")
    assert (kept.state, kept.code, kept.resent) == ("queued", 130429, False)
    await desk.passes(seconds=0.5)
    assert sorted(desk.said()) == ["a", "b"]


async def test_pauses_grow_and_one_message_goes_first(desk: Desk) -> None:
    desk.fake.outage = RATE
    for contact in ("c1", "c2"):
        await desk.say(row(f"{contact}a", contact), row(f"{contact}b", contact))
    await desk.quiet()
    tried = len(desk.tried())
    counts = []
    for _ in range(10):
        for _ in range(2):
            await desk.passes(seconds=30)  # half of the longest pause, for chance is a half
        counts.append(len(desk.tried()) - tried)
    assert tried <= 2 and counts[-1] <= 20 and counts[-1] - counts[-2] <= 2
    desk.fake.outage = None
    await desk.passes(seconds=60)
    assert sorted(desk.said()) == ["c1a", "c1b", "c2a", "c2b"]
    assert desk.said().index("c1a") < desk.said().index("c1b")


@pytest.mark.parametrize(("told", "early", "late"), [("120", 119, 1), ("0", 0, 0.01), ("999999", 3599, 1)])
async def test_retry_after_is_honoured(desk: Desk, told: str, early: float, late: float) -> None:
    desk.fake.refuse(1, http=429, shape="empty", retry_after=told)
    await desk.say(row("a"))
    await desk.quiet()
    if early:
        await desk.passes(seconds=early)
        assert desk.said() == []
    await desk.passes(seconds=late)
    assert desk.said() == ["a"]


async def test_a_pair_that_speaks_too_often_waits_alone(desk: Desk) -> None:
    desk.fake.refuse(1, code=131056)
    await desk.say(row("a"), row("a2"))
    await desk.quiet()
    await desk.say(row("b", "c2"))
    await desk.quiet()
    assert desk.said() == ["b"] and await desk.state("a") == "queued"
    await desk.passes(seconds=1)
    assert desk.said() == ["b", "a", "a2"]
    desk.fake.refuse(1, code=131056)
    await desk.say(row("a3"))
    await desk.quiet()
    await desk.passes(seconds=1)  # it is counted anew
    assert desk.said()[-1] == "a3"


async def test_the_waits_of_a_pair(desk: Desk) -> None:
    desk.fake.refuse(6, code=131056)
    await desk.say(row("a"))
    await desk.quiet()
    for n, wait in enumerate((1, 4, 16, 64, 256, 256), start=1):
        await desk.passes(seconds=wait - 0.5)
        assert len(desk.tried()) == n
        await desk.passes(seconds=0.5)
        assert len(desk.tried()) == n + 1
    assert desk.said() == ["a"]


async def test_a_key_that_is_refused_stops_the_channel_and_nothing_is_lost(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    key, desk.fake.key = desk.fake.key, "another-key-altogether"
    with caplog.at_level(logging.INFO):
        await desk.say(row("a"), row("b"))
        await desk.say(row("c", "c2"))
        await desk.quiet()
        for _ in range(20):
            await desk.passes(seconds=60)
    stopped = [r.getMessage() for r in caplog.records if "is stopped" in r.getMessage()]
    assert stopped == ["channel shop is stopped, its messages are kept: HTTP 401: Invalid API key"]
    assert key not in caplog.text
    state = desk.sender.state()["shop"]
    assert (state.running, state.queued, state.doubt) == (False, 3, 0)
    assert state.reason == "HTTP 401: Invalid API key" and state.since is not None and state.since < desk.ports.now()
    assert [await desk.state(id_) for id_ in "abc"] == ["queued"] * 3
    assert len(desk.tried()) <= 2  # probes are not messages
    desk.fake.key = key
    await desk.passes(seconds=300)
    assert desk.said() in (["a", "b", "c"], ["a", "c", "b"], ["c", "a", "b"])
    assert desk.sender.state()["shop"] == ChannelState(True)


async def test_probes_come_less_and_less_often(desk: Desk) -> None:
    probes: list[float] = []
    probe = desk.provider.probe

    def counted() -> object:
        probes.append(desk.ports.monotonic())
        return probe()

    desk.provider.probe = counted  # type: ignore[method-assign, assignment]
    desk.fake.key = "another-key-altogether"
    await desk.say(row("a"))
    await desk.quiet()
    for _ in range(130):
        await desk.passes(seconds=10)
    assert probes == [30, 90, 210, 450, 750, 1050]


@pytest.mark.parametrize("refusal", [UNPAID, DISABLED])
async def test_what_only_stops_sends_is_tried_again_with_one_message(desk: Desk, refusal: object) -> None:
    """The probe succeeds, for the key is good; the first message shows that nothing has changed, and stays."""
    desk.fake.outage = refusal  # type: ignore[assignment]
    await desk.say(row("a"), row("b"))
    await desk.say(row("c", "c2"))
    await desk.quiet()
    tried = len(desk.tried())
    for _ in range(60):
        await desk.passes(seconds=10)
    assert not desk.sender.state()["shop"].running
    assert len(desk.tried()) - tried == 4  # after 30, 90, 210 and 450 s
    desk.fake.outage = None
    await desk.passes(seconds=300)
    assert sorted(desk.said()) == ["a", "b", "c"] and desk.events == []


async def test_a_late_status_can_stop_the_channel_too(desk: Desk) -> None:
    desk.fake.fail(1, code=131042)
    await desk.say(row("a"))
    await desk.quiet()
    await desk.say(row("b"))
    await desk.quiet()
    assert desk.said() == ["a"] and not desk.sender.state()["shop"].running
    await desk.passes(seconds=30)
    assert desk.said() == ["a", "a", "b"]  # the one that failed is kept, too


async def test_nobody_at_home_is_certain_and_safe_to_try_again(desk: Desk, ports: FrozenPorts) -> None:
    port = int(desk.fake.url.rpartition(":")[2])
    await desk.fake.stop()
    await desk.say(row("a"), row("b"))
    await desk.sender.settled()
    kept = await desk.kept("a")
    assert kept.state == "queued" and kept.detail is not None and kept.detail.startswith("no connection: Connection refused")
    for _ in range(10):
        ports.pass_(seconds=30)
        await desk.sender.settled()
    desk.fake = Fake360(ports)
    await desk.fake.start(port=port)
    await desk.passes(seconds=60)
    assert desk.said() == ["a", "b"]
    assert not (await desk.kept("a")).resent and desk.events == []
    await desk.fake.stop()


@pytest.mark.parametrize(("code", "state"), [(131026, "unsent"), (132015, "unsent"), (131050, "dropped"), (100, "unsent")])
async def test_what_can_never_leave_is_told_and_lets_the_next_go(desk: Desk, code: int, state: str) -> None:
    desk.fake.refuse(1, code=code, text="for a reason")
    await desk.say(row("a"), row("b"))
    await desk.quiet()
    assert desk.said() == ["b"]
    kept = await desk.kept("a")
    assert (kept.state, kept.code) == (state, code) and "for a reason" in (kept.detail or "")
    (event,) = desk.events
    assert (event.key, event.status, event.id, event.opaque, event.code) == ("unsent:a", "unsent", "", "a", code)
    (pending,) = await desk.store.unfinished(0, 10)  # it stays until the bot has worked on it
    assert pending.key == "unsent:a" and pending.contact == "c1"
