"""The templates of the files, those of the providers, and those of the last pull, for commands that are about them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from botkit.cli import CONFIGURATION, REFUSED, USAGE, Exit, Given, project_root
from botkit.problems.nearest import nearest

if TYPE_CHECKING:
    from botkit.approvals import Pulls, Registered
    from botkit.bot import Bot
    from botkit.channels import Channel
    from botkit.project import Project
    from botkit.registry import Registry
    from botkit.templates import Template

T = TypeVar("T")
Seen = Callable[[int, bool], None]  # how many templates so far, and whether that was all


def project_and_bot(given: Given, whole: bool = True) -> tuple[Project, Bot]:
    """The project. Raises Exit where its templates cannot be trusted; with *whole* false only where there is no bot."""
    from botkit.cli.reports import unfit
    from botkit.project import read_project

    project = read_project(project_root(given))
    wrong = [one for one in project.problems.errors if one.place.file.startswith("templates/") or project.bot is None]
    if project.bot is None or (whole and wrong):
        raise unfit(wrong, project, given, "mend this first")
    return project, project.bot


def named(bot: Bot, names: Sequence[str]) -> Mapping[str, Template]:
    """The templates of the files with these names. Raises Exit for one that there is not."""
    for name in names:
        if name not in bot.templates:
            near = nearest(name, bot.templates)
            raise Exit(USAGE, f"there is no templates/{name}.yaml{f'; did you mean {near}?' if near else ''}")
    return {name: bot.templates[name] for name in names}


def _channels(project: Project, bot: Bot, only: str | None) -> dict[str, Channel]:
    """The channels to be asked, with their keys. Raises Exit."""
    from botkit.cli.channels import chosen, with_secrets
    from botkit.environment import Environment

    channels = chosen(bot.settings, only)
    if not channels:
        raise Exit(CONFIGURATION, "botkit.yaml has no channels: add channels: with one for each WhatsApp number")
    return with_secrets(bot.settings, channels, Environment(project.root, os.environ), webhooks=False)


def with_each(
    given: Given, project: Project, bot: Bot, only: str | None, work: Callable[[str, Registry, Seen], Awaitable[T]]
) -> dict[str, T]:
    """What *work* makes of each channel's registry. Raises Exit where a provider says no."""
    from botkit.ports import RealPorts
    from botkit.registry import Refused, Registry

    channels = _channels(project, bot, only)

    async def all_of_them() -> dict[str, T]:
        found = {}
        for name, channel in channels.items():
            try:
                registry = Registry(channel, RealPorts())
            except ValueError as error:
                raise Exit(CONFIGURATION, str(error)) from None
            try:
                async with registry:
                    found[name] = await work(name, registry, _progress(given, name))
            except Refused as refused:
                raise Exit(REFUSED, f"channel {name}: {refused}") from None
        return found

    return asyncio.run(all_of_them())


def held_by_provider(given: Given, project: Project, bot: Bot, only: str | None) -> dict[str, list[Registered]]:
    """What the provider of each channel has. Raises Exit where it says no."""

    async def all_templates(_: str, registry: Registry, seen: Seen) -> list[Registered]:
        return await registry.all(seen)

    return with_each(given, project, bot, only, all_templates)


def _progress(given: Given, channel: str) -> Seen:
    """Tells a person who looks on how far a list of many pages has come."""
    loud = sys.stderr.isatty() and not given.quiet

    def seen(count: int, last: bool) -> None:
        if loud:
            click.echo("\r\x1b[K" if last else f"\r{channel}: {count} templates so far", err=True, nl=False)

    return seen


# ---- what is noted down


def noted(project: Project) -> Pulls:
    """What the last pulls have noted down; nothing where there was none."""
    from botkit.approvals import Pulls
    from botkit.project import pulled

    return pulled(project) or Pulls()


def noted_of(project: Project, only: str | None) -> dict[str, Sequence[Registered]]:
    """By channel; all, or the one named *only*. Raises Exit where nothing is noted down."""
    pulls = noted(project)
    if not pulls.channels:
        raise Exit(CONFIGURATION, "nothing is known of the provider's templates yet: botkit templates pull")
    return {name: one.templates for name, one in pulls.channels.items() if only in (None, name)}


def note(project: Project, bot: Bot, held: Mapping[str, Sequence[Registered]]) -> None:
    """Write the file of the last pull anew; channels that were not asked stay as they were."""
    from botkit.approvals import Pull, dump_pulls
    from botkit.cli.written import write
    from botkit.ports import RealPorts
    from botkit.templates import PULLED

    pulls = noted(project)
    providers = {channel.name: channel.provider for channel in bot.settings.channels}
    for name, there in held.items():
        pulls = pulls.with_channel(name, Pull(RealPorts().now(), tuple(there), providers[name]))
    write(project.root / PULLED, dump_pulls(pulls))
