"""botkit serve --local: the real server with a 360dialog of our own beside it, and a prompt to talk through both.

What is typed goes in as a webhook over HTTP; what is shown is the request that 360dialog would have got.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from botkit.bot import Bot
from botkit.channels import Channel
from botkit.cli import Given
from botkit.cli.lines import lines
from botkit.environment import Environment
from botkit.handoffs import line_of
from botkit.host import Host
from botkit.messages.files import TYPES, suffix
from botkit.model import Inbound, OperatorCommand, dump_event
from botkit.ports import RealPorts
from botkit.project import Project
from botkit.reloading import Release, Releases, Watched, watch
from botkit.serving import host_of, open_to_others
from botkit.steps import Handoff
from botkit.stores.opening import open_store
from botkit.testing.fake360 import Asked, Fake360
from botkit.testing.webhooks import Person
from botkit.watching import Stamps

YOU = Person(wa_id="15551234567", name="You")
STORE = "sqlite:///data/local.db"
_SLASHES = (
    "/attach FILE sends a file, /agent TEXT writes as an agent, /handback hands back to the bot, // sends a text that begins with a slash, "
    "and botkit chat has more"
)
_QUIET = 0.02  # seconds between two looks
_LONGEST = 30.0  # seconds that a prompt waits for replies


class _Screen:
    """Shows what the bot sends, and remembers the options that were shown last."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.prompt = given.paint("you> ", "cyan")
        self.shown = 0  # messages so far
        self.told = 0  # things that queues were told
        self.options: list[tuple[str, str, str]] = []  # (payload, label, type of the reply) of the last menu since a line was typed

    def show(self, asked: Asked) -> None:
        body = asked.body
        self.shown += 1
        lines, options = list(_read(body)), list(_options(body))
        name = self._given.paint("bot> ", "green")
        if (to := body.get("to")) not in (None, YOU.wa_id):  # what a command or another system had sent meanwhile
            name = self._given.paint(f"bot to +{to}> ", "green")
        else:
            self.options = options or self.options
        for n, line in enumerate(lines):
            click.echo(f"{name if n == 0 else '     '}{line}")
        for n, (_, label, _) in enumerate(options, 1):
            click.echo(f"     [{n}] {label}")
        if self._given.verbose or self._given.json:
            import json

            click.echo(json.dumps(body, ensure_ascii=False, indent=2))

    def desk(self, told: Mapping[str, Any]) -> None:
        """What a queue is told, which leads nowhere here."""
        self.told += 1
        click.echo(f"{self._given.paint('desk>', 'magenta')} {line_of(told)}")

    def tell(self, line: str) -> None:
        """A line that is no part of the talk; whoever is typing is asked anew."""
        interactive = sys.stdin.isatty()
        click.echo(f"\r{line}" if interactive else line, err=True)
        if interactive:
            click.echo(self.prompt, nl=False)

    def message(self, typed: str) -> dict[str, Any] | str:
        """A tap where a number or a label of the options shown was typed, else the text."""
        shown, self.options = self.options, []  # a number typed at the next question is its answer, not a tap on this menu
        for n, (payload, label, kind) in enumerate(shown, 1):
            if typed.strip() == str(n) or typed.strip().casefold() == label.casefold():
                if kind == "button":
                    return {"type": "button", "button": {"payload": payload, "text": label}}
                return {"type": "interactive", "interactive": {"type": kind, kind: {"id": payload, "title": label}}}
        return typed


def _read(body: dict[str, Any]) -> Iterator[str]:
    """The text of a request, line by line."""
    inner = body.get(body.get("type", ""), {})
    match body.get("type"):
        case "text":
            yield from str(inner.get("body", "")).split("\n")
        case "interactive":
            if inner.get("header"):
                yield str(inner["header"].get("text", ""))
            yield from str(inner.get("body", {}).get("text", "")).split("\n")
            if inner.get("footer"):
                yield str(inner["footer"].get("text", ""))
        case "template":
            body_of = [part for part in inner.get("components", []) if part.get("type") == "body"]
            values = [str(value.get("text", "")) for part in body_of for value in part.get("parameters", [])]
            yield f"template {inner.get('name')} ({inner.get('language', {}).get('code')}){': ' + ', '.join(values) if values else ''}"
        case kind:
            yield f"({kind}) {inner['caption']}" if isinstance(inner, dict) and inner.get("caption") else f"({kind})"


