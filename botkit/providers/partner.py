"""360dialog's Partner API: the channels of a partner's clients, and a new key for one of them (fact sheet §1.6)."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from botkit import wire
from botkit.providers import clean
from botkit.providers.base import Request

HUB_URL = "https://hub.360dialog.io/api/v2"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Made(Struct, frozen=True):
    """A new key. *address*: where it is to be used; "" where the answer does not tell."""

    api_key: str
    address: str = ""

    def __repr__(self) -> str:  # the key stays out of every log
        return "Made()"


class ClientChannel(Struct, frozen=True):
    """A channel of a partner's client; what is not told is ""."""

    id: str
    status: str = ""
    account: str = ""  # the id of its WhatsApp Business account


def is_id(text: str) -> bool:
    """Whether *text* can be an id of a partner or of a channel: it becomes a part of an address."""
    return _ID.fullmatch(text) is not None


def to_make(partner: str, channel: str, key: str) -> Request:
    """A new key for *channel*; it ends every older one. *partner* and *channel* are ids, *key* is the partner's own."""
    return Request("POST", f"/partners/{partner}/channels/{channel}/api_keys", _headers(key), b"{}")


def made(body: bytes) -> Made | None:
    """None: there is no key in the answer."""
    told = _record(body)
    key = clean.text(told.get("api_key"))
    return Made(key, clean.line(told.get("address"))) if key else None


def to_list(partner: str, key: str) -> Request:
    return Request("GET", f"/partners/{partner}/channels", _headers(key), b"")


def listed(body: bytes) -> list[ClientChannel]:
    """The channels in an answer to `to_list`; what has no id is left out."""
    channels = _record(body).get("partner_channels")
    found = []
    for one in channels if isinstance(channels, list) else ():
        if not isinstance(one, dict) or not (id_ := clean.identifier(one.get("id"))):
            continue
        account = one.get("waba_account")
        named = clean.line(account.get("id")) if isinstance(account, dict) else ""
        found.append(ClientChannel(id_, clean.line(one.get("status")), named))
    return found


def _record(body: bytes) -> dict[str, Any]:
    try:
        parsed = wire.plain(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _headers(key: str) -> dict[str, str]:
    # Its name is told in two ways, and the host is the same: whichever it reads, it finds the key.
    return {"X-API-Key": key, "D360-API-KEY": key, "Content-Type": "application/json"}
