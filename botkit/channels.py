"""A WhatsApp business number, as the bot's settings describe it."""

from __future__ import annotations

from msgspec import Struct

DIALOG360_URL = "https://waba-v2.360dialog.io"  # fact sheet §1.1
USUAL_RATE, UPGRADED_RATE = 80.0, 1000.0  # messages a second of a number, before and after WhatsApp has upgraded it (fact sheet §0, 13)


class Channel(Struct, frozen=True):
    name: str  # as in botkit.yaml; also the last part of its webhook address
    provider: str = "dialog360"
    api_key: str = ""
    webhook_auth: bytes = b""  # b"user:password" that must come as Basic auth; b"": none is asked for
    platform_secret: bytes = b""  # 360dialog signs webhooks to its partners with it; b"": no signature is asked for
    app_secret: bytes = b""  # Meta signs every webhook with it; b"": no signature is asked for (only --local)
    verify_token: bytes = b""  # Meta shows it once, when the address is set; b"": it is answered nothing
    phone_number_id: str | None = None  # events of any other number are acknowledged, counted, never answered
    base_url: str = DIALOG360_URL  # https, or loopback for tests
    rate: float = USUAL_RATE  # messages a second that WhatsApp allows this number; the usual one grows by WhatsApp's news
    account_id: str | None = None  # of the WhatsApp Business account: it stands in Meta's addresses of templates

    def __repr__(self) -> str:  # the secrets stay out of every log
        return f"Channel({self.name!r})"
