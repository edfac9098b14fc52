"""http: the hosts that the built-in actions may ask, and the secrets that each may be sent.

http: [api.example.com]
http:
  api.example.com: {secrets: [DIARY_KEY]}      # named as in the environment and in .env
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from botkit.problems import Edit
from botkit.replies import Reading
from botkit.shapes import Either, Key, Keys, ListOf, Made, MapOf, Plain
from botkit.source import Node, Scalar
from botkit.web import Host, read_host

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class AllowedHost(Struct, frozen=True, eq=False):
    """A line under `http`."""

    node: Scalar
    host: Host
    secrets: tuple[Scalar, ...] = ()


def _host(node: Scalar, reading: Reading, secrets: tuple[Scalar, ...] = ()) -> AllowedHost | None:
    found = read_host(node.text)
    if isinstance(found, str):
        bare = found.rpartition(": ")[2] if ": " in found else None
        fix = (Edit(node.place, bare),) if bare and not isinstance(read_host(bare), str) and not node.quoted else ()
        reading.report("bad-host", node, f'"{node.text[:60]}" is no host that can be asked', found, fix=fix)
        return None
    return AllowedHost(node, Host(*found, tuple(one.text for one in secrets)), secrets)


def _secret(node: Scalar, _: Node, reading: Reading) -> Scalar | None:
    if _VARIABLE.fullmatch(node.text):
        return node
    told = "a secret is named here, as in .env; what it is stands only there"
    reading.report("wrong-shape", node, told, "secrets: [DIARY_KEY]")
    return None


_HOST = Keys(
    "a host",
    {"secrets": Key(ListOf(Made(Plain("the name of a secret"), _secret), "names of secrets", lone=True), "secrets that it may be sent")},
)


def _listed(nodes: list[Scalar], _: Node, reading: Reading) -> tuple[AllowedHost, ...]:
    return tuple(host for node in nodes if (host := _host(node, reading)) is not None)


def _named(pairs: list[tuple[Scalar, dict[str, Any]]], _: Node, reading: Reading) -> tuple[AllowedHost, ...]:
    hosts = (_host(key, reading, tuple(found.get("secrets", ()))) for key, found in pairs)
    return tuple(host for host in hosts if host is not None)


_LIST = Made(ListOf(Plain("a host"), "a list of hosts", lone=True), _listed)
HOSTS = Either("a list of hosts", _LIST, _LIST, Made(MapOf(_HOST, "hosts with what they may be sent", names=False), _named))
