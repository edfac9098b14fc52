"""A webhook of the Cloud API read as events; 360dialog and Meta send the same bodies (fact sheet §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botkit import wire
from botkit.channels import Channel
from botkit.model import Event, Inbound, MessageReceived, OperatorCommand, StatusChanged
from botkit.providers import clean, content, control, news
from botkit.providers.elements import Element, as_json, digest, person, split
from botkit.providers.persons import changed, identity, moved, sender

DEPTH = 64
ELEMENTS = 10_000
GROWTH = 64 * 1024 * 1024  # bytes of all bodies of one element each; only what is made to do harm comes near


def read(channel: Channel, body: bytes, now: datetime) -> list[Inbound]:
    """Every element of *body*, in order. Never raises: what cannot be read comes back as unreadable, with the bytes it came in.

    A key is the message's id; for a status id, status and participant; for all else a hash, so that a repeat has the same key.
    """
    try:
        parsed = wire.plain(body)
    except ValueError as error:
        return [_whole(channel, body, now, f"no JSON: {clean.line(str(error), 200)}")]
    if body.count(b"{") + body.count(b"[") > DEPTH and wire.depth_over(parsed, DEPTH):
        return [_whole(channel, body, now, f"nested deeper than {DEPTH} levels")]
    elements = list(split(parsed)) if isinstance(parsed, dict) else []
    if len(elements) == 1:
        return [_inbound(channel, elements[0], body, now)]
    if not elements:
        if isinstance(parsed, dict) and isinstance(parsed.get("object"), str) and parsed.get("entry") == []:
            return []  # a batch of nothing, by which it is tried whether webhooks come in
        return [_whole(channel, body, now, "there is no entry in it")]
    if len(elements) > ELEMENTS:
        return [_whole(channel, body, now, f"{len(elements)} elements; at most {ELEMENTS} are read")]
    found: list[Inbound] = []
    grown = 0
    for element in elements:
        raw = as_json(element.body(parsed))
        grown += len(raw)
        if grown > GROWTH:
            return [_whole(channel, body, now, "too much that all its elements share")]
        found.append(_inbound(channel, element, raw, now))
    return found


def _whole(channel: Channel, body: bytes, now: datetime, reason: str) -> Inbound:
    return Inbound(channel=channel.name, key=digest(body), at=now, raw=body, unreadable=reason)


def _inbound(channel: Channel, element: Element, raw: bytes, now: datetime) -> Inbound:
    try:
        reason = element.reason
        if element.kind == "messages":
            return _message(channel, element, raw, now)
        if element.kind == "statuses":
            return _status(channel, element, raw, now)
        if element.kind == "standby":
            return _message(channel, element, raw, now)
        if element.kind == "new_id":
            return _new_id(channel, element, raw, now)
        if element.kind in ("echo", "handover", "preference"):
            return _command(channel, element, raw, now)
        if element.kind == "notice":
            return _notice(channel, element, raw, now)
    except Exception as error:  # an element of a form nobody thought of must not take its neighbours along
        reason = f"{type(error).__name__}: {clean.line(str(error), 200)}"
    return _unreadable(channel, element, raw, now, reason)


def _unreadable(channel: Channel, element: Element, raw: bytes, now: datetime, reason: str) -> Inbound:
    return Inbound(channel.name, digest(as_json(element.item)), now, raw, unreadable=reason)


def _notice(channel: Channel, element: Element, raw: bytes, now: datetime) -> Inbound:
    """What concerns no contact: recorded, and told to whoever operates the bot where it is news."""
    key = digest(as_json(element.item))
    if _foreign(channel, element):
        return Inbound(channel.name, f"foreign:{key}", now, raw)
    change = element.change if isinstance(element.change, dict) else {}
    field = clean.text(change.get("field"))[:60] or "messages"
    entry = element.entry if isinstance(element.entry, dict) else {}
    at = clean.moment(entry.get("time"), now)
    told = news.read(field, element.value, channel.name, at) if element.item is element.change else None
    return Inbound(channel.name, key, at, raw, news=told, strange="" if news.known(field) else f"field {field}")


def _command(channel: Channel, element: Element, raw: bytes, now: datetime) -> Inbound:
    """Something that is told about a contact and that is no message: who answers now, whether messages are wanted."""
    key = digest(as_json(element.item))
    if _foreign(channel, element):
        return Inbound(channel.name, f"foreign:{key}", now, raw)
    found: control.Told | None
    if element.kind == "echo":
        found = control.echo(element.item, element.contact, element.inside != "")
    elif element.kind == "handover":
        found = control.handover(element.value)
    else:
        found = control.preference(element.item, element.contact)
    if found is None:
        return Inbound(channel.name, key, now, raw)
    command, data, who, told = found
    if who is None:
        return _unreadable(channel, element, raw, now, f"{element.kind} that names nobody")
    at = clean.moment(told, now)
    return Inbound(channel.name, key, at, raw, OperatorCommand(key, at, command, data), who)


def _new_id(channel: Channel, element: Element, raw: bytes, now: datetime) -> Inbound:
    """An id that has become another one, told by itself; like the system message that tells the same (fact sheet §4.9)."""
    key = digest(as_json(element.item))
    if _foreign(channel, element):
        return Inbound(channel.name, f"foreign:{key}", now, raw)
    found = control.new_id(element.item)
    if found is None:
        return _unreadable(channel, element, raw, now, "a new id without the two ids")
    before, after = found
    at = clean.moment(element.item.get("timestamp"), now)
    event = MessageReceived(key, at, "", "system", data={"type": "user_changed_user_id"}, opens_window=False)
    return Inbound(channel.name, key, at, raw, event, before, moved=changed(before, after))


def _foreign(channel: Channel, element: Element) -> bool:
    """Whether this is about another of the business's numbers. Most bodies name the number as metadata, a handover as recipient."""
    if channel.phone_number_id is None:
        return False
    for place in ("metadata", "recipient"):
        named = element.value.get(place)
        number = clean.identifier(named.get("phone_number_id")) if isinstance(named, dict) else None
        if number is not None:
            return number != channel.phone_number_id
    return False


