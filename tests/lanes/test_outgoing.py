"""From what a turn says to rows of the outbox."""

from __future__ import annotations

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from botkit import wire
from botkit.lanes import outgoing
from botkit.messages import Buttons, Choice, Menu, Message, TemplateMessage, Text
from botkit.model import Contact, Conversation, Send, Turn
from botkit.stores.base import Outgoing

HELLO = TemplateMessage("hello", "en", body="Hello")
LONG = Text("x" * 4097)


def rows(*sends: Send) -> tuple[Outgoing, ...]:
    return outgoing.rows(Turn(Conversation("main", Contact("c1")), sends), "m1")


def row(message: Message | None, template: Message | None = None, **more: object) -> Outgoing:
    (found,) = rows(Send(message, template, **more))  # type: ignore[arg-type]
    return found


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 99))
def test_an_id_is_a_uuid5(key: str, which: int) -> None:
    assert outgoing.send_id("main", key, which) == str(uuid5(outgoing.NAMESPACE, f"main\n{key}\n{which}"))


def test_a_key_that_no_utf8_can_hold_has_an_id_all_the_same() -> None:
    assert len(outgoing.send_id("main", "\ud800", 0)) == 36


def test_a_row_holds_the_message_its_template_and_what_the_author_said_of_a_closed_window() -> None:
    first, second = rows(Send(Text("hi"), HELLO, "hold", origin="a.b"), Send(None, HELLO))
    assert wire.plain(first.payload or b"") == {"type": "text", "text": {"preview_url": False, "body": "hi"}}
    assert wire.plain(first.template or b"")["template"]["name"] == "hello"
    assert (first.closed, first.origin, first.state) == ("hold", "a.b", "queued")
    assert second.payload is None and second.state == "queued" and second.id != first.id


def test_a_reply_quotes_the_message_that_it_answers() -> None:
    assert wire.plain(row(Text("hi"), reply_to="wamid.1").payload or b"")["context"] == {"message_id": "wamid.1"}


def test_what_breaks_a_limit_is_unsent_with_the_reason_and_its_template_does_not_go_instead() -> None:
    for template in (None, HELLO):
        found = row(LONG, template)
        assert found.state == "unsent" and found.detail == "a text has at most 4096 characters; this one has 4097"


def test_a_template_that_breaks_a_limit_is_left_out_where_there_is_a_message() -> None:
    broken = TemplateMessage("hello", "en", body="x" * 1025)
    assert row(Text("hi"), broken).template is None and row(Text("hi"), broken).state == "queued"
    assert row(None, broken).state == "unsent"


def test_labels_that_are_cut_when_they_are_written_are_no_reason_for_silence() -> None:
    label = Choice("a", "A label of more than twenty characters", "d" * 80, "A group of more than twenty-four")
    assert row(Buttons("Which?", (label,))).state == "queued"
    found = row(Menu("Which?", (label,), "An opener of more than twenty"))
    section = wire.plain(found.payload or b"")["interactive"]["action"]["sections"][0]
    assert found.state == "queued" and section["rows"][0]["title"].endswith("…")
    assert row(Buttons("Which?", (label,) * 4)).state == "unsent"
