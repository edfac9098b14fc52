"""A project put to work: the host with the bot's engine, its actions, its store and its channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Literal, cast

from botkit.actions.caller import Caller
from botkit.bot import Bot
from botkit.channels import Channel
from botkit.engine import advance
from botkit.environment import Environment, Resolved
from botkit.host import Host, settle_memory
from botkit.model import Conversation
from botkit.ports import Ports, RealPorts
from botkit.project import Project
from botkit.sayings import saying
from botkit.server.operations import Operations
from botkit.stores.base import Store
from botkit.stores.opening import open_store


def host_of(project: Project, channels: Iterable[Channel], store: Store, ports: Ports, secrets: dict[str, str]) -> Host:
    """The host of *project*, not started yet. The project must have a bot."""
    bot = project.bot
    if bot is None:
        raise ValueError("a project without a bot cannot serve")
    doubt = cast(Literal["resend", "hold"], bot.settings.in_doubt)
    return Host(
        store,
        channels,
        partial(advance, bot),
        ports,
        lambda receive: Caller(store, project.actions, ports, receive, secrets=secrets, zone=bot.settings.zone),
        apology=partial(_words, bot, "failed"),
        flood=partial(_words, bot, "too_many"),
        in_doubt=doubt,
    )


def _words(bot: Bot, name: str, conversation: Conversation | None) -> str:
    """Words of the bot's own in the contact's language."""
    chosen = conversation.contact.attributes.get("language") if conversation is not None else None
    return saying(name, chosen if isinstance(chosen, str) else bot.settings.language)


async def serve(
    project: Project, resolved: Resolved, environment: Environment, host: str, port: int, drain: float,
    ready: Callable[[int], None], ended: Callable[[], Awaitable[None]],
) -> None:  # fmt: skip
    """Serve until *ended* returns, then drain. *ready* is told the port. Raises StoreError, OSError when it cannot start."""
    store = open_store(resolved.store, project.root)
    ports = RealPorts()
    running = host_of(project, resolved.channels.values(), store, ports, environment.all())
    operations = Operations(environment.get("BOTKIT_API_TOKEN"), resolved.channels, ports, running.receive, store.find)
    running.server.endpoints.update(operations.endpoints())
    ready(await running.start(host, port))
    settle_memory()
    try:
        await ended()
    finally:
        await running.drain(drain)
