"""botkit graph: the flows of a bot as a picture."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botkit.cli import CONFIGURATION, USAGE, Exit, Given, examples, project_root
from botkit.problems.nearest import nearest

if TYPE_CHECKING:
    from botkit.project import Project

WRITTEN = ("text", "mermaid", "dot", "svg", "html", "json", "png")
ENDINGS = {".txt": "text", ".mmd": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg", ".html": "html", ".json": "json", ".png": "png"}
CONVERTERS = ("rsvg-convert", "chromium", "chromium-browser", "google-chrome")  # to PNG; the first that is there
_SECONDS = 60


@click.command("graph", epilog=examples("botkit graph", "botkit graph booking -o booking.svg", "botkit graph -o bot.html --coverage"))
@click.argument("flow", required=False)
@click.option("--format", "form", type=click.Choice(WRITTEN), help="How it is written; by the ending of FILE, else text.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it into this file.")
@click.option("--lang", metavar="CODE", help="Labels in this language of the bot.")
@click.option("--coverage", is_flag=True, help="Play the tests, and mark what they came by.")
@click.pass_obj
def command(given: Given, flow: str | None, form: str | None, output: Path | None, lang: str | None, coverage: bool) -> int:
    """Draw the flows of a bot.

    FLOW is one of them; all are drawn when it is left out. A bot with mistakes is drawn as far as it can be read. An HTML page is one file
    that needs nothing else.
    """
    from botkit.graph import FORMATS, draw
    from botkit.project import read_project

    project = read_project(project_root(given))
    bot = project.bot
    if bot is None or not bot.flows:
        raise Exit(CONFIGURATION, "nothing of this bot could be read that could be drawn", "botkit check tells what is wrong")
    if flow is not None and flow not in bot.flows:
        raise Exit(USAGE, f'there is no flow "{flow}"', _meant(flow, list(bot.flows)))
    if lang is not None and lang not in bot.settings.languages:
        raise Exit(USAGE, f'"{lang}" is not a language of this bot', f"it has {', '.join(bot.settings.languages)}")
    if form is None:
        otherwise = "json" if given.json else "text"
        form = ENDINGS.get(output.suffix.lower(), otherwise) if output is not None else otherwise
    if given.json and output is None and form != "json":
        raise Exit(USAGE, f"{form} is no JSON: name a file for it, -o FILE")
    untested = _untested(project, given) if coverage else None
    chosen = lang if lang != bot.settings.language else None
    pictures = draw(bot, [flow] if flow is not None else None, language=chosen, problems=project.problems, untested=untested)
    data = _png(FORMATS["svg"](pictures)) if form == "png" else FORMATS[form](pictures).encode("utf-8", "replace")
    _write(data, given.folder / output if output is not None else None, form)
    if given.json and output is not None:
        click.echo(json.dumps({"version": 1, "file": str(output), "format": form, "flows": [one.flow for one in pictures]}))
    errors = len(project.problems.errors)
    if errors and not given.quiet:
        told = f"{errors} error{'' if errors == 1 else 's'}: drawn is what could be read; botkit check tells more"
        click.echo(told, err=True)
    return 0


def _meant(word: str, known: list[str]) -> str:
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near is not None else f"there are {', '.join(sorted(known))}"


def _write(data: bytes, path: Path | None, form: str) -> None:
    if path is None:
        if form == "png" and sys.stdout.isatty():
            raise Exit(USAGE, "a PNG cannot be shown here", "write it into a file: botkit graph -o bot.png")
        click.echo(data if form == "png" else data.decode(), nl=False)
        return
    from botkit.cli.written import write

    write(path, data)


def _untested(project: Project, given: Given) -> frozenset[str]:
    """The keys of what no test comes by. Raises Exit where the tests cannot be played."""
    from botkit.testing.stillness import StillLoop
    from botkit.testing.suite import Suite, Wanted, find, read_file

    bot = project.bot
    if bot is None or project.problems.errors:
        raise Exit(CONFIGURATION, "the tests cannot be played while the bot has errors", "botkit check tells them")
    logging.getLogger("botkit").addHandler(logging.NullHandler())
    logging.getLogger("botkit").propagate = given.verbose
    files = [read_file(path, project.root, bot, project.actions) for path in find(project.root)]
    suite = Suite(bot, project.actions, Wanted())
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        done = runner.run(suite.play(files, lambda _: None))
    failed = sum(len(one.failed) for one in done)
    if failed or not done:
        click.echo(f"{failed} tests failed: botkit test tells where" if done else "there is no test", err=True)
    return frozenset(point.key for covered in suite.coverage.covered() for point in covered.missed)


def _png(svg: str) -> bytes:
    """The picture as PNG, made by a converter of this machine. Raises Exit where there is none."""
    converter = next((name for name in CONVERTERS if shutil.which(name)), None)
    if converter is None:
        hint = "install rsvg-convert (Debian: apt install librsvg2-bin) or Chromium, or take an SVG: botkit graph -o bot.svg"
        raise Exit(CONFIGURATION, "PNG needs a converter, and there is none here", hint)
    with tempfile.TemporaryDirectory(prefix="botkit-") as name:
        folder = Path(name)
        source, result = folder / "bot.svg", folder / "bot.png"
        source.write_text(svg, "utf-8")
        try:
            subprocess.run(_line(converter, svg, folder), cwd=folder, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603
            return result.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise Exit(CONFIGURATION, f"{converter} made no PNG: {error}", "take an SVG: botkit graph -o bot.svg") from None


def _line(converter: str, svg: str, folder: Path) -> list[str]:
    if converter == "rsvg-convert":
        return [converter, "--zoom", "2", "-o", "bot.png", "bot.svg"]
    wide, high = (svg.partition(f'{name}="')[2].partition('"')[0] for name in ("width", "height"))
    line = [converter, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking"]
    line += ["--disable-component-update", "--disable-sync", "--disable-quic", f"--user-data-dir={folder / 'profile'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--no-sandbox")  # it refuses to start as root with one; the picture is our own
    return [*line, f"--window-size={wide},{high}", "--screenshot=bot.png", (folder / "bot.svg").as_uri()]
