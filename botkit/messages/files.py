"""Which files WhatsApp takes: their endings, types and sizes (fact sheet §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from botkit.messages.limits import Fault

FOLDER = "media"
INSIDE = "media/in"  # what contacts have sent: never said by its name

# kind -> ending -> type
TYPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "image": {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"},
        "video": {".mp4": "video/mp4", ".3gp": "video/3gpp"},
        "audio": {
            ".ogg": "audio/ogg", ".opus": "audio/ogg", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".amr": "audio/amr",
        },
        "document": {
            ".pdf": "application/pdf",
            ".txt": "text/plain",
            ".doc": "application/msword",
            ".xls": "application/vnd.ms-excel",
            ".ppt": "application/vnd.ms-powerpoint",
            ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        },
        "sticker": {".webp": "image/webp"},
    }
)  # fmt: skip

_KB, _MB = 1024, 1024 * 1024
SIZES: Mapping[str, int] = MappingProxyType(
    {"image": 5 * _MB, "video": 16 * _MB, "audio": 16 * _MB, "document": 100 * _MB, "sticker": 500 * _KB}
)

_BARE = re.compile(r"[^\x00-\x1f\x7f\\:*?\"<>|]+")
_ID = re.compile(r"\d{6,40}")


def suffix(name: str) -> str:
    """The ending of a file's name, as the table has it: ".jpg"."""
    bare = name.rpartition("/")[2]
    return f".{bare.rpartition('.')[2].lower()}" if "." in bare.lstrip(".") else ""


def wrong_ending(kind: str, name: str) -> bool:
    """Whether WhatsApp takes no file with the ending of *name* as a *kind*; as documents it usually takes all."""
    return kind != "document" and suffix(name) not in TYPES[kind]


def is_link(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def is_id(text: str) -> bool:
    """Whether *text* looks like the id of a file that WhatsApp has."""
    return _ID.fullmatch(text) is not None


def path_of(name: str) -> str:
    """Where a file that an author calls *name* stands, from the project's folder: "media/room.jpg" for "room.jpg"."""
    return name if name.startswith(f"{FOLDER}/") else f"{FOLDER}/{name}"


def faults(kind: str, file: str) -> Iterator[Fault]:
    """What is wrong with the *file* (path from the project's folder) of a *kind*, as far as its name tells."""
    parts = file.split("/")
    if len(parts) < 2 or parts[0] != FOLDER or any(part in ("", ".", "..") for part in parts) or not _BARE.fullmatch(file):
        yield Fault("wrong-file", "a file", told=f"{file[:80]!r} is no file of {FOLDER}/")
    elif wrong_ending(kind, file):
        known = ", ".join(TYPES[kind])
        yield Fault("wrong-file", "a file", told=f"{article(kind)} is a file that ends in {known}, and {file[:80]} does not")


def article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
