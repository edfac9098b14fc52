"""A conversation in the hands of people: what their desk is told, what they write, and how it comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from botkit.actions.functions import read_function
from botkit.testing.webhooks import Person
from tests.handoffs.desk import Desk
from tests.handoffs.office import ANA, Office


async def test_a_desk_takes_a_conversation_answers_and_gives_it_back(tmp_path: Path) -> None:
    async with Desk() as desk, Office(tmp_path, url=desk.url) as office:
        await office.hears("hello", "my visit")
        await office.says("A colleague will write to you.")
        await office.hears("are you there?")
        await desk.hears(2)
        assert (await office.agent("Yes. Which day?"))[0] == 202
        await office.hears("Friday")
        await desk.hears(3)
        await office.hand_back()
        await desk.hears(4)
        assert desk.lines == ["opened: my visit", "are you there?", "Friday", "ended: handed_back"]
        assert office.said == ["What is it about?", "A colleague will write to you.", "Yes. Which day?", "I am back."]


async def test_a_desk_is_told_who_it_is_and_what_was_said(tmp_path: Path) -> None:
    async with Desk() as desk, Office(tmp_path, url=desk.url) as office:
        await office.hears("hello", "my visit")
        await office.says("A colleague will write to you.")
        await office.hears("hm")
        await desk.hears(2)
        opened, message = desk.told
        assert (opened["queue"], opened["channel"], opened["note"]) == ("desk", "main", "my visit")
        assert opened["with"] == {"kind": "visit", "topic": "my visit"}
        assert opened["contact"] == {"wa_id": ANA, "user_id": None, "name": "Ana", "language": "en"}
        said = [(one["from"], one["text"]) for one in opened["messages"]]
        assert sorted(said) == [("bot", "What is it about?"), ("contact", "hello"), ("contact", "my visit")]
        assert said.index(("contact", "hello")) < said.index(("contact", "my visit"))
        assert opened["handoff"] == message["handoff"] == opened["id"] != message["id"]


@pytest.mark.parametrize("status", [409, 404, 403])
async def test_a_desk_that_declines_is_closed(tmp_path: Path, status: int) -> None:
    async with Desk(status) as desk, Office(tmp_path, url=desk.url) as office:
        await office.hears("hello", "my visit")
        await office.says("Nobody is here.")
        assert office.said == ["What is it about?", "Nobody is here."]
        assert [told["event"] for told in desk.asked] == ["opened"]  # and no end of what never began


@pytest.mark.parametrize("trouble", [500, 429, 307])
async def test_a_desk_in_trouble_is_told_again_in_order(tmp_path: Path, trouble: int) -> None:
    async with Desk(trouble, 200, trouble, trouble) as desk, Office(tmp_path, url=desk.url) as office:
        await office.hears("hello", "my visit", "one", "two")
        await desk.hears(3)
        assert desk.lines == ["opened: my visit", "one", "two"]
        attempts = [told["id"] for told in desk.asked]
        assert attempts == sorted(attempts, key=attempts.index) and len(set(attempts)) == 3  # under one id, none before its turn


async def test_what_a_desk_could_not_be_told_is_told_after_a_restart(tmp_path: Path) -> None:
    desk = Desk()
    await desk.open()
    async with Office(tmp_path, url=desk.url) as office:
        port = desk.port
        await office.hears("hello", "my visit")
        await desk.hears(1)
        await desk.close()
        await office.hears("one", "two", "three")
        health = await office.host.health()
        assert any(reason.startswith("queue desk cannot be told what happens") for reason in health.reasons)
        await office.restart()
        await office.hears("four")
        await desk.open(port)
        await desk.hears(5)
        await desk.close()
        assert desk.lines == ["opened: my visit", "one", "two", "three", "four"]
        await office.still()
        assert not [reason for reason in (await office.host.health()).reasons if "queue" in reason]


async def test_the_opt_out_is_heard_while_a_desk_cannot_be_reached(tmp_path: Path) -> None:
    async with Office(tmp_path, url="http://127.0.0.1:9/hook") as office:
        await office.hears("hello", "my visit", "stop")
        await office.says("No more.")
        assert "A colleague will write to you." not in office.said


async def test_who_has_the_conversation_has_its_files_for_the_token_alone(tmp_path: Path) -> None:
    picture = b"\xff\xd8\xff\xe0 a leg"
    async with Desk() as desk, Office(tmp_path, url=desk.url) as office, ClientSession() as session:
        await office.hears("hello", "my visit")
        office.fake.inbound(Person(wa_id=ANA), office.fake.cabinet.sent("image", picture, type_="image/jpeg"))
        await desk.hears(2)
        sent = desk.told[1]["message"]
        assert sent["type"] == "image"
        url, query, token = f"http://127.0.0.1:{office.port}/media", {"id": sent["data"]["id"]}, {"Authorization": "Bearer token"}
        async with session.get(url, params=query, headers=token) as answer:
            assert (answer.status, await answer.read()) == (200, picture)
            assert answer.headers["Content-Disposition"] == "attachment"
        unknown, elsewhere = {"id": "nobody's"}, {**query, "channel": "x"}
        for params, headers, status in ((query, {}, 401), ({}, token, 400), (unknown, token, 404), (elsewhere, token, 404)):
            async with session.get(url, params=params, headers=headers) as answer:
                assert answer.status == status


async def test_another_secret_is_no_conversation(tmp_path: Path) -> None:
    async with Desk() as desk, Office(tmp_path, url=desk.url) as office:
        office.desks["desk"] = type(office.desks["desk"])(desk.url, "another secret, of another bot")
        await office.restart()
        await office.hears("hello", "my visit")
        await office.says("Nobody is here.")
        assert desk.forged == 1 and not desk.told


async def test_who_opts_out_leaves_the_desk(tmp_path: Path) -> None:
    async with Desk() as desk, Office(tmp_path, url=desk.url) as office:
        await office.hears("hello", "my visit", "stop")
        await desk.hears(3)
        assert desk.lines == ["opened: my visit", "stop", "ended: left"]


async def test_a_function_of_the_bots_own_is_told(tmp_path: Path) -> None:
    heard: list[Any] = []

    class Full(Exception):
        """Nobody is free."""

    async def open(ctx: Any, delivery: dict[str, Any]) -> None:  # noqa: A001 - what the flow calls it
        if delivery["event"] == "opened" and delivery["note"] == "nothing":
            raise Full
        heard.append(delivery["event"])

    actions = {"people.open": read_function("people.open", open, (Full,))}
    async with Office(tmp_path, "action: people.open", actions=actions) as office:
        await office.hears("hello", "my visit")
        await office.says("A colleague will write to you.")
        await office.hears("hm")
        await office.hand_back()
        while len(heard) < 3:
            await office.ports.sleep(0.002)
        assert heard == ["opened", "message", "ended"]
        await office.hears("hello", "nothing")
        await office.says("Nobody is here.")
