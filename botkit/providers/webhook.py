"""A webhook of the Cloud API read as events; 360dialog and Meta send the same bodies (fact sheet §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botkit import wire
from botkit.channels import Channel
from botkit.model import Event, Identity, Inbound, MessageReceived, StatusChanged
from botkit.providers import clean, content
from botkit.providers.elements import Element, as_json, digest, person, split

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
        if element.kind == "notice":
            key = digest(as_json(element.item))
            return Inbound(channel.name, f"foreign:{key}" if _foreign(channel, element) else key, now, raw)
    except Exception as error:  # an element of a form nobody thought of must not take its neighbours along
        reason = f"{type(error).__name__}: {clean.line(str(error), 200)}"
    return _unreadable(channel, element, raw, now, reason)


def _unreadable(channel: Channel, element: Element, raw: bytes, now: datetime, reason: str) -> Inbound:
    return Inbound(channel.name, digest(as_json(element.item)), now, raw, unreadable=reason)


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
    at = clean.moment(message.get("timestamp"), now)
    if _foreign(channel, element):
        return Inbound(channel.name, f"foreign:{key}", at, raw)
    if message.get("group_id"):
        return Inbound(channel.name, key, at, raw)
    identity = _sender(message, element.contact)
    if identity is None:
        return _unreadable(channel, element, raw, now, "a message that names no sender")
    kind = content.kind(message)
    found = content.read(message, kind)
    data, answers = found.data, found.answers
    context = message.get("context")
    if isinstance(context, dict):
        answers = clean.identifier(context.get("id")) or answers
        if isinstance(context.get("referred_product"), dict):
            data = {**data, "referred_product": clean.record(context["referred_product"])}
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
        identity.profile,
        clean.record(referral) if isinstance(referral, dict) else None,
        kind in content.OPENING,
    )
    return Inbound(channel.name, key, at, raw, event, identity)


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
    event: Event = StatusChanged(key, at, id_ or "", status, opaque, code, detail)
    number, bsuid = person(told)
    return Inbound(channel.name, key, at, raw, event, _identity(number, bsuid, element.contact))


def _error(errors: Any) -> tuple[int | None, str | None]:
    """Code and explanation of the first of *errors*."""
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None, None
    data = first.get("error_data")
    said = (data.get("details") if isinstance(data, dict) else None) or first.get("message") or first.get("title")
    return clean.integer(first.get("code")), clean.line(said) or None


def _sender(message: dict[str, Any], contact: dict[str, Any] | None) -> Identity | None:
    """Who wrote. A system message may name nobody but the person that changed: by the old id, which is the one we know (§4.6)."""
    number, bsuid = person(message)
    system = message.get("system")
    if isinstance(system, dict):
        bsuid = system.get("previous_user_id") or bsuid
        if number is None and bsuid is None and contact is None:
            number, bsuid = system.get("wa_id"), system.get("user_id")
    return _identity(number, bsuid, contact)


def _identity(number: Any, bsuid: Any, contact: dict[str, Any] | None) -> Identity | None:
    """Number, business-scoped id and name from what stands in the item and in its contact; an id in a number's place is taken for what
    it is. None: nobody is named."""
    wa_id, user_id = clean.identifier(number), clean.identifier(bsuid)
    profile: str | None = None
    if contact is not None:
        wa_id = wa_id or clean.identifier(contact.get("wa_id"))
        user_id = user_id or clean.identifier(contact.get("user_id"))
        named = contact.get("profile")
        profile = clean.text(named.get("name")) or None if isinstance(named, dict) else None
    if wa_id is not None and not wa_id.isdecimal() and clean.is_bsuid(wa_id):
        wa_id, user_id = None, user_id or wa_id
        known = clean.identifier(contact.get("wa_id")) if contact is not None else None
        wa_id = known if known is not None and not clean.is_bsuid(known) else None
    return Identity(wa_id, user_id, profile) if wa_id or user_id else None
