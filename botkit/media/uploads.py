"""The bot's own files at WhatsApp: uploaded once, and named by their id until it expires; also after a restart."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from botkit import wire
from botkit.media.own import Seen, Unfit, look, parts, state
from botkit.media.placing import Placed, Unplaced
from botkit.media.transfer import Answer, Transfer
from botkit.messages.files import suffix
from botkit.ports import Ports
from botkit.providers import files
from botkit.providers.base import Outcome, Provider
from botkit.stores.base import Store, StoreError

log = logging.getLogger("botkit.media")

LASTS = timedelta(days=29)  # an id works for 30 days (fact sheet §1.5); a message may be on its way for a while
_TRIES = 10  # of an upload that fails in passing, in a row
_LONGEST = 256.0  # seconds between two of them
_OUTAGE = 2.0  # seconds until the store is asked again


class _Failed(Exception):
    def __init__(self, unplaced: Unplaced) -> None:
        super().__init__(unplaced.outcome.detail)
        self.unplaced = unplaced


class _Known(Struct, frozen=True):
    """An id that a channel knows a file by."""

    id: str
    until: datetime


class Uploads:
    """Placing over HTTP. *root* is the bot's folder."""

    def __init__(self, store: Store, transfer: Transfer, root: Path, ports: Ports) -> None:
        self._store = store
        self._transfer = transfer
        self._root = root
        self._ports = ports
        self._known: dict[str, dict[str, _Known]] = {}  # channel -> hash and type -> id
        self._seen: dict[tuple[str, str], Seen] = {}  # kind and file -> what it was found to be
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._failures: dict[tuple[str, str], int] = {}  # in a row

    async def close(self) -> None:
        await self._transfer.close()

    async def place(self, channel: str, base: str, provider: Provider, payload: bytes, anew: bool = False) -> Placed | Unplaced:
        told = json.loads(payload)
        known = False
        try:
            for kind, part in list(parts(told)):
                id_, before = await self._id(channel, base, provider, kind, str(part["$file"]), anew)
                known = known or before
                del part["$file"]  # what stands beside it stays: a caption, a name
                part["id"] = id_
        except _Failed as failed:
            return failed.unplaced
        except StoreError as error:
            return Unplaced(Outcome("later", detail=str(error)), _OUTAGE)
        return Placed(wire.dumps(told), known)

    async def forget(self, channel: str, payload: bytes) -> None:
        for kind, part in parts(json.loads(payload)):
            seen = self._seen.get((kind, str(part["$file"])))
            if seen is not None:
                (await self._of(channel)).pop(seen.key, None)
        await self._note(channel)

    # ---- one file

    async def _id(self, channel: str, base: str, provider: Provider, kind: str, file: str, anew: bool) -> tuple[str, bool]:
        """The id of a file, and whether it was known. Raises _Failed."""
        path = self._root / file
        try:
            seen = self._seen.get((kind, file))
            if seen is None or seen.state != state(path.stat()):
                seen = self._seen[kind, file] = await asyncio.to_thread(look, path, kind, file)
        except Unfit as error:
            raise _refused(str(error)) from None
        except OSError as error:
            told = "is gone" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror or type(error).__name__}"
            raise _refused(f"{file} {told}") from None
        key, type_ = seen.key, seen.type
        lock = self._locks.setdefault((channel, key), asyncio.Lock())
        before = (await self._of(channel)).get(key)
        async with lock:  # what many contacts are to get is uploaded by the first of them
            of_channel = await self._of(channel)
            found = of_channel.get(key)
            if found is not None and found.until > self._ports.now() and not (anew and found == before):
                return found.id, not anew
            id_ = await self._upload(channel, base, provider, path, type_, key)
            of_channel[key] = _Known(id_, self._ports.now() + LASTS)
            await self._note(channel)
        return id_, False

    async def _upload(self, channel: str, base: str, provider: Provider, path: Path, type_: str, key: str) -> str:
        """Raises _Failed."""
        try:
            answer = await self._transfer.put(base, provider.upload(), path, f"file{suffix(path.name)}", type_)
        except OSError as error:
            raise _refused(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from None
        if isinstance(answer, Answer):
            id_ = files.uploaded(answer.body) if 200 <= answer.status < 300 else None
            if id_ is not None:
                self._failures.pop((channel, key), None)
                log.info("channel %s: %s is uploaded", channel, path.name)
                return id_
            outcome = provider.outcome(answer.status, answer.headers, answer.body)
        else:
            outcome = Outcome("again", detail=answer.detail)
        if outcome.verdict == "stopped" and "blocked" not in outcome.detail.lower():
            raise _Failed(Unplaced(outcome))
        if outcome.verdict in ("later", "again", "doubt", "pair", "stopped"):  # nothing was said to anybody: it can be tried again
            count = self._failures[channel, key] = self._failures.get((channel, key), 0) + 1
            if count < _TRIES:
                wait = max(outcome.retry_after or 0.0, min(_LONGEST, 2.0**count))
                raise _Failed(Unplaced(Outcome("later", outcome.id, outcome.code, f"{path.name}: {outcome.detail}"), wait))
            del self._failures[channel, key]
        raise _refused(f"{path.name} cannot be uploaded: {outcome.detail}", outcome.code)

    # ---- what is known

    async def _of(self, channel: str) -> dict[str, _Known]:
        if channel not in self._known:
            found = _read(await self._store.marked(_mark(channel)))
            self._known.setdefault(channel, found)
        return self._known[channel]

    async def _note(self, channel: str) -> None:
        """Have it in the store, less what has expired. Where that cannot be, a restart uploads once more."""
        now = self._ports.now()
        kept = {key: known for key, known in self._known.get(channel, {}).items() if known.until > now}
        self._known[channel] = kept
        told = json.dumps({key: [known.id, known.until.isoformat()] for key, known in kept.items()})
        try:
            await self._store.mark(_mark(channel), told)
        except StoreError as error:
            log.warning("channel %s: what is uploaded cannot be noted: %s", channel, error)


def _mark(channel: str) -> str:
    return f"uploads {channel}"


def _read(told: str) -> dict[str, _Known]:
    try:
        return {key: _Known(id_, datetime.fromisoformat(until)) for key, (id_, until) in json.loads(told or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _refused(sentence: str, code: int | None = None) -> _Failed:
    return _Failed(Unplaced(Outcome("refused", code=code, detail=sentence)))
