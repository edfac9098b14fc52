"""A WhatsApp business number, as the bot's settings describe it."""

from __future__ import annotations

from msgspec import Struct

DIALOG360_URL = "https://waba-v2.360dialog.io"  # fact sheet §1.1


class Channel(Struct, frozen=True):
    name: str  # as in botkit.yaml; also the last part of its webhook address
    provider: str = "dialog360"
    api_key: str = ""
    webhook_auth: bytes = b""  # b"user:password" that must come as Basic auth; b"": no check (only --local)
    phone_number_id: str | None = None  # events of any other number are acknowledged, counted, never answered
    base_url: str = DIALOG360_URL  # https, or loopback for tests
    rate: float = 80.0  # messages a second that WhatsApp allows this number

    def __repr__(self) -> str:  # the secrets stay out of every log
        return f"Channel({self.name!r})"
