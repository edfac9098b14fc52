"""Where files go to and come from at the gateways (fact sheet §1.5): their paths, and the one host of whose addresses the key may hear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from botkit import wire
from botkit.providers import clean

HOST = "lookaside.fbsbx.com"  # where Meta keeps what people send

_ADDRESS = re.compile(rf"https://{re.escape(HOST)}(/[!-~]*)", re.IGNORECASE)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_LONGEST = 2048  # characters of an address


class Found(Struct, frozen=True):
    """What a gateway tells of a file that it has."""

    url: str  # works for five minutes
    type: str = ""  # as it is told, in small letters and without parameters
    size: int | None = None  # bytes


def path_of(id_: str) -> str:
    """The path of the file *id_*. Raises ValueError for what cannot be one."""
    if not 0 < len(id_) <= 255 or not id_.strip("."):
        raise ValueError("that is no id of a file")
    return "/" + "".join(c if c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "replace")) for c in id_)


def below_host(url: str) -> str | None:
    """Path and query of an address of the host of files, byte for byte; None: it is another's, and must not get the key."""
    match = _ADDRESS.fullmatch(url) if len(url) <= _LONGEST else None
    return match[1] if match is not None and "#" not in match[1] else None


def found(body: bytes) -> Found | None:
    """What the answer about a file says; None: nothing that could be used."""
    told = _record(body)
    url = told.get("url")
    if not isinstance(url, str) or not url:
        return None
    size = clean.integer(told.get("file_size"))
    return Found(url, bare_type(told.get("mime_type")), size if size is not None and size >= 0 else None)


def uploaded(body: bytes) -> str | None:
    """The id that a file got."""
    return clean.identifier(_record(body).get("id"))


def bare_type(told: object) -> str:
    """A type without its parameters: "audio/ogg" for "audio/ogg; codecs=opus"; "" where there is none."""
    return told.partition(";")[0].strip().lower()[:100] if isinstance(told, str) else ""


def _record(body: bytes) -> Mapping[str, Any]:
    try:
        told = wire.plain(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
