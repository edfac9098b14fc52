"""The tables of the reference, made from the tables of the code: python docs/make.py writes them into the pages beside it.

A page holds places such as <!-- table: settings --> … <!-- end -->; what stands between them is written anew. With --check nothing is
written, and the exit code tells whether something would be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import click

from botkit import consent
from botkit.answers import ANSWERS
from botkit.cli import COMMANDS
from botkit.cli import botkit as command_line
from botkit.commands import COMMAND
from botkit.expressions.filters import FILTERS, TESTS
from botkit.expressions.functions import FUNCTIONS
from botkit.expressions.methods import ATTRIBUTES, METHODS
from botkit.expressions.tables import Operation
from botkit.flow import HEADER
from botkit.messages import limits
from botkit.outcomes import OUTCOME_TABLE
from botkit.providers import errors
from botkit.providers.base import Verdict
from botkit.says import MESSAGE_KEYS
from botkit.settings import CHANNEL, QUEUE, SETTINGS
from botkit.shapes import Key, Keys, Made, Shape
from botkit.steps import KINDS, STEP
from botkit.steps.computed import COMPUTED
from botkit.steps.options import OPTION
from botkit.templates import TEMPLATE
from botkit.testing.talks.keys import ENTRY_KEYS
from botkit.testing.talks.reading import TEST
from botkit.triggers import TRIGGERS

PLACE = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _cell(text: str) -> str:
    """*text* in a cell of a table: signs that Markdown or HTML would take for its own stand as they are."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _keys(table: Iterable[tuple[str, Key]]) -> str:
    return _rows(
        ("key", "what it says", "what stands there"),
        ((f"`{name}`" + (" (needed)" if key.required else ""), key.doc, _what(key.shape)) for name, key in table),
    )


def _what(shape: Shape) -> str:
    """What *shape* takes, in the words of its reports; its keys where it has no article."""
    keys = _made_of(shape)
    if isinstance(keys, Keys) and not keys.owner.startswith(("a ", "an ", "the ")):
        return f"{{ {', '.join(keys.table)} }}"
    return shape.what.rstrip(",")


def _made_of(shape: object) -> object:
    while isinstance(shape, Made):
        shape = shape.shape
    return shape


def _of(shape: object) -> str:
    """The keys of a shape that has a table."""
    keys = _made_of(shape)
    if not isinstance(keys, Keys):
        raise TypeError(f"{keys} has no table of keys")
    return _keys(keys.table.items())


def _triggers() -> str:
    """What its page says, and its keys; the shape of a list of triggers holds that of one."""
    told = import_module("botkit.triggers").__doc__ or ""
    one = getattr(_made_of(TRIGGERS), "item", None)
    return f"```yaml\n{told.partition(chr(10))[2].strip()}\n```\n\n{_of(getattr(_made_of(one), 'mapping', None))}"


def _steps() -> str:
    """Every kind of step: what its file says of it, and its keys."""
    pages = []
    for word, kind in KINDS.items():
        told = import_module(kind.__module__).__doc__ or ""
        sentence, _, example = told.partition("\n")
        pages.append(f"### {word}\n\n{sentence[0].upper()}{sentence[1:]}\n\n```yaml\n{example.strip()}\n```\n\n{_keys(kind.keys.items())}")
    return "\n".join(pages)


def _common() -> str:
    verbs = {name for kind in KINDS.values() for name in kind.keys}
    return _keys((name, key) for name, key in STEP.table.items() if name not in verbs)


def _answers() -> str:
    return _rows(("type", "what it takes"), ((f"`{word}`", _about(word)) for word in ANSWERS))


def _about(word: str) -> str:
    """What a type says of itself: its class, or else the page of its file."""
    kind = ANSWERS[word]
    own, page = kind.__doc__ or "", import_module(kind.__module__).__doc__ or ""
    for told in (own, page):
        for part in re.split(r";\s(?=\w+: )", told.strip().split("\n")[0]):
            names, colon, text = part.partition(": ")
            if colon and word in re.split(r", | and |\(.*?\)", names.replace("…", "")):
                return text.rstrip(".")
    return page.partition(": ")[2].strip().rstrip(".")


def _operations(table: dict[str, Operation], before: str = "") -> str:
    return _rows(
        ("written", "gives", "what it does"),
        ((f"`{before}{_written(one, bool(before))}`", f"{one.gives}", one.doc) for one in table.values()),
    )


def _written(one: Operation, filtered: bool) -> str:
    call = one.signature.partition(" -> ")[0]
    return call.removesuffix("()") if filtered else call


def _methods() -> str:
    rows = [
        (f"`{kind}`", f"`.{one.signature.partition(' -> ')[0]}`", one.gives, one.doc)
        for kind, ones in METHODS.items()
        for one in ones.values()
    ]
    rows += [(f"`{kind}`", f"`.{name}`", gives, "") for kind, ones in ATTRIBUTES.items() for name, (gives, _) in ones.items()]
    return _rows(("of a", "written", "gives", "what it is"), rows)


def _limits() -> str:
    rows = [
        ("a text", limits.TEXT_BODY),
        ("a text with options below it", limits.INTERACTIVE_BODY),
        ("`header`, `footer`", limits.HEADER),
        ("a label on a button (up to three options)", limits.BUTTON_TITLE),
        ("a label in a list (four to ten options)", limits.ROW_TITLE),
        ("`description` in a list", limits.ROW_DESCRIPTION),
        ("`group` in a list", limits.SECTION_TITLE),
        ("`button`, what opens a list", limits.LIST_OPENER),
        ("the body of a template", limits.TEMPLATE_BODY),
        ("a button of a template", limits.TEMPLATE_BUTTON_TITLE),
    ]
    return _rows(("what", "characters at most"), ((what, f"{most:,}") for what, most in rows))


