"""A bot's folder: its settings, flows, templates, locales, data and actions, read from the disk."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from botkit.bot import Bot, built_in_of
from botkit.hook import HOOK
from botkit.messages.files import FOLDER, INSIDE
from botkit.model import Conversation
from botkit.problems import Place, Problems
from botkit.release import SETTINGS_FILE, read_bot
from botkit.signatures import Signature
from botkit.source import MAX_BYTES
from botkit.succession import Live, counted
from botkit.templates import PULLED
from botkit.web import MEDIA_SAVE, asks_the_web

if TYPE_CHECKING:
    from botkit.actions import Action
    from botkit.approvals import Pulls

# folder → endings of the files in it that are part of a bot
PARTS: dict[str, tuple[str, ...]] = {
    "flows": (".yaml", ".yml"),
    "templates": (".yaml", ".yml", ".j2"),
    "locales": (".yaml", ".yml"),
    "data": (".yaml", ".yml"),
}
# What a flow by itself cannot have: it stands in the files around it.
ELSEWHERE = frozenset({
    "no-such-flow", "no-such-template", "no-such-queue", "no-such-file", "unknown-attribute", "no-timezone", "host-not-listed",
})  # fmt: skip
MOST_FILES = 2_000
ACTIONS_PACKAGE = "botkit_actions_"  # and a number: what Python knows the folder actions/ of a bot by
_read = 0  # projects read by this process


class Project(Struct, eq=False):
    """*bot* is None where there are errors that leave none; *texts* are the files that problems stand in, for their excerpts."""

    root: Path
    bot: Bot | None
    problems: Problems
    texts: dict[str, str] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    live: Live | None = None  # what the bot makes of the conversations of a store; None: none was looked at

    @property
    def signatures(self) -> dict[str, Signature]:
        return {name: action.signature for name, action in self.actions.items() if name != HOOK}


def find_root(start: Path) -> Path | None:
    """The nearest folder, from *start* upward, with a botkit.yaml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    return None


Against = tuple[str, Callable[[], Iterable[Conversation | None]]]  # a store: its name, and what gives its conversations


def read_project(root: Path, *, checked: bool = True, against: Against | None = None) -> Project:
    """The project in *root*, with everything that is wrong with it, also where it would strand conversations of the store *against*.
    *checked* false: only what reading itself finds."""
    problems = Problems()
    files = dict(_files(root, problems))
    project = Project(root, None, problems, {file: content.decode("utf-8-sig", "replace") for file, content in files.items()})
    with _uncollected():
        project.bot = bot = read_bot(files, problems)
        if bot is not None:
            bot.media = _media(root)
        project.actions = _actions(root, project)
        if bot is not None and (called := built_in_of(bot)):
            _built_in(bot, project, called)
        named = bot.settings.understand if bot is not None else None
        hook = project.actions.get(named.function.text) if named is not None else None
        if hook is not None and hook.signature.hook:
            project.actions = {**project.actions, HOOK: hook}
        if bot is not None and checked:
            from botkit.checks import check

            if against is not None:
                project.live = counted(bot, against[1](), against[0])
            pulls = pulled(project)
            check(bot, project.signatures, problems, project.live, pulls, _now() if pulls is not None else None)
    return project


def pulled(project: Project) -> Pulls | None:
    """The templates that the providers of the project's channels had at the last pull; None where nothing is known of that."""
    if project.bot is None or not (project.root / PULLED).is_file():
        return None
    from botkit.approvals import read_pulls

    try:
        pulls = read_pulls((project.root / PULLED).read_bytes())
    except (OSError, ValueError) as error:
        told = f"what the last pull wrote cannot be read: {getattr(error, 'strerror', None) or error}"
        project.problems.report("pull-unreadable", Place(PULLED), told, "ask the provider again: botkit templates pull", severity="warning")
        return None
    return pulls.only({channel.name for channel in project.bot.settings.channels})


