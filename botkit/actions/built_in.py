"""The actions that every bot has: http.get, http.post, http.put, http.patch and http.delete, to the hosts that botkit.yaml lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from botkit.actions.addresses import Resolve, resolve
from botkit.actions.context import Context
from botkit.actions.exchange import Received, Refused, Request, TooLarge, Unreachable, Unreadable, addresses_of, exchange
from botkit.actions.functions import Action, Passing
from botkit.actions.gathered import Field, Record
from botkit.actions.http import written
from botkit.actions.wanted import PLAIN, Anything, Wanted
from botkit.signatures import Parameter, Signature, ValueType
from botkit.web import ERRORS, HTTP_LOCAL, LONGEST, MAX_BODY, METHODS, Host, Url, allowed, begins, local_hosts
from botkit.wire import Value, Veiled

if TYPE_CHECKING:
    import ssl

RESULT = ValueType(
    ("record",),
    (Parameter("status", ValueType(("integer",))), Parameter("body"), Parameter("headers", ValueType(("record",)))),
)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UPWARD = re.compile(r"(?:/|%2f|\\|%5c)(?:\.|%2e){1,2}(?:/|%2f|\\|%5c|$)", re.IGNORECASE)
_OURS = frozenset({
    "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "accept-encoding", "keep-alive",
})  # fmt: skip
_DEEPEST = 18  # a result may be nested this deep, less the record around it
_AGAIN = frozenset({408, 425, 429, *range(500, 600)})  # may be another answer next time


def _statuses() -> dict[str, type[Exception]]:
    """An exception for each status that is no success, as flows call it, and for each family of them."""
    found: dict[str, type[Exception]] = {}
    for first in (3, 4, 5):
        family: type[Exception] = type(f"http_{first}xx", (Exception,), {})
        found[family.__name__] = family
        for status in range(first * 100, first * 100 + 100):
            name = f"http_{status}"
            found[name] = type(name, (family, Passing) if status in _AGAIN else (family,), {})
    return found


_STATUSES = _statuses()
_RAISES: Mapping[str, type[Exception]] = {
    **{name: type(name, (cls,), {}) for name, cls in zip(ERRORS, (Refused, Unreachable, Unreadable, TooLarge), strict=False)},
    **_STATUSES,
}


def built_in(hosts: Sequence[Host], where: Resolve = resolve, trust: ssl.SSLContext | None = None) -> dict[str, Action]:
    """The actions by their name. *hosts* are those that may be asked; *where* tells their addresses; *trust*: as for an exchange."""
    web = _Web(hosts, where, trust)
    return {f"http.{method}": _action(method, web) for method in METHODS}


def _action(method: str, web: _Web) -> Action:
    anything: Wanted = Anything()
    fields = [
        Field("url", PLAIN[str]), Field("query", anything, "None"), Field("headers", anything, "None"),
        *((Field("json", anything, "None"), Field("form", anything, "None")) if method != "get" else ()),
    ]  # fmt: skip
    signature = Signature(f"http.{method}", tuple(_parameter(field) for field in fields), RESULT, ERRORS)
    takes = Record(dict, lambda _: tuple(fields))
    function = partial(web.ask, method.upper())
    return Action(
        signature, function, tuple(_RAISES.values()), takes, anything, True, True, "", guard=web.guard, longest=LONGEST, most=2 * MAX_BODY
    )


def _parameter(field: Field) -> Parameter:
    kinds = {"url": ("text",), "json": ("any",)}.get(field.name, ("record", "none"))
    return Parameter(field.name, ValueType(kinds), field.default)


class _Web:
    def __init__(self, hosts: Sequence[Host], where: Resolve, trust: ssl.SSLContext | None) -> None:
        self._hosts = hosts
        self._where = where
        self._trust = trust

    def guard(self, arguments: Mapping[str, Value], secrets: frozenset[str]) -> None:
        """Whether that may be asked at all, with these *secrets* in it. Raises refused."""
        url = arguments.get("url")
        host, _ = self._host(str(url) if isinstance(url, str | Veiled) else "")
        strange = sorted(secrets - set(host.secrets))
        if strange:
            raise _RAISES["refused"](f"{strange[0]} is a secret, and botkit.yaml does not say under http that {host} may have it")

    def _host(self, text: str) -> tuple[Host, Url]:
        url = begins(text)
        if url is None or not url.host or not url.closed:
            raise _RAISES["refused"]("what is asked is no URL such as https://api.example.com/visits")
        if url.scheme != "https":
            raise _RAISES["refused"](f"{url.host} is only asked by https")
        host = allowed(url, self._hosts)
        if host is None:
            raise _RAISES["refused"](f"{url.host} is not among the hosts that botkit.yaml lists under http")
        return host, url

    async def ask(
        self, method: str, ctx: Context, *, url: str, query: Any = None, headers: Any = None, json: Any = None, form: Any = None
    ) -> dict[str, Any]:
        """The answer to one request, as a record of status, body and headers."""
        host, where = self._host(url)
        try:
            request = _request(method, url, where, query, headers, json, form, ctx.idempotency_key)
            base = local_hosts(ctx.secrets.get(HTTP_LOCAL, "")).get(str(host))
            addresses = await addresses_of(request, self._where) if base is None else [_loopback(base)]
            received = await exchange(request, addresses, base, self._trust)
            if not 200 <= received.status < 300:
                raise _status(received.status)(f"{request.shown} was answered {received.status}")
            return _answer(request, received)
        except (Refused, Unreachable, Unreadable, TooLarge) as error:
            name = next(name for name, cls in _RAISES.items() if issubclass(cls, type(error)))
            raise _RAISES[name](str(error)) from error.__cause__


def _status(status: int) -> type[Exception]:
    return _STATUSES.get(f"http_{status}", _RAISES["unreadable"])


def _loopback(base: str) -> str:
    """The address that *base* names: one of this machine, for a test is no way out of the rules. Raises Refused."""
    match = re.fullmatch(r"https?://(?:\[([0-9a-f:]+)\]|([0-9.]+)):[0-9]+", base)
    if match is None or not ip_address(match[1] or match[2]).is_loopback:
        raise Refused(f"{HTTP_LOCAL} takes addresses of this machine: api.example.com=http://127.0.0.1:8123")
    return str(match[1] or match[2])


# ---------------------------------------------------------------- the question


def _request(method: str, url: str, where: Url, query: Any, headers: Any, json: Any, form: Any, key: str) -> Request:
    """Raises Refused."""
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in url):
        raise Refused("a URL has no spaces and no line breaks: pass what a contact wrote through urlencode, or under query")
    if _UPWARD.search(url.partition("?")[0].partition("#")[0]):
        raise Refused('a URL has no ".." in its path: it would lead elsewhere')
    sent = {"User-Agent": "botkit", "Accept": "application/json, text/*", "Accept-Encoding": "gzip"}
    if method != "GET":
        sent["Idempotency-Key"] = key
    body: bytes | None = None
    if json is not None and form is not None:
        raise Refused("an exchange carries json or a form, not both")
    if json is not None:
        body, sent["Content-Type"] = written(json), "application/json"
    elif form is not None:
        from urllib.parse import urlencode

        body, sent["Content-Type"] = urlencode(list(_pairs(form, "form"))).encode(), "application/x-www-form-urlencoded"
    names = {name.lower(): name for name in sent}
    for name, text in _pairs(headers, "headers"):
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
            raise Refused(f"{name[:60]!r} is no header that can be set")
        if not text.isprintable():
            raise Refused(f"the header {name} holds what is not printable")
        sent.pop(names.get(name.lower(), name), None)
        sent[name] = text
    return Request(method, url, where, sent, list(_pairs(query, "query")), body)


def _pairs(record: Any, what: str) -> Iterator[tuple[str, str]]:
    """Names with texts; a list gives a name for each of its elements, and nothing is left out."""
    if record is None:
        return
    if not isinstance(record, Mapping):
        raise Refused(f"{what} takes a record: names with values")
    for name, value in record.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not None:
                yield str(name), _text(one, what)


def _text(value: Any, what: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case date() | time():  # and datetime
            return value.isoformat()
    raise Refused(f"{what} takes texts, numbers and dates, not a {type(value).__name__}")


# ---------------------------------------------------------------- the answer


def _answer(request: Request, received: Received) -> dict[str, Any]:
    """Raises Unreadable."""
    headers = {name.lower().replace("-", "_"): value for name, value in received.headers.items()}
    return {"status": received.status, "body": _body(request, received), "headers": headers}


def _body(request: Request, received: Received) -> Any:
    kind = received.content_type.lower()
    if not received.body:
        return None
    if kind == "application/json" or kind.endswith("+json"):
        try:
            found = json.loads(received.body, parse_float=_decimal, parse_constant=_no_number)
        except (ValueError, RecursionError, ArithmeticError):
            raise Unreadable(f"{request.shown} was answered with what is no JSON") from None
        if _deeper(found, _DEEPEST):
            raise Unreadable(f"{request.shown} was answered with JSON that is nested deeper than {_DEEPEST}")
        return found
    try:
        return received.body.decode(received.charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        raise Unreadable(f"{request.shown} was answered with what is no text: {kind[:60]}") from None


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if number and not -400 < number.adjusted() < 400:
        raise ValueError(text)
    return number


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _deeper(value: Any, most: int) -> bool:
    """Whether *value* is nested deeper than *most*; walks without recursion."""
    level: Iterable[Any] = [value]
    for _ in range(most + 1):
        level = [inner for one in level if isinstance(one, dict | list) for inner in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return False
    return True
