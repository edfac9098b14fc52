"""What came out: a message as 360dialog got it, and how the contact sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from botkit.messages import TemplateMessage
from botkit.model import Conversation, Event, Send, Turn


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
    content: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    text, template = _text(kind, content), ""
    values: tuple[str, ...] = ()
    if kind == "template":
        template, values = str(content.get("name", "")), tuple(_values(content))
        used = send.template if send is not None and isinstance(send.template, TemplateMessage) else None
        used = used or (send.message if send is not None and isinstance(send.message, TemplateMessage) else None)
        options = tuple(_replies(content, used.buttons if used is not None else ()))
        text = used.shown() if used is not None else text
    else:
        options = tuple(_choices(content.get("action") or {}))
    if kind == "interactive":
        kind = {"button": "buttons", "list": "list"}.get(str(content.get("type")), str(content.get("type")))
    origin = send.origin if send is not None else ""
    return Said(at, channel, to, body, kind, text, options, template, values, origin, wamid, refusal, moment)


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
    return str(content.get("caption", ""))


def _values(content: Mapping[str, Any]) -> Iterator[str]:
    for component in content.get("components", ()):
        if component.get("type") == "body":
            yield from (str(parameter.get("text", "")) for parameter in component.get("parameters", ()))


def _replies(content: Mapping[str, Any], labels: tuple[str, ...]) -> Iterator[Shown]:
    payloads: dict[int, str] = {}
    for component in content.get("components", ()):
        if component.get("type") == "button" and component.get("parameters"):
            payloads[int(component.get("index", 0))] = str(component["parameters"][0].get("payload", ""))
    for index, label in enumerate(labels):
        yield _shown(payloads.get(index, label), label)  # a button without a payload sends its label


def _choices(action: Mapping[str, Any]) -> Iterator[Shown]:
    for button in action.get("buttons", ()):
        yield _shown(button["reply"]["id"], button["reply"]["title"])
    for section in action.get("sections", ()):
        for row in section.get("rows", ()):
            yield _shown(row["id"], row["title"])


def _shown(payload: str, label: str) -> Shown:
    place, _, rest = payload.partition(":")
    entry, _, option = rest.partition(":")
    return Shown(option if "." in place and entry.isdecimal() else "", label, payload)
