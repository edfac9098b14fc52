"""A broadcast as a command sees it through: the people are brought, counted, asked about, and followed until it is done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botkit.cli import NOTHING, PROBLEMS, USAGE, Exit, Given
from botkit.cli.progress import Progress, ended, plan
from botkit.cli.reach import code_of, reach
from botkit.outreach.table import BadTable, Row, Table, named
from botkit.ports import RealPorts
from botkit.project import pulled

if TYPE_CHECKING:
    from botkit.bot import Bot
    from botkit.cli.reach import Far, Near

_PART = 200  # people in one request
_ROOM = 48 * 1024  # bytes of one
_COLUMN = re.compile(r"\{([^{}]{1,80})\}")
_LOOK = 0.5  # seconds


async def begin(given: Given, asked: Mapping[str, Any]) -> int:
    """The whole way; the exit code. What is not begun in the end is forgotten."""
    dry = asked["dry_run"]
    async with reach(given, asked["url"], sends=not dry, broadcasts=not dry) as bot:
        wish = {name: asked[name] for name in ("flow", "template") if asked[name]}
        ask = wish | {"rate": asked["rate"]} | ({"channel": asked["channel"]} if asked["channel"] else {})
        if asked["at"]:
            ask["at"] = _moment(asked["at"], bot.bot)
        people = asked["people"]
        made = await _asked(bot, "POST", "/broadcasts", ask)
        begun = False
        try:
            await _bring(bot, made["id"], wish, asked, given.folder)
            told = await _asked(bot, "GET", f"/broadcasts/{made['id']}", {})
            ahead = told["counts"].get("send", 0)
            plan(given, told, ask.get("at"), pulled(bot.project))
            if people.startswith("tag:") and not told["counts"]:
                tag = people.removeprefix("tag:").strip()
                click.echo(f"nobody has the tag {tag}: contact.{tag} is yes for nobody, and nobody's contact.tags hold it", err=True)
            if not ahead:
                return NOTHING
            if dry:
                return 0
            if not asked["yes"] and not _confirmed(asked["ask"], ahead):
                return PROBLEMS
            await _asked(bot, "POST", f"/broadcasts/{made['id']}", {"do": "begin", "count": ahead})
            begun = True
        finally:
            if not begun:
                await bot.ask("POST", f"/broadcasts/{made['id']}", {"do": "forget"})
        if ask.get("at"):
            who = "botkit serve sends it then" if bot.own else "the bot that runs sends it then"
            _say(given, f"broadcast {made['id']} goes out at {ask['at']}; {who}; botkit broadcast --stop {made['id']} stops it")
            return 0
        return await _follow(given, bot, made["id"], asked["show_personal"])


def _confirmed(interactive: bool, count: int) -> bool:
    if not interactive:
        raise Exit(USAGE, "nothing was sent: there is nobody to ask; --yes sends without asking, --dry-run only counts")
    typed = click.prompt(f"Send {count} messages? type {count}", default="", show_default=False, prompt_suffix=": ", err=True)
    if typed.strip() != str(count):
        click.echo("nothing was sent", err=True)
        return False
    return True


async def listed(given: Given, url: str | None) -> int:
    async with reach(given, url, sends=False) as bot:
        found = (await _asked(bot, "GET", "/broadcasts", {}))["broadcasts"]
    if given.json:
        click.echo(json.dumps({"version": 1, "broadcasts": found}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{one['id']}  {one['state']:8} {one['name']:24} {one.get('at') or one['made']}")
    return 0 if found else NOTHING


async def attend(given: Given, url: str | None, deed: str, id_: str, personal: bool) -> int:
    """Stop, resume, follow or forget the broadcast *id_*; the exit code."""
    on = deed in ("resume", "follow")
    async with reach(given, url, sends=on, broadcasts=on) as bot:
        if deed == "follow":
            await _asked(bot, "GET", f"/broadcasts/{id_}", {})  # it is there
        else:
            told = await _asked(bot, "POST", f"/broadcasts/{id_}", {"do": deed})
            if deed == "forget":
                _say(given, f"broadcast {id_} is forgotten")
                return 0
            if deed == "stop":
                _say(given, f"broadcast {id_} is stopped: {told['ahead']} have not got it; botkit broadcast --resume {id_} goes on")
                return 0
        return await _follow(given, bot, id_, personal)


async def _follow(given: Given, bot: Near | Far, id_: str, personal: bool) -> int:
    """Show how it goes until it does not go on; the exit code."""
    ports = RealPorts()
    try:
        told = await _asked(bot, "GET", f"/broadcasts/{id_}", {})
        progress = Progress(given, id_, bot.own, told["state"] == "running")
        while True:
            progress.show(told, ports.monotonic())
            if told["state"] not in ("running", "draft"):
                break
            if "send" not in told["counts"] and (why := bot.standing()):
                click.echo(why, err=True)
                break
            await ports.sleep(_LOOK)
            told = await _asked(bot, "GET", f"/broadcasts/{id_}", {})
    except BaseException:
        if bot.own:  # otherwise the next botkit serve would go on by itself
            await bot.ask("POST", f"/broadcasts/{id_}", {"do": "stop"})
            click.echo(f"\nstopped; go on with: botkit broadcast --resume {id_}", err=True)
        else:
            click.echo(f"\nthe bot goes on with it; stop it with: botkit broadcast --stop {id_}", err=True)
        raise
    return ended(given, await _asked(bot, "GET", f"/broadcasts/{id_}", {"statuses": True}))


async def _asked(bot: Near | Far, method: str, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is told. Raises Exit for what is refused."""
    status, told = await bot.ask(method, path, asked)
    if status >= 400:
        raise Exit(code_of(status, told), str(told.get("error") or told))
    return told