def _now() -> datetime:
    from botkit.ports import RealPorts  # only where it matters: it is slow to load

    return RealPorts().now()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: of the many objects of a large bot none is garbage, and it would look at each of them often."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read_flow_file(root: Path, file: str) -> Project:
    """One flow that belongs to no bot, as if it were all there is. Nothing is said about what it may find in the files around it.

    *file* is its path below *root*.
    """
    from botkit.checks import check

    problems, read = Problems(), Problems()
    with (root / file).open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    flow = Path(file).stem
    name = f"flows/{flow}.yaml"
    bot = read_bot({SETTINGS_FILE: f"botkit: 1\nstart: {flow}\n".encode(), name: content}, read)
    if bot is not None:
        check(bot, None, read)
    for problem in read:
        if problem.place.file == name and problem.code not in ELSEWHERE:
            edits = tuple(replace(edit, place=replace(edit.place, file=file)) for edit in problem.fix)
            problems.add(replace(problem, place=replace(problem.place, file=file), fix=edits))
    return Project(root, bot, problems, {file: content.decode("utf-8-sig", "replace")})


def _files(root: Path, problems: Problems) -> Iterator[tuple[str, bytes]]:
    """(path below the root, content) of all that a bot is made of but its actions."""
    paths = [root / SETTINGS_FILE]
    for part, endings in PARTS.items():
        for path in sorted((root / part).rglob("*")):
            if path.name.startswith(".") or not path.is_file():
                continue
            if not _nameable(path.relative_to(root)):
                _passed_over(path, root, problems, "only those whose name is written in UTF-8 are", "give it another name")
            elif path.suffix not in endings:
                if path.parent == root / part:
                    _misnamed(path, root, problems)
            elif path.parent != root / part:
                if part != "data":
                    _passed_over(path, root, problems, f"only those right in {part}/ are", f"move it to {part}/{path.name}")
            elif path.suffix == ".yml" and (good := path.with_suffix(".yaml")).is_file():
                _passed_over(path, root, problems, f"{good.name} is", "delete one of the two")
            else:
                paths.append(path)
                if path.suffix == ".yml":
                    told = 'the files of a bot end in ".yaml"; this one is read all the same'
                    place = Place(path.relative_to(root).as_posix())
                    problems.report("yml", place, told, f"rename it to {good.relative_to(root).as_posix()}", severity="warning")
    for path in sorted((root / "tests").glob("*.y*ml")):
        if path.suffix in (".yaml", ".yml") and not path.name.endswith(".test.yaml"):
            stem = path.stem.removesuffix(".test")
            _passed_over(path, root, problems, 'only those that end in ".test.yaml" are', f"rename it to tests/{stem}.test.yaml")
    for path in paths[:MOST_FILES]:
        file = path.relative_to(root).as_posix()
        try:
            with path.open("rb") as opened:
                yield file, opened.read(MAX_BYTES + 1)  # one more than allowed, so that it is told
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.report("unreadable-file", Place(file), f"this file cannot be read: {error.strerror or error}")


def _media(root: Path) -> dict[str, int]:
    """The files of media/ by their path below the root, with their sizes; not those that contacts have sent."""
    found: dict[str, int] = {}
    for folder, below, names in os.walk(root / FOLDER):
        here = Path(folder).relative_to(root).as_posix()
        below[:] = sorted(name for name in below if not name.startswith(".") and f"{here}/{name}" != INSIDE)
        for name in sorted(names):
            with contextlib.suppress(OSError):
                if not name.startswith(".") and _nameable(Path(name)):
                    found[f"{here}/{name}"] = (Path(folder) / name).stat().st_size
        if len(found) > MOST_FILES:
            break
    return found


def _misnamed(path: Path, root: Path, problems: Problems) -> None:
    """A file whose name only looks like that of YAML: `booking.yaml.txt`, as some editors save it, or `booking.YAML`."""
    whole = path.name.lower()
    if whole.endswith((".yaml.txt", ".yml.txt", ".yaml", ".yml")):
        stem = path.name[: whole.rindex(".y")]
        _passed_over(path, root, problems, 'only those that end in ".yaml" are', f"rename it to {path.parent.name}/{stem}.yaml")


