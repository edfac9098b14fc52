"""Channels and the store: secrets that stand in a file, doors that stand open, addresses that are none."""

from __future__ import annotations

import re
from ipaddress import ip_address

from botkit.checks.survey import Survey

_VARIABLE = re.compile(r"\$[A-Za-z_]\w*$")
_ADDRESS = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\[\]]+)(:\d{1,5})?(/[^\s?#]*)?$")
_STORE = re.compile(r"memory:$|sqlite:///.+$")
_PASSWORD = re.compile(r"\w+://[^/@:]*:[^/@]+@")
_SECRETS = {"api_key": "D360_API_KEY", "webhook_auth": "BOTKIT_WEBHOOK_AUTH"}


def secrets(find: Survey) -> None:
    """A key or a password in botkit.yaml, where everybody who has the project can read it."""
    for channel in find.bot.settings.channels:
        for key, name in _SECRETS.items():
            node = getattr(channel, key)
            if node is not None and not _VARIABLE.match(node.text.strip()):
                hint = f"{key}: ${name}, and {name}=… in .env; then have a new one made, for this one has been seen"
                find.report("secret-in-yaml", node, f"the {key} of a channel must not stand in a file", hint)
    store = find.bot.settings.store
    if store is not None and _PASSWORD.match(store.text):
        hint = "store: $BOTKIT_STORE, and BOTKIT_STORE=… in .env"
        find.report("secret-in-yaml", store, "the password of a store must not stand in a file", hint)


def doors(find: Survey) -> None:
    """A channel whose webhook asks for no password."""
    for channel in find.bot.settings.channels:
        if channel.webhook_auth is None and find.whole(None):
            told = f'channel "{channel.name}" has no webhook_auth, and is not served without: anybody could send it messages'
            find.report("no-webhook-auth", channel.key, told, "webhook_auth: $BOTKIT_WEBHOOK_AUTH", severity="warning")


def addresses(find: Survey) -> None:
    """A base_url that would carry the key in the open, or that is none; a store that nobody knows."""
    for channel in find.bot.settings.channels:
        node = channel.base_url
        if node is not None and not _VARIABLE.match(node.text.strip()) and (fault := _fault(node.text.strip())):
            find.report("bad-address", node, f"base_url {fault}", "delete it: the address of the provider is known")
    store = find.bot.settings.store
    if store is None or _VARIABLE.match(store.text.strip()) or _STORE.match(store.text.strip()) or _PASSWORD.match(store.text):
        return
    known = "sqlite:///data/botkit.db (three slashes: a file of this project) or memory:"
    if store.text.startswith(("postgres:", "postgresql:")):
        find.report("not-yet", store, "this version of botkit does not know postgresql yet", known)
    else:
        find.report("bad-store", store, f'"{store.text[:60]}" names no store', known)


def _fault(url: str) -> str | None:
    match = _ADDRESS.match(url)
    if match is None:
        return f'must be an address like https://example.com and nothing more, not "{url[:60]}"'
    if match[1] == "https" or match[2] == "localhost":
        return None
    try:
        here = ip_address(match[2].strip("[]")).is_loopback
    except ValueError:
        here = False
    return None if here else "must begin with https://: the key would travel in the open (http:// is for this machine alone)"
