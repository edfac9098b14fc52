"""What somebody outside wants said, or begun: to whom, what, and whether it may go."""

from __future__ import annotations

from botkit.wishes.address import Address, address, forms, masked
from botkit.wishes.verdict import REASONS, Verdict, verdict
from botkit.wishes.wish import BadWish, Wish, read_wish, typed

__all__ = ["REASONS", "Address", "BadWish", "Verdict", "Wish", "address", "forms", "masked", "read_wish", "typed", "verdict"]
