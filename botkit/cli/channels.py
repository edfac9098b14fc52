"""The numbers of a bot, for commands that are about them: its flows need not be right for that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botkit.cli import CONFIGURATION, REFUSED, USAGE, Exit, Given, project_root
from botkit.problems.nearest import nearest

if TYPE_CHECKING:
    from botkit.channels import Channel
    from botkit.environment import Environment
    from botkit.providers.base import Request
    from botkit.sender.answer import Answer
    from botkit.settings import ChannelSettings, Settings

_DEADLINE = 15.0  # seconds that a provider has for an answer


def settings_of(given: Given) -> tuple[Path, Settings, Environment]:
    """The project's folder, its botkit.yaml, and what the host sets. Raises Exit where the file cannot be read."""
    from botkit.environment import Environment
    from botkit.problems import Problems
    from botkit.release import SETTINGS_FILE, read_bot

    root = project_root(given)
    problems = Problems()
    bot = read_bot({SETTINGS_FILE: (root / SETTINGS_FILE).read_bytes()}, problems)
    if bot is None or not bot.settings.channels:
        none = "botkit.yaml has no channels: add channels: with one for each WhatsApp number"
        raise Exit(CONFIGURATION, *([str(problem) for problem in problems.errors] or [none]))
    environment = Environment(root, os.environ)
    for fault in environment.faults:
        click.echo(fault, err=True)
    return root, bot.settings, environment


def chosen(settings: Settings, only: str | None, *, one: bool = False) -> tuple[ChannelSettings, ...]:
    """The channels that a command is about: all, or the one named *only*. *one*: it must be a single one. Raises Exit."""
    names = [channel.name for channel in settings.channels]
    if only is not None and only not in names:
        near = nearest(only, names)
        hint = f"did you mean {near}?" if near else f"there is {', '.join(names)}"
        raise Exit(USAGE, f'there is no channel "{only}" in botkit.yaml; {hint}')
    found = tuple(channel for channel in settings.channels if only in (None, channel.name))
    if one and len(found) > 1:
        raise Exit(USAGE, f"say which channel is meant: --channel {' or --channel '.join(names)}")
    return found


def with_secrets(
    settings: Settings, channels: tuple[ChannelSettings, ...], environment: Environment, *, webhooks: bool = True
) -> dict[str, Channel]:
    """*channels* with their keys, and with what guards their *webhooks* unless that does not matter. Raises Exit that names all that is
    missing."""
    from msgspec.structs import replace

    from botkit.environment import resolve

    resolved = resolve(replace(settings, channels=channels, queues=(), http=(), store=None), environment, open_webhook=not webhooks)
    if resolved.lacking:
        raise Exit(CONFIGURATION, *resolved.lacking)
    return resolved.channels


async def ask(base: str, request: Request, what: str) -> Answer:
    """The answer to *request*, 2xx or 404. Raises Exit where the provider at *base* says no, or nothing; *what* could not be done then."""
    from botkit.ports import RealPorts
    from botkit.providers import faults
    from botkit.sender.client import Client, Lost

    client = Client(RealPorts(), _DEADLINE)
    await client.open()
    try:
        answer = await client.ask(base, request)
    finally:
        await client.close()
    if isinstance(answer, Lost):
        raise Exit(REFUSED, f"{what}: {base} cannot be reached: {answer.detail}", "look whether this machine is online, and try again")
    if 200 <= answer.status < 300 or answer.status == 404:
        return answer
    fault = faults.read(answer.body)
    trace = f" (trace {fault.trace})" if fault.trace else ""
    raise Exit(REFUSED, f"{what}: refused with {answer.status}: {fault.text or 'no reason was given'}{trace}", *_remedy(answer.status))


def _remedy(status: int) -> list[str]:
    """What helps, where the status alone tells it."""
    if status == 401:
        return ["the key is not accepted: a newer one may have been made since; put it into .env"]
    if status == 403:
        return ["this key may not do that: look at its permissions"]
    return ["try again later"] if status in (429, 500, 502, 503) else []
