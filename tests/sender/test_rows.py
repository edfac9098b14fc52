"""The rows that are spelled out are what `replace` would make."""

from __future__ import annotations

from msgspec.structs import replace

from botkit.sender.rows import sent, trying
from botkit.stores.base import Outgoing
from tests.sender.desk import NOON

ROW = Outgoing(
    "a", "shop", "c1", b"{}", b"[]", "hold", "booking.ask", "queued", 3, True, True, "wamid.1", "failed", 131047, "closed", None, 7, 2
)


def test_a_row_that_is_about_to_leave() -> None:
    assert trying(ROW, NOON) == replace(ROW, state="trying", attempts=4, at=NOON)


def test_a_row_that_was_accepted() -> None:
    assert sent(ROW, "wamid.2") == replace(ROW, state="sent", wamid="wamid.2", code=None, detail=None)
