"""The command line: one command a file, loaded when it is called."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import IO, NoReturn

import click

# Exit codes: 0 fine, and
PROBLEMS = 1  # the thing examined has problems
USAGE = 2  # what stands on the command line: also a flow, a step, a file or an id there that there is not
CONFIGURATION = 3  # a project or a secret is missing or wrong, or the machine does not let us work
REFUSED = 4  # the provider or the network refused
NOTHING = 5  # there was nothing to do
BUG = 70
INTERRUPTED = 130

_NARROW = 52  # columns; who has fewer gets help that is no wider, which is not so by itself
# What is wrong with the machine, not with botkit, wherever it shows.
_MACHINE = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
    errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR,
})  # fmt: skip

# command → (module below botkit.cli, first line of its help): the module is imported only when the command is called.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "Report every problem of a bot."),
    "chat": ("chat", "Talk to a bot here, with a clock that you move."),
    "graph": ("graph", "Draw the flows of a bot."),
    "handback": ("handback", "Hand a conversation back to the bot."),
    "test": ("test", "Play the tests of a bot: talks with it, written down in tests/*.test.yaml."),
    "serve": ("serve", "Answer WhatsApp: take webhooks in and send replies."),
    "webhook": ("webhook", "Where the provider posts what contacts write, and whether it gets through."),
    "keys": ("keys", "Keys of the numbers that you look after as a partner of 360dialog."),
    "templates": ("templates", "Message templates: what WhatsApp has approved, and what it is to approve."),
    "send": ("send", "Send a message to somebody."),
    "start": ("start", "Start a flow for somebody."),
    "broadcast": ("broadcast", "Send a template, or start a flow, for many people."),
    "i18n": ("i18n", "Translate a bot: how far it is, and the way to translators and back."),
    "schema": ("schema", "Tell editors of the files of a bot, as JSON Schema."),
    "explain": ("explain", "Tell the long story of a message."),
}


_BEFORE = frozenset({"-C", "-v", "--verbose", "-q", "--quiet", "--color"})  # options that hold for all commands, before them
_JSON = "--json"  # before the command or behind it


class Exit(Exception):
    """Ends a command: *lines* are for the person who called it, on standard error. With --json a program is told the same on standard
    output, and the *problems* that are the reason."""

    def __init__(self, code: int, *lines: str, problems: Sequence[Mapping[str, object]] = ()) -> None:
        super().__init__("\n".join(lines))
        self.code = code
        self.lines = lines
        self.problems = problems


class Given:
    """What stands before the command, or holds for all of them."""

    def __init__(self, folder: Path, verbose: bool = False, quiet: bool = False, color: str = "auto", json: bool = False) -> None:
        self.folder = folder
        self.verbose = verbose
        self.quiet = quiet
        self.color = color
        self.json = json

    def colored(self, stream: IO[str] | None = None) -> bool:
        """Whether *stream* (standard output if None) takes colours."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or (stream or sys.stdout).isatty()

    def paint(self, text: str, style: str) -> str:
        if not self.colored():
            return text
        return click.style(text, bold=True) if style == "bold" else click.style(text, fg=style)


class Group(click.Group):
    """Commands that are listed with the whole first sentence of their help; a misspelt one is answered with the nearest. Each takes --json,
    as all of them do."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        super().add_command(_with_json(cmd), name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            from botkit.problems.nearest import nearest

            near = nearest(args[0], known)
            hint = f' Did you mean "{near}"?' if near else ""
            ctx.fail(f'There is no command "{args[0]}".{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.line(name)) for name in self.list_commands(ctx)])

    def line(self, name: str) -> str:
        """What a command does, for the list."""
        return self.commands[name].get_short_help_str(200)


class Commands(Group):
    """Loads commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        found = COMMANDS.get(name)
        if found is None:
            return None
        command: click.Command = importlib.import_module(f"botkit.cli.{found[0]}").command
        return _with_json(command)

    def line(self, name: str) -> str:
        return COMMANDS[name][1]

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever reads has had enough: that is no failure, as click would have it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise Exit(0) from None


def _with_json(command: click.Command) -> click.Command:
    """*command* with the option --json behind it, which says what the one before it says. Commands of a command have it themselves."""
    if not isinstance(command, click.Group) and not any(_JSON in one.opts for one in command.params):
        wish = click.Option([_JSON], is_flag=True, expose_value=False, callback=_wished, help="The result as JSON.")
        command.params.append(wish)
    return command


