"""Meta's own Cloud API: the number stands in the path, the token in Authorization (fact sheet §1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from botkit import wire
from botkit.channels import Channel
from botkit.model import Identity, Inbound
from botkit.providers import answers, files, webhook
from botkit.providers.base import Outcome, Request


def envelope(to: Identity, payload: bytes, opaque: str, reply_to: str | None) -> bytes:
    """*payload* with its recipient, as both gateways take it (fact sheet §2.1). The bytes are joined, not read: *payload* is a JSON object
    with at least one key. A number goes into `to`; a BSUID there would be accepted and never delivered, so it goes into `recipient`.

    Raises ValueError when the contact has neither.
    """
    if to.wa_id:
        recipient = b'"to":' + wire.dumps(to.wa_id)
    elif to.bsuid:
        recipient = b'"recipient":' + wire.dumps(to.bsuid)
    else:
        raise ValueError("a message needs a number or a BSUID to go to")
    context = b',"context":{"message_id":' + wire.dumps(reply_to) + b"}" if reply_to else b""
    return (
        b'{"messaging_product":"whatsapp","recipient_type":"individual",'
        + recipient
        + b',"biz_opaque_callback_data":'
        + wire.dumps(opaque)
        + context
        + b","
        + payload[1:]
    )


def read_mark(wamid: str, typing: bool) -> bytes:
    """That a message was read, and with *typing* that an answer is being written, as both gateways take it (fact sheet §2.8)."""
    more = b',"typing_indicator":{"type":"text"}' if typing else b""
    return b'{"messaging_product":"whatsapp","status":"read","message_id":' + wire.dumps(wamid) + more + b"}"


class Cloud:
    """The provider "cloud". Raises ValueError for a channel without phone_number_id: the path needs it."""

    def __init__(self, channel: Channel) -> None:
        if not channel.phone_number_id:
            raise ValueError(f"channel {channel.name} speaks to Meta and needs its phone_number_id")
        self._channel = channel
        self._headers = {"Authorization": f"Bearer {channel.api_key}", "Content-Type": "application/json"}
        self._token = {"Authorization": f"Bearer {channel.api_key}"}
        self._number = f"/{channel.phone_number_id}"

    def events(self, body: bytes, now: datetime) -> list[Inbound]:
        return webhook.read(self._channel, body, now)

    def send(self, to: Identity, payload: bytes, opaque: str, reply_to: str | None = None) -> Request:
        return Request("POST", f"{self._number}/messages", self._headers, envelope(to, payload, opaque, reply_to))

    def read(self, wamid: str, typing: bool) -> Request:
        return Request("POST", f"{self._number}/messages", self._headers, read_mark(wamid, typing))

    def outcome(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        return answers.outcome(status, headers, body, self._channel.api_key)

    def failure(self, code: int | None, detail: str | None) -> Outcome:
        return answers.failure(code, detail, self._channel.api_key)

    def probe(self) -> Request:
        return Request("GET", self._number, self._headers, b"")

    def upload(self) -> Request:
        return Request("POST", f"{self._number}/media", self._token, b"")

    def file(self, id_: str) -> Request:
        return Request("GET", files.path_of(id_), self._token, b"")

    def download(self, url: str) -> tuple[str, Request] | None:
        """Meta's own host gets the token; where Meta itself is played on this machine, that one stands in for it."""
        path = files.below_host(url)
        base = self._channel.base_url if self._channel.base_url.startswith("http:") else f"https://{files.HOST}"
        return None if path is None else (base, Request("GET", path, self._token, b""))
