"""Who may call a webhook: the password that the provider was told to send along."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence


class Access:
    """Basic authentication with *secret* (`user:password`; empty: anybody may come). Compared as bytes, in constant time."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._usual = b"Basic " + b64encode(secret)

    def granted(self, headers: Sequence[str]) -> bool:
        """Whether *headers*, all values of Authorization in a request, let it in: exactly one must be there."""
        if not self._secret:
            return True
        if len(headers) != 1:
            return False
        given = headers[0].encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._usual) or hmac.compare_digest(_credentials(given), self._secret)


def _credentials(given: bytes) -> bytes:
    """What a header holds that is written another way than ours: the scheme may be in any case, with any blanks behind it."""
    scheme, _, encoded = given.strip().partition(b" ")
    if scheme.lower() != b"basic":
        return b""
    try:
        return b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        return b""
