"""A message whose files WhatsApp has: what the sender asks for before it leaves, and when an id does not hold any more."""

from __future__ import annotations

import re

from botkit.media.placing import Placed, Placing, Unplaced, names_files
from botkit.providers.base import Outcome
from botkit.sender.outlet import Outlet
from botkit.stores.base import Outgoing

LOST = 131053  # WhatsApp could not have a file of ours (fact sheet §6.1)
_ABOUT = frozenset({100, 131008, 131009})  # what is wrong with a parameter: of an id, when it says so
_TEXT = b'{"type":"text"'
_SHOWN = re.compile(rb'"type":"(?:image|video|audio|document|sticker)"')
_NOWHERE = Unplaced(Outcome("refused", detail="there is no folder with files here"))


class Placement:
    """*files* None: there are none to be had."""

    def __init__(self, files: Placing | None) -> None:
        self._files = files

    async def place(self, outlet: Outlet, payload: bytes, anew: bool = False) -> Placed | Unplaced:
        """*payload* as it leaves. *anew*: the ids that it left with were refused."""
        if not names_files(payload):
            return Placed(payload)
        if self._files is None:
            return _NOWHERE
        return await self._files.place(outlet.name, outlet.base, outlet.provider, payload, anew)

    async def forget(self, row: Outgoing) -> None:
        """WhatsApp could not have a file of *row*, which it had accepted."""
        for payload in (row.payload, row.template):
            if payload is not None and names_files(payload) and self._files is not None:
                await self._files.forget(row.channel, payload)

    async def close(self) -> None:
        if self._files is not None:
            await self._files.close()


def has_files(row: Outgoing) -> bool:
    """Whether *row* has to be placed before it is intended: an upload takes its time, and nothing has left meanwhile."""
    return names_files(row.payload) or names_files(row.template)


def shows_a_file(payload: bytes) -> bool:
    """Whether *payload* is, or has above it, something that WhatsApp fetches first. A text cannot hold the mark: JSON writes its quotes
    otherwise."""
    return not payload.startswith(_TEXT) and _SHOWN.search(payload) is not None


def is_stale(outcome: Outcome) -> bool:
    """Whether *outcome*, a refusal, may be of an id that has expired."""
    return outcome.code == LOST or ((outcome.code in _ABOUT or outcome.code is None) and "media" in outcome.detail.lower())


__all__ = ["LOST", "Placement", "has_files", "is_stale", "shows_a_file"]
