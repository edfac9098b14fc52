"""botkit broadcast: a template, or a flow, for many people: counted first, then sent at a pace, stopped and resumed at will."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Any

import click

from botkit.cli import USAGE, Exit, Given, examples

_IDS = ("stop", "resume", "follow", "forget")


@click.command(
    "broadcast",
    epilog=examples(
        "botkit broadcast --template visit_tomorrow --to patients.csv --dry-run",
        'botkit broadcast --template sale --to tag:customers -p 1="our friends" --rate 10/s --yes',
        "botkit broadcast reminder --to visits.csv --at 2026-06-24T09:00",
        "botkit broadcast --stop 3f9a1c22b7",
    ),
)
@click.argument("flow", required=False)
@click.option("--template", metavar="NAME", help="The template to send.")
@click.option("--to", "people", metavar="FILE|tag:NAME", help="A CSV file with a column of numbers; or all contacts with a tag.")
@click.option("--column", metavar="NAME", help="The column of the numbers, where its name does not tell.")
@click.option("-p", "values", multiple=True, metavar="K=V", help="A value of the template; {column} in it is the cell of that column.")
@click.option("--set", "params", multiple=True, metavar="K=V", help="A param of the flow; {column} in it is the cell of that column.")
@click.option("--opted-in", metavar="SOURCE", help="How all of them have agreed to get messages; it is put on record.")
@click.option("--rate", metavar="N/s", default="20/s", show_default=True, help="So many a second at most (or 600/m).")
@click.option("--at", metavar="TIME", help="Not before: 18:30, or 2026-06-24T09:00, in the bot's time zone.")
@click.option("--dry-run", is_flag=True, help="Count, and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before it goes out.")
@click.option("--stop", metavar="ID", help="Stop a broadcast: nobody further gets it.")
@click.option("--resume", metavar="ID", help="Go on with one that was stopped; nobody gets it twice.")
@click.option("--follow", metavar="ID", help="Show how one stands until it is done.")
@click.option("--forget", metavar="ID", help="Delete one that has not begun.")
@click.option("--list", "listed", is_flag=True, help="List the broadcasts.")
@click.option("--channel", help="The channel; the first one of botkit.yaml if left out.")
@click.option("--url", envvar="BOTKIT_URL", show_envvar=True, help="Where the bot runs; found out if left out.")
@click.option("--show-personal", is_flag=True, help="Show numbers whole.")
@click.pass_obj
def command(given: Given, /, **asked: Any) -> int:
    """Send a template, or start FLOW, for everybody in a table or with a tag.

    First everybody is looked at, and counted by what becomes of them: who has opted out, has no consent on record for marketing, stands
    there twice, or has no number is left out. Then you type how many are to get it. tag:NAME are those of whom contact.NAME is yes, or
    whose contact.tags hold NAME. Columns named like the template's values, or like the params of the flow, fill them; a column opted_in
    tells how a person has agreed, and language which language they speak.
    """
    ids = [name for name in _IDS if asked[name]]
    wish = bool(asked["flow"]) + bool(asked["template"])
    if len(ids) + wish + asked["listed"] != 1:
        raise Exit(USAGE, "name a FLOW or a --template with --to, or give one of --list, --stop, --resume, --follow and --forget")
    if wish and not asked["people"]:
        raise Exit(USAGE, "to whom? --to FILE.csv, or --to tag:NAME")
    if wish and not asked["people"].removeprefix("tag:").strip():
        raise Exit(USAGE, "which tag? --to tag:NAME")
    from botkit.cli.broadcasting import attend, begin, listed

    for ended in ("SIGTERM", "SIGHUP"):  # who ends the command, or closes its terminal, stops it as Ctrl-C does
        number = getattr(signal, ended, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    if asked["listed"]:
        return asyncio.run(listed(given, asked["url"]))
    if ids:
        return asyncio.run(attend(given, asked["url"], ids[0], asked[ids[0]], asked["show_personal"]))
    asked["rate"] = rate(asked["rate"])
    asked["ask"] = not asked["yes"] and sys.stdin.isatty()
    return asyncio.run(begin(given, asked))


def rate(written: str) -> float:
    """People a second: 20/s, 600/m, 5. Raises Exit."""
    number, _, unit = written.strip().partition("/")
    spans = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
    try:
        found = float(number) / spans[unit.strip()]
    except (ValueError, KeyError):
        raise Exit(USAGE, f'--rate is written like 20/s, 600/m or 5, not "{written}"') from None
    if not 0.01 <= found <= 500:
        raise Exit(USAGE, "--rate is from 36/h to 500/s")
    return found
