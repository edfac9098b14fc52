"""The usual webhook, known at a glance: one whole request in one piece, written the way every provider and proxy writes it.

Nearly every request is one. It is answered without an HTTP library, whose machinery costs as much as all that is done with the request.
Whatever is written in any other way (in pieces, with a chunked body, a header twice, a byte too many) is none, and goes the long way.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from msgspec import Struct

HEAD = 8 * 1024  # bytes; a longer one goes the long way

_LINE = re.compile(rb"POST (/[A-Za-z0-9/_.~-]*) HTTP/1\.1\r\n")
_HEADERS = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e]*\r\n)+")
_HEADER = re.compile(rb"([^:]+):([^\r]*)\r\n")
# With one of these a request is not usual: they change how it is to be read, or what is to follow.
_OTHER = frozenset({b"transfer-encoding", b"connection", b"expect", b"upgrade", b"content-encoding", b"te", b"trailer"})
_USUAL_CONNECTION = b"keep-alive"


class Usual(Struct, frozen=True):
    path: str
    headers: dict[bytes, bytes]  # by name in lower case
    body: bytes

    def values(self, name: bytes) -> tuple[str, ...]:
        """What stands in the header *name*, in lower case: none or one."""
        found = self.headers.get(name)
        return () if found is None else (found.decode("ascii"),)


def usual(data: bytes) -> Usual | None:
    """What *data* asks for; None when it is not exactly one request of the usual form."""
    line = _LINE.match(data)
    end = data.find(b"\r\n\r\n", 0, HEAD)
    if line is None or end < line.end():
        return None
    headers = _HEADERS.fullmatch(data, line.end(), end + 2)
    if headers is None:
        return None
    found = _HEADER.findall(data, line.end(), end + 2)
    named = {name.lower(): value.strip(b" \t") for name, value in found}
    if len(named) != len(found) or b"host" not in named:
        return None
    if not _OTHER.isdisjoint(named) and not _plain(named):
        return None
    length = named.get(b"content-length", b"")
    body = data[end + 4 :]
    if not length.isdigit() or len(length) > 9 or int(length) != len(body):
        return None
    return Usual(line[1].decode("ascii"), named, body)


def _plain(named: dict[bytes, bytes]) -> bool:
    """Whether all that is said about the connection is that it stays."""
    return _OTHER.intersection(named) == {b"connection"} and named[b"connection"].lower() == _USUAL_CONNECTION


def answer(status: str, text: str, now: datetime, more: str = "") -> bytes:
    """An answer whole: *status* is `200 OK`, *more* are lines of headers."""
    body = text + "\n"
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\nServer: botkit\r\n"
        f"Date: {_date(now.replace(microsecond=0))}\r\n{more}\r\n{body}"
    ).encode("ascii")


@lru_cache(1)
def _date(now: datetime) -> str:
    return format_datetime(now, usegmt=True)
