"""Where a provider posts webhooks to: the requests that set, show and clear it, and what their answers say.

360dialog (fact sheet §1.1, §1.4) takes an address with the headers that are to be sent along. Meta (§1.2) takes one for an account, and
asks it for its challenge at once; it has no call that shows or clears it, which is done in the dashboard of the app.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from msgspec import Struct

from botkit import wire
from botkit.channels import Channel
from botkit.providers import clean
from botkit.providers.base import Request

_PATH = "/v1/configs/webhook"


class Shown(Struct, frozen=True):
    """What 360dialog has. *url* None: nothing is set. *headers* None: it does not tell which headers it sends along."""

    url: str | None
    headers: dict[str, str] | None

    def __repr__(self) -> str:  # the password is among the headers
        return f"Shown({self.url!r})"

    def password(self, channel: Channel) -> str:
        """Whether the password of *channel* is sent along: "ours", "another", "none"; "untold"."""
        if self.headers is None:
            return "untold"
        sent = {name.lower(): value for name, value in self.headers.items()}.get("authorization")
        return "none" if sent is None else "ours" if sent == sent_along(channel).get("Authorization") else "another"


def sent_along(channel: Channel) -> dict[str, str]:
    """The headers that 360dialog is to send with every webhook of *channel*; none for a partner with the signature alone, or for Meta."""
    return {"Authorization": f"Basic {b64encode(channel.webhook_auth).decode()}"} if channel.webhook_auth else {}


def to_show(channel: Channel) -> Request | None:
    """None: this provider has no such call."""
    return None if channel.provider == "cloud" else Request("GET", _PATH, _headers(channel), b"")


def to_set(channel: Channel, url: str) -> Request | None:
    """None: this provider has no such call, or *channel* does not say enough for it."""
    if channel.provider != "cloud":
        return Request("POST", _PATH, _headers(channel), wire.dumps({"url": url, "headers": sent_along(channel)}))
    if not channel.account_id:
        return None
    asked = {"override_callback_uri": url, "verify_token": channel.verify_token.decode("utf-8", "replace")}
    return Request("POST", f"/{channel.account_id}/subscribed_apps", _headers(channel), wire.dumps(asked))


def to_clear(channel: Channel) -> Request | None:
    """An address of nothing, for there is no call that deletes one: whether it has helped shows in what stands there afterwards. None: this
    provider has no such call."""
    return None if channel.provider == "cloud" else Request("POST", _PATH, _headers(channel), wire.dumps({"url": "", "headers": {}}))


def shown(body: bytes) -> Shown:
    """What an answer to `to_show` says. Never raises; an answer that is none shows nothing."""
    try:
        parsed: Any = wire.plain(body)
    except ValueError:
        parsed = None
    told = parsed if isinstance(parsed, dict) else {}
    headers = told.get("headers")
    known = {clean.line(name): clean.text(value) for name, value in headers.items()} if isinstance(headers, dict) else None
    return Shown(clean.line(told.get("url"), 2000) or None, known)


def _headers(channel: Channel) -> dict[str, str]:
    if channel.provider == "cloud":
        return {"Authorization": f"Bearer {channel.api_key}", "Content-Type": "application/json"}
    return {"D360-API-KEY": channel.api_key, "Content-Type": "application/json"}