def _say(given: Given, line: str) -> None:
    click.echo(json.dumps({"version": 1, "told": line}, ensure_ascii=False) if given.json else line)


# ---- people


async def _bring(bot: Near | Far, id_: str, wish: Mapping[str, str], asked: Mapping[str, Any], folder: Path) -> None:
    """Add all people. A table is named from *folder*. Raises Exit for one that cannot be read."""
    fixed = _pairs("--set" if wish.get("flow") else "-p", asked["params" if wish.get("flow") else "values"])
    stray = asked["values" if wish.get("flow") else "params"]
    if stray:
        raise Exit(USAGE, "-p gives values of a template, --set params of a flow")
    field = "params" if wish.get("flow") else "with"
    common: dict[str, Any] = dict(wish) | ({"opted_in": asked["opted_in"]} if asked["opted_in"] else {})
    address, people = f"/broadcasts/{id_}", asked["people"]
    if people.startswith("tag:"):
        after = ""
        common |= {field: fixed} if fixed else {}
        while True:
            request = {"do": "invite_tagged", "common": common, "tag": people.removeprefix("tag:").strip(), "after": after}
            after = (await _asked(bot, "POST", address, request))["after"]
            if not after:
                return
    try:
        table = Table(folder / people, asked["column"])
        filled = _filled(table, bot.bot, wish, fixed, field)
        for part in _parts(filled):
            await _asked(bot, "POST", address, {"do": "invite", "common": common, "people": part})
    except BadTable as error:
        raise Exit(USAGE, str(error)) from None
    except OSError as error:
        raise Exit(USAGE, f"{people} cannot be read: {error.strerror or error}") from None


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    found = {}
    for n, pair in enumerate(given, 1):
        name, equals, value = pair.partition("=")
        found[name.strip() if equals else str(n)] = value if equals else pair
        if not equals and option == "--set":
            raise Exit(USAGE, f"--set {pair}: write it like --set day=2026-06-24")
    return found


def _filled(table: Table, bot: Bot, wish: Mapping[str, str], fixed: Mapping[str, str], field: str) -> Iterator[dict[str, Any]]:
    """Each person with the values that their row gives. Raises Exit for a column that is not there."""
    unknown = next((name for value in fixed.values() for name in _COLUMN.findall(value) if name not in table.columns), None)
    if unknown is not None:
        raise Exit(USAGE, f"there is no column {unknown}: there are {named(table.columns)}")
    flow, template = bot.flows.get(wish.get("flow", "")), bot.templates.get(wish.get("template", ""))
    names = [key.text for key, _ in flow.params] if flow is not None else list(template.own.names) if template is not None else []
    by_column = [name for name in names if name in table.columns and name not in fixed] if table.header else []
    for row in table.rows():
        yield _person(row, fixed, by_column, field)


def _person(row: Row, fixed: Mapping[str, str], by_column: Sequence[str], field: str) -> dict[str, Any]:
    if row.broken:
        return {"row": row.number, "to": "", "broken": row.broken}
    values = {name: _COLUMN.sub(lambda m: row.cells.get(m[1], m[0]), value) for name, value in fixed.items()}
    values |= {name: row.cells[name] for name in by_column}
    told = {name: row.cells[name][:200] for name in ("opted_in", "language") if row.cells.get(name) and name not in by_column}
    return {"row": row.number, "to": row.to[:200], **({field: values} if values else {}), **told}


def _parts(people: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """As many at once as one request holds."""
    part: list[dict[str, Any]] = []
    size = 0
    for one in people:
        length = len(json.dumps(one))
        if length > _ROOM:
            one, length = {"row": one["row"], "to": "", "broken": "its cells are too long"}, 100
        if part and (len(part) >= _PART or size + length > _ROOM):
            yield part
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        yield part


def _moment(written: str, bot: Bot) -> str:
    """A moment in the bot's time zone, with its offset. Raises Exit."""
    zone = bot.settings.zone
    now = RealPorts().now().astimezone(zone)
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", written):
            hour, minute = written.split(":")
            found = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
            return (found if found > now else found + timedelta(days=1)).isoformat()
        found = datetime.fromisoformat(written)
    except ValueError:
        raise Exit(USAGE, f'--at is written like 18:30 or 2026-06-24T09:00, not "{written}"') from None
    found = found if found.tzinfo is not None else found.replace(tzinfo=zone)
    if found <= now:
        raise Exit(USAGE, f"--at {written} is over already")
    return found.isoformat()
