"""botkit serve: the webhook host, until it is told to end."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import signal
import socket
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from botkit.cli import CONFIGURATION, USAGE, Exit, Given, examples, project_root

if TYPE_CHECKING:
    from botkit.environment import Resolved
    from botkit.project import Project


@click.command("serve", epilog=examples("botkit serve --local", "botkit serve", "botkit serve --host 0.0.0.0 --port 8080"))
@click.option("--host", envvar="BOTKIT_HOST", default="127.0.0.1", show_default=True, show_envvar=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), envvar=["BOTKIT_PORT", "PORT"], default=8080, show_default=True, show_envvar=True)
@click.option("--drain", type=click.IntRange(1, 25), default=20, show_default=True, help="Seconds that work in hand may take at the end.")
@click.option("--local", is_flag=True, help="Talk here, through the real server and a 360dialog of our own: no number, no key, no network.")
@click.option("--reload/--no-reload", "reload", default=None, help="Take changed files up at once; so it is by default with --local.")
@click.pass_context
def command(ctx: click.Context, host: str, port: int, drain: int, local: bool, reload: bool | None) -> int:
    """Answer WhatsApp: take webhooks in and send replies.

    Refuses to start (exit 3) when `botkit check` finds errors or a secret is missing. Ends with 0 on SIGTERM, once the work in hand is
    done. SIGHUP has the project read again: a release without errors takes the place of the running one, conversations go on. With --reload
    that happens whenever a file changes. With --local you are the contact: type, and see the replies; with a BOTKIT_API_TOKEN and a --port
    you can try send, start and broadcast on it, too, by their --url.
    """
    from botkit.environment import Environment, resolve
    from botkit.logs import set_up
    from botkit.project import read_project
    from botkit.reloading import Watched, looked_at

    given: Given = ctx.obj
    root = project_root(given)
    seen = looked_at(root) if reload or (local and reload is None) else None
    early: list[int] = []
    if not local:
        signal.signal(signal.SIGHUP, lambda number, _: early.append(number))  # one that comes before all is read must not end the process
    project = read_project(root)
    if project.bot is None or project.problems.errors:
        from botkit.cli.reports import unfit

        raise unfit(project.problems.errors, project, given, "the bot does not start with errors; a bad flow must not reach a contact")
    environment = Environment(root, os.environ)
    for fault in environment.faults:
        click.echo(fault, err=True)
    level = environment.get("BOTKIT_LOG_LEVEL") or ("debug" if given.verbose else "warning" if given.quiet or local else "info")
    if level.upper() not in logging.getLevelNamesMapping():
        raise Exit(CONFIGURATION, f'BOTKIT_LOG_LEVEL is debug, info, warning or error, not "{level}"')
    host = _unless_given(ctx, "host", environment.get("BOTKIT_HOST")) or host
    if not host.strip():
        raise Exit(USAGE, "--host is empty; write 127.0.0.1 for this machine alone, or 0.0.0.0 for everybody who reaches it")
    port = _port(_unless_given(ctx, "port", environment.get("BOTKIT_PORT") or environment.get("PORT")), port)
    if local:
        from botkit.cli.local import talk

        set_up(level, "text", environment.secrets())
        chosen = port if ctx.get_parameter_source("port") is ParameterSource.COMMANDLINE else 0  # beside a bot that serves, any will do
        return _run(partial(talk, project, given, environment, seen, chosen))
    resolved = resolve(project.bot.settings, environment)
    if resolved.lacking:
        raise Exit(CONFIGURATION, *(f"botkit serve cannot start: {line}" for line in resolved.lacking))
    set_up(level, environment.get("BOTKIT_LOG_FORMAT"), (*resolved.secrets(), *environment.secrets()))
    from botkit.serving import serve

    watched = Watched(seen, partial(click.echo, err=True)) if seen is not None else None

    def ready(listening: int) -> None:
        if given.json:
            click.echo(json.dumps(_told(project, resolved, host, listening), ensure_ascii=False))
            return
        for line in _banner(root, project, resolved, host, listening):
            click.echo(line)

    return _run(partial(serve, project, resolved, environment, host, port, drain, ready, partial(_signals, early), watched))


def _unless_given(ctx: click.Context, option: str, found: str | None) -> str | None:
    """What .env says of an option that was not given, and is not in the environment."""
    return found if ctx.get_parameter_source(option) is ParameterSource.DEFAULT else None


def _port(found: str | None, otherwise: int) -> int:
    if found is None:
        return otherwise
    if not (found.isascii() and found.isdigit() and int(found) <= 65535):
        raise Exit(CONFIGURATION, f'BOTKIT_PORT is a number from 0 to 65535, not "{found}"')
    return int(found)


def _run(work: Callable[[], Coroutine[object, object, None]]) -> int:
    """Run *work* on the fastest loop there is. What keeps it from starting is one line for the operator."""
    from botkit.stores.base import StoreError

    factory = None
    try:
        import uvloop

        factory = uvloop.new_event_loop
    except ImportError:
        pass
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(work())
    except StoreError as error:
        raise Exit(CONFIGURATION, f"botkit serve cannot start: {error}") from None
    except OSError as error:
        raise Exit(CONFIGURATION, f"botkit serve cannot listen: {_deaf(error)}") from None
    return 0


def _deaf(error: OSError) -> str:
    """Why it cannot listen, with what to do."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "--host is no address of this machine; 127.0.0.1 is always one, and 0.0.0.0 are all of them"
    if error.errno == errno.EADDRINUSE:
        return "this port is in use already; choose another --port, or end what uses it"
    if error.errno == errno.EACCES:
        return "ports below 1024 are not for everybody; choose another --port, and have a reverse proxy lead to it"
    return str(error.strerror or error)


async def _signals(early: list[int], renew: Callable[[], None]) -> None:
    """Until SIGTERM or Ctrl-C; at SIGHUP the project is read again, also for one that has come *early*."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    loop.add_signal_handler(signal.SIGHUP, renew)
    if early:
        renew()
    await told.wait()


def _banner(root: Path, project: Project, resolved: Resolved, host: str, port: int) -> list[str]:
    from botkit import __version__

    flows = len(project.bot.flows) if project.bot is not None else 0
    named = f"project {root.name} · {flows} flow{'' if flows == 1 else 's'}"
    warnings = len(project.problems)
    checked = f"{warnings} warning{'' if warnings == 1 else 's'}" if warnings else "ok"
    channels = ", ".join(f"{name} ({channel.provider})" for name, channel in resolved.channels.items())
    store = _store(resolved)
    webhooks = ", ".join(f"/webhook/{name}" for name in resolved.channels)
    return [
        f"botkit {__version__} · {named} (check: {checked}) · store {store} · channels {channels}",
        f"listening {_url(host, port)} · webhook {webhooks} · health /health/ready · metrics /metrics",
        "nobody has called the webhook yet; is it set? botkit webhook show",
    ]


def _told(project: Project, resolved: Resolved, host: str, port: int) -> dict[str, object]:
    """The same for programs: where it listens, once it does."""
    channels = [
        {"name": name, "provider": channel.provider, "webhook": f"/webhook/{name}"} for name, channel in resolved.channels.items()
    ]
    return {
        "version": 1, "listening": _url(host, port), "channels": channels, "store": _store(resolved), "warnings": len(project.problems),
    }  # fmt: skip


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _store(resolved: Resolved) -> str:
    """Without the password in it."""
    return resolved.store.partition("@")[2] or resolved.store
