"""How conversations and events are written down as JSON, and read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import ValidationError, convert, to_builtins

from botkit import wire
from botkit.model.effects import Send
from botkit.model.events import EVENTS, Event
from botkit.model.memory import Consent, Contact, Conversation, Early, Frame, Held, Kept, Later, Timer, Unclear, Waited


def _moment(written: str) -> datetime:
    """In its fixed places a moment stands without a tag: in nearly all conversations nothing is tagged then, and reading takes half."""
    return datetime.fromisoformat(written)


def _frame_as_json(frame: Frame) -> dict[str, Any]:
    """Only what differs from a new frame: most conversations are short, and all of them are kept."""
    kept: dict[str, Any] = {"flow": frame.flow, "step": frame.step}
    if frame.variables:
        kept["variables"] = wire.escaped(frame.variables)
    if frame.entry:
        kept["entry"] = frame.entry
    if frame.entered:
        kept["entered"] = frame.entered.isoformat()
    if frame.retries:
        kept["retries"] = frame.retries
    if frame.visits:
        kept["visits"] = frame.visits
    if frame.history:
        kept["history"] = [[w.step, wire.escaped(w.variables)] for w in frame.history]
    if frame.digression:
        kept["digression"] = True
    if frame.via:
        kept["via"] = frame.via
    if frame.call:
        kept["call"] = frame.call
    if frame.fingerprint:
        kept["fingerprint"] = frame.fingerprint
    if frame.choices:
        kept["choices"] = [[id_, wire.escaped(record)] for id_, record in frame.choices]
    if frame.page:
        kept["page"] = frame.page
    if frame.background:
        kept["background"] = True
    if frame.over:
        kept["over"] = True
    if frame.gathered:
        kept["gathered"] = frame.gathered
    if frame.handed:
        kept["handed"], kept["queue"] = frame.handed, frame.queue
    if frame.collected:
        kept["collected"] = [[name, wire.escaped(file)] for name, file in frame.collected]
    return kept


def _frame_from_json(kept: dict[str, Any]) -> Frame:
    if "entered" in kept:
        kept["entered"] = _moment(kept["entered"])
    history = tuple(Waited(step, variables) for step, variables in kept.pop("history", ()))
    choices = tuple((id_, record) for id_, record in kept.pop("choices", ()))
    gathered = tuple(kept.pop("gathered", ()))
    collected = tuple((name, file) for name, file in kept.pop("collected", ()))
    return Frame(history=history, choices=choices, gathered=gathered, collected=collected, **kept)


def _consent_as_json(consent: Consent) -> list[Any]:
    return [consent.given, consent.at, consent.source, consent.words]


def _contact_from_json(kept: dict[str, Any]) -> Contact:
    consent = kept.pop("consent", None)
    return Contact(**kept, consent=Consent(*consent)) if consent is not None else Contact(**kept)


def _held_from_json(kept: list[Any]) -> Held:
    by, since, until, said, events = kept
    return Held(by, since, until, said, tuple(events))


def dump_conversation(conversation: Conversation) -> bytes:
    contact, unclear, held = conversation.contact, conversation.unclear, conversation.held
    return wire.dumps(
        {
            "channel": conversation.channel,
            "contact": {
                "id": contact.id,
                "wa_id": contact.wa_id,
                "bsuid": contact.bsuid,
                "profile": contact.profile,
                "attributes": wire.escaped(contact.attributes),
                **({"consent": _consent_as_json(contact.consent)} if contact.consent is not None else {}),
            },
            "frames": [_frame_as_json(f) for f in conversation.frames],
            "timers": [[t.entry, t.name, t.due.isoformat()] for t in conversation.timers],
            "entries": conversation.entries,
            "last_inbound": None if conversation.last_inbound is None else conversation.last_inbound.isoformat(),
            "version": conversation.version,
            "release": conversation.release,
            "unsent": conversation.unsent,
            "later": [[one.flow, wire.escaped(one.params), one.until] for one in conversation.later],
            "early": [[e.name, e.about, wire.escaped(e.data), e.at] for e in conversation.early],
            **({"unclear": [unclear.call, unclear.entry, unclear.id, unclear.text]} if unclear is not None else {}),
            **({"held": [held.by, held.since, held.until, held.said, held.events]} if held is not None else {}),
            **({"came": conversation.came} if conversation.came is not None else {}),
            **({"free": conversation.free} if conversation.free is not None else {}),
            **({"full": conversation.full} if conversation.full is not None else {}),
            **({"became": conversation.became} if conversation.became else {}),
            "kept": [[k.entry, k.flow, k.step, wire.escaped(k.variables), k.at, k.fingerprint] for k in conversation.kept],
        }
    )


def load_conversation(data: bytes | str) -> Conversation:
    """What `dump_conversation` wrote. Raises ValueError when it is not that."""
    try:
        kept = wire.loads(data)
        return Conversation(
            channel=kept["channel"],
            contact=_contact_from_json(kept["contact"]),
            frames=tuple(_frame_from_json(f) for f in kept["frames"]),
            timers=tuple(Timer(entry, name, _moment(due)) for entry, name, due in kept["timers"]),
            entries=kept["entries"],
            last_inbound=None if kept["last_inbound"] is None else _moment(kept["last_inbound"]),
            version=kept["version"],
            release=kept["release"],
            kept=tuple(Kept(*k) for k in kept.get("kept", ())),
            early=tuple(Early(*e) for e in kept.get("early", ())),
            unsent=kept.get("unsent", 0),
            unclear=Unclear(*kept["unclear"]) if "unclear" in kept else None,
            later=tuple(Later(*one) for one in kept.get("later", ())),
            held=_held_from_json(kept["held"]) if "held" in kept else None,
            came=kept.get("came"),
            free=kept.get("free"),
            full=kept.get("full"),
            became=kept.get("became", ""),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a conversation: {error!r}") from None


def dump_event(event: Event) -> bytes:
    kept = {name: getattr(event, name) for name in event.__struct_fields__}
    for name in ("data", "params", "value", "referral"):
        if name in kept:
            kept[name] = wire.escaped(kept[name])
    if "said" in kept:
        kept["said"] = wire.escaped(to_builtins(kept["said"]))
        if not kept["said"]:
            del kept["said"]
    return wire.dumps({"event": type(event).__name__, **kept})


def load_event(data: bytes | str) -> Event:
    """What `dump_event` wrote. Raises ValueError when it is not that."""
    try:
        kept = wire.loads(data)
        kind = EVENTS[kept.pop("event")]
        if "said" in kept:
            kept["said"] = convert(kept["said"], tuple[Send, ...])
        event: Event = kind(**kept)
        return event
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise ValueError(f"not an event: {error!r}") from None