def _options(body: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    action = body.get("interactive", {}).get("action", {})
    for button in action.get("buttons", []):
        yield button["reply"]["id"], button["reply"]["title"], "button_reply"
    for section in action.get("sections", []):
        for row in section.get("rows", []):
            yield row["id"], row["title"], "list_reply"


async def talk(project: Project, given: Given, environment: Environment, seen: Stamps | None, port: int) -> None:
    """Talk until the input ends. *seen*: the files before they were read, whose changes are taken up meanwhile; None: they are not.
    *port*: where the server listens; 0: wherever there is room.

    Raises StoreError, OSError when the server cannot start.
    """
    ports = RealPorts()
    screen = _Screen(given)
    # A page in a browser of this machine reaches both doors, too: who has no password is nobody.
    key, password = ports.token(), f"local:{ports.token()}".encode()
    async with Fake360(ports, key=key, on_accept=screen.show) as fake:
        if project.bot is None:
            raise ValueError("a project without a bot cannot talk")
        names = [channel.name for channel in project.bot.settings.channels]
        channels = [Channel(name, api_key=key, webhook_auth=password, base_url=fake.url) for name in names or ["main"]]
        again = (project.root / STORE.removeprefix("sqlite:///")).exists()
        release = Release(project.bot)
        host = host_of(release, project.actions, channels, open_store(STORE, project.root), ports, environment.all(), root=project.root)
        host.queues.shown = screen.desk
        open_to_others(host, [channel.name for channel in channels], ports, environment.get("BOTKIT_API_TOKEN"))
        port = await host.start("127.0.0.1", port)
        watching = None
        try:
            fake.webhook(f"http://127.0.0.1:{port}/webhook/{channels[0].name}", password)
            if not given.quiet:
                click.echo(f"{project.root.name} · http://127.0.0.1:{port}/webhook/{channels[0].name} · type, or end with Ctrl-D", err=True)
                if again:
                    click.echo(f"going on where you left off; to begin anew delete {STORE.removeprefix('sqlite:///')}", err=True)
            if seen is not None:
                watching = ports.spawn(watch(Releases(project.root, host, release), ports, Watched(seen, screen.tell)), "watch")
            await _prompt(given, host, release, fake, screen, ports)
        finally:
            if watching is not None:
                watching.cancel()
            await host.drain(5)


async def _prompt(given: Given, host: Host, release: Release, fake: Fake360, screen: _Screen, ports: RealPorts) -> None:
    interactive = sys.stdin.isatty()
    prompt = screen.prompt if interactive else ""
    if interactive:
        click.echo(prompt, nl=False)
    async for typed in lines():
        if typed.strip() and not interactive:
            click.echo(f"you> {typed}")
        word = typed.strip().partition(" ")[0]
        if typed.startswith("/") and not typed.startswith("//") and word not in ("/handback", "/attach", "/agent"):
            click.echo(f"     (there is no {typed.split()[0][:40]} here; {_SLASHES})")
        elif word == "/attach" and not _attach(fake, typed.strip().partition(" ")[2].strip()):
            pass  # it was told why
        elif typed.strip():
            before = screen.shown, screen.told
            if typed.strip() == "/handback":
                await _handback(host, ports)
            elif word == "/agent":
                await _agent(host, typed.strip().partition(" ")[2].strip())
            elif word != "/attach":
                fake.inbound(YOU, screen.message(typed.removeprefix("/")))
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST):
                    await _replied(host, fake, ports)
            if (screen.shown, screen.told) == before and word != "/agent":
                click.echo(f"     ({await _silence(host, release.bot)})")
        if interactive:
            click.echo(prompt, nl=False)


async def _you(host: Host) -> tuple[str, str | None]:
    """The channel, and who types by the internal id."""
    channel = next(iter(host.sender.state()))
    return channel, await host.store.find(channel, YOU.wa_id or "")


def _attach(fake: Fake360, name: str) -> bool:
    """Send a file of this machine, as a phone would; whether it could be read."""
    path = Path(name).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        click.echo(f"     ({name or 'which file?'} cannot be sent: {error.strerror or error})")
        return False
    kind, type_ = next(
        ((kind, types[suffix(path.name)]) for kind, types in TYPES.items() if suffix(path.name) in types),
        ("document", "application/octet-stream"),
    )
    fake.inbound(YOU, fake.cabinet.sent(kind, content, filename=path.name if kind == "document" else "", type_=type_))
    return True


async def _handback(host: Host, ports: RealPorts) -> None:
    """People are done with the conversation."""
    channel, contact = await _you(host)
    if contact is not None:
        event = OperatorCommand(f"command:{ports.token()}", ports.now(), "handback")
        await host.receive([Inbound(channel, event.key, event.at, dump_event(event), event, contact=contact, kind="event")])


async def _agent(host: Host, text: str) -> None:
    """Who has the conversation writes."""
    from botkit.outreach import Refused

    try:
        await host.outreach().answer("POST", "/send", {"to": YOU.wa_id, "text": text}, "")
    except Refused as error:
        click.echo(f"     (an agent cannot write that: {error})")


async def _silence(host: Host, bot: Bot) -> str:
    """Why there was no answer."""
    channel, contact = await _you(host)
    conversation = await host.store.load(channel, contact) if contact is not None else None
    frame = conversation.frames[-1] if conversation is not None and conversation.frames else None
    step = bot.flows[frame.flow].steps.get(frame.step) if frame is not None and frame.flow in bot.flows else None
    if step is not None and isinstance(step.verb, Handoff):
        return f"the bot is silent: the conversation is with {step.verb.queue.text}; /handback gives it back to the bot"
    return "the bot says nothing"


async def _replied(host: Host, fake: Fake360, ports: RealPorts) -> None:
    """Until all that the message led to has been sent, and its statuses are in."""
    await fake.settled()
    while host.lanes.waiting or getattr(host.caller, "under_way", 0) or any(state.queued for state in host.sender.state().values()):
        await ports.sleep(_QUIET)
        await fake.settled()
