"""What is said because somebody outside asked for it: an agent, an operator, another system. Nothing that is under way moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from botkit.engine.cursor import Cursor
from botkit.expressions import write
from botkit.messages import Message, TemplateMessage, Text
from botkit.messages.given import Unfit
from botkit.model import Closed, Consent, OperatorCommand, Send
from botkit.templates import Template
from botkit.templates.filling import Filling

SAY = "say"  # the command
ORIGIN = "send"


def is_said(event: object) -> bool:
    return isinstance(event, OperatorCommand) and event.command == SAY


def say_asked(cursor: Cursor, data: Mapping[str, Any]) -> None:
    """Say what *data* holds: `text` or `message`, and a `template` that goes out instead when the window is closed, or alone. With
    `opted_in` and `language` the contact's consent and language are put on record, where they are not yet. What cannot be made is noted."""
    contact = cursor.contact
    if data.get("opted_in") and contact.consent is None:
        cursor.contact = replace(contact, consent=Consent(True, cursor.at, str(data["opted_in"])))
        cursor.put("opted_in", True, True)
    if data.get("language") and not cursor.attributes.get("language"):
        cursor.put("language", True, str(data["language"]))
    try:
        message = message_of(data)
        template = template_of(cursor, data) if data.get("template") else None
    except Unfit as error:
        cursor.note("error", detail=str(error))
        return
    if message is None and template is None:  # only the record was to be kept
        return
    closed: Closed = data.get("closed") or "fail"
    cursor.effects.append(Send(message, template, closed, data.get("reply_to") or None, str(data.get("origin") or ORIGIN)))


def message_of(data: Mapping[str, Any]) -> Message | None:
    """The session message that *data* names. Raises Unfit."""
    if data.get("text"):
        return Text(str(data["text"]), bool(data.get("preview")))
    if data.get("message") is None:
        return None
    try:
        found: Message = msgspec.convert(data["message"], type=Message)
    except msgspec.ValidationError as error:
        raise Unfit(f"this is no message: {error}") from None
    if isinstance(found, TemplateMessage):
        raise Unfit("a template is named by its file: template, and with its values")
    return found


def template_of(cursor: Cursor, data: Mapping[str, Any]) -> TemplateMessage:
    """The template that *data* names, filled in, in the contact's language. Raises Unfit."""
    name = str(data["template"])
    found = cursor.bot.templates.get(name)
    if found is None:
        raise Unfit(f'there is no template "{name}"')
    return found.fill(cursor.language, _filling(cursor, found, data), {})


def _filling(cursor: Cursor, template: Template, data: Mapping[str, Any]) -> Filling:
    """The values that *data* gives, each for its hole: by place, or by the hole's name."""
    given, names = data.get("with") or (), template.own.names
    values: dict[str, str] = {}
    for name, value in given.items() if isinstance(given, Mapping) else zip(names, given, strict=False):
        values[str(name)] = write(value, cursor.language, cursor.bot.settings.zone)
    lacking, strange = [name for name in names if not values.get(name, "").strip()], sorted(values.keys() - set(names))
    if lacking or strange or (not isinstance(given, Mapping) and len(given) != len(names)):
        wanted = f"takes {len(names)} value{'' if len(names) == 1 else 's'}{': ' if names else ''}{', '.join(names)}"
        told = f"{', '.join(lacking)} not given" if lacking else f"no {', '.join(strange)}" if strange else f"not {len(given)}"
        raise Unfit(f'template "{template.name}" {wanted}; {told}')
    buttons = data.get("buttons")
    ordered = tuple(values[name] for name in names)
    return Filling(ordered, header=data.get("header"), buttons=buttons if isinstance(buttons, Mapping) else {})


__all__ = ["ORIGIN", "SAY", "is_said", "message_of", "say_asked", "template_of"]
