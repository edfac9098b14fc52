"""Addresses of the internet: which are public, and where a host stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]  # the addresses of a host; raises OSError where it has none

_GLOBAL = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits, by which networks without IPv4 reach the others
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # they hold an address that somebody else chose


def public(text: str) -> bool:
    """Whether an address leads out to the internet: not to this machine, nor into the network around it."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is None:
            tunnelled = any(address in network for network in _TUNNELS)
            return address in _GLOBAL and address.is_global and not address.is_multicast and not tunnelled
        address = inner
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system knows for *host*, without repetition. Raises OSError."""
    import asyncio  # only who asks waits for it: a check of a bot asks nobody
    import socket

    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
