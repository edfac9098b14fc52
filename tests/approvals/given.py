"""Templates as they are written in a file."""

from __future__ import annotations

from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.templates import Template, read_template


def template(text: str, name: str = "visit", languages: tuple[str, ...] = ("en",)) -> tuple[Template | None, list[str]]:
    """The template that *text* is, and the codes of what is wrong with it."""
    problems = Problems()
    source = decode(f"templates/{name}.yaml", text.encode(), problems)
    node = read(source, problems) if source is not None else None
    found = read_template(name, node, Reading(problems), languages) if node is not None else None
    return found, [problem.code for problem in problems]


def right(text: str, name: str = "visit") -> Template:
    found, codes = template(text, name)
    assert found is not None and codes == []
    return found