def _wished(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and isinstance(ctx.obj, Given):
        ctx.obj.json = True


def examples(*lines: str) -> str:
    """The end of a command's help: lines that can be typed as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    cls=Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 110,
        "terminal_width": _columns if (_columns := shutil.get_terminal_size().columns) < _NARROW else None,
    },
    epilog=examples("botkit check", "botkit serve --local", "botkit explain no-such-step"),
)
@click.option("-C", "folder", type=click.Path(path_type=Path), default=None, help="Work in this folder instead of the current one.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; show tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Say less.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours: on a terminal, always or never.")
@click.option("--json", "as_json", is_flag=True, help="Results as JSON.")
@click.version_option(package_name="botkit", message="botkit %(version)s")
@click.pass_context
def botkit(ctx: click.Context, folder: Path | None, verbose: bool, quiet: bool, color: str, as_json: bool) -> None:
    """WhatsApp chatbots from YAML dialogues."""
    if folder is not None and not folder.is_dir():
        raise Exit(USAGE, f"{folder} is not a folder")
    ctx.obj = Given(folder or Path.cwd(), verbose, quiet, color, as_json)
    ctx.color = ctx.obj.colored()  # click takes colours out of what goes into a file or a pipe unless it is told otherwise


def main(args: list[str] | None = None) -> None:
    """The script `botkit`: runs a command and ends the process with its exit code."""
    _streams()
    gc.set_threshold(50_000, 20, 50)  # what is loaded stays: to look through it again and again is a tenth of a short command's time
    args = args if args is not None else sys.argv[1:]
    verbose = any(arg in ("-v", "--verbose") for arg in args)
    try:
        code = botkit.main(args=args, prog_name="botkit", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except Exit as error:
        _end(args, error)
    except click.UsageError as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name in _BEFORE:
            click.echo(f"{error.option_name} stands before the command: botkit {error.option_name} {_called(error)}", err=True)
        _end(args, Exit(USAGE, error.format_message()), told=True)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except Exception as error:
        if verbose:
            import traceback

            traceback.print_exc()
        if isinstance(error, UnicodeEncodeError) and not _is_text(args):
            _end(args, Exit(USAGE, "what was typed is no text: it is not written in UTF-8"))
        if isinstance(error, OSError) and error.errno in _MACHINE:
            where = f"{str(error.filename)[:300]}: " if error.filename else "what was to be written could not be: "
            _end(args, Exit(CONFIGURATION, f"{where}{error.strerror}"))
        story = () if verbose else ("See the whole story with: botkit -v …",)
        _end(args, Exit(BUG, f"botkit has a bug: {type(error).__name__}: {str(error)[:300]}", *story))


def _end(args: Sequence[str], why: Exit, *, told: bool = False) -> NoReturn:
    """End the process, with the reason. *told*: it stands on standard error already."""
    if not told:
        for line in why.lines:
            click.echo(line, err=True)
    if why.code and _JSON in takewhile(lambda arg: arg != "--", args):
        import json

        answer = {"version": 1, "error": str(why), "exit": why.code} | ({"problems": list(why.problems)} if why.problems else {})
        with contextlib.suppress(OSError):  # the disk may be what is full
            click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(why.code)


def _is_text(args: list[str]) -> bool:
    """Whether all of them are: a terminal passes any bytes on."""
    return not any("\ud800" <= letter <= "\udfff" for arg in args for letter in arg)


def _called(error: click.UsageError) -> str:
    return error.ctx.command_path.partition(" ")[2] if error.ctx is not None else "COMMAND"


def _streams() -> None:
    """Whoever starts us may have closed a standard stream: then nothing is read there, and what is written goes nowhere. A terminal that
    has not all letters shows "?" for one."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        stream = getattr(sys, name)
        if stream is not None:
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
            continue
        nowhere = os.open(os.devnull, os.O_RDWR)  # the number itself must be taken, or the next socket gets it
        if nowhere != descriptor:
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        setattr(sys, name, open(descriptor, mode, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115


def project_root(given: Given) -> Path:
    """The project's folder. Raises Exit where there is none."""
    from botkit.project import find_root

    root = find_root(given.folder)
    if root is None:
        raise Exit(CONFIGURATION, f"there is no botkit.yaml in {given.folder} or above it", _where(given.folder))
    return root


def _where(folder: Path) -> str:
    """What helps who stands in a *folder* of no bot."""
    if (folder / "botkit.yml").is_file():
        return "rename botkit.yml to botkit.yaml"
    with contextlib.suppress(OSError):
        near = sorted(path.parent.name for path in folder.glob("*/botkit.yaml"))
        if near:
            return f"did you mean: {' or '.join(f'botkit -C {name} …' for name in near[:3])}"
    if (folder / "flows").is_dir():
        return "write one beside flows/, for example: botkit: 1, and in the next line start: and the name of a flow"
    return "go to the folder of a bot, or name it: botkit -C FOLDER …"
