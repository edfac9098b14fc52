"""botkit templates: the templates of the files beside those that the provider has, and the way from one to the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from botkit.cli import PROBLEMS, USAGE, Exit, Given, Group, examples
from botkit.cli.provided import held_by_provider, named, note, noted, noted_of, project_and_bot, with_each

if TYPE_CHECKING:
    from botkit.approvals import Change

_channel = click.option("--channel", metavar="NAME", help="Only this channel of botkit.yaml; all if left out.")
_names = click.argument("names", nargs=-1, metavar="[NAME]...")


@click.group(
    "templates",
    cls=Group,
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
@click.pass_obj
def listed(given: Given, channel: str | None, offline: bool) -> int:
    """Every template with its status and quality."""
    from botkit.approvals import compare
    from botkit.cli.approvals import listing, listing_as_json

    project, bot = project_and_bot(given)
    held = noted_of(project, channel) if offline else held_by_provider(given, project, bot, channel)
    rows = {name: compare(bot.templates, templates) for name, templates in held.items()}
    if given.json:
        _json({"channels": [listing_as_json(name, changes) for name, changes in rows.items()]})
    else:
        click.echo("\n".join(listing(rows, given)))
    return 0


@command.command("show", epilog=examples("botkit templates show visit_booked", "botkit templates show visit_booked --lang es"))
@click.argument("name")
@click.option("--lang", metavar="CODE", help="Only in this language; all if left out.")
@click.pass_obj
def show(given: Given, name: str, lang: str | None) -> int:
    """A template as it will look on the phone, with its examples. Asks nobody."""
    from botkit.approvals import wish
    from botkit.approvals.phone import phone
    from botkit.cli.approvals import heading

    project, bot = project_and_bot(given)
    template = named(bot, (name,))[name]
    languages = [code for code in template.wordings if lang in (None, code)]
    if not languages:
        raise Exit(USAGE, f'template "{name}" has no language "{lang}"; it has {", ".join(template.wordings)}')
    if given.json:
        _json({"name": name, "languages": [wish(template, code) for code in languages]})
        return 0
    known = noted(project)
    for code in languages:
        click.echo(given.paint(heading(template, code, known), "bold"))
        click.echo("\n".join(phone(template, code)) + "\n")
    return 0


@command.command("check", epilog=examples("botkit templates check", "botkit templates check --strict"))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_obj
def check(given: Given, strict: bool) -> int:
    """Report what is wrong with templates, in their files and where they are used. Asks nobody: it goes by the last pull."""
    from botkit.cli.reports import report

    project, _ = project_and_bot(given, whole=False)
    problems = [one for one in project.problems if one.place.file.startswith("templates/") or "template" in one.code]
    click.echo(report("json" if given.json else "text", problems, project, given), nl=False)
    if not given.quiet and not given.json and not noted(project).channels:
        click.echo("nothing is known of the provider's: botkit templates pull", err=True)
    return PROBLEMS if problems and (strict or any(one.severity == "error" for one in problems)) else 0


@command.command("diff", epilog=examples("botkit templates diff", "botkit templates diff visit_booked", "botkit templates diff --mine"))
@_names
@_channel
@click.option("--mine", is_flag=True, help="Nothing about templates that have no file.")
@click.pass_obj
def diff(given: Given, names: tuple[str, ...], channel: str | None, mine: bool) -> int:
    """Tell where the files and the provider differ: + new, ~ changed, - only at the provider. Ends with 1 when they do.

    With it stands how each of them is: waiting, approved, rejected and why, paused.
    """
    from botkit.approvals import compare
    from botkit.cli.approvals import change_as_json, differences

    project, bot = project_and_bot(given)
    templates = named(bot, names) if names else bot.templates
    held = held_by_provider(given, project, bot, channel)
    told = {name: [one for one in compare(templates, there) if _asked_for(one, names, mine)] for name, there in held.items()}
    if given.json:
        _json({"channels": [{"channel": name, "changes": [change_as_json(one) for one in found]} for name, found in told.items()]})
    else:
        click.echo("\n".join(line for name, found in told.items() for line in differences(name, found, given)))
    return PROBLEMS if any(one.kind != "same" for found in told.values() for one in found) else 0


def _asked_for(change: Change, names: Sequence[str], mine: bool) -> bool:
    return change.template is not None or (not mine and not names) or change.name in names


@command.command("pull", epilog=examples("botkit templates pull", "botkit templates pull --write", "botkit templates pull --channel main"))
@_channel
@click.option("--write", "writing", is_flag=True, help="Make files in templates/ for those that have none.")
@click.pass_obj
def pull(given: Given, channel: str | None, writing: bool) -> int:
    """Note down what the provider has, in templates/.provider.json, which belongs into git.

    `botkit check` goes by it. Files that are there already are never changed.
    """
    from botkit.cli.approvals import summary, write_missing

    project, bot = project_and_bot(given, whole=False)
    held = held_by_provider(given, project, bot, channel)
    note(project, bot, held)
    made, left = write_missing(project.root, bot, held) if writing else ([], [])
    if given.json:
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
@click.pass_obj
def push(
    given: Given, names: tuple[str, ...], channel: str | None, dry_run: bool, yes: bool, deleting: bool
) -> int:  # fmt: skip
    """Send what is new or changed for approval. Without --delete nothing is deleted.

    What cannot be changed is said. Afterwards it notes down how all of it stands, as `pull` does.
    """
    from botkit.cli.pushing import Pushing

    project, bot = project_and_bot(given)
    if names and deleting:
        raise Exit(USAGE, "--delete is about what has no file: it goes with no names")
    if not (dry_run or yes or sys.stdin.isatty()):
        raise Exit(USAGE, "there is nobody to ask: --yes sends without asking, --dry-run tells what would be sent")
    pushing = Pushing(given, named(bot, names) if names else bot.templates, bool(names), deleting, dry_run, yes, given.json)
    held = with_each(given, project, bot, channel, pushing.channel)
    if not dry_run:
        note(project, bot, {name: there for name, there in held.items() if there is not None})
    if given.json:
        _json({"dry_run": dry_run, "channels": pushing.told})
    return pushing.code


def _json(told: Mapping[str, object]) -> None:
    click.echo(json.dumps({"version": 1, **told}, ensure_ascii=False, indent=2))
