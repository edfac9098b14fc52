"""What contacts sent, fetched: asked for by its id, taken from the one host of files, and looked at before it is kept."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botkit.media.circuit import Circuit
from botkit.media.failures import MediaError
from botkit.media.folder import Folder, Part
from botkit.media.library import MOST
from botkit.media.transfer import Answer, Take, Transfer
from botkit.messages import signs
from botkit.ports import Ports
from botkit.providers import files
from botkit.providers.base import Provider, Request

log = logging.getLogger("botkit.media")


class Downloads:
    """A Library over HTTP. *bases* are the addresses of the channels; *most*: bytes that a file has at most."""

    def __init__(
        self, bases: Mapping[str, str], providers: Mapping[str, Provider], transfer: Transfer, folder: Folder, ports: Ports,
        most: int = MOST,
    ) -> None:  # fmt: skip
        self._bases = bases
        self._providers = providers
        self._transfer = transfer
        self._folder = folder
        self._ports = ports
        self._most = most
        self._circuits = {name: Circuit() for name in providers}

    async def read(self, channel: str, file: Mapping[str, Any], most: int) -> bytes:
        part = Part(None, min(most, self._most))
        await self._fetch(channel, file, part)
        return b"".join(part.pieces)

    async def save(self, channel: str, contact: str, file: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
        wanted = None if path is None else self._folder.given(path)
        with self._folder.part(self._ports.token(), self._most, self._ports.now()) as part:
            type_ = await self._fetch(channel, file, part)
            if wanted is None:
                # Of the contact, too: what is one person's is nobody else's, also when two send the same.
                name = hashlib.sha256(f"{channel}:{contact}:".encode() + part.digest).hexdigest()[:40]
                wanted = self._folder.place(self._ports.now().date(), name + signs.ENDINGS.get(type_, ".bin"))
            await asyncio.to_thread(part.keeper(wanted))
        return {**file, "file": self._folder.below(wanted), "size": part.size}

    # ---- asking

    async def _fetch(self, channel: str, file: Mapping[str, Any], part: Part) -> str:
        """Have the bytes of *file* in *part*; their type. Raises MediaError."""
        provider, base = self._providers.get(channel), self._bases.get(channel)
        if provider is None or base is None:
            raise MediaError("gone", f"there is no channel {channel} any more")
        known = await self._found(channel, base, provider, file)
        address = provider.download(known.url)
        if address is None:
            log.error("channel %s: a file is said to be at an address that is not WhatsApp's: it is not asked", channel)
            raise MediaError("unreachable", "the address that was given for it is not WhatsApp's")
        part.expect(known.size)
        types: list[str] = []
        answer = await self._transfer.get(*address, lambda head: _begin(head, part, types), self._most)
        if not isinstance(answer, Answer):
            raise MediaError("unreachable", f"its bytes did not all come: {answer.detail}")
        if not 200 <= answer.status < 300:
            self._refused(channel, answer)
        type_ = files.bare_type(file.get("mime_type")) or known.type or (types[0] if types else "")
        _whole(part, file, known)
        return _typed(part, type_)

    async def _found(self, channel: str, base: str, provider: Provider, file: Mapping[str, Any]) -> files.Found:
        """What WhatsApp tells of *file*. Raises MediaError."""
        circuit, id_ = self._circuits[channel], file.get("id")
        if circuit.wait(self._ports.monotonic()) > 0:
            raise MediaError("unreachable", "too many files could not be had within an hour: WhatsApp is not asked for more for a while")
        try:
            request: Request = provider.file(id_ if isinstance(id_, str) else "")
        except ValueError as error:
            raise MediaError("gone", str(error)) from None
        answer = await self._transfer.ask(base, request)
        if not isinstance(answer, Answer):
            raise MediaError("unreachable", f"WhatsApp did not tell where it is: {answer.detail}")
        if not 200 <= answer.status < 300:
            circuit.failed(self._ports.monotonic())
            self._refused(channel, answer)
        known = files.found(answer.body)
        if known is None:
            raise MediaError("unreachable", "WhatsApp did not tell where it is")
        return known

    def _refused(self, channel: str, answer: Answer) -> None:
        """Raises MediaError."""
        outcome = self._providers[channel].outcome(answer.status, answer.headers, answer.body)
        said = outcome.detail or f"HTTP {answer.status}"
        if answer.status == 403 and "blocked" in said.lower():
            self._circuits[channel].blocked(self._ports.monotonic())
        missing = outcome.code == 100 or answer.status in (404, 410)
        if missing or (answer.status == 400 and outcome.verdict == "refused"):
            raise MediaError("gone", f"WhatsApp does not have it any more: {said}")
        raise MediaError("unreachable", f"WhatsApp does not give it: {said}")


def _begin(head: Answer, part: Part, types: list[str]) -> Take:
    told = head.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and len(told) < 16:
        part.expect(int(told))
    types.append(files.bare_type(head.headers.get("content-type")))
    return part.take


# ---------------------------------------------------------------- looking at it


def _whole(part: Part, file: Mapping[str, Any], known: files.Found) -> None:
    """Raises MediaError."""
    promised = _hash(file.get("sha256"))
    if promised is not None:
        if promised != part.digest:
            raise MediaError("damaged", "its bytes are not those that the contact sent")
    elif known.size is not None and known.size != part.size:
        raise MediaError("damaged", f"{part.size:,} of {known.size:,} bytes came")
    if part.size == 0:
        raise MediaError("damaged", "it is empty")


def _typed(part: Part, type_: str) -> str:
    """The type that the file is kept as. Raises MediaError."""
    if not signs.fits(type_, part.first):
        really = signs.of(part.first)
        if type_.startswith("image/") and really.startswith("image/"):
            return really  # phones name one kind of picture as another
        raise MediaError("wrong_type", f"it was said to be {type_ or 'a file'} and is something else")
    return type_


def _hash(told: object) -> bytes | None:
    """A sha256 as a webhook tells it, in base64, or in hexadecimal; None: none that could be compared."""
    if not isinstance(told, str):
        return None
    try:
        found = bytes.fromhex(told) if len(told) == 64 else base64.b64decode(told, validate=True)
    except (ValueError, binascii.Error):
        return None
    return found if len(found) == 32 else None
