"""botkit keys: for partners of 360dialog, a new key for a number of a client."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

from botkit.cli import CONFIGURATION, NOTHING, REFUSED, USAGE, Exit, Given, Group, examples

if TYPE_CHECKING:
    from botkit.environment import Environment
    from botkit.providers.partner import ClientChannel
    from botkit.settings import ChannelSettings

PARTNER_KEY = "D360_PARTNER_KEY"
PARTNER_ID = "D360_PARTNER_ID"
HUB = "D360_HUB_URL"

_partner = click.option("--partner-id", metavar="ID", help=f"Yours as a partner; else {PARTNER_ID}, in the environment or .env.")


@click.group(
    "keys",
    cls=Group,
    epilog=examples("botkit keys channels", "botkit keys create --channel-id A1b2CH --write .env"),
)
def command() -> None:
    """Keys of the numbers that you look after as a partner of 360dialog.

    The partner's own key is read from D360_PARTNER_KEY, in the environment or .env, and from nowhere else. Who is no partner makes a key in
    360dialog's Hub, on the page of the number.
    """


@command.command("channels", epilog=examples("botkit keys channels", "botkit --json keys channels"))
@_partner
@click.pass_obj
def channels(given: Given, partner_id: str | None) -> int:
    """List the numbers of your clients.

    With them stand the ids that `create` wants.
    """
    from botkit.cli.channels import settings_of

    _, _, environment = settings_of(given)
    found = asyncio.run(_list(*_partner_of(environment, partner_id)))
    if given.json:
        rows = [{"id": one.id, "status": one.status, "account": one.account} for one in found]
        click.echo(json.dumps({"version": 1, "channels": rows}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_rows(found)) if found else "no client has given you a number to look after")
    return 0 if found else NOTHING


@command.command("create", epilog=examples("botkit keys create --channel-id A1b2CH", "botkit keys create --channel-id A1b2CH --write .env"))
@_partner
@click.option("--channel-id", metavar="ID", help="The number at 360dialog: botkit keys channels.")
@click.option("--channel", metavar="NAME", help="The channel of botkit.yaml that the key is for.")
@click.option("--write", "file", metavar="FILE", help="Write the key into this file of the project, .env, and do not show it.")
@click.option("--force", is_flag=True, help="Have it take the place of the key that stands in FILE.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def create(
    given: Given, partner_id: str | None, channel_id: str | None, channel: str | None, file: str | None, force: bool, dry_run: bool,
    yes: bool,
) -> int:  # fmt: skip
    """Make a new key for a number.

    Every older key of it ends at once. The new one is shown this once, on standard output alone, or written where you say: no one else can
    show it again.
    """
    from botkit.cli import dotenv
    from botkit.cli.channels import ask, chosen, settings_of
    from botkit.providers.partner import is_id, made, to_make

    root, settings, environment = settings_of(given)
    (one,) = chosen(settings, channel, one=True)
    name = _variable(one)
    path = root / file if file is not None else None
    if path is not None and (reason := dotenv.why_not(path, name, force)):
        raise Exit(CONFIGURATION, reason, "no key was made")
    partner, key, hub = _partner_of(environment, partner_id)
    if channel_id is not None and not is_id(channel_id):
        raise Exit(USAGE, f'"{channel_id[:60]}" is no id of a number: botkit keys channels lists them')
    if channel_id is None:
        found = asyncio.run(_list(partner, key, hub))
        raise Exit(USAGE, "say which number is meant: --channel-id ID", *_rows(found))
    if dry_run:
        where = f"written to {path} as {name}" if path is not None else "shown"
        told = {"version": 1, "dry_run": True, "channel_id": channel_id, "variable": name, "written": str(path) if path else None}
        line = f"a key would be made for {channel_id}, and {where}; every older one would end"
        click.echo(json.dumps(told, ensure_ascii=False, indent=2) if given.json else line)
        return 0
    _agree(channel_id, yes)
    answer = asyncio.run(ask(hub, to_make(partner, channel_id, key), f"no key was made for {channel_id}"))
    new = made(answer.body) if answer.status != 404 else None
    if new is None:
        raise Exit(REFUSED, f"no key was made: 360dialog knows no number {channel_id} of yours (botkit keys channels lists them)")
    if new.address and new.address.rstrip("/") != (one.base_url.text.rstrip("/") if one.base_url is not None else new.address.rstrip("/")):
        click.echo(f"360dialog says that it is to be used at {new.address}: that is the base_url of channel {one.name}", err=True)
    if path is not None:
        try:
            dotenv.write(path, name, new.api_key, force)
        except (dotenv.Kept, OSError) as error:  # it is not to be had again: better shown than lost
            click.echo(f"it could not be written ({error}); here it is, this once:", err=True)
            path = None
    if given.json:
        shown = {} if path is not None else {"api_key": new.api_key}
        told = {"version": 1, "channel_id": channel_id, "variable": name, "written": str(path) if path else None, **shown}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif path is None:
        click.echo(new.api_key)
    if path is not None:
        click.echo(f"written to {path} as {name}", err=True)
        if environment.found(name)[1] == "environment":
            click.echo(f"{name} is set in the environment, too, and that goes before .env", err=True)
    click.echo("every older key of this number has ended: start botkit serve anew with this one", err=True)
    return 0


def _agree(channel_id: str, yes: bool) -> None:
    """Go on only if somebody wants it. Raises Exit."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Exit(USAGE, f"nobody is there to be asked; say --yes if every older key of {channel_id} may end")
    if not click.confirm(f"Every older key of {channel_id} ends at once, also where it is in use. Make a new one?", err=True):
        raise Exit(0, "no key was made")


