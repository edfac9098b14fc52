"""What authors and worse could write: files of this repository with something broken in them, and fragments that want to harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from tests.problems.case import files_of

ROOT = Path(__file__).resolve().parent.parent.parent
Files = dict[str, bytes]

# Put in the place of values, of names, and anywhere.
FRAGMENTS: tuple[bytes, ...] = (
    b"*a", b"&a [*a]", b"<<: *a", b"a: &a [x, x]\nb: [*a, *a]\n", b"!!python/object/apply:os.system ['id']",
    b"!!binary aGk=", b"--- ", b"...",
    b"[" * 200, b"{a: " * 200, b"- " * 200, b"? ", b"|\n", b">-\n  x", b"'",
    b'"', b"\t", b"\r", b"\0", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xed\xa0\x80", b'"\\ud800"', b"\xff\xfe", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xe2\x80\xae",
    b"\xe2\x80\x9cx\xe2\x80\x9d",
    "ѕay".encode(), "ｇｏ".encode(), "gо".encode(), "\u0301".encode() * 50, "👩‍👩‍👧".encode(), b" #x", b": ", b", ",
    b"%YAML 9.9", b"@", b"`",
    b"{{ 'x' * 10**9 }}", b"{{ 9**9**9 }}", b"{{ ''.__class__.__mro__[1].__subclasses__() }}",
    b"{{ cycler.__init__.__globals__ }}",
    b"{{ '{0.__class__}'.format(msg) }}", b"{% include '/etc/passwd' %}",
    b"{% for a in [1,2,3] %}{% for b in [1,2] %}{{ a }}{% endfor %}",
    b"{% raw %}", b"{# ", b"{{ a|attr('b') }}", b"{{ lipsum }}", b"{{ " + b"(" * 300,
    b"{{ -1 " + b"|abs" * 300 + b" }}", b"{%", b"%}", b"{{", b"}}",
    b"= ", b"= today() + days(10**12)", b"= [1] * 9", b"= 1/0", b"regex((a+)+b)", b"regex(((a{99}){99}){99})",
    b"regex([)", b"image[5..1]",
    b"choice()", b"999999999999999999999d", b"0d", b"-1", b"1e400", b"\xd9\xa3\xd9\xa4", b"go: end", b"go: back",
    b"go: fail", b"call: main", b"say: ",
    b"ask: {x: text}", b"run: http.get", b"if: ", b"options: ", b"options: {from: = x, label: = item}", b"steps: ",
    b"then: ", b"errors: {any: }",
    b"set: {contact.opted_out: true}", b"template: {name: x, with: []}", b"wait: {until: = now()}", b"gather: 5s",
    b"stale: follow", b"with: {}",
)  # fmt: skip
_TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")


def corpus() -> list[tuple[Files, str]]:
    """(the files of a bot, one of them) for every file of every bot of this repository that is read, those of the problems too."""
    found: list[tuple[Files, str]] = []
    for root in (ROOT, *sorted(path.parent for path in (ROOT / "examples").glob("*/botkit.yaml"))):
        paths = [root / "botkit.yaml"]
        paths += [path for folder in ("flows", "templates", "locales", "data") for path in sorted((root / folder).glob("*.*"))]
        found += _each({path.relative_to(root).as_posix(): path.read_bytes() for path in paths if path.suffix in (".yaml", ".j2")})
    for path in sorted((ROOT / "tests" / "problems").glob("*.yaml")):
        files = files_of(path.read_text(encoding="utf-8", errors="surrogateescape"))
        kept = {
            name: text.encode("utf-8", "surrogateescape") for name, text in files.items() if not name.startswith(("before/", "actions/"))
        }
        found += _each({name: content for name, content in kept.items() if len(content) < 100_000})
    return found


def _each(files: Files) -> Iterable[tuple[Files, str]]:
    return ((files, name) for name in files)


def mutated(content: bytes, chance: Random, others: list[tuple[Files, str]]) -> bytes:
    """*content* with one to four things broken in it."""
    ways: tuple[Callable[[bytes, Random], bytes], ...] = (
        _cut,
        _doubled,
        _fragment,
        _fragment,
        _swapped_lines,
        _moved_line,
        _token,
        _token,
        _byte,
    )
    for _ in range(chance.randint(1, 4)):
        if chance.random() < 0.15:
            content = _spliced(content, chance, others)
        else:
            content = chance.choice(ways)(content, chance)
    return content[:60_000]


def _place(content: bytes, chance: Random) -> int:
    return chance.randint(0, len(content))


def _cut(content: bytes, chance: Random) -> bytes:
    start = _place(content, chance)
    return content[:start] + content[start + chance.choice((1, 1, 2, 8, 40, 400)) :]


def _doubled(content: bytes, chance: Random) -> bytes:
    start = _place(content, chance)
    piece = content[start : start + chance.choice((1, 5, 30, 200))]
    return content[:start] + piece * chance.choice((2, 3, 50)) + content[start:]


def _fragment(content: bytes, chance: Random) -> bytes:
    start = _place(content, chance)
    if chance.random() < 0.6:  # where a value begins
        starts = [match.end() for match in re.finditer(rb": |- |, ", content)]
        start = chance.choice(starts) if starts else start
    end = start if chance.random() < 0.5 else content.find(b"\n", start) % (len(content) + 1)
    return content[:start] + chance.choice(FRAGMENTS) + content[max(start, end) :]


def _swapped_lines(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _moved_line(content: bytes, chance: Random) -> bytes:
    """A line further in, further out, or gone."""
    lines = content.split(b"\n")
    n = chance.randrange(len(lines))
    lines[n : n + 1] = chance.choice(([b"  " + lines[n]], [lines[n][2:]], [b"\t" + lines[n].lstrip()], [], [lines[n], lines[n]]))
    return b"\n".join(lines)


def _token(content: bytes, chance: Random) -> bytes:
    """One word or sign in the place of another."""
    found = list(_TOKEN.finditer(content))
    if not found:
        return content
    at, by = chance.choice(found), chance.choice(found)
    return content[: at.start()] + by[0] + content[at.end() :]


def _byte(content: bytes, chance: Random) -> bytes:
    start = _place(content, chance)
    return content[:start] + bytes([chance.randrange(256)]) + content[start + 1 :]


def _spliced(content: bytes, chance: Random, others: list[tuple[Files, str]]) -> bytes:
    """The beginning of one file, and the end of another."""
    files, name = chance.choice(others)
    other = files[name]
    return content[: _place(content, chance)] + other[_place(other, chance) :]
