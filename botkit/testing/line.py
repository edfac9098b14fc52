"""The sender's way to 360dialog without a network: each channel's requests go to an exchange in the same process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botkit import wire
from botkit.ports import Ports
from botkit.providers.base import Request
from botkit.sender.answer import Answer
from botkit.sender.client import Lost
from botkit.testing.exchange import Asked, Exchange
from botkit.testing.webhooks import Change, Number

_SCHEME = "simulation://"


def address(channel: str) -> str:
    """The base URL of a channel that is on the line."""
    return f"{_SCHEME}{channel}"


def number_of(place: int) -> Number:
    """The number of the channel that is in that *place*, from 0, of its bot."""
    return Number(f"10654035200{place + 1:04}", f"1555000{place + 1:04}", "102290129000001")


class Line:
    """*asked* is told of each request to a channel; *tell* of what is to come back by webhook."""

    def __init__(
        self, channels: Sequence[str], ports: Ports, *, key: str, asked: Callable[[str, Asked], None],
        tell: Callable[[str, Sequence[Change]], None], templates: Sequence[dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        def exchange(place: int, channel: str) -> Exchange:
            return Exchange(
                ports, key=key, number=number_of(place), templates=templates, on_accept=None, tell=lambda changes: tell(channel, changes)
            )

        self.exchanges: Mapping[str, Exchange] = {channel: exchange(place, channel) for place, channel in enumerate(channels)}
        self._asked = asked

    async def open(self) -> None:
        """Nothing is to be opened."""

    async def close(self) -> None:
        """Nothing is to be closed."""

    async def ask(self, base: str, request: Request) -> Answer | Lost:
        channel = base.removeprefix(_SCHEME)
        exchange = self.exchanges[channel]
        key = request.headers.get("D360-API-KEY", "")
        if request.method != "POST":
            return Answer(200 if exchange.knows(key) and exchange.outage is None else 401, {}, b"{}")
        asked = exchange.take(request.body, key)
        self._asked(channel, asked)
        if asked.answered is None:
            return Lost(True, "no answer" if asked.hangs else "the connection was cut")
        why = asked.refusal
        return Answer(why.http, why.headers, why.body()) if why is not None else Answer(200, {}, wire.dumps(exchange.receipt(asked)))
