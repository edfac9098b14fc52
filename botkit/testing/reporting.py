"""What came of tests, for people: one line a file, a story for each that went another way, and what none came by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from botkit.bot import Bot
from botkit.problems import Place, visible
from botkit.testing.coverage import KINDS, Coverage
from botkit.testing.differences import Difference, Played
from botkit.testing.matching import fits
from botkit.testing.suite import Done

Paint = Callable[[str, str], str]  # (text, style): red, green, yellow, cyan or bold

_HOLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)  # what a text leaves open
_WIDE = 100  # columns that a line of results may take
_WIDEST = 400  # characters of a line that is shown


def plain(text: str, _style: str) -> str:
    return text


def file_lines(done: Done, paint: Paint = plain) -> Iterator[str]:
    """The results of a file: on one line, or below its name where that is too long."""
    marks = [(played.difference is None, visible(played.title)) for played in done.played]
    painted = [paint("✓", "green") + f" {title}" if fine else paint(f"✗ {title}", "red") for fine, title in marks]
    if len(done.file.name) + sum(len(title) + 4 for _, title in marks) <= _WIDE:
        yield "  ".join([done.file.name, *painted])
    else:
        yield done.file.name
        yield from (f"  {line}" for line in painted)


def story(played: Played, bot: Bot, paint: Paint = plain) -> list[str]:
    """How a test went another way than it says; nothing where it did not."""
    difference = played.difference
    if difference is None:
        return []
    place = difference.node.place
    turn = f"turn {difference.turn}, " if difference.turn else ""
    lines = [f"{paint('✗ ' + visible(played.title), 'red')} — {place.file}:{place.line}", f"  {turn}{_line(difference.sentence)}:"]
    lines += [f"  {line}" for line in _excerpt(difference, origin_of(difference, bot), paint)]
    lines += [f"  {_line(remark)}" for remark in difference.remarks]
    if difference.before:
        lines.append(f"  before it:  {_line(' → '.join(difference.before))}")
    if difference.hint:
        lines.append(f"  hint: {_line(difference.hint)}")
    if difference.acceptable:
        name = played.test.name.replace('"', '\\"')
        lines.append(f'  accept the new text: botkit test --update -k "{_line(name)}"')
    return lines


def origin_of(difference: Difference, bot: Bot) -> Place | None:
    """Where what was not expected is said: its text, as far as that can be told, else the step. None: no step says it."""
    origin = difference.said.origin if difference.said is not None else difference.origin
    flow, _, step = origin.partition(".")
    found = bot.flows[flow].steps.get(step) if flow in bot.flows else None
    if found is None:
        return None
    said = difference.said.text if difference.said is not None else "\n".join(difference.found)
    own = (reply.node for key, reply in bot.texts.items() if key.startswith(f"{origin}."))
    return next((node.place for node in own if fits(_HOLE.sub("*", node.text), said)), found.key.place)


def _excerpt(difference: Difference, origin: Place | None, paint: Paint) -> Iterator[str]:
    place, rows = difference.node.place, difference.node.source.rows
    number = str(place.line)
    gutter = " " * len(number)
    yield f" {number} | {_line(rows[place.line - 1])}"
    for line in difference.expected:
        yield paint(f" {gutter} -  {_line(line)}", "red")
    where = ""
    if origin is not None:
        said = difference.said.origin if difference.said is not None else difference.origin
        where = f'   ({origin.file}:{origin.line}, step "{said.partition(".")[2]}")'
    for n, line in enumerate(difference.found):
        yield paint(f" {gutter} +  {_line(line)}", "green") + (where if n == 0 else "")
    if where and not difference.found:
        yield f" {gutter}    {where.strip()}"


def _line(text: str) -> str:
    shown = visible(text.replace("\n", " ⏎ "))
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"


def sum_line(all_done: Sequence[Done], seconds: float, broken: int = 0) -> str:
    """`2 passed, 1 failed in 0.14 s`."""
    failed = sum(len(done.failed) for done in all_done)
    passed = sum(len(done.played) for done in all_done) - failed
    told = [f"{passed} passed"] if passed or not (failed or broken) else []
    told += [f"{failed} failed"] if failed else []
    told += [f"{broken} {'file' if broken == 1 else 'files'} with errors"] if broken else []
    turns = sum(played.turns for done in all_done for played in done.played)
    return f"{', '.join(told)} in {seconds:.2f} s ({turns} turns)"


def coverage_lines(coverage: Coverage, paint: Paint = plain) -> Iterator[str]:
    """How much of each kind was come by, then all that was not, with its place."""
    kinds = coverage.covered()
    for covered in kinds:
        count = f"{covered.total - len(covered.missed)} of {covered.total}"
        yield f"{covered.kind:<10}{count:>10}  {_percent(covered.percent, paint)}"
    told = "  ".join(f"{language} {percent} %" for language, percent in coverage.languages().items())
    yield f"{'languages':<10}{'':>10}  {told}"
    for covered in kinds:
        for point in covered.missed:
            yield f"{KINDS[covered.kind] + ':':<15} {visible(point.label)} ({point.place.file}:{point.place.line})"


def _percent(percent: int, paint: Paint) -> str:
    return paint(f"{percent:>3} %", "green" if percent == 100 else "yellow")


def stories(all_done: Iterable[Done], bot: Bot, paint: Paint = plain) -> Iterator[str]:
    """A paragraph for each test that failed."""
    for done in all_done:
        for played in done.failed:
            yield ""
            yield from story(played, bot, paint)