def _message(channel: Channel, element: Element, raw: bytes, now: datetime) -> Inbound:
    message: dict[str, Any] = element.item
    id_ = clean.identifier(message.get("id"))
    key = id_ or digest(as_json(message))
    standby = element.kind == "standby"
    if standby:
        key = f"standby:{key}"  # should it be told again as one that is ours to answer, it is another event
    at = clean.moment(message.get("timestamp"), now)
    if _foreign(channel, element):
        return Inbound(channel.name, f"foreign:{key}", at, raw)
    if message.get("group_id"):
        return Inbound(channel.name, key, at, raw)
    who = sender(message, element.contact)
    if who is None:
        return _unreadable(channel, element, raw, now, "a message that names no sender")
    kind = content.kind(message)
    found = content.read(message, kind)
    data, answers = found.data, found.answers
    context = message.get("context")
    if isinstance(context, dict):
        answers = clean.identifier(context.get("id")) or answers
        if isinstance(context.get("referred_product"), dict):
            data = {**data, "referred_product": clean.record(context["referred_product"])}
        if context.get("forwarded") is True or context.get("frequently_forwarded") is True:
            data = {**data, "forwarded": True}
    referral = message.get("referral")
    event = MessageReceived(
        key,
        at,
        id_ or "",
        found.type,
        found.text,
        found.payload,
        data,
        answers,
        who.profile,
        clean.record(referral) if isinstance(referral, dict) else None,
        kind in content.OPENING,  # on standby, too: it is the contact's message to this number (fact sheet §5.1)
        standby,
    )
    if kind == "system" and (after := moved(message, who)) is not None:
        return Inbound(channel.name, key, at, raw, event, who, moved=after)
    return Inbound(channel.name, key, at, raw, event, who, strange=content.strange(message, kind))


def _status(channel: Channel, element: Element, raw: bytes, now: datetime) -> Inbound:
    told: dict[str, Any] = element.item
    id_ = clean.identifier(told.get("id"))
    opaque = clean.text(told.get("biz_opaque_callback_data"))[:512] or None
    status = clean.text(told.get("status"))[:64].lower()
    if not status or not (id_ or opaque):
        return _unreadable(channel, element, raw, now, "a status without id or without status")
    participant = clean.identifier(told.get("recipient_participant_id")) or clean.identifier(told.get("recipient_participant_user_id"))
    key = (f"{id_}:{status}:{participant}" if participant else f"{id_}:{status}") if id_ else digest(as_json(told))
    at = clean.moment(told.get("timestamp"), now)
    if _foreign(channel, element):
        return Inbound(channel.name, f"foreign:{key}", at, raw)
    if told.get("recipient_type") == "group":
        return Inbound(channel.name, key, at, raw)
    code, detail = _error(told.get("errors"))
    pricing = told.get("pricing")
    category = _category(pricing) if isinstance(pricing, dict) else ""
    event: Event = StatusChanged(key, at, id_ or "", status, opaque, code, detail, category or None)
    number, bsuid = person(told)
    return Inbound(channel.name, key, at, raw, event, identity(number, bsuid, element.contact))


def _category(pricing: dict[str, Any]) -> str:
    """What it is counted as. What is free after an advertisement is that and nothing else, whatever it is otherwise (fact sheet §5.2)."""
    if clean.text(pricing.get("type")).lower() == "free_entry_point":
        return "free_entry_point"
    return clean.text(pricing.get("category"))[:64].lower()


def _error(errors: Any) -> tuple[int | None, str | None]:
    """Code and explanation of the first of *errors*."""
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None, None
    data = first.get("error_data")
    said = (data.get("details") if isinstance(data, dict) else None) or first.get("message") or first.get("title")
    return clean.integer(first.get("code")), clean.line(said) or None
