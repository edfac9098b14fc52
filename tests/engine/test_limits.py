"""What keeps a turn and a conversation finite, whatever an author wrote."""

from __future__ import annotations

from datetime import timedelta

from botkit.model import Started
from tests.engine.talk import MONDAY, talk

SORRY = "< Sorry, something went wrong on our side. Please write again in a while."


def test_a_flow_started_from_outside_is_one_of_the_twenty() -> None:
    chat = talk(main="steps: {a: {say: Well?, options: {x: X}}}", news="steps: {a: {say: News., options: {x: X}}}")
    chat.hears("hello")
    for n in range(25):
        chat.happens(Started(f"s{n}", MONDAY + timedelta(minutes=n), "news"))
    assert len(chat.conversation.frames) <= 20
