"""How the lines of a talk are written: their keys, and what may stand behind each."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from botkit.data import plain
from botkit.problems import did_you_mean
from botkit.replies import Reading
from botkit.shapes import DURATION, Either, Key, Keys, ListOf, Made, MapOf, Of, Plain, one_of, whole
from botkit.source import Mapping, Node, Scalar
from botkit.testing.talks.entries import (
    Answers,
    Choices,
    Entry,
    Expects,
    HandsBack,
    HandsOver,
    Happens,
    Hears,
    Moves,
    Phones,
    Says,
    Taps,
    Told,
    Until,
    Uses,
    Waits,
    Writes,
)
from botkit.testing.talks.sent import ANY, SENT
from botkit.wire import Value


def _status(node: Scalar, _: Node, reading: Reading) -> tuple[str, int | None] | None:
    words = node.text.split()
    known = ("sent", "delivered", "read", "failed")
    if words[0] not in known:
        reading.report(
            "wrong-shape", node, f'"{words[0][:40]}" is no status of a message', did_you_mean(words[0], known) or "status: failed 131047"
        )
        return None
    if words[0] == "failed":
        if len(words) == 2 and words[1].isdecimal() and len(words[1]) < 9:
            return "failed", int(words[1])
        reading.report("wrong-shape", node, "a message fails with a code of WhatsApp", "status: failed 131026")
        return None
    if len(words) > 1:
        reading.report("wrong-shape", node, f'"{words[0]}" has nothing behind it', f"status: {words[0]}")
        return None
    return words[0], None


MOMENT = r"^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d"  # how a day with a time begins


def moment(text: str) -> datetime | None:
    """A day with a time, such as 2026-06-22T09:00; None for anything else."""
    try:
        return datetime.fromisoformat(text.strip()) if re.match(MOMENT, text) else None
    except ValueError:
        return None


def _moment_or_time(text: str) -> datetime | time | None:
    if re.fullmatch(r"\s*\d{1,2}:\d\d\s*", text):
        hours, minutes = (int(part) for part in text.split(":"))
        return time(hours, minutes) if hours < 24 and minutes < 60 else None
    return moment(text)


_LABELS = ListOf(Plain("a label"), "a list of labels")
_OPTIONS = Made(_LABELS, lambda labels, node, _: Choices(node, tuple(labels)))
_TEMPLATE = Keys(
    "a template",
    {
        "name": Key(Plain("the name of a template", names="template"), "its name", required=True),
        "with": Key(ListOf(Plain()), "the values in its holes"),
    },
    lone="name",
)
_EVENT = Keys(
    "an event",
    {
        "name": Key(Plain("the name of an event"), "its name", required=True),
        "key": Key(Plain(), "what it is about"),
        "data": Key(MapOf(ANY, "names with values"), "what there is to tell of it"),
    },
    lone="name",
)
_EXPECT = MapOf(ANY, "what is to be so: state, contact, sent, or a variable")


def digits(text: str) -> str | None:
    """A number with its country's prefix, as WhatsApp names people: only its digits. None: it is none."""
    found = re.sub(r"[ ().-]", "", text.strip()).removeprefix("+")
    return found if re.fullmatch(r"[1-9][0-9]{6,14}", found) else None


_NUMBER = Of("a number with its country's prefix", digits, 'new_number: "+34 600 999 888"', pattern=r"^\s*\+?[1-9][0-9 ().-]{6,}$")
_AT = Of("a time such as 10:00, or a day with a time", _moment_or_time, "at: 2026-06-22T10:00", pattern=rf"^\s*\d{{1,2}}:\d\d\s*$|{MOMENT}")

ENTRY_KEYS = Keys(
    "an entry of a talk",
    {
        "user": Key(SENT, "what the contact writes, or sends"),
        "tap": Key(Plain("an option"), "what the contact taps on: the option's id or label"),
        "bot": Key(Plain("what the bot says"), "what the bot says, * for anything; nothing"),
        "options": Key(_OPTIONS, "the labels under what the bot says"),
        "file": Key(Plain("the name of a file"), "the picture, film, sound or document of what the bot says: room.jpg"),
        "link": Key(Plain("a link"), "where the button below what the bot says leads"),
        "template": Key(_TEMPLATE, "a template that the bot sends"),
        "after": Key(DURATION, "how much time passes"),
        "at": Key(_AT, "the time that it becomes"),
        "status": Key(Made(Plain("a status"), _status), "what WhatsApp tells of the bot's last message: read, or failed and a code"),
        "event": Key(_EVENT, "something that happens outside"),
        "handback": Key(
            Either("true, or names with values", one_of("true"), None, MapOf(ANY, "names with values")),
            "people are done with the conversation",
        ),
        "desk": Key(Plain("what the desk is told"), "what the queue is told that has the conversation, * for anything; nothing"),
        "agent": Key(Plain("what the agent writes"), "what the one who has the conversation writes to the contact"),
        "phone": Key(Plain("what somebody writes"), "what somebody of the business writes from the phone's app"),
        "handover": Key(one_of("meta", "bot"), "who answers from now on: meta, Meta's own agent, or the bot again"),
        "new_number": Key(_NUMBER, "the contact has another number from now on: +34600999888"),
        "expect": Key(_EXPECT, "how things stand"),
    },
)
_BESIDE = ("options", "file", "link")
_MAIN = tuple(word for word in ENTRY_KEYS.table if word not in _BESIDE)


