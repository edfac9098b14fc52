"""An editor's settings: which schema goes with which files, put into a file that a person keeps, comments and all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

KEY = "yaml.schemas"
FOLDER = ".botkit/schema"
_TOKEN = re.compile(
    r"""(?P<gap>\s+|//[^\n]*|/\*.*?\*/|\ufeff)|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<word>[-+.\w]+)|(?P<sign>[{}\[\],:])""", re.DOTALL
)

Wanted = dict[str, list[str]]  # a schema's path -> the files that it is for


class Unreadable(Exception):
    """These settings cannot be read, so nothing is put into them."""


class _Entry(Struct, frozen=True):
    key: str
    start: int
    value: int  # where its value begins
    end: int
    tokens: tuple[int, int]  # of its value: the first one, and the one behind the last


def wanted(flows: Iterable[str]) -> Wanted:
    """What each schema is for. Every flow has one of its own, with its steps; a flow that is new the common one."""
    names = sorted(flows)
    found = {f"flow.{name}.json": [f"flows/{name}.yaml", f"flows/{name}.yml"] for name in names}
    own = [f"!{pattern}" for patterns in found.values() for pattern in patterns]
    found["flow.json"] = ["flows/*.yaml", "flows/*.yml", *own]
    found["test.json"] = ["tests/**/*.test.yaml"]
    found["config.json"] = ["botkit.yaml"]
    found["template.json"] = ["templates/*.yaml", "templates/*.yml"]
    found["locale.json"] = ["locales/*.yaml"]
    return {f"./{FOLDER}/{name}": patterns for name, patterns in found.items()}


def associated(text: str, entries: Wanted) -> str:
    """*text*, the settings of an editor, with *entries* under yaml.schemas; all else stays as it is, and where nothing is to be changed all
    of it. Raises Unreadable."""
    if not text.strip():
        return json.dumps({KEY: entries}, ensure_ascii=False, indent=2) + "\n"
    page = _Page(text)
    top, _ = page.entries(0)
    found = next((entry for entry in top if entry.key == KEY), None)
    first = text[: top[0].start].rpartition("\n")[2] if top else ""
    indent = first if first and not first.strip() else "  "
    if found is None:
        return _inserted(text, page.tokens[0][2], {KEY: entries}, indent, more=bool(top))
    if page.sign(found.tokens[0]) != "{":
        return text[: found.value] + _written(entries, indent, 1) + text[found.end :]
    inner, _ = page.entries(found.tokens[0])
    ours = [entry for entry in inner if entry.key.removeprefix("./").startswith(f"{FOLDER}/")]
    if {entry.key: page.plain(entry) for entry in ours} == entries:
        return text
    kept = [n for n, entry in enumerate(inner) if entry not in ours]
    last = kept[-1] if kept else -1
    cuts = [(inner[n].start, inner[n + 1].start) for n in range(last) if n not in kept]
    if last + 1 < len(inner):
        cuts.append((inner[last].end if kept else inner[0].start, inner[-1].end))
    for start, end in reversed(cuts):
        text = text[:start] + text[end:]
    return _inserted(text, page.tokens[found.tokens[0]][2], entries, indent * 2, more=bool(kept))


def _inserted(text: str, place: int, entries: dict[str, Any], indent: str, *, more: bool) -> str:
    """*entries* right behind the brace that ends at *place*; *more*: others follow."""
    step = indent[: len(indent) // 2] if len(indent) > 2 and KEY not in entries else indent
    lines = [f"{indent}{json.dumps(key)}: {_written(value, step, len(indent) // len(step))}" for key, value in entries.items()]
    tail = "," if more else "" if text[place:].lstrip(" \t").startswith("\n") else "\n" + indent[len(step) :]
    return f"{text[:place]}\n{(',' + chr(10)).join(lines)}{tail}{text[place:]}"


def _written(value: Any, indent: str, depth: int) -> str:
    lines = json.dumps(value, ensure_ascii=False, indent=indent).split("\n")
    return f"\n{indent * depth}".join(lines)


class _Page:
    """The signs and words of a JSON file that may hold comments, and commas too many: (kind, start, end)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, int, int]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise Unreadable(f"line {text.count(chr(10), 0, at) + 1} cannot be read")
            if match.lastgroup != "gap":
                self.tokens.append((match.lastgroup or "", match.start(), match.end()))
            at = match.end()
        if not self.tokens or self.sign(0) != "{" or self._beyond(0) != len(self.tokens):
            raise Unreadable("it is not one object of JSON")

    def sign(self, index: int) -> str:
        if index >= len(self.tokens):
            raise Unreadable("it ends in the middle")
        _, start, end = self.tokens[index]
        return self.text[start:end]

    def _beyond(self, index: int) -> int:
        """The token behind the value that begins at *index*."""
        depth = 0
        while True:
            sign = self.sign(index)
            depth += (sign in ("{", "[")) - (sign in ("}", "]"))
            index += 1
            if depth <= 0:
                return index

    def entries(self, index: int) -> tuple[list[_Entry], int]:
        """What stands in the object that begins at *index*, and the token behind it."""
        found = []
        index += 1
        while self.sign(index) != "}":
            kind, start, _ = self.tokens[index]
            if kind != "text" or self.sign(index + 1) != ":":
                raise Unreadable(f"line {self.text.count(chr(10), 0, start) + 1} has no name")
            behind = self._beyond(index + 2)
            span = (index + 2, behind)
            found.append(_Entry(json.loads(self.sign(index)), start, self.tokens[index + 2][1], self.tokens[behind - 1][2], span))
            index = behind + (self.sign(behind) == ",")
        return found, index + 1

    def plain(self, entry: _Entry) -> Any:
        """The value of *entry*; None when it is none."""
        signs = [self.sign(index) for index in range(*entry.tokens)]
        written = "".join(one for one, after in zip(signs, [*signs[1:], ""], strict=True) if not (one == "," and after in ("]", "}")))
        try:
            return json.loads(written)
        except ValueError:
            return None
