"""botkit webhook: where the provider posts what contacts write, and whether that reaches the bot."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

from botkit.cli import CONFIGURATION, PROBLEMS, REFUSED, USAGE, Exit, Given, Group, examples
from botkit.cli.callbacks import BY_HAND, lines, record, tell

if TYPE_CHECKING:
    from botkit.callback import Tried
    from botkit.channels import Channel
    from botkit.environment import Environment
    from botkit.providers.callback import Shown

PUBLIC_URL = "BOTKIT_PUBLIC_URL"
_SECONDS = 5.0  # that a bot on this machine has to tell how it is

_channel = click.option("--channel", metavar="NAME", help="The channel of botkit.yaml.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")
_dry_run = click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")


@click.group(
    "webhook",
    cls=Group,
    epilog=examples("botkit webhook set https://bot.example.com", "botkit webhook show", "botkit webhook test", "botkit webhook clear"),
)
def command() -> None:
    """Where the provider posts what contacts write, and whether it gets through.

    `set` tells 360dialog the public address of the bot, with the password of webhook_auth that it is to send along; then it tries
    that address, as `test` does. `show` tells what is set, and whether anybody has called.
    """


@command.command("show", epilog=examples("botkit webhook show", "botkit webhook show --channel main"))
@_channel
@click.option("--url", envvar="BOTKIT_URL", show_envvar=True, help="Where the bot runs; on this machine if left out.")
@click.pass_obj
def show(given: Given, channel: str | None, url: str | None) -> int:
    """Tell what is set, and who has called.

    With it stands whether our password is sent along, and what the bot that runs says. Ends with 1 where nothing is set.
    """
    from botkit.cli.channels import chosen, settings_of, with_secrets
    from botkit.cli.reach import address_of

    _, settings, environment = settings_of(given)
    channels = with_secrets(settings, chosen(settings, channel), environment)
    where = url or address_of(environment)

    async def looked() -> tuple[dict[str, Shown | None], dict[str, object] | None]:
        return {name: await _shown(one) for name, one in channels.items()}, await _running(where)

    shown, running = asyncio.run(looked())
    if given.json:
        rows = [record(one, shown[name], running) for name, one in channels.items()]
        click.echo(json.dumps({"version": 1, "channels": rows}, ensure_ascii=False, indent=2))
    else:
        for name, one in channels.items():
            click.echo("\n".join(lines(one, shown[name], running, where, given)))
    return PROBLEMS if any(one is not None and one.url is None for one in shown.values()) else 0


@command.command("set", epilog=examples("botkit webhook set https://bot.example.com", "botkit webhook set --channel main --dry-run"))
@click.argument("url", required=False)
@_channel
@_dry_run
@click.pass_obj
def set_(given: Given, url: str | None, channel: str | None, dry_run: bool) -> int:
    """Tell the provider where the bot is, and try it.

    URL is the public address of the bot; without a path, /webhook/ and the channel's name come behind it. BOTKIT_PUBLIC_URL is taken where
    it is left out.
    """
    from botkit.callback import unfit
    from botkit.cli.channels import ask, chosen, settings_of, with_secrets
    from botkit.providers.callback import to_set

    _, settings, environment = settings_of(given)
    (one,) = with_secrets(settings, chosen(settings, channel, one=True), environment).values()
    address = _address(url, one, environment)
    wrong = unfit(address, one.provider, _loopback(one))
    if wrong:
        raise Exit(USAGE, *(f"{address}: {told}; {remedy}" for told, remedy in wrong))
    request = to_set(one, address)
    if request is None:
        return _by_hand(one, address)
    before = asyncio.run(_shown(one))
    if before is not None and before.url not in (None, address):
        click.echo(f"channel {one.name}: it was {before.url}", err=True)
    if dry_run:
        along = "with the password of webhook_auth" if one.webhook_auth else "without a password"
        return _said(given, one, "would be set", address, f"would be set to {address}, {along}")
    answer = asyncio.run(ask(one.base_url, request, f"channel {one.name}: the webhook cannot be set"))
    after = asyncio.run(_shown(one))
    if answer.status == 404 or (after is not None and after.url != address):
        there = f"there stands {after.url or 'nothing'} instead" if after is not None else "there is no such address at the provider"
        raise Exit(REFUSED, f"channel {one.name}: it was not taken up: {there}")
    if not given.json:
        click.echo(f"channel {one.name}: set to {address}")
    return tell({one.name: asyncio.run(_try(address, one))}, given)


@command.command("test", epilog=examples("botkit webhook test", "botkit webhook test https://bot.example.com --channel main"))
@click.argument("url", required=False)
@_channel
@click.pass_obj
def test(given: Given, url: str | None, channel: str | None) -> int:
    """Post an example, and tell what is at fault.

    Ends with 1 where it does not get through. The example tells nothing, so nothing follows from it. It goes
    the way that the provider's webhooks go, to the address that the provider has, or to URL.
    """
    from botkit.cli.channels import chosen, settings_of, with_secrets

    _, settings, environment = settings_of(given)
    channels = with_secrets(settings, chosen(settings, channel, one=url is not None), environment)

    async def tried() -> dict[str, Tried]:
        found = {}
        for name, one in channels.items():
            shown = await _shown(one) if url is None else None
            address = shown.url if shown is not None and shown.url else _address(url, one, environment)
            found[name] = await _try(address, one)
        return found

    return tell(asyncio.run(tried()), given)


@command.command("clear", epilog=examples("botkit webhook clear", "botkit webhook clear --channel main --yes"))
@_channel
@_dry_run
@_yes
@click.pass_obj
def clear(given: Given, channel: str | None, dry_run: bool, yes: bool) -> int:
    """Have the provider forget the address.

    The bot hears nothing any more.
    """
    from botkit.cli.channels import ask, chosen, settings_of, with_secrets
    from botkit.providers.callback import to_clear

    _, settings, environment = settings_of(given)
    (one,) = with_secrets(settings, chosen(settings, channel, one=True), environment).values()
    request = to_clear(one)
    if request is None:
        raise Exit(USAGE, f"channel {one.name}: Meta has no call for that; take the address away {BY_HAND}")
    before = asyncio.run(_shown(one))
    if before is None or before.url is None:
        return _said(given, one, "nothing", None, "nothing is set")
    if dry_run:
        return _said(given, one, "would be cleared", before.url, f"would be cleared; it is {before.url}")
    if not yes and not sys.stdin.isatty():
        raise Exit(USAGE, "nobody is there to be asked; say --yes if the bot is to hear nothing any more")
    if not yes and not click.confirm(f"The bot will hear nothing of channel {one.name} any more. Clear {before.url}?", err=True):
        return _said(given, one, "kept", before.url, f"it stays {before.url}")
    asyncio.run(ask(one.base_url, request, f"channel {one.name}: the webhook cannot be cleared"))
    after = asyncio.run(_shown(one))
    if after is not None and after.url is not None:
        raise Exit(REFUSED, f"channel {one.name}: {after.url} still stands there; set another address, or take it away in 360dialog's Hub")
    return _said(given, one, "cleared", before.url, f"cleared; it was {before.url}")


def _said(given: Given, channel: Channel, state: str, url: str | None, line: str) -> int:
    """What has become of a channel's address, *url*; in *line* for people."""
    told = {"version": 1, "channel": channel.name, "state": state, "url": url}
    click.echo(json.dumps(told, ensure_ascii=False) if given.json else f"channel {channel.name}: {line}")
    return 0


