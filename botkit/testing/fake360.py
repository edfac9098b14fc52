"""A 360dialog of our own, on loopback: it takes sends, refuses what the real one refuses, and posts webhooks.

    async with Fake360(RealPorts()) as fake:
        fake.webhook("http://127.0.0.1:8080/webhook/shop", b"user:password")
        ana = Person(wa_id="15551234567", name="Ana")
        fake.inbound(ana, "Hi")
        fake.lose(1)                     # the next answer is cut off after the message was accepted
        fake.refuse(2, code=131056)      # the two after that are refused

What it got stands in `requests`; how its webhooks go is set at `post` (see Postbox).
"""

from __future__ import annotations

import asyncio
import hmac
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aiohttp import web

from botkit import wire
from botkit.channels import Channel
from botkit.ports import Ports
from botkit.testing import gate, refusal, webhooks
from botkit.testing.configs import Configs, answer
from botkit.testing.gate.parts import BSUID
from botkit.testing.pace import Pace
from botkit.testing.people import People
from botkit.testing.postbox import Postbox
from botkit.testing.refusal import Refusal, Shape
from botkit.testing.webhooks import Number, Person

# What opens the window when a contact sends it (fact sheet §5.1).
OPENING = frozenset({"text", "image", "audio", "video", "document", "sticker", "location", "contacts", "interactive", "button", "order"})

