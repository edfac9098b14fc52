"""What the built-in http actions may ask, and how what they meet is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

METHODS = ("get", "post", "put", "patch", "delete")
MEDIA_SAVE = "media.save"  # keeps what a contact sent
HTTP_LOCAL = "BOTKIT_HTTP_LOCAL"  # the variable that says which hosts stand in on this machine, for tests
LONGEST = 10  # seconds for a whole exchange
MAX_BODY = 256 * 1024  # bytes of an answer, unpacked
ERRORS = ("refused", "unreachable", "unreadable", "too_large", "http_3xx", "http_4xx", "http_5xx")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"((?:{_LABEL}\.)+{_LABEL})(?::([1-9][0-9]{{0,4}}))?")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\s\\]*)([/?#]?)")
_STATUS = re.compile(r"http_([345])[0-9]{2}")


class Host(Struct, frozen=True):
    """A host that may be asked, and the names of the secrets that may be sent to it."""

    name: str
    port: int = 443
    secrets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name if self.port == 443 else f"{self.name}:{self.port}"


def read_host(text: str) -> tuple[str, int] | str:
    """The name and port of a host as botkit.yaml lists it; a sentence that says why it is none."""
    word = text.strip().lower()
    bare = word.partition("://")[2].partition("/")[0] or word.partition("/")[0]
    if bare != word:
        return f"a host stands here without https:// and without a path: {bare}"
    match = _HOST.fullmatch(word)
    if match is None or len(match[1]) > 253 or not 0 < int(match[2] or 443) < 65_536:
        return "a host is a name such as api.example.com"
    if match[1].rpartition(".")[2].isdigit():
        return "a host is named here, not numbered: api.example.com"
    if match[1].endswith((".localhost", ".local", ".internal")):
        return "only hosts of the public internet can be asked; an action of your own reaches the others"
    return match[1], int(match[2] or 443)


class Url(Struct, frozen=True):
    """The beginning of a URL. *closed*: what follows is a path, a query or nothing, and cannot change the host."""

    scheme: str
    host: str  # "" where it is none
    port: int
    closed: bool


def begins(text: str, whole: bool = True) -> Url | None:
    """How a URL begins; None where *text* is no beginning of one. *whole* false: more may follow."""
    match = _URL.match(text)
    if match is None:
        return None
    scheme, authority, after = match[1].lower(), match[2].lower(), match[3]
    found = _HOST.fullmatch(authority)
    port = int(found[2]) if found is not None and found[2] else 443
    return Url(scheme, found[1] if found is not None else "", port, bool(after) or (whole and match.end() == len(text)))


def allowed(url: Url, hosts: Iterable[Host]) -> Host | None:
    """The host that *url* names, where it may be asked."""
    return next((host for host in hosts if (host.name, host.port) == (url.host, url.port)), None)


def names_of(error: str) -> tuple[str, ...]:
    """The words under `errors` that catch *error*, the nearest first: http_404 is one of http_4xx."""
    match = _STATUS.fullmatch(error)
    return (error, f"http_{match[1]}xx") if match is not None else (error,)


def is_error(name: str) -> bool:
    """Whether a built-in action can fail by this name."""
    return name in ERRORS or _STATUS.fullmatch(name) is not None


def is_built_in(action: str) -> bool:
    return action == MEDIA_SAVE or asks_the_web(action)


def asks_the_web(action: str) -> bool:
    """Whether that is one of the actions that ask others."""
    return action.partition(".")[0] == "http"


def local_hosts(text: str) -> Mapping[str, str]:
    """From "api.example.com=http://127.0.0.1:8123, …" where hosts stand in on this machine: host -> address."""
    pairs = (part.strip().partition("=") for part in text.split(",") if part.strip())
    return {host.strip().lower(): address.strip().rstrip("/") for host, _, address in pairs}
