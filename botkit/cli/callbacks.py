"""What `botkit webhook` tells: what is set, who has called, and how far an example came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from botkit.cli import PROBLEMS, Given

if TYPE_CHECKING:
    from botkit.callback import Obstacle, Stage, Tried
    from botkit.channels import Channel
    from botkit.providers.callback import Shown

BY_HAND = "in the dashboard of your app at developers.facebook.com, under WhatsApp, Configuration"


def _called(name: str, running: dict[str, object] | None) -> tuple[str | None, str | None]:
    """When somebody called, and when somebody was turned away, as the bot tells it."""
    webhooks = running.get("webhooks") if running is not None else None
    told = webhooks.get(name) if isinstance(webhooks, dict) else None
    return (told.get("called"), told.get("turned_away")) if isinstance(told, dict) else (None, None)


def record(channel: Channel, shown: Shown | None, running: dict[str, object] | None) -> dict[str, object]:
    called, turned_away = _called(channel.name, running)
    url, password = (shown.url, shown.password(channel)) if shown is not None else (None, "untold")
    since = running.get("since") if running is not None else None
    return {
        "channel": channel.name, "provider": channel.provider, "url": url, "password": password,
        "running_since": since, "called": called, "turned_away": turned_away,
    }  # fmt: skip


def lines(channel: Channel, shown: Shown | None, running: dict[str, object] | None, url: str, given: Given) -> list[str]:
    told = [given.paint(f"channel {channel.name} ({channel.provider})", "bold")]
    if shown is None:
        told.append(f"  address   Meta does not tell it; it stands {BY_HAND}")
    elif shown.url is None:
        told.append("  address   none is set: botkit webhook set https://bot.example.com")
    else:
        told += [f"  address   {shown.url}", f"  password  {_password(channel, shown)}"]
    if running is None:
        return [*told, f"  called    no bot answers at {url}; --url tells where it runs"]
    called, turned_away = _called(channel.name, running)
    told.append(f"  called    last {called}" if called else f"  called    by nobody since the start, {running.get('since')}")
    if turned_away:
        told.append(f"  refused   somebody with a wrong secret, or none, last {turned_away}")
    return told


def _password(channel: Channel, shown: Shown) -> str:
    user = channel.webhook_auth.decode("utf-8", "replace").partition(":")[0]
    if not channel.webhook_auth:
        return "none: 360dialog signs, by your platform_secret"
    match shown.password(channel):
        case "ours":
            return f"{user}:•••, the one of webhook_auth"
        case "another":
            return "another one than that of webhook_auth is sent along: botkit webhook set"
        case "none":
            return "none is sent along: botkit webhook set"
        case _:
            return f"360dialog does not tell what it sends along ({user}:••• when botkit has set it); botkit webhook test tries ours"


def tell(found: dict[str, Tried], given: Given) -> int:
    """Each stage of the way in a line: passed, or at fault with what to do."""
    from botkit.callback import STAGES

    if given.json:
        rows = [
            {
                "channel": name, "url": one.url, "fault": one.fault.stage if one.fault else None,
                "told": one.fault.told if one.fault else None, "remedy": one.fault.remedy if one.fault else None,
                "seconds": round(one.seconds, 3), "notes": list(one.notes),
            }
            for name, one in found.items()
        ]  # fmt: skip
        click.echo(json.dumps({"version": 1, "channels": rows}, ensure_ascii=False, indent=2))
        return PROBLEMS if any(one.fault for one in found.values()) else 0
    for name, one in found.items():
        click.echo(f"channel {name}: an example to {one.url}")
        at = STAGES.index(_last_known(one.fault)) if one.fault is not None else len(STAGES)
        passed = [stage for stage in STAGES[:at] if stage != "tls" or one.url.startswith("https:")]
        if passed and not given.quiet:
            click.echo(given.paint(f"  ok          {', '.join(passed)}", "green"))
        if one.fault is not None:
            click.echo(f"  {given.paint(f'{one.fault.stage:<11}', 'red')} {one.fault.told}")
            click.echo(f"  do          {one.fault.remedy}")
        else:
            click.echo(f"  the bot took it in {one.seconds:.2f} s")
        for note in one.notes:
            click.echo(f"  note        {note}")
    return PROBLEMS if any(one.fault for one in found.values()) else 0


def _last_known(fault: Obstacle) -> Stage:
    """The first stage of which it is not known that it was passed: who is not answered does not know by whom."""
    return "proxy" if fault.stage == "time" else fault.stage
