"""How a desk knows that it is this bot that tells it something: a signature in the way of Standard Webhooks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_PREFIX = "whsec_"  # before a secret that is written in base64


def signed(secret: str, id_: str, at: int, body: bytes) -> dict[str, str]:
    """The headers for *body*. *at*: seconds since 1970, of this attempt. *id_* is the same at every attempt."""
    return {ID: id_, TIMESTAMP: str(at), SIGNATURE: f"v1,{_code(secret, id_, str(at), body)}"}


def genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether *body* is signed with *secret*. How old it may be is for who asks to say."""
    expected = _code(secret, headers.get(ID, ""), headers.get(TIMESTAMP, ""), body).encode()
    given = (one.partition(",") for one in headers.get(SIGNATURE, "").split())
    return any(version == "v1" and hmac.compare_digest(code.encode("utf-8", "replace"), expected) for version, _, code in given)


def _code(secret: str, id_: str, at: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(_key(secret), f"{id_}.{at}.".encode() + body, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


__all__ = ["ID", "SIGNATURE", "TIMESTAMP", "genuine", "signed"]
