"""New texts put into a test file: the lines that differ are rewritten, all else stays as it is to the byte."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from botkit.problems import Edit, Place, edited
from botkit.source import Mapping, Node, Scalar
from botkit.testing.differences import Change
from botkit.testing.naming import file_fits, link_fits, options_fit, otherwise
from botkit.testing.said import Said
from botkit.testing.talks import Says, Uses
from botkit.testing.writing import entry_of, scalar

_BOM = "\ufeff"


class Updated(Struct, frozen=True):
    """*lines*: how many entries were rewritten or added; *left*: changes that cannot be written, by their line."""

    data: bytes
    lines: int
    left: tuple[int, ...]


def updated(data: bytes, changes: Sequence[Change]) -> Updated:
    """The file *data* with *changes*, which were found in it as it is."""
    text = data.decode("utf-8")
    bom, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    newline = "\r\n" if "\r\n" in text else "\n"
    rows = re.split(r"\r\n|\r|\n", text)
    edits: list[Edit] = []
    left = []
    added: dict[int, list[str]] = {}  # line behind which entries are added, from 1
    done = 0
    for change in changes:
        place = _behind(change.after)
        found: list[Edit] | None = None
        if change.entry is not None and change.said is not None:
            found = _rewritten(change.entry, change.said)
        elif place is not None:
            line, indent = place
            if change.said is None:
                found = [_gone(change.after.line, line, rows)]
            else:
                found = []
                added.setdefault(line, []).extend(entry_of(change.said, indent))
        if found is None:
            left.append(change.after.line)
        else:
            edits += found
            done += 1
    edits += [_added(line, new, rows) for line, new in added.items()]
    edits = [Edit(edit.place, edit.text.replace("\n", newline)) for edit in edits]
    return Updated((bom + edited(text, edits)).encode(), done, tuple(left))


def _added(line: int, new: Sequence[str], rows: Sequence[str]) -> Edit:
    """The lines *new* behind *line*, from 1."""
    if line < len(rows):
        return Edit(Place("", line + 1, 1, line + 1, 1), "".join(f"{row}\n" for row in new))
    end = len(rows[line - 1]) + 1
    return Edit(Place("", line, end, line, end), "".join(f"\n{row}" for row in new))


def _gone(first: int, last: int, rows: Sequence[str]) -> Edit:
    """The lines from *first* to *last*, from 1, taken away."""
    if last < len(rows):
        return Edit(Place("", first, 1, last + 1, 1), "")
    return Edit(Place("", first, 1, last, len(rows[last - 1]) + 1), "")


# ---------------------------------------------------------------- entries that stand there


def _rewritten(entry: Says | Uses, said: Said) -> list[Edit] | None:
    """What makes *entry* name *said*; None where it does not stand on lines of its own and would have to be another kind of entry."""
    within = _opens(entry.node) or _behind(entry.node) is None
    edits: list[Edit] = []
    if isinstance(entry, Uses):
        if otherwise(entry, said) != "there are other options":
            return _replaced(entry.node, said)
    elif said.template:
        return _replaced(entry.node, said)
    elif entry.text is not None and otherwise(Says(entry.node, entry.text), said):
        edits.append(_put(entry.text, scalar(said.text, _indent(entry.text) + 4, within)))
    if isinstance(entry, Says):
        if entry.file is not None and not file_fits(entry.file.text, said):
            edits.append(_put(entry.file, scalar(said.file, 0, within)))
        if entry.link is not None and not link_fits(entry.link.text, said):
            edits.append(_put(entry.link, scalar(next((where for _, where in said.leads), ""), 0, within)))
    if entry.options is not None and not options_fit(entry.options, said):
        if not said.options:
            return _replaced(entry.node, said)
        edits.append(_put(entry.options.node, _labels(said, entry.options.node)))
    return edits


def _replaced(node: Node, said: Said) -> list[Edit] | None:
    """The whole entry written anew."""
    place = _behind(node)
    if place is None:
        return None
    _, indent = place
    return [_put(node, "\n".join(entry_of(said, indent)).lstrip().removeprefix("- "))]


def _put(node: Node, text: str) -> Edit:
    line, column, _, _ = node.span
    end_line, end_column = _end(node)
    return Edit(Place("", line + 1, column + 1, end_line + 1, end_column + 1), text)


def _labels(said: Said, node: Node) -> str:
    """The labels in the form that they stand there in: on one line, or each on its own."""
    if _opens(node):
        return f"[{', '.join(scalar(option.label, 0, True) for option in said.options)}]"
    indent = " " * node.span[1]
    return f"\n{indent}".join(f"- {scalar(option.label, 0, False)}" for option in said.options)


def _behind(node: Node) -> tuple[int, int] | None:
    """The last line of an entry, from 1, and the column of its dash; None where it does not begin a line."""
    line, column, _, _ = node.span
    before = node.source.rows[line][:column]
    return (_end(node)[0] + 1, before.index("-")) if re.fullmatch(r"\s*-\s+", before) else None


def _end(node: Node) -> tuple[int, int]:
    """Line and column, from 0, behind the last character of *node* itself."""
    line, _, end_line, end_column = node.span
    if isinstance(node, Scalar):
        if node.style in ("|", ">"):
            last = end_line - 1 if end_column == 0 else end_line
            while last > line and not node.source.rows[last].strip():
                last -= 1
            return last, len(node.source.rows[last])
        return end_line, end_column
    inner = [value for _, value in node] if isinstance(node, Mapping) else list(getattr(node, "items", ()))
    return _end(inner[-1]) if inner and not _opens(node) else (end_line, end_column)


def _opens(node: Node) -> bool:
    """Whether a list or a mapping is written between brackets."""
    line, column, _, _ = node.span
    return not isinstance(node, Scalar) and node.source.rows[line][column : column + 1] in ("[", "{")


def _indent(node: Node) -> int:
    """The column of the dash, or of the key, that the line of *node* begins with."""
    row = node.source.rows[node.span[0]]
    return len(row) - len(row.lstrip())
