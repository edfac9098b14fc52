"""What WhatsApp would refuse of a message that an action makes is told before it leaves: the made-up gateway and the message agree."""

from __future__ import annotations

from typing import Any

import pytest

from botkit.messages import (
    Buttons,
    Carousel,
    Choice,
    Fill,
    Form,
    Image,
    LinkButton,
    Menu,
    Message,
    Reaction,
    Slide,
    TemplateCard,
    TemplateMessage,
    Text,
    Video,
)
from botkit.messages.limits import fatal
from botkit.testing import gate

YES, NO = Choice("a", "Yes"), Choice("b", "No")
LONG = "A label that is too long for a button"
ROOM, FILM = Image(id="1100000000000001"), Video(id="1100000000000002")


def refused(message: Message) -> bool:
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "15551234567", **message.payload()}
    return gate.refusal(body) is not None


def slides(*medias: Image | Video, ids: str = "ab") -> Carousel:
    return Carousel("Which?", tuple(Slide(media, choices=(Choice(id_, "Take it"),)) for media, id_ in zip(medias, ids, strict=True)))


@pytest.mark.parametrize(
    "message",
    [
        Text(" "),
        Buttons("", (YES, NO)),
        Buttons("So?", (YES, Choice("b", "Yes"))),
        Buttons("So?", (Choice("a", LONG), Choice("b", f"{LONG}, too"))),  # alike once they are cut
        Buttons("So?", (YES, Choice("a", "No"))),
        Buttons("So?", (Choice("a", " "),)),
        Buttons("So?", (Choice("", "Yes"),)),
        Buttons("So?", (Choice(" a", "Yes"),)),
        Buttons("So?", (Choice("a" * 257, "Yes"),)),
        Menu("", (YES, NO)),
        Menu("So?", (YES, Choice("a", "No"))),
        Menu("So?", (Choice("a", ""),)),
        Menu("So?", (Choice("a" * 201, "Yes"),)),
        Menu("So?", (YES,), opener=""),
        Reaction("👍👍", "wamid.1"),
        Form("Fill it.", "Book 👍", id="1"),
        LinkButton("Look.", "Open", "http://"),
        slides(ROOM, FILM),
        slides(ROOM, ROOM, ids="aa"),
        slides(ROOM, ids="a"),
        TemplateMessage("Visit soon", "en"),
        TemplateMessage("v" * 513, "en"),
        TemplateMessage("visit", ""),
        TemplateMessage("visit", "en", cards=(TemplateCard(ROOM),)),
        TemplateMessage("visit", "en", fills=(Fill(0, "copy_code", "x" * 16),)),
    ],
)
def test_what_would_be_refused_is_told(message: Message) -> None:
    assert fatal(message.faults()) is not None
    assert refused(message)


@pytest.mark.parametrize(
    "message",
    [
        Text("Hello"),
        Buttons("So?", (YES, NO)),
        Buttons("So?", (Choice("a", LONG), NO)),  # is cut
        Menu("So?", (YES, Choice("b", "Yes"))),  # rows may read alike
        Menu("So?", (Choice("a" * 200, "Yes"),)),
        Reaction("👍🏽", "wamid.1"),
        Reaction("", "wamid.1"),
        Form("Fill it.", "¡Reservar ya! – 2 €", id="1"),
        slides(ROOM, ROOM),
        TemplateMessage("visit_2", "en"),
        TemplateMessage("visit", "en", cards=(TemplateCard(ROOM), TemplateCard(ROOM))),
    ],
)
def test_what_passes_is_no_fault(message: Message) -> None:
    assert fatal(message.faults()) is None
    assert not refused(message)


def test_a_template_whose_values_have_too_few_names_is_told() -> None:
    assert fatal(TemplateMessage("visit", "en", ("Ana", "soon"), names=("name",)).faults()) is not None
