"""An emoji on a message of the contact (fact sheet §2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages.limits import Fault

_JOINER, _KEYCAP = 0x200D, 0x20E3
_ADDED = (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080), _JOINER, _KEYCAP)
_JOINING = frozenset((0xFE0F, _KEYCAP))
_PLAIN = frozenset("#*0123456789")  # which are emoji only as keys


def is_emoji(text: str) -> bool:
    """Whether *text* looks like one emoji and nothing else, however many characters that takes."""
    codes = [ord(character) for character in text]
    if not codes or (max(codes) < 0x2000 and codes[0] not in (0xA9, 0xAE) and _KEYCAP not in codes):
        return False
    if codes[0] < 0x2000 and text[0] not in _PLAIN and codes[0] not in (0xA9, 0xAE):
        return False
    flags = [code for code in codes if 0x1F1E6 <= code <= 0x1F1FF]
    if flags:
        return len(codes) == 2 == len(flags)
    bases, joined = 0, False
    for code in codes:
        bases += code not in _ADDED and not joined
        joined = code == _JOINER
    return bases == 1 and codes[0] not in _ADDED


def has_emoji(text: str) -> bool:
    """Whether an emoji, or what is a part of one, stands in *text*."""
    return any(ord(c) in _JOINING or 0x2600 <= ord(c) < 0x27C0 or 0x1F000 <= ord(c) < 0x1FB00 for c in text)


class Reaction(Struct, frozen=True, tag=True):
    """*message* is the wamid of a message of the contact's, less than 30 days old; *emoji* "" takes the reaction back."""

    emoji: str
    message: str

    def payload(self) -> dict[str, Any]:
        return {"type": "reaction", "reaction": {"message_id": self.message, "emoji": self.emoji}}

    def faults(self) -> Iterator[Fault]:
        if self.emoji and not is_emoji(self.emoji):
            yield Fault("bad-part", "a reaction", told=f"a reaction is one emoji, not {self.emoji[:40]!r}")
        if not self.message:
            yield Fault("bad-part", "a reaction", told="there is no message to react to")

    def shown(self) -> str:
        return self.emoji
