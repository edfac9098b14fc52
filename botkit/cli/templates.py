"""botkit templates: the templates of the files beside those that the provider has, and the way from one to the other."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from botkit.cli import CONFIGURATION, PROBLEMS, REFUSED, USAGE, Exit, Given, examples, project_root
from botkit.problems.nearest import nearest

if TYPE_CHECKING:
    from botkit.approvals import Change, Pulls, Registered
    from botkit.bot import Bot
    from botkit.channels import Channel
    from botkit.project import Project
    from botkit.registry import Registry
    from botkit.templates import Template

T = TypeVar("T")
Seen = Callable[[int, bool], None]

_channel = click.option("--channel", metavar="NAME", help="Only this channel of botkit.yaml; all if left out.")
_as_json = click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
_names = click.argument("names", nargs=-1, metavar="[NAME]...")


@click.group(
    "templates",
    epilog=examples("botkit templates diff", "botkit templates push", "botkit templates pull", "botkit templates show visit_booked"),
)
def command() -> None:
    """Message templates: what WhatsApp has approved, and what it is to approve.

    The files in templates/ are what you want. `diff` tells where the provider has something else, `push` sends what is new for approval,
    `pull` notes down how all of it stands, for `botkit check`. Nobody's file is changed but templates/.provider.json.
    """


@command.command("list", epilog=examples("botkit templates list", "botkit templates list --offline", "botkit --json templates list"))
@_channel
@click.option("--offline", is_flag=True, help="Ask nobody: what the last pull noted down.")
@_as_json
@click.pass_obj
def listed(given: Given, channel: str | None, offline: bool, as_json: bool) -> int:
    """Every template with its status and quality."""
    from botkit.approvals import compare
    from botkit.cli.approvals import listing, listing_as_json

    project, bot = _read(given)
    held = _pulled(project, channel) if offline else _held(given, project, bot, channel)
    rows = {name: compare(bot.templates, templates) for name, templates in held.items()}
    if as_json or given.json:
        _json({"channels": [listing_as_json(name, changes) for name, changes in rows.items()]})
    else:
        click.echo("\n".join(listing(rows, given)))
    return 0


@command.command("show", epilog=examples("botkit templates show visit_booked", "botkit templates show visit_booked --lang es"))
@click.argument("name")
@click.option("--lang", metavar="CODE", help="Only in this language; all if left out.")
@_as_json
@click.pass_obj
def show(given: Given, name: str, lang: str | None, as_json: bool) -> int:
    """A template as it will look on the phone, with its examples. Asks nobody."""
    from botkit.approvals import wish
    from botkit.approvals.phone import phone
    from botkit.cli.approvals import heading

    project, bot = _read(given)
    template = _named(bot, (name,))[name]
    languages = [code for code in template.wordings if lang in (None, code)]
    if not languages:
        raise Exit(USAGE, f'template "{name}" has no language "{lang}"; it has {", ".join(template.wordings)}')
    if as_json or given.json:
        _json({"name": name, "languages": [wish(template, code) for code in languages]})
        return 0
    known = _noted(project)
    for code in languages:
        click.echo(given.paint(heading(template, code, known), "bold"))
        click.echo("\n".join(phone(template, code)) + "\n")
    return 0


@command.command("check", epilog=examples("botkit templates check", "botkit templates check --strict"))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@_as_json
@click.pass_obj
def check(given: Given, strict: bool, as_json: bool) -> int:
    """Report what is wrong with templates, in their files and where they are used. Asks nobody: it goes by the last pull."""
    from botkit.cli.reports import report

    project, _ = _read(given, whole=False)
    problems = [one for one in project.problems if one.place.file.startswith("templates/") or "template" in one.code]
    click.echo(report("json" if as_json or given.json else "text", problems, project, given), nl=False)
    if not given.quiet and not (as_json or given.json) and not _noted(project).channels:
        click.echo("nothing is known of the provider's: botkit templates pull", err=True)
    return PROBLEMS if problems and (strict or any(one.severity == "error" for one in problems)) else 0


@command.command("diff", epilog=examples("botkit templates diff", "botkit templates diff visit_booked", "botkit templates diff --mine"))
@_names
@_channel
@click.option("--mine", is_flag=True, help="Nothing about templates that have no file.")
@_as_json
@click.pass_obj
def diff(given: Given, names: tuple[str, ...], channel: str | None, mine: bool, as_json: bool) -> int:
    """Tell where the files and the provider differ: + new, ~ changed, - only at the provider. Ends with 1 when they do.

    With it stands how each of them is: waiting, approved, rejected and why, paused.
    """
    from botkit.approvals import compare
    from botkit.cli.approvals import change_as_json, differences

    project, bot = _read(given)
    templates = _named(bot, names) if names else bot.templates
    held = _held(given, project, bot, channel)
    told = {name: [one for one in compare(templates, there) if _asked_for(one, names, mine)] for name, there in held.items()}
    if as_json or given.json:
        _json({"channels": [{"channel": name, "changes": [change_as_json(one) for one in found]} for name, found in told.items()]})
    else:
        click.echo("\n".join(line for name, found in told.items() for line in differences(name, found, given)))
    return PROBLEMS if any(one.kind != "same" for found in told.values() for one in found) else 0


def _asked_for(change: Change, names: Sequence[str], mine: bool) -> bool:
    return change.template is not None or (not mine and not names) or change.name in names


@command.command("pull", epilog=examples("botkit templates pull", "botkit templates pull --write", "botkit templates pull --channel main"))
@_channel
@click.option("--write", "writing", is_flag=True, help="Make files in templates/ for those that have none.")
@_as_json
@click.pass_obj
def pull(given: Given, channel: str | None, writing: bool, as_json: bool) -> int:
    """Note down what the provider has, in templates/.provider.json, which belongs into git.

    `botkit check` goes by it. Files that are there already are never changed.
    """
    from botkit.cli.approvals import summary, write_missing

    project, bot = _read(given, whole=False)
    held = _held(given, project, bot, channel)
    _note(project, bot, held)
    made, left = write_missing(project.root, bot, held) if writing else ([], [])
    if as_json or given.json:
        told = [{"channel": name, "templates": len(there), "by_status": summary(there)} for name, there in held.items()]
        _json({"channels": told, "written": made, "left_out": left})
        return 0
    for name, there in held.items():
        counts = ", ".join(f"{number} {status}" for status, number in summary(there).items())
        click.echo(f"{name}: {len(there)} in templates/.provider.json{f': {counts}' if counts else ''}")
    click.echo("".join(f"{line}\n" for line in (*(f"made {file}" for file in made), *left)), nl=False)
    return 0


@command.command(
    "push", epilog=examples("botkit templates push --dry-run", "botkit templates push", "botkit templates push visit_booked --yes")
)
@_names
@_channel
@click.option("--dry-run", is_flag=True, help="Tell what would be sent, and send nothing.")
@click.option("--yes", is_flag=True, help="Send without asking.")
@click.option("--delete", "deleting", is_flag=True, help="Delete at the provider what has no file.")
@_as_json
@click.pass_obj
def push(
    given: Given, names: tuple[str, ...], channel: str | None, dry_run: bool, yes: bool, deleting: bool, as_json: bool
) -> int:  # fmt: skip
    """Send what is new or changed for approval. Without --delete nothing is deleted.

    What cannot be changed is said. Afterwards it notes down how all of it stands, as `pull` does.
    """
    from botkit.cli.pushing import Pushing

    project, bot = _read(given)
    if names and deleting:
        raise Exit(USAGE, "--delete is about what has no file: it goes with no names")
    wanted = as_json or given.json
    if not (dry_run or yes or sys.stdin.isatty()):
        raise Exit(USAGE, "there is nobody to ask: --yes sends without asking, --dry-run tells what would be sent")
    pushing = Pushing(given, _named(bot, names) if names else bot.templates, bool(names), deleting, dry_run, yes, wanted)
    held = _with_each(given, project, bot, channel, pushing.channel)
    if not dry_run:
        _note(project, bot, {name: there for name, there in held.items() if there is not None})
    if wanted:
        _json({"dry_run": dry_run, "channels": pushing.told})
    return pushing.code


# ---- the project, and who is asked


def _read(given: Given, whole: bool = True) -> tuple[Project, Bot]:
    """The project. Raises Exit where its templates cannot be trusted; with *whole* false only where there is no bot."""
    from botkit.cli.reports import report
    from botkit.project import read_project

    project = read_project(project_root(given))
    wrong = [one for one in project.problems.errors if one.place.file.startswith("templates/") or project.bot is None]
    if project.bot is None or (whole and wrong):
        click.echo(report("text", wrong, project, given), err=True, nl=False)
        raise Exit(CONFIGURATION, "mend this first")
    return project, project.bot


def _named(bot: Bot, names: Sequence[str]) -> Mapping[str, Template]:
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


def _with_each(
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
                async with Registry(channel, RealPorts()) as registry:
                    found[name] = await work(name, registry, _progress(given, name))
            except ValueError as error:
                raise Exit(CONFIGURATION, str(error)) from None
            except Refused as refused:
                raise Exit(REFUSED, f"channel {name}: {refused}") from None
        return found

    return asyncio.run(all_of_them())


def _held(given: Given, project: Project, bot: Bot, only: str | None) -> dict[str, list[Registered]]:
    async def all_templates(_: str, registry: Registry, seen: Seen) -> list[Registered]:
        return await registry.all(seen)

    return _with_each(given, project, bot, only, all_templates)


def _progress(given: Given, channel: str) -> Seen:
    """Tells a person who looks on how far a list of many pages has come."""
    loud = sys.stderr.isatty() and not given.quiet

    def seen(count: int, last: bool) -> None:
        if loud:
            click.echo("\r\x1b[K" if last else f"\r{channel}: {count} templates so far", err=True, nl=False)

    return seen


# ---- what is noted down


def _noted(project: Project) -> Pulls:
    from botkit.approvals import Pulls
    from botkit.project import pulled

    return pulled(project) or Pulls()


def _pulled(project: Project, only: str | None) -> dict[str, Sequence[Registered]]:
    noted = _noted(project)
    if not noted.channels:
        raise Exit(CONFIGURATION, "nothing is known of the provider's templates yet: botkit templates pull")
    return {name: one.templates for name, one in noted.channels.items() if only in (None, name)}


def _note(project: Project, bot: Bot, held: Mapping[str, Sequence[Registered]]) -> None:
    """Write the file of the last pull anew; channels that were not asked stay as they were."""
    from botkit.approvals import Pull, dump_pulls
    from botkit.ports import RealPorts
    from botkit.templates import PULLED

    pulls = _noted(project)
    providers = {channel.name: channel.provider for channel in bot.settings.channels}
    for name, there in held.items():
        pulls = pulls.with_channel(name, Pull(RealPorts().now(), tuple(there), providers[name]))
    path = project.root / PULLED
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(".tmp")
    beside.write_bytes(dump_pulls(pulls))
    beside.replace(path)


def _json(told: Mapping[str, object]) -> None:
    click.echo(json.dumps({"version": 1, **told}, ensure_ascii=False, indent=2))
