"""What the first bytes of a file tell of its type, for the types that WhatsApp knows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FIRST = 64  # bytes that are looked at

_PACKED, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_WORD = "application/vnd.openxmlformats-officedocument."

# type -> how such a file begins; what stands behind four bytes of length begins with the fifth
_BEGINS: Mapping[str, tuple[bytes, ...]] = MappingProxyType({
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "audio/ogg": (b"OggS",),
    "audio/amr": (b"#!AMR",),
    "audio/mpeg": (b"ID3", *(bytes((0xFF, second)) for second in range(0xE0, 0x100))),
    "audio/aac": (b"\xff\xf1", b"\xff\xf9", b"ID3"),
    "application/pdf": (b"%PDF-",),
    "application/msword": _OLE,
    "application/vnd.ms-excel": _OLE,
    "application/vnd.ms-powerpoint": _OLE,
    f"{_WORD}wordprocessingml.document": _PACKED,
    f"{_WORD}spreadsheetml.sheet": _PACKED,
    f"{_WORD}presentationml.presentation": _PACKED,
    "application/zip": _PACKED,
})  # fmt: skip
_FILMS = frozenset({"video/mp4", "video/3gpp", "audio/mp4", "video/quicktime"})  # all in one kind of box, whose name stands at 4
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<?xml")
_TEXTS = ("text/", "application/xml", "application/xhtml", "image/svg")

# How files are called that we keep; what is not here ends in .bin, and nothing that a machine would run is here.
ENDINGS: Mapping[str, str] = MappingProxyType({
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif",
    "video/mp4": ".mp4", "video/3gpp": ".3gp", "video/quicktime": ".mov",
    "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/aac": ".aac", "audio/amr": ".amr",
    "application/pdf": ".pdf", "text/plain": ".txt", "text/csv": ".csv", "application/zip": ".zip",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
    f"{_WORD}wordprocessingml.document": ".docx",
    f"{_WORD}spreadsheetml.sheet": ".xlsx",
    f"{_WORD}presentationml.presentation": ".pptx",
})  # fmt: skip


def fits(type_: str, first: bytes) -> bool:
    """Whether a file that begins with *first* can be of *type_* (bare, in small letters). One of a type that has no sign fits, unless it is
    a page: what a gateway shows in the place of a file is one."""
    if type_ in _FILMS:
        return first[4:8] in (b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip")
    begins = _BEGINS.get(type_)
    if begins is not None:
        return first.startswith(begins) and (type_ != "image/webp" or first[8:12] == b"WEBP")
    return type_.startswith(_TEXTS) or not first.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower().startswith(_PAGES)


def of(first: bytes) -> str:
    """The type that *first* is a sure sign of; "" where it is of none."""
    if first[8:12] == b"WEBP" and first.startswith(b"RIFF"):
        return "image/webp"
    sure = ("image/jpeg", "image/png", "audio/ogg", "audio/amr", "application/pdf")
    return next((type_ for type_ in sure if first.startswith(_BEGINS[type_])), "")
