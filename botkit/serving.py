"""A project put to work: the host with the bot's engine, its actions, its store and its channels."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, cast

from botkit.actions import Action
from botkit.actions.caller import Caller
from botkit.channels import Channel
from botkit.environment import Desk, Environment, Resolved
from botkit.host import Host, settle_memory
from botkit.ports import Ports, RealPorts
from botkit.project import Project
from botkit.reloading import Release, Releases, Watched, watch
from botkit.server import Server, media, outreach
from botkit.server.operations import Operations
from botkit.stores.base import Store
from botkit.stores.opening import open_store
from botkit.web import HTTP_LOCAL, local_hosts

log = logging.getLogger("botkit.host")

GRACE = 20.0
QUIET = 600.0  # seconds after the start at which it is said that nobody has called a webhook


def host_of(
    release: Release, actions: Mapping[str, Action], channels: Iterable[Channel], store: Store, ports: Ports, secrets: dict[str, str],
    grace: float = GRACE, *, root: Path | None = None, desks: Mapping[str, Desk] | None = None,
) -> Host:  # fmt: skip
    """The host of a bot, not started yet. *grace*: seconds in which a status may still tell of a message whose answer was lost. *root*: the
    bot's folder, with its files; None: there are none. *desks*: where queues lead."""
    settings = release.bot.settings
    host = Host(
        store,
        channels,
        release.advance,
        ports,
        lambda receive: Caller(store, actions, ports, receive, secrets=secrets, zone=settings.zone),
        apology=partial(release.words, "failed"),
        flood=partial(release.words, "too_many"),
        in_doubt=cast(Literal["resend", "hold"], settings.in_doubt),
        grace=grace,
        bot=lambda: release.bot,
        root=root,
        desks=desks,
    )
    host.act_with(actions, settings.queues)
    return host


def open_to_others(host: Host, channels: Iterable[str], ports: Ports, token: str | None) -> None:
    """Let other systems and operators ask *host*: events, handbacks, sends, broadcasts, files. *token*: without one nobody is let in."""
    names = tuple(channels)
    endpoints = host.server.endpoints
    endpoints.update(Operations(token, names, ports, host.receive, host.store.find).endpoints())
    endpoints.update(outreach.endpoints(host.outreach(), token))
    if host.library is not None:
        endpoints.update(media.endpoints(host.library, names, token))


def remind(server: Server) -> None:
    """Say whose webhook nobody has called since the start: it may not be set, or not be reached."""
    for name in server.uncalled():
        log.warning("nobody has called the webhook of channel %s since the start; is it set? botkit webhook show", name)


def _begin(ports: Ports, releases: Releases) -> None:
    ports.spawn(releases.renew(), "reload")


async def serve(
    project: Project, resolved: Resolved, environment: Environment, host: str, port: int, drain: float,
    ready: Callable[[int], None], signals: Callable[[Callable[[], None]], Awaitable[None]], watched: Watched | None = None,
) -> None:  # fmt: skip
    """Serve until *signals* returns, then drain. *ready* is told the port; *signals* is given what it may call to have the project read
    again. With *watched* every change of a file is taken up at once.

    Raises StoreError, OSError when it cannot start.
    """
    if project.bot is None:
        raise ValueError("a project without a bot cannot serve")
    store = open_store(resolved.store, project.root)
    ports = RealPorts()
    release = Release(project.bot)
    running = host_of(
        release, project.actions, resolved.channels.values(), store, ports, {**environment.all(), **resolved.bound}, root=project.root,
        desks=resolved.desks,
    )
    if local := local_hosts(environment.get(HTTP_LOCAL) or ""):
        log.warning("%s is set, which is for trying: these hosts stand in on this machine: %s", HTTP_LOCAL, ", ".join(local))
    open_to_others(running, resolved.channels, ports, environment.get("BOTKIT_API_TOKEN"))
    ready(await running.start(host, port))
    settle_memory()
    reminder = ports.later(QUIET, partial(remind, running.server))
    releases = Releases(project.root, running, release)
    watching = ports.spawn(watch(releases, ports, watched), "watch") if watched is not None else None
    try:
        await signals(lambda: _begin(ports, releases))
    finally:
        reminder.cancel()
        if watching is not None:
            watching.cancel()
        await running.drain(drain)