# What is done about each kind of refusal.
_DEEDS: dict[Verdict, str] = {
    "later": "the channel pauses, then one message goes first",
    "pair": "this contact alone waits 1, 4, 16, 64, 256 s",
    "doubt": "it waits for a status, and is sent once more when none comes",
    "window": "the template goes, or what `closed` says",
    "once": "sent once more after 5 s; then given up: `errors.unsent`",
    "refused": "given up: `errors.unsent`",
    "template": "this template rests; what `closed` says",
    "capped": "given up: `errors.unsent`; no marketing for this contact for a day, then two, four, eight",
    "optout": "dropped; the contact is opted out",
    "stopped": "the channel stops and keeps its messages; it is tried again with one",
}


def _errors() -> str:
    """Every refusal, by code, by 360dialog's text, by HTTP status."""
    rows = [(_codes(row.codes), row.said, _deed(row)) for row in errors.ERRORS]
    rows += [(f"“{words}”", row.said, _deed(row)) for words, row in errors.TEXTS]
    rows += [(f"HTTP {status}{'…' if status % 100 == 0 else ''}", row.said, _deed(row)) for status, row in sorted(errors.STATUSES.items())]
    return _rows(("code", "what it means", "what botkit does"), rows)


def _codes(codes: tuple[int, ...] | range) -> str:
    if isinstance(codes, range):
        return f"{codes[0]}–{codes[-1]}"
    return ", ".join(map(str, codes)) if len(codes) < 10 else f"{codes[0]}, {codes[1]}–{codes[-1]}"


def _deed(row: errors.Error) -> str:
    told = [_DEEDS[row.verdict]]
    if row.least:
        span = f"{row.least / 60:g} min" if row.least < 3600 else f"{row.least / 3600:g} h"
        told.append(f"for {span} at least" if row.verdict == "later" else f"for {span}" if row.verdict == "template" else f"after {span}")
    if row.slow:
        told.append("and goes on at half its rate")
    if 131026 in row.codes:
        told.append("after three in a row this contact gets no template until they write")
    if row.late == "again":
        told.append("told later, it is sent again")
    if row.alert:
        told.append("you are told")
    return "; ".join(told)


def _commands() -> str:
    """What `botkit COMMAND --help` says, for every command."""
    pages = []
    around = click.Context(command_line, info_name="botkit", **{**command_line.context_settings, "terminal_width": 100})
    for name in COMMANDS:
        command = command_line.get_command(around, name)
        if command is not None:
            pages += _help(command, click.Context(command, info_name=name, parent=around, **command.context_settings))
    return "\n".join(pages)


def _help(command: click.Command, context: click.Context) -> Iterable[str]:
    """What a command says, and then each of those that it is made of."""
    yield f"### {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _help(inner, click.Context(inner, info_name=name, parent=context, **inner.context_settings))


def _consent() -> str:
    """Words that are understood as an opt-out and as the way back, by language."""
    words = [("every bot", consent.STOP, consent.START)]
    words += [(code, consent.STOP_IN[code], consent.START_IN[code]) for code in consent.STOP_IN]
    return _rows(("language", "no more messages", "messages again"), ((code, ", ".join(out), ", ".join(back)) for code, out, back in words))


TABLES: dict[str, Callable[[], str]] = {
    "consent": _consent,
    "settings": lambda: _of(SETTINGS),
    "channel": lambda: _of(CHANNEL),
    "queue": lambda: _of(QUEUE),
    "command": lambda: _of(COMMAND),
    "flow": lambda: _of(HEADER),
    "triggers": _triggers,
    "outcome": lambda: _keys(OUTCOME_TABLE.items()),
    "step": _common,
    "steps": _steps,
    "option": lambda: _of(OPTION),
    "computed": lambda: _of(COMPUTED),
    "message": lambda: _of(MESSAGE_KEYS),
    "template": lambda: _of(TEMPLATE),
    "answers": _answers,
    "functions": lambda: _operations(FUNCTIONS),
    "filters": lambda: _operations(FILTERS, "value | "),
    "methods": _methods,
    "is": lambda: _rows(("written",), ((f"`value is {name}`",) for name in TESTS)),
    "limits": _limits,
    "errors": _errors,
    "commands": _commands,
    "test": lambda: _of(TEST),
    "entry": lambda: _of(ENTRY_KEYS),
}


def filled(page: str) -> str:
    """*page* with every table as the code has it now. Raises KeyError for a table that nobody makes."""
    return PLACE.sub(lambda place: f"{place[1]}\n{TABLES[place['name']]()}\n{place[3]}", page)


def main(args: list[str]) -> int:
    stale = 0
    for path in sorted(Path(__file__).resolve().parent.glob("*.md")):
        page = path.read_text("utf-8")
        made = filled(page)
        if made != page:
            stale += 1
            print(f"docs/{path.name} {'is out of date: python docs/make.py' if '--check' in args else 'written'}")
            if "--check" not in args:
                path.write_text(made, "utf-8")
    return 1 if stale and "--check" in args else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