def _entry(found: Any, node: Node, reading: Reading) -> Entry | None:
    if isinstance(found, str):  # handback, alone
        return HandsBack(node)
    given = [key for key, _ in node] if isinstance(node, Mapping) else []
    mains = [key for key in given if key.text in _MAIN]
    if len(mains) != 1:
        if mains:
            told = f"{mains[0].text} and {mains[1].text} are two entries"
            reading.report("wrong-shape", mains[1], told, f'begin a new line with "- {mains[1].text}:"')
        elif all(key.text in ENTRY_KEYS.table for key in given):
            reading.report("wrong-shape", node, "this entry says neither who speaks nor what happens", "- user: …, or - bot: …")
        return None
    main = mains[0].text
    for word in ("file", "link"):
        if word in found and main != "bot":
            reading.report("unused-key", _key(node, word), f"{word} stands beside what the bot says", "move it to bot:")
    if "options" in found and main not in ("bot", "template"):
        reading.report("unused-key", _key(node, "options"), "options stand beside what the bot says", "move it to bot: or template:")
    nameless = main in ("template", "event") and "name" not in found.get(main, {})
    return _made(main, found, node, reading) if main in found and not nameless else None


def _made(main: str, found: dict[str, Any], node: Node, reading: Reading) -> Entry | None:
    value = found[main]
    match main:
        case "user":
            return Writes(node, **value)
        case "tap":
            return Taps(node, value)
        case "bot":
            silent = value.text == "nothing" and not value.quoted
            return Says(node, None if silent else value, found.get("options"), found.get("file"), found.get("link"))
        case "template":
            return Uses(node, value["name"], tuple(value["with"]) if "with" in value else None, found.get("options"))
        case "after":
            return Waits(node, value)
        case "at":
            return Until(node, value)
        case "status":
            return Told(node, *value)
        case "event":
            about = value["key"].text if "key" in value else ""
            return Happens(node, value["name"].text, about, _values(value.get("data", ())))
        case "desk":
            return Hears(node, None if value.text == "nothing" and not value.quoted else value)
        case "agent":
            return Answers(node, value.text)
        case "phone":
            return Phones(node, value.text)
        case "handover":
            return HandsOver(node, value)
        case "new_number":
            return Moves(node, value)
        case "handback":
            return HandsBack(node, {} if isinstance(value, str) else _values(value))
    return _expects(value, node, reading)


def _expects(pairs: list[tuple[Scalar, Node]], node: Node, reading: Reading) -> Expects:
    state: Scalar | None = None
    contact: tuple[tuple[Scalar, Node], ...] = ()
    sent: int | None = None
    variables = []
    for key, value in pairs:
        if key.text == "state":
            state = Plain("ended, or a step").read(value, reading)
        elif key.text == "contact":
            contact = (*contact, *(MapOf(ANY, "attributes with values").read(value, reading) or ()))
        elif key.text.startswith("contact."):  # as flows name it
            contact = (*contact, (Scalar(key.source, key.span, key.text.removeprefix("contact."), key.style), value))
        elif key.text == "sent":
            sent = whole(0, 10_000).read(value, reading)
        else:
            variables.append((key, value))
    return Expects(node, state, contact, sent, tuple(variables))


def _values(pairs: Any) -> dict[str, Value]:
    return {key.text: plain(value) for key, value in pairs}


def _key(node: Node, name: str) -> Node:
    return (node.key(name) if isinstance(node, Mapping) else None) or node


_LONE = Of(
    "an entry such as - user: hello", lambda text: text if text == "handback" else None, "- user: …, or - bot: …", words=("handback",)
)
ENTRY = Made(Either(_LONE.what, _LONE, None, ENTRY_KEYS), _entry)
