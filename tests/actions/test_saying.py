"""ctx.say: what an action says comes with its answer, once, and only when there is one."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from botkit import Context, action
from botkit.actions import found
from botkit.actions.saying import MOST, Mouth
from botkit.messages import Choice, Image, LinkButton, Menu, TemplateMessage, Text
from botkit.model import ActionFailed, ActionFinished, Send
from tests.actions.calling import NOON, Desk, call

TRIES: list[Any] = []


@action
async def tells(ctx: Context, name: str) -> str:
    ctx.say(f"Looking for {name} …")
    ctx.say(Image(file="media/map.jpg", caption="The way"), closed="drop", reply_to="wamid.1")
    ctx.say(TemplateMessage("news", "en", ("V7",)))
    return "V7"


@action
def plainly(ctx: Context) -> None:
    ctx.say("From a thread.")


@action
async def fails_once(ctx: Context) -> str:
    TRIES.append(ctx)
    ctx.say(f"Try {len(TRIES)}.")
    if len(TRIES) == 1:
        raise OSError("not now")
    return "done"


@action
async def never(ctx: Context) -> None:
    ctx.say("Nobody hears this.")
    raise OSError("no")


@action
async def too_long(ctx: Context) -> None:
    ctx.say("x" * 4097)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    TRIES.clear()
    desk.caller.actions = {f"clinic.{name.partition('.')[2]}": one for name, one in found("said", sys.modules[__name__]).items()}
    return desk


async def test_what_is_said_comes_with_the_answer(desk: Desk) -> None:
    answer = await desk.run(call("tells", name="Ana"))
    assert answer == ActionFinished(
        "call:call-1", NOON, "call-1", "V7",
        (
            Send(Text("Looking for Ana …")),
            Send(Image(file="media/map.jpg", caption="The way"), None, "drop", "wamid.1"),
            Send(None, TemplateMessage("news", "en", ("V7",))),
        ),
    )  # fmt: skip


async def test_a_plain_function_speaks_from_its_thread(desk: Desk) -> None:
    assert await desk.run(call("plainly")) == ActionFinished("call:call-1", NOON, "call-1", None, (Send(Text("From a thread.")),))


async def test_an_attempt_that_failed_has_said_nothing(desk: Desk) -> None:
    await desk.put(call("fails_once", retries=1))
    await desk.until(lambda: TRIES)
    await desk.pause()
    desk.ports.pass_(seconds=1)
    answer = await desk.answer()
    assert isinstance(answer, ActionFinished) and answer.said == (Send(Text("Try 2.")),)


async def test_an_action_that_fails_says_nothing(desk: Desk) -> None:
    answer = await desk.run(call("never"))
    assert isinstance(answer, ActionFailed) and answer.error == "any"


async def test_what_whatsapp_would_refuse_fails_the_action(desk: Desk) -> None:
    answer = await desk.run(call("too_long"))
    assert isinstance(answer, ActionFailed)
    assert "WhatsApp would refuse this message: a text has at most 4096 characters; this one has 4097" in answer.detail


@pytest.mark.parametrize(
    ("message", "error", "told"),
    [
        (7, TypeError, "ctx.say takes a text or a message of botkit.messages, not int"),
        (" ", ValueError, "this message says nothing"),
        (Image(file="../secret.jpg"), ValueError, "'media/../secret.jpg' is no file of media/"),
        (Image(), ValueError, "an image is a file of media/, a link, or an id: one of them"),
        (LinkButton("Look", "Open", "example.com"), ValueError, "a link begins with https://"),
        (Menu("Which?", ()), ValueError, "a list has at most 10 rows; this one has 0"),
    ],
)
def test_what_is_no_message_is_told_where_it_is_said(message: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told.replace("(", r"\(").replace("?", r"\?")):
        Mouth()(message)


def test_a_label_that_is_too_long_is_cut_and_no_reason_for_silence() -> None:
    mouth = Mouth()
    mouth(Menu("Which?", (Choice("a", "x" * 30),)))
    assert len(mouth.said) == 1


def test_an_action_does_not_say_everything() -> None:
    mouth = Mouth()
    for n in range(MOST):
        mouth(f"Number {n}")
    with pytest.raises(ValueError, match="at most 20 messages"):
        mouth("One more")


def test_nobody_speaks_after_the_answer() -> None:
    mouth = Mouth()
    mouth("In time.")
    assert mouth.close() == (Send(Text("In time.")),)
    with pytest.raises(RuntimeError, match="has answered already"):
        mouth("Too late.")


def test_a_hook_says_nothing() -> None:
    with pytest.raises(RuntimeError, match="@understand"):
        Mouth("a function that is marked by @understand says nothing")("Hm.")
