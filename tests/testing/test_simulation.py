"""A simulated world: what people do and what comes of it, by a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from botkit.actions import Action, action, found
from botkit.model import ActionFailed, ActionFinished, StatusChanged
from botkit.testing import contents
from botkit.testing.functions import silence
from botkit.testing.simulation import Endless, Simulation, Unknown
from botkit.testing.stillness import StillLoop
from botkit.testing.webhooks import Person
from tests.testing.bots import read
from tests.testing.still import still

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)  # 9:00 in Madrid

MENU = """
    silence: [{after: 2h, say: Still there?}, {after: 30h, say: {text: Come back!, template: {name: nudge, with: [you]}}}]
    steps:
      menu: {say: How can we help?, options: {book: Book a visit, prices: {label: Prices, say: It is free., go: menu}}}
      name: {say: Your name?, ask: {name: text}}
      done: {say: "Thanks, {{ name }}."}
"""
NUDGE = {"nudge.yaml": "category: utility\nbody: Are {{1}} there?\nexample: [you]\n"}
ASKS = """
    steps:
      look:
        run: shop.look
        save: found
        retries: 1
        errors: {timeout: {say: No answer., go: end}, any: {say: Broken., go: end}}
      tell: {say: "There are {{ found }}."}
"""


def texts(said: Any) -> list[str]:
    return [one.text for one in said]


def simulation(bot: Any = None, **more: Any) -> Simulation:
    return Simulation(bot or read(main=MENU, templates=NUDGE), MONDAY, **more)


# ---------------------------------------------------------------- what comes out


@still
async def test_what_is_said_is_as_360dialog_got_it():
    async with simulation() as world:
        (said,) = await world.hear("hello")
    assert said.body["interactive"]["body"] == {"text": "How can we help?"} and said.body["to"] == "34600111222"
    assert (said.text, said.kind, said.origin, said.refusal) == ("How can we help?", "buttons", "main.menu", "")
    assert [(button.id, button.label, button.payload) for button in said.options] == [
        ("book", "Book a visit", "main.menu:1:book"),
        ("prices", "Prices", "main.menu:1:prices"),
    ]
    assert [note.kind for note in said.moment.turn.notes] == ["start", "enter"]


@still
async def test_a_tap_is_by_id_by_label_or_by_payload():
    for what in ("book", "Book a visit", "main.menu:1:book"):
        async with simulation() as world:
            await world.hear("hello")
            assert texts(await world.tap(what)) == ["Your name?"]
            assert texts(await world.hear("Ana")) == ["Thanks, Ana."]


@still
async def test_a_button_that_is_not_there():
    async with simulation() as world:
        with pytest.raises(Unknown, match='there is no button "book"'):
            await world.tap("book")
        await world.hear("hello")
        with pytest.raises(Unknown) as error:
            await world.tap("boook")
        assert error.value.hint == 'did you mean "book"?'


@still
async def test_the_newest_button_is_tapped_on():
    async with simulation() as world:
        await world.hear("hello")
        assert texts(await world.tap("prices")) == ["It is free.", "How can we help?"]
        assert texts(await world.tap("prices")) == ["It is free.", "How can we help?"]
        assert texts(await world.tap("main.menu:1:prices"))[0] != "It is free."  # that of the first menu is an old one


@still
async def test_statuses_come_back_by_webhook():
    async with simulation() as world:
        await world.hear("hello")
        (moment,) = world.transcript.moments
        (row,) = await world.outgoing(moment)
        assert (row.state, row.status) == ("sent", "sent")
        await world.hear("what?")  # it has arrived by then
        (row,) = await world.outgoing(moment)
        assert row.status == "delivered"
        await world.status("read")
        assert [row.status for row in await world.outgoing(world.transcript.moments[-1])] == ["delivered", "read"]


@still
async def test_a_message_that_failed_is_told_to_the_bot():
    async with simulation() as world:
        await world.hear("hello")
        await world.status("failed", 131026)
        event = world.transcript.moments[-1].event
        assert isinstance(event, StatusChanged) and event.code == 131026


@still
async def test_a_closed_window_said_late_leads_to_the_template():
    bot = read(main="steps: {a: {say: {text: Hi, template: {name: nudge, with: [you]}}, ask: {x: text}}}", templates=NUDGE)
    async with simulation(bot) as world:
        await world.hear("hello")
        (said,) = await world.status("failed", 131047)
    assert (said.template, said.values, said.text, said.kind) == ("nudge", ("you",), "Are you there?", "template")


@still
async def test_what_whatsapp_refuses_says_why():
    strange = {"nudge.yaml": "category: utility\nlanguage: no_language_at_all\nbody: Are you there?\n"}
    bot = read(main="steps: {a: {say: {template: nudge}, ask: {x: text}}}", templates=strange)
    async with simulation(bot) as world:
        (said,) = await world.hear("hello")
    assert said.wamid == "" and said.refusal.startswith("131009: ") and "language" in said.refusal


# ---------------------------------------------------------------- time


@still
async def test_the_clock_stands_still_until_it_is_moved():
    async with simulation() as world:
        await world.hear("hello")
        await world.tap("prices")
        assert world.now == MONDAY


@still
async def test_timers_fire_on_the_way_in_their_order_and_at_their_time():
    async with simulation() as world:
        await world.hear("hello")
        said = await world.pass_(3 * 86_400)
        assert [(one.text, one.at - MONDAY) for one in said] == [
            ("Still there?", timedelta(hours=2)),
            ("Are you there?", timedelta(hours=30)),
        ]
        assert said[1].template == "nudge"  # the window was closed
        assert world.now == MONDAY + timedelta(days=3)


@still
async def test_a_message_restarts_what_silence_leads_to():
    async with simulation() as world:
        await world.hear("hello")
        await world.pass_(7_199)
        await world.hear("what?")
        assert texts(await world.pass_(7_199)) == []
        assert texts(await world.pass_(1)) == ["Still there?"]


@still
async def test_an_earlier_moment_changes_nothing():
    async with simulation() as world:
        await world.until(MONDAY - timedelta(days=1))
        assert world.now == MONDAY


@still
async def test_more_messages_than_whatsapp_takes_at_once_come_one_after_the_other():
    async with simulation() as world:
        for _ in range(50):
            assert texts(await world.hear("what?"))[-1] == "How can we help?"
        assert MONDAY < world.now < MONDAY + timedelta(minutes=10)


@still
async def test_timers_that_fire_for_ever_are_told():
    for after in ("1s", "1h"):
        bot = read(main=f"steps: {{a: {{say: {{text: Hi, closed: drop}}, ask: {{x: text}}, silence: [{{after: {after}, go: a}}]}}}}")
        async with simulation(bot) as world:
            await world.hear("hello")
            with pytest.raises(Endless):
                await world.pass_(365 * 86_400)


# ---------------------------------------------------------------- actions


def asking(stand: Any, **more: Any) -> Simulation:
    return simulation(read(main=ASKS), stands={"shop.look": stand}, **more)


@still
async def test_an_action_is_stood_in_for():
    asked = []

    async def stand(arguments: Any) -> Any:
        asked.append(arguments)
        return 4

    async with asking(stand) as world:
        assert texts(await world.hear("hello")) == ["There are 4."]
        assert asked == [{}] and world.now == MONDAY
        assert isinstance(world.transcript.moments[-1].event, ActionFinished)


@still
async def test_an_action_that_fails_is_tried_again(caplog):
    caplog.set_level(logging.CRITICAL)
    tries = []

    async def stand(_: Any) -> Any:
        tries.append(1)
        raise RuntimeError

    async with asking(stand) as world:
        assert texts(await world.hear("hello")) == ["Broken."]
    assert len(tries) == 2


@still
async def test_an_action_that_does_not_answer_is_given_up_by_the_clock(caplog):
    caplog.set_level(logging.CRITICAL)

    async def stand(_: Any) -> Any:
        await silence()

    async with asking(stand) as world:
        assert texts(await world.hear("hello")) == ["No answer."]
        assert timedelta(seconds=20) <= world.now - MONDAY < timedelta(seconds=30)  # two tries of 10 s, and a pause
        event = world.transcript.moments[-1].event
        assert isinstance(event, ActionFailed) and event.error == "timeout"


def own(function: Any) -> dict[str, Action]:
    """A file of actions with one function."""
    import types

    module = types.ModuleType("shop")
    function.__module__ = "shop"
    module.look = action(function)  # type: ignore[attr-defined]
    return found("shop", module)


@still
async def test_a_function_of_the_bots_own_takes_the_time_it_takes():
    begun = threading.Event()

    def look() -> int:
        begun.set()
        time.sleep(0)
        return 3

    async with simulation(read(main=ASKS), actions=own(look)) as world:
        assert texts(await world.hear("hello")) == ["There are 3."]
        assert begun.is_set() and world.now == MONDAY


@still
async def test_a_function_that_waits_for_a_socket_is_waited_for():
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"7\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def look() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"how many?\n")
        number = int(await reader.readline())
        writer.close()
        return number

    async with simulation(read(main=ASKS), actions=own(look)) as world:
        assert texts(await world.hear("hello")) == ["There are 7."]
        assert world.now == MONDAY
    server.close()
    await server.wait_closed()


# ---------------------------------------------------------------- people


@still
async def test_several_people_talk_and_do_not_meet():
    ana, ben = Person(wa_id="34600000001", name="Ana"), Person(bsuid="GB.1234", name="Ben")
    async with simulation() as world:
        await world.hear("hello", by=ana)
        await world.hear("hello", by=ben)
        await world.tap("book", by=ben)
        assert texts(await world.hear("Ben", by=ben)) == ["Thanks, Ben."]
        assert texts(await world.tap("prices", by=ana)) == ["It is free.", "How can we help?"]
        assert {one.to for one in world.said} == {"34600000001", "GB.1234"}
        assert (await world.conversation(ana)).frames[-1].step == "menu"
        assert (await world.conversation(ben)).frames == ()


@still
async def test_what_is_known_of_somebody_beforehand():
    bot = read("contact: {city: text}", main="steps: {a: {say: 'You live in {{ contact.city }}.'}}")
    async with simulation(bot) as world:
        world.transcript.attributes["34600111222"] = {"city": "Madrid"}
        assert texts(await world.hear("hello")) == ["You live in Madrid."]


@still
async def test_a_contact_can_send_anything():
    bot = read(main='steps: {a: {say: Send it., ask: {x: location, y: image}}, b: {say: "{{ x.lat if x else y.caption }}"}}')
    async with simulation(bot) as world:
        await world.hear("hello")
        assert texts(await world.hear(contents.location(40.42, -3.7))) == ["40.42"]
        await world.hear("hello")
        assert texts(await world.hear(contents.media("image", "a.jpg", "My cat"))) == ["My cat"]


@still
async def test_what_happens_outside_and_what_people_do():
    bot = read(
        "queues: {desk: {}}",
        main="""
            steps:
              pay: {say: Please pay., wait: {event: paid, key: A1}, save: bill}
              human: {say: "{{ bill.sum }} came. Wait.", handoff: desk}
              again_me: {say: Here I am again.}
        """,
    )
    async with simulation(bot) as world:
        with pytest.raises(Unknown, match="nobody has written yet"):
            await world.event("paid")
        await world.hear("hello")
        assert texts(await world.event("paid", "B2", {"sum": 1})) == []
        assert texts(await world.event("paid", "A1", {"sum": 5})) == ["5 came. Wait."]
        assert texts(await world.hear("still there?")) == []
        assert texts(await world.handback()) == ["Here I am again."]


@still
async def test_a_flow_is_begun_from_outside():
    bot = read(main=MENU, templates=NUDGE, other="params: {who: text}\nsteps: {a: {say: 'Hello, {{ who }}.'}}")
    async with simulation(bot) as world:
        await world.hear("hello")
        assert texts(await world.begin("other", {"who": "Ana"}))[0] == "Hello, Ana."


# ---------------------------------------------------------------- the process


@still
async def test_a_restart_changes_nothing():
    async with simulation() as world:
        await world.hear("hello")
        await world.restart()
        assert texts(await world.tap("book")) == ["Your name?"]
        await world.restart()
        assert texts(await world.pass_(7_200)) == ["Still there?"]


@still
async def test_back_to_where_it_was():
    async with simulation() as world:
        await world.hear("hello")
        menu = world.snapshot()
        await world.tap("book")
        await world.hear("Ana")
        await world.pass_(90_000)
        for _ in range(2):
            await world.back(menu)
            assert world.now == MONDAY and texts(world.said) == ["How can we help?"]
            assert texts(await world.tap("book")) == ["Your name?"]
            assert texts(await world.hear("Ben")) == ["Thanks, Ben."]


@still
async def test_the_window_is_as_it_was_too():
    async with simulation() as world:
        await world.hear("hello")
        opened = world.snapshot()
        await world.pass_(90_000)
        await world.back(opened)
        said = await world.hear("what?")
        assert len(said) == 2 and all(one.wamid and not one.refusal for one in said)


@still
async def test_the_same_talk_is_the_same_to_the_byte():
    async def bodies() -> list[Any]:
        async with simulation() as world:
            await world.hear("hello")
            await world.tap("book")
            await world.hear("Ana")
            return [one.body for one in world.said]

    assert await bodies() == await bodies()


def test_it_needs_a_loop_that_tells_when_it_is_still():
    with pytest.raises(RuntimeError, match="StillLoop"):
        asyncio.run(simulation().open())
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(simulation().open())