def _passed_over(path: Path, root: Path, problems: Problems, which: str, hint: str) -> None:
    name = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
    problems.report("file-not-read", Place(name), f"this file is not read: {which}", hint, severity="warning")


def _nameable(path: Path) -> bool:
    """Whether the name is text: a disk keeps any bytes as one."""
    try:
        return bool(str(path).encode())
    except UnicodeEncodeError:
        return False


def _actions(root: Path, project: Project) -> dict[str, Action]:
    """The marked functions of actions/*.py, by file and name.

    The files are modules of a package of their own, made anew at each reading: `from .shared import x` reads actions/shared.py.
    Those that begin with "_" hold no actions.
    """
    global _read
    paths = [path for path in sorted((root / "actions").glob("*.py")) if path.is_file() and path.name[0] not in "._"]
    if not paths:
        return {}
    from botkit.actions import Unfit, found, hooks

    _read += 1
    importlib.invalidate_caches()  # a file may be younger than the last look into its folder
    package = ModuleType(f"{ACTIONS_PACKAGE}{_read}", "The actions of a bot.")
    package.__path__ = [str(root / "actions")]
    sys.modules[package.__name__] = package
    actions: dict[str, Action] = {}
    for path in paths:
        file = path.relative_to(root).as_posix()
        try:
            project.texts[file] = path.read_text("utf-8", "replace")
        except OSError as error:
            project.problems.report("unreadable-file", Place(file), f"this file cannot be read: {error.strerror or error}")
            continue
        try:
            with contextlib.redirect_stdout(sys.stderr):  # what a file prints is no result of the command
                module = importlib.import_module(f"{package.__name__}.{path.stem}")
        except (Exception, SystemExit) as error:
            _broken(file, path, error, project.problems)
            continue
        unfit: list[Unfit] = []
        actions.update(found(path.stem, module, unfit))
        actions.update(hooks(path.stem, module, unfit))
        for one in unfit:
            project.problems.report("action-signature", Place(file, one.line, 1, one.line, 2), one.sentence)
    return actions


def _built_in(bot: Bot, project: Project, called: frozenset[str]) -> None:
    """Give the project the actions that every bot has, as far as flows call them; those of http are bound to the hosts that it lists."""
    asks = any(asks_the_web(name) for name in called)
    for name, action in project.actions.items():
        if name in called or (asks and asks_the_web(name)):
            place = Place(action.signature.file, action.signature.line, 1, action.signature.line, 2)
            own = name.partition(".")[0]
            told = f"flows call {name}, and that is an action of botkit: "
            told += f'a file of actions cannot be called "{own}"' if asks_the_web(name) else "yours needs another name"
            other = "give the file another name: actions/web.py" if asks_the_web(name) else f"name it {own}.keep, for example"
            project.problems.report("reserved-name", place, told, other)
    if asks:
        from botkit.actions.built_in import built_in

        project.actions = {**project.actions, **built_in([one.host for one in bot.settings.http])}
    if MEDIA_SAVE in called:
        from botkit.actions import media

        project.actions = {**project.actions, **media.built_in()}


def _broken(file: str, path: Path, error: BaseException, problems: Problems) -> None:
    """An action file that cannot be imported: the line of it where that showed."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        line, column = error.lineno or 1, error.offset or 1
        problems.report("action-import", Place(file, line, column, line, column + 1), f"this is not Python: {error.msg}")
        return
    line = 1
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == str(path):
            line = frame.lineno or line
    what = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0][:300]
    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    hint = f"pip install {missing.partition('.')[0]}" if missing and not missing.startswith(ACTIONS_PACKAGE) else None
    problems.report("action-import", Place(file, line, 1, line, 2), f"this file of actions cannot be loaded: {what}", hint)
