"""Who keeps us waiting is cut off, who is one too many is turned away, and nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from botkit.stores.memory import MemoryStore
from tests.lanes.given import still
from tests.server.given import House, message, request


@pytest.fixture(params=["short", "long"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """What holds does so for webhooks that take the shortcut, and for the same ones without it."""
    async with House(MemoryStore(), request.param == "short") as open_house:
        yield open_house


async def connected(house: House, count: int) -> None:
    await still(lambda: len(house.connections.open) == count)


async def pass_(house: House, seconds: int) -> None:
    """Time passes, second by second, as the looks at those who are late do."""
    for _ in range(seconds):
        house.ports.pass_(seconds=1)
        await asyncio.sleep(0)


@pytest.mark.parametrize("given", [b"", b"P", b"POST /webhook/shop HTTP/1.1\r\nHost: x\r\n"])
async def test_a_request_whose_headers_do_not_come_is_cut_off(house: House, given: bytes) -> None:
    async with await house.raw(given) as raw:
        await connected(house, 1)
        await pass_(house, 9)
        assert len(house.connections.open) == 1
        await pass_(house, 2)
        assert await raw.rest() == b""
    await connected(house, 0)


async def test_a_header_that_drips_does_not_win_time(house: House) -> None:
    async with await house.raw(b"POST /webhook/shop HTTP/1.1\r\n") as raw:
        await connected(house, 1)
        for n in range(9):
            await raw.send(b"X-%d: y\r\n" % n)
            await pass_(house, 1)
        await raw.send(b"X-9: y\r\n")
        assert len(house.connections.open) == 1
        await pass_(house, 1)
        assert await raw.rest() == b""


async def test_a_body_that_does_not_come_is_cut_off(house: House) -> None:
    body = message()
    async with await house.raw(request(body[:10], length=len(body))) as raw:
        await still(lambda: any(guard.deadline == 10.0 and not guard._idle for guard in house.connections.open))
        await asyncio.sleep(0.01)
        await pass_(house, 11)
        assert await raw.rest() == b""
    assert await house.keys() == []


async def test_a_store_that_takes_its_time_is_not_the_callers_fault(house: House) -> None:
    whole = request(message("m1"))
    for pieces in ([whole], [whole[:-50], whole[-50:]]):
        gate = asyncio.Event()
        house.gates = [gate]
        async with await house.raw(pieces[0]) as raw:
            if len(pieces) > 1:
                await still(lambda: any(guard.deadline == house.ports.monotonic() + 10 for guard in house.connections.open))
                await asyncio.sleep(0.01)
                await raw.send(pieces[1])
            await still(lambda: not house.gates)
            await pass_(house, 60)
            gate.set()
            assert b" 200 " in await raw.head()
        await connected(house, 0)


async def test_a_second_header_that_drips_does_not_win_time(house: House) -> None:
    async with await house.raw(request(message("m1"))) as raw:
        await raw.reader.readuntil(b"ok\n")
        await raw.send(b"POST /webhook/shop HTTP/1.1\r\n")
        await still(lambda: all(guard.deadline == 10 for guard in house.connections.open))
        for n in range(9):
            await raw.send(b"X-%d: y\r\n" % n)
            await asyncio.sleep(0.001)
            await pass_(house, 1)
        assert len(house.connections.open) == 1
        await pass_(house, 1)
        assert await raw.rest() == b""


async def test_a_body_that_nobody_wants_is_let_pass_and_the_connection_goes_on(house: House) -> None:
    async with await house.raw(request(b"", path="/nowhere", length=4)) as raw:
        assert b" 404 " in await raw.head()
        await raw.send(b"body")
        await raw.reader.readuntil(b"here\n")
        await raw.send(request(message("m1")))
        assert b" 200 " in await raw.head()
        await raw.reader.readuntil(b"ok\n")
        await pass_(house, 30)
        await raw.send(request(message("m2")))
        assert b" 200 " in await raw.head()


async def test_a_connection_that_rests_between_requests_stays_and_has_new_time_for_the_next(house: House) -> None:
    async with await house.raw(request(message("m1"))) as raw:
        assert b" 200 " in await raw.head()
        await pass_(house, 60)
        await raw.send(request(message("m2"))[:50])
        await pass_(house, 5)
        await raw.send(request(message("m2"))[50:])
        await raw.reader.readuntil(b"ok\n")
        assert b" 200 " in await raw.head()
        await raw.reader.readuntil(b"ok\n")
        await raw.send(b"POST")
        await still(lambda: all(guard.deadline < 100 for guard in house.connections.open))
        await pass_(house, 11)
        assert await raw.rest() == b""
    assert await house.keys() == ["m1", "m2"]


async def test_two_requests_in_one_piece_are_both_answered(house: House) -> None:
    async with await house.raw(request(message("m1")) + request(message("m2"), "Connection: close")) as raw:
        assert (await raw.rest()).count(b" 200 ") == 2
    assert await house.keys() == ["m1", "m2"]


async def test_connections_that_rest_make_room_the_longest_rest_first(house: House) -> None:
    house.connections.most = 3
    resting = []
    for path in ("/health/live", "/nowhere", "/webhook/shop"):  # whoever asks, and whatever the answer
        resting.append(raw := await house.raw(request(message(), path=path)))
        await raw.head()
        await pass_(house, 1)
    await pass_(house, 1)
    async with await house.raw(request(message("m1"))) as raw:
        assert b" 200 " in await raw.head()
    assert await resting[0].rest() == b"only GET and HEAD\n"  # it is closed, and the others are not
    await resting[2].send(request(message("m2")))
    await resting[2].reader.readuntil(b"ok\n")
    assert b" 200 " in await resting[2].head()
    for raw in resting:
        raw.writer.close()


async def test_one_connection_too_many_is_turned_away_and_a_place_that_is_free_is_given(house: House) -> None:
    house.connections.most = 3
    held = [await house.raw(b"P") for _ in range(3)]
    await connected(house, 3)
    async with await house.raw(request(message())) as raw:
        assert (await raw.rest()).startswith(b"HTTP/1.1 503 ")
    held.pop().writer.close()
    await connected(house, 2)
    assert await house.ask(data=message()) == 200
    for raw in held:
        raw.writer.close()


async def test_others_are_served_while_many_say_nothing(house: House) -> None:
    held = [await house.raw(b"POST / HTTP/1.1\r\n") for _ in range(100)]
    await connected(house, 100)
    assert await house.ask(data=message()) == 200
    await pass_(house, 11)
    assert {await raw.rest() for raw in held} == {b""}
    for raw in held:
        raw.writer.close()
    await still(lambda: len(house.connections.open) <= 1)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n", b"\x00\x00\x00\r\n\r\n",
        b"POST /webhook/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /webhook/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /webhook/shop HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
    ],
)  # fmt: skip
async def test_what_is_no_http_is_refused_and_the_connection_ends(house: House, nonsense: bytes) -> None:
    async with await house.raw(nonsense) as raw:
        assert b" 400 " in await raw.rest()
    assert await house.keys() == []


async def test_a_body_cut_off_by_the_caller_is_no_event(house: House) -> None:
    body = message()
    async with await house.raw(request(body[:20], length=len(body))) as raw:
        await connected(house, 1)
        raw.writer.close()
    await connected(house, 0)
    assert await house.keys() == [] and await house.store.quarantined(1) == []


# ---------------------------------------------------------------- the end


async def test_what_is_under_way_is_answered_and_nothing_else_is_taken(house: House) -> None:
    gate = asyncio.Event()
    house.gates = [gate]
    async with await house.raw(request(message("m1"))) as raw, await house.raw(request(message("m0"))) as idle:
        await still(lambda: not house.gates)
        assert b" 200 " in await idle.head()
        stopped = asyncio.create_task(house.server.stop())
        assert await idle.reader.read() == b"ok\n"
        with pytest.raises(OSError):
            await house.raw(b"")
        gate.set()
        assert b" 200 " in await raw.head()
        await stopped
    assert sorted(await house.keys()) == ["m0", "m1"]


async def test_a_request_that_comes_by_an_open_connection_while_it_ends_is_503(house: House) -> None:
    house.server._draining = True
    async with house.session.post("/webhook/shop", data=message()) as answer:
        assert answer.status == 503 and answer.headers["Connection"] == "close"
    assert await house.keys() == []
