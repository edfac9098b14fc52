"""A webhook body taken apart: each message, status or notice in it, with a body of its own (fact sheet §4.1)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from botkit import wire

Kind = Literal["messages", "statuses", "standby", "echo", "handover", "preference", "new_id", "notice", "broken"]


_AROUND = frozenset({"messaging_product", "metadata", "contacts", "errors"})  # in a value: what describes the things that happened

# Fields whose value is a list of things that happened to one contact each (fact sheet §4.9, §4.10): the list, and what is in it.
_LISTS: dict[str, tuple[str, Kind]] = {
    "smb_message_echoes": ("message_echoes", "echo"),
    "user_preferences": ("user_preferences", "preference"),
    "user_id_update": ("user_id_update", "new_id"),
}
# What stands one level deeper, in `standby` (fact sheet §4.11).
_STANDBY: dict[str, Kind] = {"messages": "standby", "message_echoes": "echo", "statuses": "notice"}


class Element(NamedTuple):
    """One thing that a body tells. *value*, *change* and *entry* are what it stands in."""

    kind: Kind
    item: Any  # what happened; of a notice and of a broken one: all that is known of it
    value: dict[str, Any]
    change: Any
    entry: Any
    where: str = ""  # the list of *value* that holds the item; "": the item is itself a part of the value, a change or an entry
    contact: dict[str, Any] | None = None  # the record of contacts[] that belongs to it
    reason: str = ""  # why it is broken
    inside: str = ""  # the record of *value* that holds that list; "": it stands in the value itself

    def body(self, parsed: dict[str, Any]) -> dict[str, Any]:
        """A webhook body with this element only; *parsed* is the body that it came in."""
        around: dict[str, Any] = {"object": parsed["object"]} if "object" in parsed else {}
        if self.item is self.entry:
            return {**around, "entry": [self.item]}
        entry = {name: self.entry[name] for name in ("id", "time") if name in self.entry}
        if self.item is self.change:
            return {**around, "entry": [{**entry, "changes": [self.item]}]}
        value: dict[str, Any] = {name: self.value[name] for name in ("messaging_product", "metadata") if name in self.value}
        if self.where == "messages" and isinstance(self.value.get("errors"), list):
            value["errors"] = self.value["errors"]  # says why a message beside it has no content (fact sheet §4.4)
        around_item: dict[str, Any] = {"contacts": [self.contact]} if self.contact is not None else {}
        around_item.update({self.where: [self.item]} if self.where else self.item)
        value.update({self.inside: around_item} if self.inside else around_item)
        change = {"field": self.change["field"]} if "field" in self.change else {}
        return {**around, "entry": [{**entry, "changes": [{**change, "value": value}]}]}


def split(parsed: dict[str, Any]) -> Iterator[Element]:
    """Every element of *parsed*, in order; what has the wrong form comes as broken, alone."""
    for entry in _list(parsed.get("entry")):
        changes = _list(entry.get("changes")) if isinstance(entry, dict) else []
        if not changes:
            yield Element("broken", entry, {}, None, entry, reason="an entry without changes")
        for change in changes:
            value = change.get("value") if isinstance(change, dict) else None
            if not isinstance(value, dict):
                yield Element("broken", change, {}, change, entry, reason="a change without a value")
            else:
                yield from _of_field(change.get("field"), value, change, entry)


def _of_field(field: Any, value: dict[str, Any], change: dict[str, Any], entry: dict[str, Any]) -> Iterator[Element]:
    if field == "messages" or not isinstance(field, str):
        yield from _happened(value, change, entry)
        return
    if field == "messaging_handovers":
        yield Element("handover", change, value, change, entry)
        return
    if field == "standby" and isinstance(value.get("standby"), dict):
        told = value["standby"]
        found = [element for name, kind in _STANDBY.items() for element in _listed(kind, name, told, value, change, entry, "standby")]
    elif field in _LISTS:
        name, kind = _LISTS[field]
        found = list(_listed(kind, name, value, value, change, entry))
    else:
        found = []
    yield from found or [Element("notice", change, value, change, entry)]


def _listed(
    kind: Kind, name: str, holder: dict[str, Any], value: dict[str, Any], change: dict[str, Any], entry: dict[str, Any], inside: str = ""
) -> Iterator[Element]:
    """The items of the list *name* in *holder*, each with its contact."""
    items = _list(holder.get(name))
    for item, contact in zip(items, _contacts(_list(holder.get("contacts")), items), strict=True):
        if isinstance(item, dict):
            yield Element(kind, item, value, change, entry, name, contact, inside=inside)
        else:
            yield Element("broken", item, value, change, entry, name, reason=f"{name} hold something that is no record", inside=inside)


def _happened(value: dict[str, Any], change: dict[str, Any], entry: dict[str, Any]) -> Iterator[Element]:
    """What a change of the field "messages" tells: any list in it but the ones of `_AROUND` holds things that happened."""
    nothing = True
    for name, items in value.items():
        if name == "messages" or name == "statuses":
            kind: Kind = "messages" if name == "messages" else "statuses"
            if isinstance(items, list):
                for item, contact in zip(items, _contacts(_list(value.get("contacts")), items), strict=True):
                    nothing = False
                    if isinstance(item, dict):
                        yield Element(kind, item, value, change, entry, name, contact)
                    else:
                        yield Element("broken", item, value, change, entry, name, reason=f"{name} hold something that is no record")
            elif items is not None:
                nothing = False
                yield Element("broken", {name: items}, value, change, entry, reason=f"{name} are no list")
        elif isinstance(items, list) and items and name not in _AROUND:
            nothing = False
            yield Element("notice", {name: items}, value, change, entry)
    if nothing:
        yield Element("notice", change, value, change, entry)


# Where a person is named, the first that is there: in a status, in a message, in what is told of preferences.
_NAMED = (("recipient_id", "recipient_user_id"), ("from", "from_user_id"), ("wa_id", "user_id"))


def person(item: dict[str, Any]) -> tuple[Any, Any]:
    """Whom a message is from, or what is told is about, as it stands there: by number and by business-scoped id."""
    for number, bsuid in _NAMED:
        if number in item or bsuid in item:
            return item.get(number), item.get(bsuid)
    return item.get("from"), item.get("from_user_id")


def _contacts(contacts: list[Any], items: list[Any]) -> list[dict[str, Any] | None]:
    """The record that belongs to each of *items*. One that does not match is taken only when it is the only one, nobody else is
    spoken of, and it names no other business-scoped id: the digits of one number may differ between the two places."""
    if not contacts:
        return [None] * len(items)
    known: dict[str, dict[str, Any]] = {}
    for contact in contacts:
        if isinstance(contact, dict):
            for alias in (contact.get("wa_id"), contact.get("user_id")):
                if isinstance(alias, str):
                    known.setdefault(alias, contact)
    people = [person(item) if isinstance(item, dict) else (None, None) for item in items]
    only = contacts[0] if len(contacts) == 1 and isinstance(contacts[0], dict) and all(p == people[0] for p in people) else None
    found = []
    for number, bsuid in people:
        match = (known.get(number) if isinstance(number, str) else None) or (known.get(bsuid) if isinstance(bsuid, str) else None)
        if match is None and only is not None and (bsuid is None or only.get("user_id") is None):
            match = only
        found.append(match)
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def digest(data: bytes) -> str:
    return "hash:" + hashlib.blake2b(data, digest_size=16).hexdigest()


def as_json(value: Any) -> bytes:
    """Parsed JSON written again; a number beyond all bounds becomes null."""
    try:
        return wire.dumps(value)
    except ValueError:
        return json.dumps(_bounded(value), separators=(",", ":")).encode()


def _bounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_bounded(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
