"""botkit start: a flow for one person, begun by hand."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from botkit.cli import USAGE, Exit, Given, examples
from botkit.cli.send import deliver


@click.command(
    "start", epilog=examples("botkit start reminder +34600111222 --set day=2026-06-24", "botkit start survey +34600111222 --busy wait")
)
@click.argument("flow")
@click.argument("to")
@click.option("--set", "params", multiple=True, metavar="K=V", help="A param of the flow, as its type is written.")
@click.option(
    "--busy", type=click.Choice(["over", "wait", "drop"]), default="over", show_default=True,
    help="Where another flow is under way: over it, when it has ended, or not at all.",
)  # fmt: skip
@click.option("--opted-in", metavar="SOURCE", help="How the contact has agreed to get messages; it is put on record.")
@click.option("--language", metavar="CODE", help="The language of a contact of whom none is known.")
@click.option("--key", metavar="KEY", help="Start it once, however often the command is repeated with this key.")
@click.option("--channel", help="The channel; the first one of botkit.yaml if left out.")
@click.option("--url", envvar="BOTKIT_URL", show_envvar=True, help="Where the bot runs; found out if left out.")
@click.option("--dry-run", is_flag=True, help="Tell whether it would begin, and start nothing.")
@click.option("--show-personal", is_flag=True, help="Show numbers whole.")
@click.pass_obj
def command(given: Given, /, flow: str, to: str, params: tuple[str, ...], busy: str, **more: Any) -> int:
    """Start FLOW for TO: a number with its country's prefix, or a BSUID.

    Who has not written within 24 hours gets the template of the first message; without one the flow is not begun. Nor is it for anybody
    who has opted out.
    """
    found: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name.strip():
            raise Exit(USAGE, f"--set {param}: write it like --set day=2026-06-24")
        found[name.strip()] = value
    return asyncio.run(deliver(given, "/start", to, {"flow": flow, "params": found, "busy": busy}, **more))
