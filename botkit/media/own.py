"""The bot's own files: where a payload names them, and what is told of them by looking."""

from __future__ import annotations

import hashlib
import mimetypes
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from botkit.messages import signs
from botkit.messages.files import FOLDER, SIZES, TYPES, article, suffix, wrong_ending

_PIECE = 1024 * 1024


class Unfit(Exception):
    """WhatsApp would not take it: a sentence."""


class Seen(Struct, frozen=True):
    """A file that was looked at; as long as its *state* is the same it is not looked at again. *key*: its sha256 and type."""

    state: tuple[int, int, int]
    type: str
    key: str


def parts(told: Any, kind: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part that names a file, with the kind of file that it is."""
    if isinstance(told, dict):
        if "$file" in told:
            yield kind, told
        for key, inner in told.items():
            yield from parts(inner, key)
    elif isinstance(told, list):
        for inner in told:
            yield from parts(inner, kind)


def _type(kind: str, name: str) -> str:
    known: Mapping[str, str] = TYPES.get(kind, {})
    return known.get(suffix(name)) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def look(path: Path, kind: str, file: str) -> Seen:
    """To be called in a thread, for it reads the file. Raises Unfit, OSError."""
    if kind not in SIZES or file.split("/")[0] != FOLDER or ".." in file.split("/"):
        raise Unfit(f"{file} is no file of {FOLDER}/")
    if wrong_ending(kind, file):
        raise Unfit(f"{file} is no {kind} that WhatsApp takes: {article(kind)} ends in {', '.join(TYPES[kind])}")
    type_, found = _type(kind, path.name), hashlib.sha256()
    with path.open("rb") as opened:
        stat = os.fstat(opened.fileno())
        if not 0 < stat.st_size <= SIZES[kind]:
            told = f"has {stat.st_size:,} bytes, and {article(kind)} has at most {SIZES[kind]:,}" if stat.st_size else "is empty"
            raise Unfit(f"{file} {told}")
        piece = opened.read(_PIECE)
        if not signs.fits(type_, piece[: signs.FIRST]):
            raise Unfit(f"{file} is not what its name says: it is no {type_}")
        while piece:
            found.update(piece)
            piece = opened.read(_PIECE)
    return Seen(state(stat), type_, f"{found.hexdigest()} {type_}")


def state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
