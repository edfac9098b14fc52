"""The templates of a channel at its provider, asked for over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botkit.approvals import Registered, order, read_registered
from botkit.channels import Channel
from botkit.ports import Ports
from botkit.providers.base import Request
from botkit.providers.registry import DESKS, Desk, created, refused
from botkit.sender.answer import Answer
from botkit.sender.client import Asking, Client, Lost

_DEADLINE = 30.0  # seconds for a request with its answer
_PAUSES = (1.0, 3.0)  # seconds before a question is asked again
_PAGES = 500


class Refused(Exception):
    """The provider said no, or did not answer; the message is for the operator. *lost*: what was asked may have been done."""

    def __init__(self, message: str, *, lost: bool = False) -> None:
        super().__init__(message)
        self.lost = lost


class Registry:
    """Use it as `async with`. Raises ValueError for a channel that lacks what its provider has to know."""

    def __init__(self, channel: Channel, ports: Ports, client: Asking | None = None) -> None:
        self.desk: Desk = DESKS[channel.provider](channel)
        self._channel = channel
        self._ports = ports
        self._client: Asking = client or Client(ports, _DEADLINE)

    async def __aenter__(self) -> Registry:
        await self._client.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def all(self, seen: Callable[[int, bool], None] = lambda *_: None) -> list[Registered]:
        """Every template, by name and language. *seen* is told how many there are so far, and whether that was all. Raises Refused."""
        found: dict[tuple[str, str], Registered] = {}
        after: str | None = ""
        for _ in range(_PAGES):
            body = await self._asked(self.desk.page(after or ""), again=True)
            try:
                records, after = self.desk.read(body, after or "")
            except ValueError:
                raise Refused("the provider's list of templates cannot be read") from None
            found |= {order(one): one for one in map(read_registered, records) if one is not None}
            seen(len(found), after is None)
            if after is None:
                return sorted(found.values(), key=order)
        raise Refused(f"the provider's list of templates does not end: {len(found)} so far")

    async def create(self, wish: Mapping[str, Any]) -> tuple[str, str]:
        """Send a template for approval: its status then, and the category that WhatsApp gave it. Raises Refused."""
        status, category = created(await self._asked(self.desk.create(wish)))
        return status or "pending", category

    async def edit(self, id_: str, wish: Mapping[str, Any]) -> None:
        """Send another wording for approval. Raises Refused."""
        await self._asked(self.desk.edit(id_, wish))

    async def delete(self, name: str, id_: str = "") -> None:
        """Delete a template: in the language that *id_* stands for where the provider can, else in all. Raises Refused."""
        await self._asked(self.desk.delete(name, id_))

    async def _asked(self, request: Request, *, again: bool = False) -> bytes:
        """The answer's body. *again*: the request changes nothing, and may be made once more."""
        for pause in (*(_PAUSES if again else ()), None):
            answer = await self._client.ask(self._channel.base_url, request)
            if isinstance(answer, Answer) and 200 <= answer.status < 300:
                return answer.body
            if pause is None or (isinstance(answer, Answer) and answer.status < 500 and answer.status != 429):
                break
            await self._ports.sleep(pause)
        if isinstance(answer, Lost):
            raise Refused(f"no answer from {self._channel.base_url}: {answer.detail}", lost=answer.left)
        raise Refused(refused(answer.status, answer.body, self._channel.api_key), lost=answer.status >= 500)
