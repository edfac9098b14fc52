"""Channels and the store: secrets that stand in a file, doors that stand open, addresses that are none."""

from __future__ import annotations

import re
from ipaddress import ip_address

from botkit.checks.survey import Survey

_VARIABLE = re.compile(r"\$[A-Za-z_]\w*$")
_ADDRESS = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\[\]]+)(:\d{1,5})?(/[^\s?#]*)?$")
_STORE = re.compile(r"memory:$|sqlite:///.+$")
_PASSWORD = re.compile(r"\w+://[^/@:]*:[^/@]+@")
_SECRETS = {
    "api_key": "D360_API_KEY", "webhook_auth": "BOTKIT_WEBHOOK_AUTH", "platform_secret": "D360_PLATFORM_SECRET",
    "app_secret": "META_APP_SECRET", "verify_token": "META_VERIFY_TOKEN",
}  # fmt: skip
# What keeps strangers from a webhook: of each provider its own (fact sheet §1.3).
_DOORS = {"dialog360": ("webhook_auth", "platform_secret"), "cloud": ("app_secret", "verify_token")}
_WHOSE = {"dialog360": "360dialog, which sends a password along", "cloud": "Meta, which signs its webhooks and sends no password"}


def secrets(find: Survey) -> None:
    """A key or a password in botkit.yaml, where everybody who has the project can read it."""
    for channel in find.bot.settings.channels:
        for key, name in _SECRETS.items():
            node = getattr(channel, key)
            if node is not None and not _VARIABLE.match(node.text.strip()):
                hint = f"{key}: ${name}, and {name}=… in .env; then have a new one made, for this one has been seen"
                find.report("secret-in-yaml", node, f"the {key} of a channel must not stand in a file", hint)
    for queue in find.bot.settings.queues:
        if queue.secret is not None and not _VARIABLE.match(queue.secret.text.strip()):
            hint = "secret: $DESK_SECRET, and DESK_SECRET=… in .env; then have a new one made, for this one has been seen"
            find.report("secret-in-yaml", queue.secret, "the secret of a queue must not stand in a file", hint)
    store = find.bot.settings.store
    if store is not None and _PASSWORD.match(store.text):
        hint = "store: $BOTKIT_STORE, and BOTKIT_STORE=… in .env"
        find.report("secret-in-yaml", store, "the password of a store must not stand in a file", hint)


def doors(find: Survey) -> None:
    """A channel whose webhook lets anybody in, or asks for what its provider does not send."""
    for channel in find.bot.settings.channels:
        ours = _DOORS[channel.provider]
        strange = [key for provider, keys in _DOORS.items() if provider != channel.provider for key in keys if getattr(channel, key)]
        for key in strange:
            told = f'channel "{channel.name}" has {key}, and its provider is {_WHOSE[channel.provider]}'
            hint = f"delete it; what belongs here: {'; '.join(_line(key) for key in (ours if channel.provider == 'cloud' else ours[:1]))}"
            find.report("other-provider", getattr(channel, key), told, hint)
        if strange or not find.whole(None):
            continue
        missing = [key for key in ours if getattr(channel, key) is None]
        if channel.provider == "dialog360":
            missing = missing[:1] if len(missing) == len(ours) else []
        if missing:
            told = f'channel "{channel.name}" has no {" and no ".join(missing)}, and is not served without: anybody could send it messages'
            find.report("no-webhook-auth", channel.key, told, "; ".join(map(_line, missing)), severity="warning")


def _line(key: str) -> str:
    """How *key* stands in botkit.yaml."""
    return f"{key}: ${_SECRETS[key]}"


def addresses(find: Survey) -> None:
    """A base_url that would carry the key in the open, or that is none; a store that nobody knows."""
    for channel in find.bot.settings.channels:
        node = channel.base_url
        if node is not None and not _VARIABLE.match(node.text.strip()) and (fault := _fault(node.text.strip())):
            find.report("bad-address", node, f"base_url {fault}", "delete it: the address of the provider is known")
    for queue in find.bot.settings.queues:
        node = queue.to
        if node is not None and not _VARIABLE.match(node.text.strip()) and (fault := _fault(node.text.strip())):
            what = fault.replace("the key would travel", "what contacts write would travel")
            find.report("bad-address", node, f"to {what}", "to: https://desk.example.com/hook")
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
