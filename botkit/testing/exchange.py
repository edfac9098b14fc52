"""360dialog's end of a number: what it takes, what it refuses, and what it tells of it; requests may come by HTTP or not."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from botkit import wire
from botkit.ports import Ports
from botkit.testing import gate, refusal, webhooks
from botkit.testing.cabinet import Cabinet
from botkit.testing.gate.parts import BSUID
from botkit.testing.pace import Pace
from botkit.testing.people import People
from botkit.testing.refusal import Refusal, Shape
from botkit.testing.webhooks import Change, Number, Person

# What opens the window when a contact sends it (fact sheet §5.1).
OPENING = frozenset({"text", "image", "audio", "video", "document", "sticker", "location", "contacts", "interactive", "button", "order"})

Act = Refusal | Literal["lose", "lose before", "hang"]


class Asked(Struct, frozen=True):
    """A POST /messages as it came."""

    at: datetime
    body: Any  # parsed; None when it was no JSON
    accepted: bool  # WhatsApp took it, whatever the answer said
    answered: int | None  # HTTP status; None: the answer was lost or never given
    wamid: str | None = None
    refusal: Refusal | None = None
    hangs: bool = False  # never answered, rather than cut off


class Exchange:
    """*tell* takes what there is to tell by webhook. Everything else may be changed at any time."""

    def __init__(
        self, ports: Ports, *, key: str, number: Number | None, templates: Iterable[dict[str, Any]] | None,
        on_accept: Callable[[Asked], None] | None, tell: Callable[[Sequence[Change]], None],
    ) -> None:  # fmt: skip
        self.key = key  # change it, and every call with the old one gets 401
        self.number = number or Number()
        self.templates = None if templates is None else list(templates)  # as in 360dialog's list; None: any is known
        self.on_accept = on_accept
        self.requests: list[Asked] = []
        self.people = People()
        self.cabinet = Cabinet(ports)  # its files
        self.outage: Refusal | None = None  # the answer to everything, as long as it is set
        self.refuses_closed = False  # a closed window is told at once, not by a later status
        self.shape: Shape = "meta"  # the form in which refusals of what is in a message come
        self.reads = False  # people read what they get
        self.withhold: set[str] = set()  # statuses that are never told
        self.pace: Pace | None = None  # set it, and the rates of the real one hold
        self._ports = ports
        self._tell = tell
        self._acts: deque[Act] = deque()
        self._failures: deque[tuple[int, str]] = deque()
        self._run = ports.token()[:12]
        self._count = 0

    # ---- what people do

    def inbound(
        self, sender: Person | str, message: dict[str, Any] | str, at: datetime | None = None, wamid: str | None = None,
        standby: bool = False,
    ) -> str:  # fmt: skip
        """A contact sends a text, or an element of `messages[]` without sender, id and time; *standby*: Meta's own agent answers it. The
        message's id."""
        person = sender if isinstance(sender, Person) else self.people.person(sender)
        content = {"type": "text", "text": {"body": message}} if isinstance(message, str) else message
        moment = at or self._ports.now()
        self.people.know(person)
        if content.get("type") in OPENING:
            self.people.wrote(person, moment)
        id_ = wamid or self._wamid()
        self._tell([webhooks.message(self.number, person, content, id_, moment, standby)])
        return id_

    def echo(self, to: Person, text: str) -> None:
        """Somebody of the business writes from the phone's app."""
        self._tell([webhooks.echo(self.number, to, text, self._wamid(), self._ports.now())])

    def hand_over(self, person: Person, to_meta: bool) -> None:
        """Meta's own agent answers somebody from now on, or the bot again."""
        self._tell([webhooks.handover(self.number, person, to_meta, self._ports.now())])

    def moved(self, before: Person, after: Person) -> None:
        """Somebody has another number."""
        self.people.moved(before, after)
        self._tell([webhooks.new_number(self.number, before, after.wa_id or "", self._wamid(), self._ports.now())])

    def prefers(self, sender: Person, marketing: bool) -> None:
        """A person tells WhatsApp whether they want marketing; templates of that category fail for who does not."""
        self.people.know(sender)
        self.people.wants(sender, marketing)
        self._tell([webhooks.preference(self.number, sender, "resume" if marketing else "stop", self._ports.now())])

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

    def mend(self) -> None:
        """Nothing of what was still to go wrong does."""
        self._acts.clear()
        self._failures.clear()
        self.outage = None

    def tell(self, wamid: str, word: str, code: int | None = None, text: str = "Message undeliverable") -> None:
        """Tell a status of the message *wamid*, late, twice, or a wrong one. Raises StopIteration for a message that is not known."""
        asked = next(asked for asked in self.requests if asked.wamid == wamid)
        person = self.people.person(asked.body.get("to") or asked.body["recipient"])
        error = None if code is None else (code, text)
        opaque = asked.body.get("biz_opaque_callback_data")
        self._tell([webhooks.status(self.number, person, wamid, word, self._ports.now(), opaque, error, self._category(asked.body))])

    # ---- the API

    def knows(self, key: str) -> bool:
        return hmac.compare_digest(key.encode("utf-8", "replace"), self.key.encode())

    def take(self, data: bytes, key: str) -> Asked:
        """What becomes of the body of a POST /messages that came with *key*."""
        try:
            body: Any = wire.plain(data)
        except ValueError:
            body = None
        asked = self._judged(body, key)
        self.requests.append(asked)
        if asked.accepted:
            self._accept(asked)
        return asked

    def _judged(self, body: Any, key: str) -> Asked:
        now = self._ports.now()
        if not self.knows(key):
            return _refused(now, body, refusal.INVALID_KEY)
        if self.outage is not None:
            return _refused(now, body, self.outage)
        if isinstance(body, dict) and body.get("status") == "read":
            return Asked(now, body, False, 200)
        act = self._acts.popleft() if self._acts else None
        if act in ("hang", "lose before"):
            return Asked(now, body, False, None, hangs=act == "hang")
        if isinstance(act, Refusal) and not act.accepted:
            return _refused(now, body, act)
        found = self._refusal(body)
        if found is not None:
            return _refused(now, body, replace(found, shape=self.shape))
        why = act if isinstance(act, Refusal) else None
        answered = None if act == "lose" else why.http if why else 200
        return Asked(now, body, True, answered, self._wamid(), why)

    def receipt(self, asked: Asked) -> dict[str, Any]:
        """The answer to a request that is not refused (fact sheet §2.10)."""
        if not asked.accepted:
            return {"success": True}
        given = asked.body.get("to") or asked.body["recipient"]
        person = self.people.person(given)
        contact = {"input": given, "user_id": given} if BSUID.fullmatch(given) else {"input": given, "wa_id": person.wa_id or given}
        first: dict[str, Any] = {"id": asked.wamid}
        if asked.body.get("type") == "template":
            first["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [first]}

    def _refusal(self, body: Any) -> Refusal | None:
        found = gate.refusal(body, self.templates, self.number.display)
        if found is None and (gone := self.cabinet.gone(body)) is not None:
            found = Refusal(131053, f"Media upload error: there is no media {gone}")
        if found is None and self.refuses_closed and self._closed(body):
            found = refusal.CLOSED
        if found is None and self.pace is not None:
            found = self.pace.refusal(body.get("to") or body["recipient"], self._ports.monotonic())
        return found

    def _accept(self, asked: Asked) -> None:
        if BSUID.fullmatch(asked.body.get("to", "")):
            return  # accepted, and delivered to nobody (fact sheet §0, 7)
        now, body = self._ports.now(), asked.body
        person = self.people.person(body.get("to") or body["recipient"])
        category = self._category(body)
        error = self._failures.popleft() if self._failures else None
        if self._closed(body):
            error = (131047, refusal.CLOSED.text)
        elif category == "marketing" and self.people.unwilling(person):
            error = (131050, "This user has chosen to stop receiving marketing messages")
        words = ("failed",) if error else ("sent", "delivered", "read") if self.reads else ("sent", "delivered")
        told = [word for word in words if word not in self.withhold]
        opaque = body.get("biz_opaque_callback_data")
        if self.on_accept is not None:
            self.on_accept(asked)
        self._tell([webhooks.status(self.number, person, asked.wamid or "", word, now, opaque, error, category) for word in told])

    def _category(self, body: dict[str, Any]) -> str:
        """What a message is priced in."""
        if body.get("type") != "template":
            return "service"
        name = body["template"]["name"]
        known = next((known for known in self.templates or () if known.get("name") == name), {})
        return str(known.get("category", "utility")).lower()

    def _closed(self, body: dict[str, Any]) -> bool:
        """Whether this is a free message and the person's last one is a day old."""
        person = self.people.person(body.get("to") or body["recipient"])
        return body.get("type") != "template" and not self.people.window_open(person, self._ports.now())

    def _wamid(self) -> str:
        self._count += 1
        return f"wamid.{self._count}.{self._run}"


def _refused(at: datetime, body: Any, why: Refusal) -> Asked:
    return Asked(at, body, False, why.http, refusal=why)
