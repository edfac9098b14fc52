"""A picture takes its way: what is said after it waits until WhatsApp tells of it, or for a second, so that it does not overtake it."""

from __future__ import annotations

from typing import Any

import pytest

from botkit import wire
from botkit.messages import Audio, Buttons, Choice, Document, Image, Sticker, Text, Video
from botkit.stores.base import Outgoing
from botkit.testing.exchange import Asked
from tests.sender.desk import Desk, row, until

PICTURE = wire.dumps(Image(link="https://example.com/room.jpg").payload())


def kinds(desk: Desk) -> list[str]:
    """What reached WhatsApp, in order: the text, or the kind."""
    return [_kind(asked) for asked in desk.fake.requests if asked.accepted]


def _kind(asked: Asked) -> str:
    return str(asked.body["text"]["body"]) if asked.body["type"] == "text" else str(asked.body["type"])


def picture(id_: str = "p", contact: str = "c1", **fields: Any) -> Outgoing:
    return row(id_, contact, payload=PICTURE, **fields)


async def test_a_text_after_a_picture_waits_a_second(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(picture(), row("below"), row("last"))
    await desk.quiet()
    assert kinds(desk) == ["image"]
    await desk.passes(seconds=0.9)
    assert kinds(desk) == ["image"]
    await desk.passes(seconds=0.2)
    assert kinds(desk) == ["image", "below", "last"]


async def test_it_waits_no_longer_than_until_whatsapp_tells_of_it(desk: Desk) -> None:
    await desk.say(picture(), row("below"))
    await desk.quiet()
    assert kinds(desk) == ["image", "below"]


@pytest.mark.parametrize("word", ["sent", "delivered", "failed"])
async def test_any_word_of_it_will_do(desk: Desk, word: str) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(picture(), row("below"))
    await desk.quiet()
    desk.fake.tell(desk.fake.requests[0].wamid or "", word, 131026 if word == "failed" else None)
    await desk.quiet()
    assert kinds(desk) == ["image", "below"]


async def test_word_of_another_one_will_not(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(row("before"), picture(), row("below"))
    await desk.quiet()
    desk.fake.tell(desk.fake.requests[0].wamid or "", "delivered")
    await desk.quiet()
    assert kinds(desk) == ["before", "image"]


async def test_word_that_comes_before_the_answer_will_do(desk: Desk) -> None:
    answers = desk.slow()
    await desk.say(picture(), row("below"))
    await until(lambda: bool(answers))
    desk.fake.delay = 0.0
    answers[0].set_result(None)
    await desk.quiet()
    assert kinds(desk) == ["image", "below"]


async def test_a_later_turn_waits_too_and_keeps_its_order(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(picture())
    await desk.quiet()
    (begun,) = await desk.say(row("first"))
    await desk.say(row("second"))
    await desk.quiet()
    assert begun.state == "queued" and kinds(desk) == ["image"]
    await desk.passes(seconds=1)
    assert kinds(desk) == ["image", "first", "second"]


async def test_others_are_not_held_up(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(picture(), row("below"))
    await desk.say(row("to another", "c2"))
    await desk.quiet()
    assert kinds(desk) == ["image", "to another"]


async def test_two_pictures_each_take_their_second(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(picture(), picture("q"), row("below"))
    await desk.quiet()
    await desk.passes(seconds=1)
    assert kinds(desk) == ["image", "image"]
    await desk.passes(seconds=1)
    assert kinds(desk) == ["image", "image", "below"]


async def test_a_process_that_ends_meanwhile_loses_nothing(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(picture(), row("below"))
    await desk.quiet()
    await desk.crash()
    await desk.up()
    await desk.passes(seconds=1)
    assert kinds(desk) == ["image", "below"]


YES = (Choice("a", "Yes"),)


@pytest.mark.parametrize(
    ("message", "waits"),
    [
        (Video(id="1100000000000001"), True),
        (Audio(id="1100000000000001"), True),
        (Document(link="https://example.com/a.pdf"), True),
        (Sticker(id="1100000000000001"), True),
        (Buttons("So?", YES, header=Image(link="https://example.com/a.jpg")), True),
        (Buttons("So?", YES), False),
        (Text('"type":"image"'), False),
    ],
)
async def test_what_shows_a_file_is_waited_for(desk: Desk, message: Any, waits: bool) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    await desk.say(row("x", payload=wire.dumps(message.payload())), row("below"))
    await desk.quiet()
    assert (kinds(desk)[1:] == []) is waits


async def test_a_template_that_shows_a_file_is_waited_for(desk: Desk) -> None:
    desk.fake.withhold = {"sent", "delivered"}
    desk.ports.pass_(hours=24)
    header = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.jpg"}}]}
    template = {"name": "news", "language": {"code": "en"}, "components": [header]}
    plain = {"name": "news", "language": {"code": "en"}}
    for id_, body in (("t", template), ("u", plain)):
        await desk.say(row(id_, payload=None, template=wire.dumps({"type": "template", "template": body})))
    await desk.quiet()
    assert kinds(desk) == ["template"]
    await desk.passes(seconds=1)
    assert kinds(desk) == ["template", "template"]
