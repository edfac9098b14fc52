"""People who write to a bot over HTTP, and the WhatsApp that takes its answers: raw sockets, so that the bot is what is measured."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, cast

AUTH = "bench:mark"
LONGEST = 10.0  # seconds until a reply is lost
NUMBER = '"metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352000001"}'
WEBHOOK = (
    '{"object":"whatsapp_business_account","entry":[{"id":"102290129000001","changes":[{"field":"messages","value":{'
    '"messaging_product":"whatsapp",%s,%s}}]}]}'
)
HEAD = (
    "POST /webhook/main HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Basic "
    + base64.b64encode(AUTH.encode()).decode()
)
Post = Callable[[str], Coroutine[Any, Any, bool]]
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TO = re.compile(rb'"to": ?"(\d+)"')
_OPAQUE = re.compile(rb'"biz_opaque_callback_data": ?"([^"]+)"')


class Http(asyncio.Protocol):
    """One connection, of either side: *whole* is given each head and body that came in."""

    def __init__(self, whole: Callable[[Http, bytes, bytes], None]) -> None:
        self.transport: asyncio.Transport | None = None
        self._whole = whole
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one, and not of that class

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._data, 0, end)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self._data) < size:
                return
            whole, self._data = self._data[:size], self._data[size:]
            self._whole(self, whole[:end], whole[end + 4 :])

    def write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)


@dataclass(slots=True)
class Result:
    turns: int = 0
    seconds: float = 0.0
    replies: list[float] = field(default_factory=list)  # seconds from a message to its reply
    acks: list[float] = field(default_factory=list)  # seconds from a message to its 200
    cpu: float = 0.0  # seconds of the bot's
    lost: int = 0  # no reply, or no 200
    wrong: int = 0  # another reply than the dialogue has


class Load:
    """*statuses*: how many are told of every reply (sent, delivered, read)."""

    def __init__(self, statuses: int = 0) -> None:
        self.result = Result()
        self._statuses = ("sent", "delivered", "read")[:statuses]
        self._waiting: dict[bytes, asyncio.Future[tuple[bytes, str]]] = {}
        self._count = 0
        self._people = 0
        self._measuring = False

    async def sink(self) -> str:
        """Start the WhatsApp that takes the answers; its address."""
        server = await asyncio.get_running_loop().create_server(lambda: Http(self._sent), "127.0.0.1", 0, backlog=1024)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def _sent(self, http: Http, _head: bytes, body: bytes) -> None:
        self._count += 1
        wamid = f"wamid.M{self._count:012}"
        answer = b'{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"%b"}]}' % wamid.encode()
        http.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))
        to = _TO.search(body)
        reply = self._waiting.pop(to[1], None) if to else None
        if reply is not None and not reply.done():
            reply.set_result((body, wamid))

    async def run(self, port: int, people: int, warmup: float, seconds: float, cpu: Callable[[], float]) -> Result:
        """So many people at a time talk to the bot at *port*, one after the other, until the time is over. *cpu*: what it has used."""
        loop = asyncio.get_running_loop()
        end = loop.time() + warmup + seconds
        work = asyncio.gather(*(self._talk(port, end) for _ in range(people)))
        await asyncio.sleep(warmup)
        self._measuring, began, used = True, loop.time(), cpu()
        await asyncio.sleep(seconds)
        self._measuring, self.result.seconds, self.result.cpu = False, loop.time() - began, cpu() - used
        await work
        return self.result

    async def _talk(self, port: int, end: float) -> None:
        loop = asyncio.get_running_loop()
        answered: asyncio.Queue[int] = asyncio.Queue()
        _, http = await loop.create_connection(lambda: Http(lambda _, head, __: answered.put_nowait(int(head[9:12]))), "127.0.0.1", port)

        async def post(webhook: str) -> bool:
            http.write(f"{HEAD}\r\nContent-Length: {len(webhook)}\r\n\r\n{webhook}".encode())
            return await answered.get() == 200

        while loop.time() < end:
            self._people += 1
            number, name = f"4915{self._people:09}", f"Guest{self._people}"
            last = b""
            needles = ("Welcome", "What name", f"bread for {name},", f"Thank you, {name}. Your bread")
            for turn, (tap, needle) in enumerate(zip((0, 2, 0, 1), needles, strict=True)):
                last = await self._turn(post, number, name, turn, _buttons(last)[tap - 1] if tap else "", needle)
                if not last or loop.time() > end:
                    break
        if http.transport is not None:
            http.transport.close()

    async def _turn(self, post: Post, number: str, name: str, turn: int, tap: str, needle: str) -> bytes:
        """Write or tap, and wait for 200 and the reply. The reply; b"" when it is lost."""
        loop, key = asyncio.get_running_loop(), number.encode()
        reply = self._waiting[key] = loop.create_future()
        began = loop.time()
        try:
            async with asyncio.timeout(LONGEST):
                accepted = await post(_message(number, name, f"wamid.{number}.{turn}", tap, name if turn == 2 else "hello"))
                acked = loop.time() - began
                body, wamid = await reply
        except TimeoutError:
            self.result.lost += 1
            return b""
        if self._measuring:
            self.result.turns += 1
            self.result.replies.append(loop.time() - began)
            self.result.acks.append(acked)
            self.result.wrong += needle.encode() not in body
            self.result.lost += not accepted
        opaque = _OPAQUE.search(body)
        for word in self._statuses:
            await post(_status(number, wamid, word, opaque[1].decode() if opaque else ""))
        return body


def _buttons(body: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb'"reply": ?\{"id": ?"([^"]+)"', body)]


def _message(number: str, name: str, wamid: str, tap: str, text: str) -> str:
    said = (
        f'"type":"interactive","interactive":{{"type":"button_reply","button_reply":{{"id":"{tap}","title":"."}}}}'
        if tap
        else f'"type":"text","text":{{"body":"{text}"}}'
    )
    contact = f'{{"profile":{{"name":"{name}"}},"wa_id":"{number}"}}'
    message = f'{{"from":"{number}","id":"{wamid}","timestamp":"{int(time.time())}",{said}}}'
    return WEBHOOK % (NUMBER, f'"contacts":[{contact}],"messages":[{message}]')


def _status(number: str, wamid: str, word: str, opaque: str) -> str:
    told = f'"id":"{wamid}","status":"{word}","timestamp":"{int(time.time())}","recipient_id":"{number}"'
    return WEBHOOK % (NUMBER, f'"statuses":[{{{told},"biz_opaque_callback_data":"{opaque}"}}]')
