"""The contract of every provider: a pure translator between one gateway's HTTP and botkit's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from botkit.model import Identity, Inbound

# What an answer to a send means (reliability: one table, a test per row).
#   accepted  WhatsApp took it; *id* is its wamid
#   later     refused for now: everybody on this channel waits (rate limit, outage that surely refused)
#   pair      refused for now: only this contact waits, 4^n seconds (131056)
#   again     nothing left this machine: try again, safe
#   doubt     bytes left, no usable answer: wait for a status before sending again
#   window    the 24-hour window is closed: take the template path, once
#   once      refused for no reason that one can see: tried once more, and then refused
#   refused   this message can never leave (content, recipient)
#   template  the template is paused or disabled: this message cannot leave with it
#   capped    the contact gets too much marketing: this message can never leave, and no marketing for a day and more
#   optout    the contact stopped marketing: this message is dropped, the contact marked
#   stopped   the whole channel is stopped (key, payment, account): keep messages, probe slowly, tell the operator
Verdict = Literal[
    "accepted", "later", "pair", "again", "doubt", "window", "once", "refused", "template", "capped", "optout", "stopped"
]  # fmt: skip


class Outcome(Struct, frozen=True):
    verdict: Verdict
    id: str | None = None  # wamid, when accepted
    code: int | None = None  # WhatsApp's, where there is one
    detail: str = ""  # for the operator: what was said, in one line; never a secret
    retry_after: float | None = None  # seconds, from Retry-After
    wa_id: str | None = None  # the number that WhatsApp knows the recipient by, when it told
    trace: str | None = None  # the gateway's trace id, for its support
    least: float = 0.0  # seconds to wait at least, where nobody told how long
    slow: bool = False  # the number spoke too fast, and should go on at a lower rate
    alert: bool = False  # somebody has to look after it


class Request(Struct, frozen=True):
    """An HTTP request, ready to leave: *path* is relative to the channel's base_url."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:  # the key is among the headers, and stays out of every log
        return f"Request({self.method!r}, {self.path!r})"


class Provider(Protocol):
    """One per channel."""

    def events(self, body: bytes, now: datetime) -> list[Inbound]:
        """Every element of a webhook body, in order: messages, statuses, notices; what cannot be read comes back as unreadable, alone.
        Never raises for anything a body can hold."""
        ...

    def send(self, to: Identity, payload: bytes, opaque: str, reply_to: str | None = None) -> Request:
        """The request that says *payload* (a message's JSON without recipient) to a contact; *opaque* comes back with its statuses."""
        ...

    def read(self, wamid: str, typing: bool) -> Request:
        """The request that tells a contact that the message with this wamid, and all before it, was read; with *typing* also that an answer
        is being written."""
        ...

    def outcome(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """What an HTTP answer to a send means."""
        ...

    def failure(self, code: int | None, detail: str | None) -> Outcome:
        """What a later status "failed" with this code means."""
        ...

    def probe(self) -> Request:
        """A cheap request that tells whether the key works: any 2xx means yes, 401/403 no."""
        ...

    def upload(self) -> Request:
        """Where a file is uploaded to; its body, a form, is written by whoever has the file. `files.uploaded` reads the answer."""
        ...

    def file(self, id_: str) -> Request:
        """Asks about a file that WhatsApp has; `files.found` reads the answer. Raises ValueError for what is no id."""
        ...

    def download(self, url: str) -> tuple[str, Request] | None:
        """The base address and the request for the bytes at *url*, which an answer gave; None: an address that must not get the key."""
        ...