# ---- what is asked


def _address(url: str | None, channel: Channel, environment: Environment) -> str:
    from botkit.callback import address_of

    found = url or environment.get(PUBLIC_URL)
    if found is None:
        raise Exit(USAGE, f"channel {channel.name}: where is the bot? botkit webhook set https://bot.example.com, or {PUBLIC_URL} in .env")
    return address_of(found, channel.name)


def _loopback(channel: Channel) -> bool:
    """Whether the provider is on this machine, for trying."""
    from urllib.parse import urlsplit

    from botkit.callback.address import is_here

    return is_here(urlsplit(channel.base_url).hostname or "")


async def _shown(channel: Channel) -> Shown | None:
    """What the provider has; None where it does not tell."""
    from botkit.cli.channels import ask
    from botkit.providers.callback import shown, to_show

    request = to_show(channel)
    if request is None:
        return None
    answer = await ask(channel.base_url, request, f"channel {channel.name}: the webhook cannot be read")
    return shown(b"" if answer.status == 404 else answer.body)  # 404: none is set


async def _try(address: str, channel: Channel) -> Tried:
    from botkit.callback import try_out
    from botkit.ports import RealPorts

    return await try_out(address, channel, RealPorts())


async def _running(url: str) -> dict[str, object] | None:
    """What the bot at *url* says of itself; None where none runs there."""
    import aiohttp

    from botkit import wire

    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url.rstrip('/')}/health/ready") as answer:
            told = wire.plain(await answer.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    return told if isinstance(told, dict) and "webhooks" in told else None


def _by_hand(channel: Channel, address: str) -> int:
    """What to do where no call does it."""
    raise Exit(
        CONFIGURATION,
        f"channel {channel.name}: Meta sets an address by the account_id of the WhatsApp Business account: add it to the channel,",
        f"in botkit.yaml, or set the address {BY_HAND}:",
        f"  callback URL   {address}",
        "  verify token   what verify_token stands for in your .env",
        "  webhook fields messages; and subscribe the app to the account",
        "then try it: botkit webhook test",
    )
