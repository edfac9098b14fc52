"""botkit explain: the long story of a finding, one page a code."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from importlib.resources.abc import Traversable

import click
from msgspec import Struct

from botkit.cli import Given, examples
from botkit.problems.nearest import nearest


class Page(Struct, frozen=True):
    """What there is to say about a code: a story, and mostly an example of the mistake and one without it."""

    code: str
    title: str
    story: str
    wrong: str | None = None
    right: str | None = None


def _folder() -> Traversable:
    return resources.files("botkit.cli") / "pages"


def codes() -> list[str]:
    """Every code that has a page."""
    return sorted(entry.name.removesuffix(".md") for entry in _folder().iterdir() if entry.name.endswith(".md"))


def page(code: str) -> Page:
    """The page of a code. Raises KeyError when there is none."""
    if code not in codes():
        raise KeyError(code)
    head, *parts = (_folder() / f"{code}.md").read_text(encoding="utf-8").split("\n## ")
    title, _, story = head.partition("\n")
    named = {part.partition("\n")[0].strip(): _block(part) for part in parts}
    return Page(code, title.removeprefix("# ").strip(), story.strip(), named.get("Not so"), named.get("But so"))


def _block(part: str) -> str:
    return part.partition("```yaml\n")[2].rpartition("```")[0]


@click.command("explain", epilog=examples("botkit explain no-such-step", "botkit explain", "botkit --json explain tab"))
@click.argument("code", required=False)
@click.pass_obj
def command(given: Given, code: str | None) -> int:
    """Tell the long story of a message.

    CODE is what stands in brackets behind "error" or "warning". Without it all codes are listed.
    """
    if code is None:
        pages = [page(one) for one in codes()]
        if given.json:
            listed = [{"code": one.code, "title": one.title} for one in pages]
            click.echo(json.dumps({"version": 1, "codes": listed}, ensure_ascii=False, indent=2))
        else:
            width = max(len(one.code) for one in pages)
            click.echo("\n".join(f"{given.paint(one.code.ljust(width), 'bold')}  {one.title}" for one in pages))
        return 0
    wanted = code.strip().removeprefix("error").removeprefix("warning").strip("[]")
    try:
        found = page(wanted)
    except KeyError:
        raise click.UsageError(f'There is no message "{code}". {_near(wanted)}') from None
    if given.json:
        told = {"code": found.code, "title": found.title, "story": found.story, "wrong": found.wrong, "right": found.right}
        click.echo(json.dumps({"version": 1, **told}, ensure_ascii=False, indent=2))
    else:
        click.echo(_told(found, given))
    return 0


def _near(code: str) -> str:
    near = nearest(code, codes())
    return f'Did you mean "{near}"?' if near else "See: botkit explain"


def _told(found: Page, given: Given) -> str:
    width = min(100, shutil.get_terminal_size().columns)
    parts = [f"{given.paint(found.title, 'bold')}  [{found.code}]", click.wrap_text(found.story, width, preserve_paragraphs=True)]
    for name, block in (("Not so:", found.wrong), ("But so:", found.right)):
        if block:
            parts.append(f"{name}\n\n" + "\n".join(f"    {row}".rstrip() for row in block.rstrip().split("\n")))
    return "\n\n".join(parts) + "\n"
