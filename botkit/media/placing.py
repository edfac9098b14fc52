"""The contract of whoever puts ids in the places of files, so that a message can leave."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from botkit.providers.base import Outcome, Provider

_MARK = b'"$file"'  # stands in a payload that names a file of ours


class Placed(Struct, frozen=True):
    """A payload whose files WhatsApp has. *known*: their ids were not made for it, so that they may have expired all the same."""

    payload: bytes
    known: bool = False


class Unplaced(Struct, frozen=True):
    """Why a payload cannot leave: *outcome* is "refused" (never), "stopped" (the whole channel) or "later" (in *wait* seconds)."""

    outcome: Outcome
    wait: float = 0.0


class Placing(Protocol):
    """Puts ids in the places of files; `Uploads` does."""

    async def place(self, channel: str, base: str, provider: Provider, payload: bytes, anew: bool = False) -> Placed | Unplaced:
        """*payload* as WhatsApp takes it. *anew*: what is known of its files does not hold any more."""
        ...

    async def forget(self, channel: str, payload: bytes) -> None:
        """WhatsApp could not have a file of *payload*: its id is not used again."""
        ...

    async def close(self) -> None: ...


def names_files(payload: bytes | None) -> bool:
    """Whether *payload* has to be placed before it can leave. A text cannot hold the mark: JSON writes its quotes otherwise."""
    return payload is not None and _MARK in payload
