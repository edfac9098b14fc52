"""The files that a number has at 360dialog: those it uploaded, and those that people sent it (fact sheet §1.5, §3)."""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from botkit.ports import Ports
from botkit.testing.contents import MEDIA, Content
from botkit.testing.refusal import RATE, Refusal

_MB = 1024 * 1024
# What an upload may be, written down apart from what the bot itself believes.
_TYPES: dict[str, tuple[int, tuple[str, ...]]] = {
    "image": (5 * _MB, ("image/jpeg", "image/png")),
    "sticker": (500 * 1024, ("image/webp",)),
    "audio": (16 * _MB, ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")),
    "video": (16 * _MB, ("video/mp4", "video/3gpp")),
}
_LARGEST = 100 * _MB
_UPLOADED, _SENT, _ADDRESS = timedelta(days=30), timedelta(days=7), timedelta(minutes=5)
_RATE = 25  # uploads a second

# What goes wrong with a download:
#   cut        the connection ends in the middle
#   short      fewer bytes come than were announced, and nothing says so
#   endless    it never ends
#   other      the bytes are somebody else's
#   page       a page of HTML comes in its place, and is called what was asked for
#   elsewhere  a redirect leads to another host
Spoiled = Literal["cut", "short", "endless", "other", "page", "elsewhere"]


class Kept(Struct, frozen=True):
    id: str
    type: str
    content: bytes
    until: datetime  # when its id ends
    uploaded: bool  # by the number itself
    address: str = ""  # under which it is given, at the moment


class Cabinet:
    """Everything may be changed at any time."""

    def __init__(self, ports: Ports) -> None:
        self.files: dict[str, Kept] = {}
        self.spoiled: deque[Spoiled] = deque()  # of the next downloads
        self.refusals: deque[Refusal] = deque()  # of the next uploads
        self.asked = 0  # how often somebody asked about a file
        self._ports = ports
        self._count = 0
        self._errors: deque[datetime] = deque()
        self._blocked: datetime | None = None
        self._times: deque[datetime] = deque(maxlen=_RATE)

    @property
    def uploads(self) -> list[Kept]:
        """What the number has uploaded, in order, also what is gone by now."""
        return [kept for kept in self.files.values() if kept.uploaded]

    def put(self, type_: str, content: bytes) -> Kept | Refusal:
        """What becomes of an upload."""
        now = self._ports.now()
        if self.refusals:
            return self.refusals.popleft()
        if len(self._times) == _RATE and now - self._times[0] < timedelta(seconds=1):
            return RATE
        self._times.append(now)
        bare = type_.partition(";")[0].strip().lower()
        most = next((most for most, types in _TYPES.values() if bare in types), _LARGEST)
        if not bare or bare == "image/gif":
            return Refusal(100, f"Param file must be a file with one of the types that are supported, not {bare or 'nothing'}")
        if not 0 < len(content) <= most:
            return Refusal(131053, f"Media upload error: the file must have 1 to {most} bytes; it has {len(content)}")
        return self._keep(bare, content, now + _UPLOADED, uploaded=True)

    def sent(self, kind: str, content: bytes, caption: str = "", filename: str = "", type_: str = "") -> Content:
        """What a webhook tells when somebody sends *content* as a *kind* (fact sheet §4.2)."""
        told = type_ or MEDIA[kind]
        kept = self._keep(told.partition(";")[0], content, self._ports.now() + _SENT, uploaded=False)
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        record: dict[str, Any] = {"id": kept.id, "mime_type": told, "sha256": digest}
        record |= {name: value for name, value in (("caption", caption), ("filename", filename)) if value}
        return {"type": kind, kind: record}

    def _keep(self, type_: str, content: bytes, until: datetime, uploaded: bool) -> Kept:
        self._count += 1
        kept = Kept(f"11{self._count:014}", type_, content, until, uploaded)
        self.files[kept.id] = kept
        return kept

    def expire(self, id_: str) -> None:
        """As if its time were over."""
        self.files[id_] = replace(self.files[id_], until=self._ports.now())

    def gone(self, body: Any) -> str | None:
        """The first id in the *body* of a send whose file is gone by now. One that was never here may be anybody's."""
        return next((id_ for id_ in _ids(body) if (kept := self.files.get(id_)) is not None and kept.until <= self._ports.now()), None)

    # ---- asking for a file

    def find(self, id_: str) -> Kept | Refusal:
        """Where a file is, or why nobody is told; too many errors close the door (fact sheet §1.5)."""
        now = self._ports.now()
        self.asked += 1
        if self._blocked is not None and now < self._blocked:
            return Refusal(text="the endpoint is blocked", http=403, shape="dialog")
        kept = self.files.get(id_)
        if kept is None or kept.until <= now:
            while self._errors and self._errors[0] < now - timedelta(hours=1):
                self._errors.popleft()
            self._errors.append(now)
            if len(self._errors) > 20:
                self._blocked = now + timedelta(minutes=30)
            return Refusal(100, f"Unsupported get request. Object with ID '{id_}' does not exist", subcode=33)
        ends = int((now + _ADDRESS).timestamp())
        return replace(kept, address=_address(id_, ends))

    def told(self, kept: Kept) -> dict[str, Any]:
        """The answer about a file."""
        told: dict[str, Any] = {"messaging_product": "whatsapp", "url": f"https://lookaside.fbsbx.com{kept.address}"}
        return {
            **told, "mime_type": kept.type, "sha256": hashlib.sha256(kept.content).hexdigest(), "file_size": len(kept.content),
            "id": kept.id,
        }  # fmt: skip

    def at(self, path_and_query: str, mid: str) -> Kept | None:
        """The file *mid* at an address that still works."""
        kept, ends = self.files.get(mid), path_and_query.partition("ext=")[2].partition("&")[0]
        known = ends.isdecimal() and path_and_query == _address(mid, int(ends)) and int(ends) > self._ports.now().timestamp()
        return kept if known else None


def _address(id_: str, ends: int) -> str:
    seal = hashlib.sha256(f"{id_} {ends}".encode()).hexdigest()[:16]
    return f"/whatsapp_business/attachments/?mid={id_}&ext={ends}&hash=AT%2B{seal}"  # an escape that must stay as it is


def _ids(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for name, inner in body.items():
            if name in MEDIA and isinstance(inner, dict) and isinstance(inner.get("id"), str):
                yield inner["id"]
            yield from _ids(inner)
    elif isinstance(body, list):
        for inner in body:
            yield from _ids(inner)
