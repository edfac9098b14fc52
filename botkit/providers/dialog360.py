"""360dialog's hosting of the Cloud API: Meta's bodies, a path without number, one key a number (fact sheet §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from botkit.channels import Channel
from botkit.model import Identity, Inbound
from botkit.providers import answers, files, webhook
from botkit.providers.base import Outcome, Request
from botkit.providers.cloud import envelope, read_mark


class Dialog360:
    """The provider "dialog360"."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._headers = {"D360-API-KEY": channel.api_key, "Content-Type": "application/json"}
        self._key = {"D360-API-KEY": channel.api_key}

    def events(self, body: bytes, now: datetime) -> list[Inbound]:
        return webhook.read(self._channel, body, now)

    def send(self, to: Identity, payload: bytes, opaque: str, reply_to: str | None = None) -> Request:
        return Request("POST", "/messages", self._headers, envelope(to, payload, opaque, reply_to))

    def read(self, wamid: str, typing: bool) -> Request:
        return Request("POST", "/messages", self._headers, read_mark(wamid, typing))

    def outcome(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        return answers.outcome(status, headers, body, self._channel.api_key)

    def failure(self, code: int | None, detail: str | None) -> Outcome:
        return answers.failure(code, detail, self._channel.api_key)

    def probe(self) -> Request:
        return Request("GET", "/v1/configs/webhook", self._headers, b"")

    def upload(self) -> Request:
        return Request("POST", "/media", self._key, b"")

    def file(self, id_: str) -> Request:
        return Request("GET", files.path_of(id_), self._key, b"")

    def download(self, url: str) -> tuple[str, Request] | None:
        """360dialog stands in for Meta's host (fact sheet §1.5)."""
        path = files.below_host(url)
        return None if path is None else (self._channel.base_url, Request("GET", path, self._key, b""))
