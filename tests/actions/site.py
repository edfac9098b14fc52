"""A host of the internet on this machine: https with a certificate of a test's own authority, and what it was asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trustme
from aiohttp import web

from botkit.web import MAX_BODY

NAME = "api.example.com"


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Site:
    """*url* is where it listens; *authority* signs for it."""

    url: str
    authority: trustme.CA | None
    asked: list[Asked] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)  # what /slow waits for

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.method, request.path_qs, dict(request.headers), await request.text()))
        if request.path.startswith("/status/"):
            return web.Response(status=int(request.path.rpartition("/")[2]), text="the reason", headers={"Retry-After": "3"})
        match request.path:
            case "/visits":
                response = web.json_response({"ref": "V7", "price": 19.9, "slots": [{"at": "09:00"}]}, headers={"X-Left": "41"})
                response.set_cookie("session", "of another contact")
                return response
            case "/moved":
                raise web.HTTPFound("/visits")
            case "/text":
                return web.Response(body="día".encode("latin-1"), headers={"Content-Type": "text/plain; charset=latin-1"})
            case "/empty":
                return web.Response(status=204)
            case "/picture":
                return web.Response(body=b"\x89PNG\xff", content_type="image/png")
            case "/broken":
                return web.Response(body=b'{"a": NaN}', content_type="application/json")
            case "/deep":
                return web.Response(body=b"[" * 60_000 + b"]" * 60_000, content_type="application/json")
            case "/nested":
                return web.Response(body=b"[" * 19 + b"]" * 19, content_type="application/json")
            case "/most":
                return web.Response(text="x" * MAX_BODY)
            case "/huge":
                return web.Response(text="x" * (MAX_BODY + 1))
            case "/packed":
                response = web.json_response({"ref": "V7"})
                response.enable_compression(web.ContentCoding.gzip)
                return response
            case "/bomb":
                response = web.Response(body=b"0" * 50_000_000, content_type="text/plain")
                response.enable_compression(web.ContentCoding.gzip)
                return response
            case "/brotli":
                return web.Response(body=b"x", headers={"Content-Encoding": "br"})
            case "/cut":
                assert request.transport is not None
                request.transport.close()
            case "/slow":
                await self.held.wait()
        return web.Response(text="hello")


@asynccontextmanager
async def site(*, tls: bool = True, name: str = NAME) -> AsyncIterator[Site]:
    """*name* is what its certificate says that it is."""
    authority = trustme.CA() if tls else None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if authority is not None else None
    if authority is not None and context is not None:
        authority.issue_cert(name).configure_cert(context)
    made = Site("", authority)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await server.start()
    port = runner.addresses[0][1]
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    yield made
    made.held.set()
    await runner.cleanup()