Act = Refusal | Literal["lose", "lose before", "hang"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A POST /messages as it came."""

    at: datetime
    body: Any  # parsed; None when it was no JSON
    accepted: bool  # WhatsApp took it, whatever the answer said
    answered: int | None  # HTTP status; None: the answer was lost or never given
    wamid: str | None = None
    refusal: Refusal | None = None


class Fake360:
    """Start it with `start` or `async with`; everything else may be changed while it runs."""

    def __init__(
        self, ports: Ports, *, key: str = "fake-360dialog-key", number: Number | None = None,
        templates: Iterable[dict[str, Any]] | None = None, on_accept: Callable[[Asked], None] | None = None,
    ) -> None:  # fmt: skip
        self.key = key  # change it, and every call with the old one gets 401
        self.number = number or Number()
        self.templates = None if templates is None else list(templates)  # as in 360dialog's list; None: any is known
        self.on_accept = on_accept
        self.url = ""
        self.requests: list[Asked] = []
        self.people = People()
        self.outage: Refusal | None = None  # the answer to everything, as long as it is set
        self.delay = 0.0  # seconds before an answer
        self.refuses_closed = False  # a closed window is told at once, not by a later status
        self.reads = False  # people read what they get
        self.withhold: set[str] = set()  # statuses that are never told
        self.pace: Pace | None = None  # set it, and the rates of the real one hold
        self.post = Postbox(ports, self.number)
        self._ports = ports
        self._acts: deque[Act] = deque()
        self._failures: deque[tuple[int, str]] = deque()
        self._run = ports.token()[:12]
        self._count = 0
        self._end = asyncio.Event()
        self._runner: web.AppRunner | None = None

    # ---- running

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the base URL. Port 0: any free one."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        configs = Configs(self._knows, self.post, lambda: self.templates or [])
        app.add_routes([web.post("/messages", self._messages), *configs.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self.url

    async def stop(self) -> None:
        self._end.set()
        await self.post.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Fake360:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def channel(self, name: str = "shop", webhook_auth: bytes = b"") -> Channel:
        """A channel that speaks to this fake."""
        number = self.number.phone_number_id
        return Channel(name, api_key=self.key, webhook_auth=webhook_auth, phone_number_id=number, base_url=self.url)

    def webhook(self, url: str, auth: bytes = b"") -> None:
        """Where webhooks go; *auth* is `user:password` for Basic authentication."""
        self.post.to(url, {"Authorization": webhooks.basic(auth)} if auth else {})

    async def settled(self) -> None:
        await self.post.settled()

    # ---- what people do

    def inbound(self, sender: Person | str, message: dict[str, Any] | str, at: datetime | None = None, wamid: str | None = None) -> str:
        """A contact sends a text, or an element of `messages[]` without sender, id and time. The message's id."""
        person = sender if isinstance(sender, Person) else self.people.person(sender)
        content = {"type": "text", "text": {"body": message}} if isinstance(message, str) else message
        moment = at or self._ports.now()
        self.people.know(person)
        if content.get("type") in OPENING:
            self.people.wrote(person, moment)
        id_ = wamid or self._wamid()
        self.post.put([webhooks.message(self.number, person, content, id_, moment)])
        return id_

    def close_window(self, alias: str) -> None:
        """As if the person had not written for a day."""
        self.people.forget(self.people.person(alias))

    # ---- what goes wrong with the next sends, in the order it was asked for

    def lose(self, n: int = 1, *, accepted: bool = True) -> None:
        """Cut the connection instead of answering; the message leaves all the same, or not."""
        self._acts.extend(["lose" if accepted else "lose before"] * n)

    def hang(self, n: int = 1) -> None:
        """Never answer; nothing leaves."""
        self._acts.extend(["hang"] * n)

    def refuse(
        self, n: int = 1, *, code: int | None = None, text: str = "refused", http: int = 400, shape: Shape = "meta", accepted: bool = False,
        retry_after: str | None = None,
    ) -> None:  # fmt: skip
        """Answer with an error; with *accepted* the message leaves all the same."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self._acts.extend([Refusal(code, text, http, shape, accepted, headers=headers)] * n)

    def fail(self, n: int = 1, *, code: int = 131026, text: str = "Message undeliverable") -> None:
        """Accept, and tell by a later status that it failed."""
        self._failures.extend([(code, text)] * n)

    # ---- the API

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        if self.delay > 0:
            await self._ports.sleep(self.delay)
        try:
            body: Any = wire.plain(data)
        except ValueError:
            body = None
        if not self._knows(request):
            return self._refused(body, refusal.INVALID_KEY)
        if self.outage is not None:
            return self._refused(body, self.outage)
        if isinstance(body, dict) and body.get("status") == "read":
            self.requests.append(Asked(self._ports.now(), body, False, 200))
            return web.json_response({"success": True})
        act = self._acts.popleft() if self._acts else None
        if act in ("hang", "lose before"):
            self.requests.append(Asked(self._ports.now(), body, False, None))
            if act == "hang":
                await self._end.wait()
            return self._cut(request)
        if isinstance(act, Refusal) and not act.accepted:
            return self._refused(body, act)
        found = self._refusal(body)
        if found is not None:
            return self._refused(body, found)
        why = act if isinstance(act, Refusal) else None
        answered = None if act == "lose" else why.http if why else 200
        asked = Asked(self._ports.now(), body, True, answered, self._wamid(), why)
        self._accept(asked)
        if act == "lose":
            return self._cut(request)
        return answer(why) if why else web.json_response(self._accepted(asked))

    def _knows(self, request: web.Request) -> bool:
        return hmac.compare_digest(request.headers.get("D360-API-KEY", "").encode("utf-8", "replace"), self.key.encode())

    def _refusal(self, body: Any) -> Refusal | None:
        found = gate.refusal(body, self.templates, self.number.display)
        if found is None and self.refuses_closed and self._closed(body):
            found = refusal.CLOSED
        if found is None and self.pace is not None:
            found = self.pace.refusal(body.get("to") or body["recipient"], self._ports.monotonic())
        return found

    def _refused(self, body: Any, why: Refusal) -> web.Response:
        self.requests.append(Asked(self._ports.now(), body, False, why.http, refusal=why))
        return answer(why)

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _accept(self, asked: Asked) -> None:
        self.requests.append(asked)
        if BSUID.fullmatch(asked.body.get("to", "")):
            return  # accepted, and delivered to nobody (fact sheet §0, 7)
        now, body = self._ports.now(), asked.body
        person = self.people.person(body.get("to") or body["recipient"])
        error = (131047, refusal.CLOSED.text) if self._closed(body) else self._failures.popleft() if self._failures else None
        words = ("failed",) if error else ("sent", "delivered", "read") if self.reads else ("sent", "delivered")
        told = [word for word in words if word not in self.withhold]
        opaque = body.get("biz_opaque_callback_data")
        if self.on_accept is not None:
            self.on_accept(asked)
        self.post.put([webhooks.status(self.number, person, asked.wamid or "", word, now, opaque, error) for word in told])

    def _accepted(self, asked: Asked) -> dict[str, Any]:
        """Fact sheet §2.10."""
        given = asked.body.get("to") or asked.body["recipient"]
        person = self.people.person(given)
        contact = {"input": given, "user_id": given} if BSUID.fullmatch(given) else {"input": given, "wa_id": person.wa_id or given}
        first: dict[str, Any] = {"id": asked.wamid}
        if asked.body.get("type") == "template":
            first["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [first]}

    def _closed(self, body: dict[str, Any]) -> bool:
        """Whether this is a free message and the person's last one is a day old."""
        person = self.people.person(body.get("to") or body["recipient"])
        return body.get("type") != "template" and not self.people.window_open(person, self._ports.now())

    def _wamid(self) -> str:
        self._count += 1
        return f"wamid.{self._count}.{self._run}"
