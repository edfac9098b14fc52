"""botkit schema: what an editor needs to know of the files of a bot, as JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botkit.cli import PROBLEMS, USAGE, Exit, Given, examples, project_root

if TYPE_CHECKING:
    from botkit.project import Project
    from botkit.schema import Names, Schema

_EDITOR = Path(".vscode") / "settings.json"


@click.command(
    "schema", epilog=examples("botkit schema --vscode", "botkit schema --flow booking", "botkit schema --test -o test.schema.json")
)
@click.option("--flow", is_flag=False, flag_value="", default=None, metavar="[NAME]", help="Of flows/*.yaml, or of one flow: its steps.")
@click.option("--test", is_flag=True, help="Of tests/*.test.yaml.")
@click.option("--config", is_flag=True, help="Of botkit.yaml.")
@click.option("--template", is_flag=True, help="Of templates/*.yaml.")
@click.option("--locale", is_flag=True, help="Of locales/*.yaml.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to FILE.")
@click.option("--vscode", is_flag=True, help="Write all of them to .botkit/schema/, and tell VS Code of them.")
@click.pass_obj
def command(
    given: Given, flow: str | None, test: bool, config: bool, template: bool, locale: bool, output: Path | None, vscode: bool
) -> int:  # fmt: skip
    """Tell editors of the files of a bot, as JSON Schema.

    Prints the schema of its flows, or of another kind of file.

    It is made from the tables that `botkit check` reads by, and knows the steps, flows, actions, templates and queues of this bot: an
    editor with a YAML language server completes them, explains keys, and marks what is misspelt. Make it anew when names change;
    `botkit check --watch` does so by itself for what --vscode has written.
    """
    from botkit.problems import did_you_mean
    from botkit.project import read_project

    kinds = [kind for kind, asked in (("test", test), ("config", config), ("template", template), ("locale", locale)) if asked]
    kinds += ["flow"] if flow is not None else []
    if len(kinds) > 1 or (vscode and (kinds or output is not None)):
        raise Exit(USAGE, "one schema at a time, or --vscode for all of them")
    project = read_project(project_root(given), checked=False)
    if vscode:
        return _vscode(project, given)
    names = names_of_project(project)
    if flow and flow not in (names.flows or {}):
        known = names.flows or {}
        raise Exit(USAGE, f'there is no flow "{flow}"', did_you_mean(flow, known) or f"there are {', '.join(known)}")
    written = _json(schema_of(kinds[0] if kinds else "flow", names, project, flow or None))
    if output is None:
        click.echo(written, nl=False)
    else:
        from botkit.cli.written import write

        write(given.folder / output, written.encode("utf-8", "replace"))
    return 0


def names_of_project(project: Project) -> Names:
    from botkit.schema import names_of

    bot = project.bot
    loaded = not any(problem.code in ("action-import", "action-signature") for problem in project.problems)
    templates = {} if bot is None else {name: one.wordings[one.language].body for name, one in bot.templates.items()}
    flows = {} if bot is None else bot.flows
    settings = None if bot is None else bot.settings
    return names_of(project.texts, flows, settings, project.signatures if loaded else None, templates)


def schema_of(kind: str, names: Names, project: Project, flow: str | None = None, *, strict: bool = True) -> Schema:
    """The schema of one KIND of file."""
    from botkit.schema import config_schema, flow_schema, locale_schema, template_schema, test_schema

    match kind:
        case "flow":
            return flow_schema(names, flow, strict=strict)
        case "config":
            return config_schema(names)
        case "template":
            return template_schema(names)
        case "test":
            from botkit.testing.talks.reading import TESTS

            return test_schema(names, TESTS)
    bot = project.bot
    if bot is None:
        return locale_schema((), "en", ())
    from botkit.locales import phrases

    found = phrases(bot.texts.values(), [piece for template in bot.templates.values() for piece in template.pieces])
    texts = [(key, phrase.source) for key, phrase in found.items()]
    return locale_schema(texts, bot.settings.language, bot.settings.languages)


def refresh(project: Project) -> list[str]:
    """Write what has changed of the schemas in .botkit/schema/; their paths below the bot's folder."""
    from botkit.cli.written import write
    from botkit.schema.associations import FOLDER, wanted

    names = names_of_project(project)
    folder = project.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files = [Path(path).name for path in wanted(names.flows or {})]
    changed = []
    for file in files:
        kind, _, rest = file.removesuffix(".json").partition(".")
        written = _json(schema_of(kind, names, project, rest or None, strict=False))
        path = folder / file
        if not path.is_file() or path.read_text("utf-8") != written:
            write(path, written.encode("utf-8", "replace"))
            changed.append(f"{FOLDER}/{file}")
    for path in folder.glob("flow.*.json"):
        if path.name not in files:
            path.unlink()
    return changed


def _vscode(project: Project, given: Given) -> int:
    from botkit.cli.written import write
    from botkit.schema.associations import Unreadable, associated, wanted

    changed = refresh(project)
    path = project.root / _EDITOR
    entries = wanted(names_of_project(project).flows or {})
    before = path.read_text("utf-8") if path.is_file() else ""
    try:
        after = associated(before, entries)
    except Unreadable as error:
        click.echo(f"{_EDITOR.as_posix()} is left as it is: {error}. Put this into it:", err=True)
        click.echo(json.dumps({"yaml.schemas": entries}, indent=2))
        return PROBLEMS
    if after != before:
        write(path, after.encode())
        changed.append(_EDITOR.as_posix())
    if given.json:
        click.echo(json.dumps({"version": 1, "written": changed}, ensure_ascii=False, indent=2))
    elif not given.quiet:
        for name in changed:
            click.echo(f"{name} written")
        if not changed:
            click.echo("nothing has changed")
        elif _EDITOR.as_posix() in changed:
            click.echo("VS Code reads them with the extension redhat.vscode-yaml", err=True)
    return 0


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
