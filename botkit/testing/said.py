"""What came out: a message as 360dialog got it, and how the contact sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from botkit.messages import Message, TemplateMessage
from botkit.model import Conversation, Event, Send, Turn
from botkit.testing import besides


class Shown(Struct, frozen=True):
    """A button that the contact can tap on; *payload* is what comes back then."""

    id: str  # of the option; "" where the payload is not one of ours
    label: str
    payload: str


class Moment(Struct, frozen=True):
    """An event, and the turn that it led to. *sends*: all that the turn said, each with its id in the outbox."""

    event: Event
    before: Conversation
    turn: Turn
    sends: tuple[tuple[str, Send], ...] = ()


class Said(Struct, frozen=True):
    """A request to send a message. *to*: the number or BSUID it went to."""

    at: datetime
    channel: str
    to: str
    body: Mapping[str, Any]
    kind: str  # text, buttons, list, template, or WhatsApp's word
    text: str  # as the contact reads it
    options: tuple[Shown, ...] = ()
    template: str = ""  # its name
    values: tuple[str, ...] = ()  # its parameters
    origin: str = ""  # flow.step that says it
    file: str = ""  # its picture, film, sound, document or sticker: a name of media/, a link or an id
    leads: tuple[tuple[str, str], ...] = ()  # buttons that are no options: what stands on them, and where they lead
    cards: tuple[str, ...] = ()
    wamid: str = ""  # "": not accepted
    refusal: str = ""  # why WhatsApp did not take it
    moment: Moment | None = None  # the turn that said it; None: nobody's, such as an apology

    def __repr__(self) -> str:
        return f"<Said {self.text!r}{''.join(f' [{option.label}]' for option in self.options)}>"


def said(at: datetime, channel: str, body: Mapping[str, Any], send: Send | None, moment: Moment | None, wamid: str, refusal: str) -> Said:
    """What the request *body* says; *send* is the effect that it was made of."""
    to = str(body.get("to") or body.get("recipient") or "")
    kind = str(body.get("type", ""))
    inner = body.get(kind)
    if kind == "contacts":
        inner = {"names": [card.get("name", {}).get("formatted_name", "") for card in inner or ()]}
    content: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    text, template = _text(kind, content), ""
    values: tuple[str, ...] = ()
    leads: tuple[tuple[str, str], ...] = ()
    message: Message | None
    if kind == "template":
        template, values = str(content.get("name", "")), tuple(_values(content))
        used = send.template if send is not None and isinstance(send.template, TemplateMessage) else None
        used = used or (send.message if send is not None and isinstance(send.message, TemplateMessage) else None)
        quick = used.quick if used is not None else None
        labels = used.buttons if used is not None else ()
        options = tuple(one for n, one in enumerate(_replies(content, labels)) if quick is None or n in quick)
        leads = tuple((label, "") for n, label in enumerate(labels) if quick is not None and n not in quick)
        text, message = used.shown() if used is not None else text, used
    else:
        options = tuple(_choices(content.get("action") or {}))
        message = send.message if send is not None else None
    if kind == "interactive":
        kind = {"button": "buttons", "list": "list"}.get(str(content.get("type")), str(content.get("type")))
    origin = send.origin if send is not None else ""
    leads = leads or tuple(besides.leads(kind, content))
    file, cards = besides.file_of(message, content), tuple(besides.cards(content))
    return Said(
        at, channel, to, body, kind, text or f"({kind})", options, template, values, origin, file, leads, cards,
        wamid=wamid, refusal=refusal, moment=moment,
    )  # fmt: skip


def _text(kind: str, content: Mapping[str, Any]) -> str:
    match kind:
        case "text":
            return str(content.get("body", ""))
        case "interactive":
            return str((content.get("body") or {}).get("text", ""))
        case "template":
            return ", ".join(_values(content))
        case "reaction":
            return str(content.get("emoji", ""))
        case "location":
            return str(content.get("name") or content.get("address") or f"{content.get('latitude')}, {content.get('longitude')}")
        case "contacts":
            return ", ".join(content.get("names", ()))
    return str(content.get("caption", ""))


def _values(content: Mapping[str, Any]) -> Iterator[str]:
    for component in content.get("components", ()):
        if component.get("type") == "body":
            yield from (_value(parameter) for parameter in component.get("parameters", ()))


def _value(parameter: Mapping[str, Any]) -> str:
    kind = str(parameter.get("type", "text"))
    inner = parameter.get(kind)
    return str(inner.get("fallback_value", "")) if isinstance(inner, Mapping) else str(parameter.get("text", ""))


def _replies(content: Mapping[str, Any], labels: tuple[str, ...]) -> Iterator[Shown]:
    payloads: dict[int, str] = {}
    for component in content.get("components", ()):
        if component.get("sub_type") == "quick_reply" and component.get("parameters"):
            payloads[int(component.get("index", 0))] = str(component["parameters"][0].get("payload", ""))
    for index, label in enumerate(labels):
        yield _shown(payloads.get(index, label), label)  # a button without a payload sends its label


def _choices(action: Mapping[str, Any]) -> Iterator[Shown]:
    for card in action.get("cards", ()):
        for button in card.get("action", {}).get("buttons", ()):
            yield _shown(button["quick_reply"]["id"], button["quick_reply"]["title"])
    for button in action.get("buttons", ()):
        if "reply" not in button:
            continue
        yield _shown(button["reply"]["id"], button["reply"]["title"])
    for section in action.get("sections", ()):
        for row in section.get("rows", ()):
            yield _shown(row["id"], row["title"])


def _shown(payload: str, label: str) -> Shown:
    place, _, rest = payload.partition(":")
    entry, _, option = rest.partition(":")
    return Shown(option if ("." in place or not place) and entry.isdecimal() else "", label, payload)
