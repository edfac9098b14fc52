"""Every code that botkit can report, found in its sources."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import botkit

_CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
# Who takes a code as the first argument.
_OTHERS = frozenset({"cli", "testing", "languages.py"})  # they speak of other things in the same way …
_TESTS = frozenset({"talks", "fitting.py", "suite.py"})  # … but for those of testing/ that read the tests of a bot
_TAKERS = frozenset({"report", "Problem", "told", "mend", "Fault", "Refused", "over"})


@cache
def codes() -> dict[str, str]:
    """Code -> the file that reports it."""
    found: dict[str, str] = {}
    root = Path(botkit.__file__).parent
    for path in sorted(root.rglob("*.py")):
        room, *inner = path.relative_to(root).parts
        if room in _OTHERS and not (room == "testing" and inner[0] in _TESTS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for code in _of(node):
                if _CODE.match(code):
                    found.setdefault(code, path.relative_to(root).as_posix())
    return found


def _of(node: ast.AST) -> list[str]:
    """The codes that a piece of source gives to a report, also where one of two is chosen."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        return [code for value in [*(node.args[:1] if name in _TAKERS else []), *given] for code in _texts(value)]
    if isinstance(node, ast.FunctionDef):
        plain = [*node.args.posonlyargs, *node.args.args]
        named = [*plain[len(plain) - len(node.args.defaults) :], *node.args.kwonlyargs]
        values = [*node.args.defaults, *node.args.kw_defaults]
        return [code for name, value in zip(named, values, strict=True) if name.arg == "code" and value for code in _texts(value)]
    return []


def _texts(value: ast.expr) -> list[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    return [*_texts(value.body), *_texts(value.orelse)] if isinstance(value, ast.IfExp) else []
