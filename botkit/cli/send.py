"""botkit send: a message to one person, by hand; botkit start: a flow for one person."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from botkit.cli import PROBLEMS, REFUSED, USAGE, Exit, Given, examples, project_root

_PATIENCE = 45.0  # seconds until it is not waited for any longer
_LOOKS = (0.05, 1.0)  # seconds between two looks at what became of it: the first and the longest
_NAMED = re.compile(r"([A-Za-z0-9_]{1,60})=(.*)", re.DOTALL)
_GOOD = frozenset({"sent", "delivered", "read", "played", "held", "done"})


@click.command(
    "send",
    epilog=examples(
        'botkit send +34600111222 "Your parcel is here."',
        "botkit send +34600111222 --template visit_tomorrow -p 1=10:00",
        "botkit send +34600111222 --media media/map.pdf",
    ),
)
@click.argument("to")
@click.argument("text", required=False)
@click.option("--template", metavar="NAME", help="A template of templates/: alone, or in the place of TEXT when the window is closed.")
@click.option("-p", "values", multiple=True, metavar="K=V", help="A value of the template, by its number or name.")
@click.option("--media", metavar="FILE", help="A file of media/, a link, or an id; TEXT stands below it.")
@click.option("--reply-to", metavar="ID", help="The message that it answers.")
@click.option("--hold", is_flag=True, help="With the window closed, keep it until the contact writes.")
@click.option("--opted-in", metavar="SOURCE", help="How the contact has agreed to get messages; it is put on record.")
@click.option("--language", metavar="CODE", help="The language of a contact of whom none is known.")
@click.option("--key", metavar="KEY", help="Send it once, however often the command is repeated with this key.")
@click.option("--channel", help="The channel; the first one of botkit.yaml if left out.")
@click.option("--url", envvar="BOTKIT_URL", show_envvar=True, help="Where the bot runs; found out if left out.")
@click.option("--dry-run", is_flag=True, help="Tell whether it would go, and send nothing.")
@click.option("--show-personal", is_flag=True, help="Show numbers whole.")
@click.pass_obj
def command(
    given: Given, /, to: str, text: str | None, template: str | None, values: tuple[str, ...], media: str | None, **more: Any
) -> int:
    """Send a message to TO: a number with its country's prefix, or a BSUID.

    A TEXT goes out only within 24 hours after the contact wrote; at other times it has to be a template. Marketing needs the contact's
    consent on record. Where the bot runs it sends the message itself; otherwise the command does, and ends when that is settled.
    """
    asked: dict[str, Any] = {}
    if media is not None:
        asked["message"] = _media(given.folder, project_root(given), media, text)
    elif text is not None:
        asked["text"] = text
    if template is not None:
        asked |= {"template": template, "with": given_values(values)}
    elif values:
        raise Exit(USAGE, "-p gives a value of a template: --template names it")
    if not asked:
        raise Exit(USAGE, "say what is to be sent: a TEXT, --template or --media", 'for example: botkit send +34600111222 "Hello"')
    if more.pop("hold"):
        asked["closed"] = "hold"
    return asyncio.run(deliver(given, "/send", to, asked, **more))


def given_values(values: Sequence[str]) -> dict[str, str] | list[str]:
    """What `-p` gave: by name, or in order. Raises Exit where both are mixed."""
    named = [_NAMED.fullmatch(value) for value in values]
    if all(named):
        return {match[1]: match[2] for match in named if match is not None}
    if any(named):
        raise Exit(USAGE, "give all values of the template by name (-p 1=10:00), or all of them without")
    return list(values)


def _media(here: Path, root: Path, media: str, caption: str | None) -> dict[str, Any]:
    """The message with the file. Raises Exit for one that is not in media/."""
    from botkit.messages import files

    told: dict[str, Any] = {"caption": caption} if caption else {}
    name = media.rpartition("?")[0] if files.is_link(media) and "?" in media else media
    kind = next((kind for kind, endings in files.TYPES.items() if files.suffix(name) in endings), "document")
    if kind in ("audio", "sticker"):
        told = {}
    if files.is_link(media):
        return {"type": kind, "link": media, **told}
    if files.is_id(media):
        return {"type": "document", "id": media, **told}
    folder = (root / files.FOLDER).resolve()
    try:
        path = next((p.resolve() for p in (here / media, root / media, folder / media) if p.is_file()), None)
    except OSError:  # a name that is too long for any file
        path = None
    if path is None:
        raise Exit(USAGE, f"there is no file {media[:200]}")
    if not path.is_relative_to(folder):
        raise Exit(USAGE, f"{media} is not in {files.FOLDER}/, from which files are sent", f"copy it there: cp {media} {files.FOLDER}/")
    return {"type": kind, "file": f"{files.FOLDER}/{path.relative_to(folder).as_posix()}", **told}


async def deliver(
    given: Given, address: str, to: str, asked: dict[str, Any], *, key: str | None, channel: str | None, url: str | None,
    dry_run: bool, show_personal: bool, opted_in: str | None = None, language: str | None = None, reply_to: str | None = None,
) -> int:  # fmt: skip
    """Ask for it, and wait until it is settled; the exit code."""
    from botkit.cli.reach import code_of, reach
    from botkit.outreach.single import SETTLED
    from botkit.ports import RealPorts
    from botkit.wishes import address as read_address
    from botkit.wishes import masked

    whole = read_address(to)
    shown = (f"+{whole.wa_id}" if whole.wa_id else to) if show_personal else masked(whole.alias or to)
    asked = {"to": to, **asked}
    optional = {"channel": channel, "opted_in": opted_in, "language": language, "reply_to": reply_to, "dry_run": dry_run or None}
    asked |= {name: value for name, value in optional.items() if value is not None}
    async with reach(given, url, sends=not dry_run) as bot:
        status, told = await bot.ask("POST", address, asked, key or "")
        if status >= 400:
            return _tell(given, shown, {"status": "refused", **told}, code_of(status, told))
        if dry_run:
            return _tell(given, shown, told, 0)
        where = {"channel": told["channel"]}
        ports, waited, pause = RealPorts(), 0.0, _LOOKS[0]
        while told["status"] not in SETTLED and waited < _PATIENCE and not (waited > 1 and bot.standing()):
            await ports.sleep(pause)
            waited, pause = waited + pause, min(_LOOKS[1], pause * 1.5)
            status, told = await bot.ask("GET", f"/send/{told['id']}", where)
        if told["status"] not in SETTLED:
            why = bot.standing()
            late = "it leaves as soon as it can" if not bot.own else "it leaves when botkit serve runs, or with the next botkit send"
            return _tell(given, shown, {**told, "detail": f"{why or 'not yet'}; {late}"}, REFUSED)
    return _tell(given, shown, told, 0 if told["status"] in _GOOD else PROBLEMS)


def _tell(given: Given, to: str, told: Mapping[str, Any], code: int) -> int:
    if given.json:
        click.echo(json.dumps({"version": 1, "to": to, **told} | ({"exit": code} if code else {}), ensure_ascii=False))
        return code
    why = told.get("error") or told.get("detail") or ""
    what = f"template {told['template']} ({told['language']})" if told.get("template") else ""
    numbered = f" ({told['code']})" if told.get("code") else ""
    words = {"done": "done: nothing was sent at once", "dead": "given up: botkit's log tells why"}
    line = f"{to}: {words.get(told['status'], told['status'])}{f', {what}' if what else ''}{numbered}{f': {why}' if why else ''}"
    click.echo(line, err=bool(code))
    return code
