"""botkit i18n: the texts of a bot in its other languages: how far they are, and their way to translators and back."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botkit.cli import CONFIGURATION, PROBLEMS, USAGE, Exit, Given, Group, examples, project_root
from botkit.cli.written import write
from botkit.problems.nearest import nearest

if TYPE_CHECKING:
    from botkit.bot import Bot
    from botkit.locales import Phrase
    from botkit.locales.file import LocaleFile
    from botkit.locales.standing import Standing
    from botkit.locales.syncing import Synced
    from botkit.project import Project

FORMATS = ("po", "csv")
COLUMNS = ("texts", "translated", "missing", "stale", "other values")


@click.group(
    "i18n",
    cls=Group,
    epilog=examples("botkit i18n status", "botkit i18n sync es", "botkit i18n export es -o es.po", "botkit i18n import es.po"),
)
def command() -> None:
    """Translate a bot: how far it is, and the way to translators and back.

    The texts in its other languages are in locales/, a file for each. `status` tells how far they are, `sync` brings the files up to
    the flows, `export` and `import` take them to translators and back.
    """


@command.command("status", epilog=examples("botkit i18n status", "botkit i18n status --strict", "botkit --json i18n status es"))
@click.argument("languages", nargs=-1, metavar="[LANG]...")
@click.option("--strict", is_flag=True, help="End with 1 when anything is missing, stale or wrong.")
@click.pass_obj
def status(given: Given, languages: tuple[str, ...], strict: bool) -> int:
    """Tell how far each language is."""
    from botkit.locales.standing import standing

    project, bot, phrases = _read(given)
    told = [standing(code, phrases, _file(project, bot, code).entries) for code in _chosen(bot, languages)]
    if given.json:
        click.echo(json.dumps({"version": 1, "languages": [_record(one) for one in told]}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_table(told, given)))
    return PROBLEMS if strict and not all(one.whole for one in told) else 0


def _record(one: Standing) -> dict[str, object]:
    lists = {state: list(keys) for state, keys in one.keys.items() if state != "translated"}
    return {
        "language": one.code, "texts": one.texts, "translated": one.count("translated"), "percent": one.percent,
        "missing": lists["missing"], "stale": lists["stale"], "other_values": lists["values"], "faulty": lists["faulty"],
        "unknown": list(one.unknown),
    }  # fmt: skip


def _table(told: Sequence[Standing], given: Given) -> list[str]:
    """A row for each language, and below it the first keys that are to be done."""
    if not told:
        return ["this bot speaks one language; name others in botkit.yaml: languages: [en, es]"]
    lines = [f"{'language':<10}" + "".join(f"{name:>{len(name) + 2}}" for name in COLUMNS) + f"{'done':>8}"]
    for one in told:
        numbers = (one.texts, one.count("translated"), one.count("missing"), one.count("stale"), one.count("values", "faulty"))
        row = f"{one.code:<10}" + "".join(f"{number:>{len(name) + 2}}" for name, number in zip(COLUMNS, numbers, strict=True))
        lines.append(row + given.paint(f"{one.percent:>6} %", "green" if one.whole else "yellow"))
    for one in told:
        for state, keys in one.keys.items():
            if state != "translated" and keys and not given.quiet:
                shown = keys if given.verbose else keys[:5]
                more = f", and {len(keys) - len(shown)} more" if len(shown) < len(keys) else ""
                lines.append(f"{one.code}, {'other values' if state == 'values' else state}: {', '.join(shown)}{more}")
    return lines


@command.command("sync", epilog=examples("botkit i18n sync", "botkit i18n sync es --prune", "botkit i18n sync --dry-run"))
@click.argument("languages", nargs=-1, metavar="[LANG]...")
@click.option("--prune", is_flag=True, help="Drop the entries of texts that are gone, without asking.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def sync(given: Given, languages: tuple[str, ...], prune: bool, dry_run: bool) -> int:
    """Bring the files of locales/ up to the flows.

    Texts that are new get an empty place. Where a text has changed, the one that was translated is kept under `before`: delete that line
    when the translation is right again. Translations of steps that were renamed go with them. All other lines stay as they are.
    """
    from botkit.locales.syncing import sync as bring

    project, bot, phrases = _read(given)
    told = []
    for code in _chosen(bot, languages):
        file = _file(project, bot, code, whole=True)
        before = file.text if file.entries else ""
        done = bring(file, phrases, prune)
        if done.gone and not prune and not dry_run and sys.stdin.isatty() and _agreed(code, done.gone):
            done.dropped, done.gone = done.gone, []
            for key in done.dropped:
                file.drop(key)
        changed = file.text != before and bool(file.keys or before)
        if changed and not dry_run:
            write(project.root / file.name, file.data)
        told.append({"file": file.name, "changed": changed, **_plain(done)})
        if not given.quiet and not given.json:
            click.echo("\n".join(_done(file.name, done, changed)))
    if given.json:
        click.echo(json.dumps({"version": 1, "dry_run": dry_run, "files": told}, ensure_ascii=False, indent=2))
    return 0


def _plain(done: Synced) -> dict[str, object]:
    return {
        "added": done.added, "moved": [{"from": old, "to": new} for old, new in done.moved], "stale": done.stale, "fresh": done.fresh,
        "gone": done.gone, "kept": done.kept, "dropped": done.dropped,
    }  # fmt: skip


def _agreed(code: str, gone: Sequence[str]) -> bool:
    click.echo("\n".join(f"  {key}" for key in gone), err=True)
    return click.confirm(f"No text has these keys any more. Drop them from locales/{code}.yaml?", default=False, err=True)


def _done(name: str, done: Synced, changed: bool) -> list[str]:
    lines = [f"{name}: {_counted(done)}" if changed else f"{name}: nothing to do"]
    lines += [f"  {old} → {new}" for old, new in done.moved]
    lines += [f"  stale: {key}" for key in done.stale]
    lines += [f"  kept as a comment: {key}" for key in done.kept]
    lines += [f"  no text has this key; --prune drops it: {key}" for key in done.gone]
    return lines


def _counted(done: Synced) -> str:
    counts = {
        "added": len(done.added), "moved": len(done.moved), "stale": len(done.stale), "fresh again": len(done.fresh),
        "kept as a comment": len(done.kept), "dropped": len(done.dropped),
    }  # fmt: skip
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number)


@command.command("export", epilog=examples("botkit i18n export es -o es.po", "botkit i18n export es --format csv --bom -o es.csv"))
@click.argument("language", metavar="LANG")
@click.option("--format", "form", type=click.Choice(FORMATS), help="How it is written; by the ending of FILE, else po.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it into this file.")
@click.option("--bom", is_flag=True, help="Mark a CSV as UTF-8, which some spreadsheets need to see.")
@click.pass_obj
def export(given: Given, language: str, form: str | None, output: Path | None, bom: bool) -> int:
    """Write the texts and their translations for translators.

    A PO file is for their tools, a CSV for a spreadsheet. What has changed since it was translated is marked.
    """
    from botkit.locales import po, table
    from botkit.locales.rows import rows_of

    if given.json and output is None:
        raise Exit(USAGE, "what is exported is no JSON: name a file for it, -o FILE")
    project, bot, phrases = _read(given)
    (code,) = _chosen(bot, (language,))
    form = form or _form(output) or "po"
    rows = rows_of(code, bot.settings.language, phrases, _file(project, bot, code).entries, plurals=form == "po")
    text = po.write(rows, code, bot.settings.language) if form == "po" else table.write(rows, code, bot.settings.language)
    data = text.encode("utf-8-sig" if bom and form == "csv" else "utf-8", "replace")
    if output is None:
        click.echo(data, nl=False)
    else:
        write(given.folder / output, data)
    untold = sum(not any(row.text) for row in rows)
    if given.json:
        told = {"version": 1, "file": str(output), "language": code, "format": form, "texts": len(rows), "untranslated": untold}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif output is not None and not given.quiet:
        click.echo(f"{output}: {len(rows)} texts, {untold} without a translation", err=True)
    return 0


@command.command("import", epilog=examples("botkit i18n import es.po", "botkit i18n import es.csv --dry-run"))
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", type=click.Choice(FORMATS), help="What it is; by the ending of FILE.")
@click.option("--lang", metavar="CODE", help="The language, where the file does not tell it.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def import_(given: Given, path: Path, form: str | None, lang: str | None, dry_run: bool) -> int:
    """Take translations from FILE into locales/.

    What has other values than its source is refused, and told with its line; the rest is taken. Where nothing is translated nothing is
    deleted. Ends with 1 when anything was refused.
    """
    from botkit.languages import closest
    from botkit.locales import po, table
    from botkit.locales.rows import Unreadable
    from botkit.locales.taking import take

    project, bot, phrases = _read(given)
    form = form or _form(path)
    if form is None:
        raise Exit(USAGE, f"{path} ends neither with .po nor with .csv", "name its form: --format po, or --format csv")
    others = tuple(code for code in bot.settings.languages if code != bot.settings.language)
    text = _decoded(given.folder / path)
    try:
        named, rows = po.read(text) if form == "po" else table.read(text, (lang,) if lang else others, bot.settings.language)
    except Unreadable as error:
        raise Exit(USAGE, f"{path}:{error.line}: {error.told}") from None
    code = lang or closest(named, others) or named
    if not code:
        hint = "name it: --lang, with one of " + ", ".join(others)
        raise Exit(USAGE, f"{path} does not tell which language it is in", hint)
    (code,) = _chosen(bot, (code,))
    file = _file(project, bot, code, whole=True)
    done = take(file, rows, phrases)
    if (done.taken or done.stale) and not dry_run:
        write(project.root / file.name, file.data)
    if given.json:
        result = {
            "taken": done.taken, "stale": done.stale, "same": done.same, "empty": done.empty, "open": done.open,
            "refused": [{"line": line, "told": told} for line, told in done.refused],
        }  # fmt: skip
        click.echo(json.dumps({"version": 1, "dry_run": dry_run, "file": file.name, **result}, ensure_ascii=False, indent=2))
        return PROBLEMS if done.refused else 0
    for line, told in done.refused:
        click.echo(f"{path}:{line}: refused: {told}", err=True)
    if not given.quiet:
        for key in done.stale:
            click.echo(f"the source of {key} has changed since: its translation is taken, and marked as stale", err=True)
        counts = {
            "taken": len(done.taken) + len(done.stale), "as they were": done.same, "not translated": done.empty,
            "still open": done.open, "refused": len(done.refused),
        }  # fmt: skip
        click.echo(f"{file.name}: " + (", ".join(f"{number} {what}" for what, number in counts.items() if number) or "nothing to take"))
    return PROBLEMS if done.refused else 0


def _form(path: Path | None) -> str | None:
    return next((form for form in FORMATS if path is not None and path.suffix.lower() == f".{form}"), None)


def _decoded(path: Path) -> str:
    """The text of a file from outside: UTF-8, or UTF-16 with its mark. Raises Exit."""
    try:
        data = path.read_bytes()
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if wide else "utf-8-sig")
    except OSError as error:
        raise Exit(USAGE, f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Exit(USAGE, f"{path} is not written in UTF-8", 'save it as "CSV UTF-8", or with the encoding UTF-8') from None


# ---- what all of them need


def _read(given: Given) -> tuple[Project, Bot, dict[str, Phrase]]:
    """The project, and its texts by key. Raises Exit where flows or templates cannot be read whole: their texts would seem to be gone."""
    from botkit.locales import phrases
    from botkit.project import read_project

    project = read_project(project_root(given), checked=False)
    bot = project.bot
    broken = [problem for problem in project.problems.errors if not problem.place.file.startswith("locales/")]
    if bot is None or broken:
        raise Exit(CONFIGURATION, "this bot has errors, so its texts are not all known", *map(str, broken[:3]), "botkit check tells more")
    fixed = [piece for template in bot.templates.values() for piece in template.pieces]
    return project, bot, phrases(bot.texts.values(), fixed)


def _chosen(bot: Bot, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages that are meant; all others than the one of the flows when none is named."""
    others = tuple(code for code in bot.settings.languages if code != bot.settings.language)
    for code in languages:
        if code == bot.settings.language:
            raise Exit(USAGE, f"{code} is the language that the flows are written in: there is nothing to translate")
        if code not in others:
            near = nearest(code, others)
            known = f"add it to languages in botkit.yaml; there are {', '.join(others) or 'no others'}"
            hint = f'did you mean "{near}"?' if near else known
            raise Exit(USAGE, f'"{code}" is not a language of this bot', hint)
    return tuple(languages) or others


def _file(project: Project, bot: Bot, code: str, whole: bool = False) -> LocaleFile:
    """The file of a language. Raises Exit where it cannot be read; *whole*: where any entry cannot."""
    from botkit.locales.file import LocaleFile
    from botkit.problems import Problems, render

    problems = Problems()
    name = f"locales/{code}.yaml"
    path = project.root / name
    file = LocaleFile(name, path.read_bytes() if path.is_file() else None, code, bot.settings.language, problems)
    if problems.errors and (whole or not file.entries):
        raise Exit(CONFIGURATION, *(render(problem, project.texts.get(name)) for problem in problems.errors[:3]))
    return file
