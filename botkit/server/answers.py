"""Answers over HTTP: one line of text or a small JSON object, and nothing about what we are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

from botkit import wire

_TEXT = CIMultiDict({"Content-Type": "text/plain; charset=utf-8", "Server": "botkit"})
_JSON = CIMultiDict({"Content-Type": "application/json", "Server": "botkit"})


def line(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    named = _TEXT.copy()
    named.update(headers or {})
    return web.Response(status=status, body=text.encode() + b"\n", headers=named)


def record(status: int, value: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=wire.dumps(value) + b"\n", headers=_JSON.copy())


class _Stored(web.StreamResponse):
    """Its bytes are always the same, so they are written as they stand: making and writing headers took longer than reading the request."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._stays = True

    def force_close(self) -> None:
        self._stays = False

    @property
    def keep_alive(self) -> bool:
        return self._stays

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        self._stays = self._stays and request.keep_alive
        await request.writer.write(_OK % (_date(self._now), b"" if self._stays else b"Connection: close\r\n"))
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """All is written."""


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nServer: botkit\r\nDate: %b\r\n%b\r\nok\n"


@lru_cache(1)
def _second(now: datetime) -> bytes:
    return format_datetime(now, usegmt=True).encode()


def _date(now: datetime) -> bytes:
    return _second(now.replace(microsecond=0))


def stored(request: web.BaseRequest, now: datetime) -> web.StreamResponse:
    """200: it is on the disk."""
    return _Stored(now) if request.version == HttpVersion11 else line(200, "ok")


def not_allowed(*methods: str) -> web.Response:
    return line(405, f"only {' and '.join(methods)}", {"Allow": ", ".join(methods)})
