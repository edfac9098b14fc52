"""The signature of a webhook: an HMAC-SHA256 of its raw bytes, with a secret that only the two sides know.

Meta signs with the secret of the app (fact sheet §1.2), 360dialog for its partners with their platform secret (§1.4). It is a signature of
bytes: the same JSON written in another way has another one.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from msgspec import Struct

from botkit.channels import Channel

_PREFIX = b"sha256="


class Signature(Struct, frozen=True):
    """What stands in the header *name* of every webhook. *bare*: also without its prefix, as three of four have seen it of 360dialog."""

    name: str
    secret: bytes
    bare: bool = False

    def __repr__(self) -> str:  # the secret stays out of every log
        return f"Signature({self.name!r})"

    def of(self, body: bytes) -> str:
        """The value for *body*, as the provider writes it."""
        digest = hmac.digest(self.secret, body, "sha256").hex()
        return digest if self.bare else f"{_PREFIX.decode()}{digest}"

    def right(self, values: Sequence[str], body: bytes) -> bool:
        """Whether *values*, all of that header in a request, are the one for *body*. Compared as bytes, in constant time."""
        if len(values) != 1:
            return False
        given = values[0].strip().encode("utf-8", "surrogateescape")
        prefixed = given.startswith(_PREFIX)
        if not prefixed and not self.bare:
            return False
        expected = hmac.digest(self.secret, body, "sha256").hex().encode()
        return hmac.compare_digest(given.removeprefix(_PREFIX), expected)


def signature_of(channel: Channel) -> Signature | None:
    """How the webhooks of *channel* are signed; None: they are not."""
    if channel.provider == "cloud":
        return Signature("X-Hub-Signature-256", channel.app_secret) if channel.app_secret else None
    return Signature("X-360dialog-Signature", channel.platform_secret, bare=True) if channel.platform_secret else None
