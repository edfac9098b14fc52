"""A project put to work: the host with the bot's engine, its actions, its store and its channels."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Literal, cast

from botkit.actions import Action
from botkit.actions.caller import Caller
from botkit.channels import Channel
from botkit.environment import Environment, Resolved
from botkit.host import Host, settle_memory
from botkit.ports import Ports, RealPorts
from botkit.project import Project
from botkit.reloading import Release, Releases, Watched, watch
from botkit.server import outreach
from botkit.server.operations import Operations
from botkit.stores.base import Store
from botkit.stores.opening import open_store
from botkit.web import HTTP_LOCAL, local_hosts

log = logging.getLogger("botkit.host")


def host_of(
    release: Release, actions: Mapping[str, Action], channels: Iterable[Channel], store: Store, ports: Ports, secrets: dict[str, str]
) -> Host:
    """The host of a bot, not started yet."""
    settings = release.bot.settings
    return Host(
        store,
        channels,
        release.advance,
        ports,
        lambda receive: Caller(store, actions, ports, receive, secrets=secrets, zone=settings.zone),
        apology=partial(release.words, "failed"),
        flood=partial(release.words, "too_many"),
        in_doubt=cast(Literal["resend", "hold"], settings.in_doubt),
        bot=lambda: release.bot,
    )


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
    running = host_of(release, project.actions, resolved.channels.values(), store, ports, {**environment.all(), **resolved.bound})
    if local := local_hosts(environment.get(HTTP_LOCAL) or ""):
        log.warning("%s is set, which is for trying: these hosts stand in on this machine: %s", HTTP_LOCAL, ", ".join(local))
    operations = Operations(environment.get("BOTKIT_API_TOKEN"), resolved.channels, ports, running.receive, store.find)
    running.server.endpoints.update(operations.endpoints())
    running.server.endpoints.update(outreach.endpoints(running.outreach(), environment.get("BOTKIT_API_TOKEN")))
    ready(await running.start(host, port))
    settle_memory()
    releases = Releases(project.root, running, release)
    watching = ports.spawn(watch(releases, ports, watched), "watch") if watched is not None else None
    try:
        await signals(lambda: _begin(ports, releases))
    finally:
        if watching is not None:
            watching.cancel()
        await running.drain(drain)
