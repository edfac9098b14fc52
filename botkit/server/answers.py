"""Answers over HTTP: one line of text or a small JSON object, and nothing about what we are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from botkit import wire
from botkit.callback import words

_TEXT = CIMultiDict({"Content-Type": "text/plain; charset=utf-8", "Server": "botkit"})
_JSON = CIMultiDict({"Content-Type": "application/json", "Server": "botkit"})


def line(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    named = _TEXT.copy()
    named.update(headers or {})
    return web.Response(status=status, body=text.encode() + b"\n", headers=named)


def bare(text: str) -> web.Response:
    """200 with *text* and nothing else, which nobody is to take for a page."""
    named = _TEXT.copy()
    named["X-Content-Type-Options"] = "nosniff"
    return web.Response(status=200, body=text.encode("utf-8", "replace"), headers=named)


def record(status: int, value: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=wire.dumps(value) + b"\n", headers=_JSON.copy())


def stored() -> web.Response:
    """200: it is on the disk."""
    return line(200, words.STORED)


def not_allowed(*methods: str) -> web.Response:
    return line(405, f"only {' and '.join(methods)}", {"Allow": ", ".join(methods)})
