"""CSV, for a spreadsheet: a row for each text, a column for each of the two languages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

from botkit.locales.rows import Row, Unreadable

KEY, STATE, PLACE = "key", "state", "place"
_SEPARATORS = ",;\t"  # spreadsheets write the one that goes with their own language
_FORMULA = re.compile(r"'*[=+\-@]")
_WORDS = {"values": "other values"}  # states as they read


class _Lines:
    """What a writer of CSV writes into."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> int:
        self.lines.append(line)
        return len(line)


def write(rows: Iterable[Row], code: str, source: str) -> str:
    """A CSV file with a line of names; `state` tells what is to be done: nothing stands there where a translation is right."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow((KEY, source, code, STATE, PLACE))
    for row in rows:
        state = "" if row.state == "translated" else _WORDS.get(row.state, row.state)
        writer.writerow((row.key, _guarded(row.source[0]), _guarded(row.text[0]), state, row.place))
    return "".join(lines.lines)


def read(text: str, languages: Iterable[str], source: str) -> tuple[str, list[Row]]:
    """The language of a CSV file ("" where no column is one of *languages*), and its rows. Raises Unreadable."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader([f"{line}\n" for line in text.split("\n")], delimiter=separator, strict=True)
    rows = []
    try:
        names = [name.strip() for name in next(reader, [])]
        code = next((name for name in names if name in languages and name != source), "")
        for wanted in (KEY, source):
            if wanted not in names:
                raise Unreadable(1, f'there is no column "{wanted}"; the first line holds the names of the columns')
        if not code:
            return "", []
        line = reader.line_num + 1
        for cells in reader:
            told = dict(zip(names, cells, strict=False))
            if told.get(KEY):
                open_ = bool(told.get(STATE, "").strip())
                ours, theirs = _plain(told.get(source, "")), _plain(told.get(code, ""))
                rows.append(Row(told[KEY], (ours,), (theirs,), open_, line=line))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(reader.line_num, f"this is no line of a CSV file: {error}") from None
    return code, rows


def _guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(text: str) -> str:
    """The reverse, with line breaks as they are everywhere else."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


__all__ = ["read", "write"]