def _partner_of(environment: Environment, given: str | None) -> tuple[str, str, str]:
    """Who we are at the hub: id, key, and where it is. Raises Exit that names all that is missing."""
    from botkit.environment import safe_url
    from botkit.providers.partner import HUB_URL, is_id

    partner, key, hub = given or environment.get(PARTNER_ID), environment.get(PARTNER_KEY), environment.get(HUB) or HUB_URL
    lacking = []
    if not partner:
        lacking.append(f"{PARTNER_ID} is not set (yours as a partner): name it by --partner-id, or write {PARTNER_ID}=… into .env")
    elif not is_id(partner):
        lacking.append(f'"{partner[:60]}" is no id of a partner: copy {PARTNER_ID} anew')
    if not key:
        remedy = f"put it into the environment, or write {PARTNER_KEY}=… into .env"
        lacking.append(f"{PARTNER_KEY} is not set (the key of the Partner API): {remedy}")
    elif not (key.isascii() and key.isprintable()) or " " in key:
        lacking.append(f"{PARTNER_KEY} holds a space, a line's end or another alphabet: copy it anew")
    if not safe_url(hub):
        lacking.append(f"{HUB} must begin with https:// (http:// only on this machine)")
    if lacking:
        raise Exit(CONFIGURATION, *lacking)
    return partner or "", key or "", hub.rstrip("/")


async def _list(partner: str, key: str, hub: str) -> list[ClientChannel]:
    from botkit.cli.channels import ask
    from botkit.providers.partner import listed, to_list

    answer = await ask(hub, to_list(partner, key), "the numbers cannot be listed")
    if answer.status == 404:
        raise Exit(REFUSED, f"360dialog knows no partner {partner}")
    return listed(answer.body)


def _rows(found: list[ClientChannel]) -> list[str]:
    return [f"{one.id:<14} {one.status:<10} {f'account {one.account}' if one.account else ''}".rstrip() for one in found]


def _variable(channel: ChannelSettings) -> str:
    """The variable that the key of *channel* is read from."""
    from botkit.environment import REFERENCE

    reference = REFERENCE.match(channel.api_key.text.strip()) if channel.api_key is not None else None
    if reference is None:
        raise Exit(CONFIGURATION, f"channel {channel.name} names no variable for its key: api_key: $D360_API_KEY")
    return reference[1]
