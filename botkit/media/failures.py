"""Why a file of a contact cannot be had."""

from __future__ import annotations

from typing import Literal

# gone         WhatsApp does not have it any more: it keeps what people send for a week
# too_large    it has more bytes than may be
# wrong_type   it is something else than it was said to be
# damaged      it did not arrive whole
# unreachable  WhatsApp cannot be asked now, or does not answer
# no_room      it cannot be written down here: the disk is full, the folder is not ours
Reason = Literal["gone", "too_large", "wrong_type", "damaged", "unreachable", "no_room"]
REASONS: tuple[Reason, ...] = ("gone", "too_large", "wrong_type", "damaged", "unreachable", "no_room")


class MediaError(Exception):
    """*reason* says why in one word, the text in a sentence."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason
