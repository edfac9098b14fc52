"""What the webhook says to who calls it, in words by which the other side of a proxy knows that it was the bot who spoke."""

from __future__ import annotations

STORED = "ok"
NOWHERE = "there is nothing here"
NO_PASSWORD = "the password is missing or wrong"  # noqa: S105 - a sentence
NO_SIGNATURE = "the signature is missing or wrong"
NO_TOKEN = "the token is missing or wrong"  # noqa: S105 - a sentence
NOT_STORED = "it cannot be stored now"
TOO_MUCH = "too much at once"
ENDING = "it is ending"
NOT_NOW = "not now"
BUSY = (NOT_STORED, TOO_MUCH, ENDING, NOT_NOW)
