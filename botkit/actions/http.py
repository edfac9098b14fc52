"""The HTTP client of actions: one session, a time limit for the whole exchange, answers read to their end."""

from __future__ import annotations

import dataclasses
import json as json_
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import aiohttp  # only who asks waits for it: talks and tests that ask nobody begin sooner

MAX_BODY = 8 * 1024 * 1024  # bytes of an answer
TIMEOUT = 30.0  # seconds for a whole exchange; the action's own timeout ends it earlier


class HttpFailed(Exception):
    """There is no answer, or none that can be used; a line without the query, where secrets may stand."""


class Answer(Struct, frozen=True):
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    charset: str = "utf-8"
    request: str = ""  # "POST https://clinic.example/visits"

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status < 400

    @property
    def text(self) -> str:
        try:
            return self.body.decode(self.charset, "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises HttpFailed when it is none."""
        try:
            return json_.loads(self.body)
        except (ValueError, RecursionError):
            raise HttpFailed(f"{self.request} was answered {self.status} with what is no JSON") from None

    def raise_for_status(self) -> None:
        """Raises HttpFailed for a status of 400 and above."""
        if not self.ok:
            raise HttpFailed(f"{self.request} was answered {self.status}")


class Http:
    """The methods of the web, each with an Answer; keeps no cookies and reads no proxy from the environment.

    *json* may hold dates, Decimals and dataclasses. *auth* is (user, password). *timeout*: seconds for the whole exchange.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def get(self, url: str, **options: Any) -> Answer:
        return await self.request("GET", url, **options)

    async def post(self, url: str, **options: Any) -> Answer:
        return await self.request("POST", url, **options)

    async def put(self, url: str, **options: Any) -> Answer:
        return await self.request("PUT", url, **options)

    async def patch(self, url: str, **options: Any) -> Answer:
        return await self.request("PATCH", url, **options)

    async def delete(self, url: str, **options: Any) -> Answer:
        return await self.request("DELETE", url, **options)

    async def request(
        self, method: str, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        json: Any = None, data: Any = None, auth: tuple[str, str] | None = None, timeout: float = TIMEOUT,  # noqa: ASYNC109 - of one exchange, and told as HttpFailed
    ) -> Answer:  # fmt: skip
        """Raises HttpFailed when no whole answer came in time; any status is an answer."""
        import aiohttp

        if self._closed:
            raise HttpFailed(f"{method} {_shown(url)}: the process is ending")
        named = f"{method} {_shown(url)}"
        sent = {"Content-Type": "application/json"} if json is not None else {}
        if auth is not None:
            sent["Authorization"] = f"Basic {b64encode(':'.join(auth).encode()).decode()}"
        sent.update(headers or {})
        try:
            async with self._opened().request(
                method, url, params=params, headers=sent, data=data if json is None else written(json),
                timeout=aiohttp.ClientTimeout(total=timeout),
            ) as response:  # fmt: skip
                body = bytearray()
                async for chunk in response.content.iter_chunked(65_536):
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise HttpFailed(f"{named} was answered with more than {MAX_BODY // 1024 // 1024} MiB")
                return Answer(response.status, response.headers, bytes(body), response.charset or "utf-8", named)
        except TimeoutError:
            raise HttpFailed(f"{named} was not answered within {timeout:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise HttpFailed(f"{named} failed: {type(error).__name__}") from error

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            # What runs at once is bounded by the calls: a connection pool of its own would let one slow host hold up the others.
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0))
        return self._session

    async def close(self) -> None:
        """Close all connections; what is asked later fails."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


def written(value: Any) -> bytes:
    """*value* as JSON for others: dates in ISO form, Decimals as numbers, dataclasses as objects. Raises TypeError."""
    return json_.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    match value:
        case date() | time():  # and datetime
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Enum():
            return value.value
        case set() | frozenset():
            return list(value)
        case Mapping():
            return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _shown(url: str) -> str:
    """A URL for a log: without user, password, query and fragment."""
    from yarl import URL

    try:
        parsed = URL(url)
        return str(parsed.with_user(None).with_query(None).with_fragment(None)) if parsed.host else "a URL without a host"
    except (ValueError, TypeError):
        return "what is no URL"
