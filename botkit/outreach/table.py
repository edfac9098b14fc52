"""A table of people, as spreadsheets and other programs write it: read row by row, whatever its encoding and its commas.

A cell is a value and nothing else: what begins like a formula is a text.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from msgspec import Struct

NUMBER = ("to", "number", "phone", "wa_id", "whatsapp", "phone_number", "telephone", "tel", "mobile", "contact", "msisdn", "bsuid")
_MOST = 200  # columns
_LONGEST = 32 * 1024  # characters of a cell
_LOOK = 64 * 1024  # bytes in which it is seen how a table is written
_CHUNK = 1024 * 1024


class BadTable(Exception):
    """No people can be read from it: one sentence, with what to do."""


class Row(Struct, frozen=True):
    """*number*: as a spreadsheet counts, the header included. *broken*: why it cannot be used; "": it can."""

    number: int
    to: str
    cells: Mapping[str, str]
    broken: str = ""


class Table:
    """*column*: the one that holds the number; None: it is known by its name, or the only one.

    Raises BadTable, OSError; so do the rows.
    """

    def __init__(self, path: Path, column: str | None = None) -> None:
        self.path = path
        with path.open("rb") as opened:
            head = opened.read(_LOOK)
            self._encoding = _encoding(head, opened)
        self._text = head.decode(self._encoding, "ignore")
        self._comma = _comma(self._text)
        self._told = self._text.lower().startswith("sep=")  # Excel's own way to say so
        self._columns(column)

    def _columns(self, column: str | None) -> None:
        first = next((cells for _, cells in self._records() if any(cells)), None)
        if first is None:
            raise BadTable(f"{self.path.name} is empty")
        if len(first) > _MOST:
            raise BadTable(f"{self.path.name} has more than {_MOST} columns")
        names = [_name(cell) for cell in first]
        self.header = not any(_is_number(cell) for cell in first)
        if not self.header:
            if column is not None and not (column.isascii() and column.isdigit() and len(column) < 5):
                raise BadTable(f"{self.path.name} has no header, so no column is called {column}")
            if column is not None and not 1 <= int(column) <= len(first):
                raise BadTable(f"{self.path.name} has no column {int(column)}: they are numbered from 1 to {len(first)}")
            self.columns = tuple(str(n) for n in range(1, len(first) + 1))
            self.number = (int(column) if column else next(n for n, cell in enumerate(first, 1) if _is_number(cell))) - 1
            return
        self.columns = tuple(cell.strip() for cell in first)
        twice = next((name for name in names if name and names.count(name) > 1), None)
        if twice is not None:
            raise BadTable(f"{self.path.name} has two columns {twice}")
        wanted = [_name(column)] if column is not None else [name for name in NUMBER if name in names]
        if not wanted or wanted[0] not in names:
            listed = named(self.columns)
            which = f"no column {column}" if column is not None else "no column that is known to hold numbers"
            raise BadTable(f"{self.path.name} has {which}: there are {listed}; name it: --column NAME")
        self.number = names.index(wanted[0])

    def rows(self) -> Iterator[Row]:
        """In order; rows without anything are passed over."""
        width, header = len(self.columns), self.header
        for number, cells in self._records():
            if not any(cell.strip() for cell in cells):
                continue
            if header:
                header = False
                continue
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                yield Row(number, "", {}, f"it has {len(cells)} cells, and the table {width} columns")
                continue
            cells += [""] * (width - len(cells))
            yield Row(number, cells[self.number].strip(), dict(zip(self.columns, (cell.strip() for cell in cells), strict=False)))

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(_LONGEST)
        with self.path.open("r", encoding=self._encoding, errors="replace", newline="") as opened:
            if self._told:
                opened.readline()
            reader = csv.reader(_without_nul(opened), delimiter=self._comma)
            number = int(self._told)
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    hint = "is a quote never closed?" if "field larger" in str(error) else "it is no table of text"
                    raise BadTable(f"{self.path.name}, row {number}: {hint}") from None
                yield number, cells


def named(columns: Sequence[str]) -> str:
    """The first columns by name, as they may be shown."""
    shown = ("".join(c for c in name[:30] if c.isprintable()) or "one without a name" for name in columns[:12])
    return ", ".join(shown) + (", …" if len(columns) > 12 else "")


def _without_nul(opened: TextIO) -> Iterator[str]:
    while line := opened.readline(_CHUNK):  # a line without end is read in parts
        yield line.replace("\0", "")


def _encoding(head: bytes, opened: BinaryIO) -> str:
    """How the file is written. Raises BadTable for what is no text."""
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadTable(f"{Path(opened.name).name} is a spreadsheet, not CSV: save it as CSV (UTF-8)")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 >= len(head) * 2 > 0:
        return "utf-16-le" if odd > even else "utf-16-be"
    if even + odd > max(2, len(head) // 50):
        raise BadTable(f"{Path(opened.name).name} is no text")
    decoder = codecs.getincrementaldecoder("utf-8")()
    opened.seek(0)
    try:
        while chunk := opened.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _comma(text: str) -> str:
    first = text.lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    bare = re.sub(r'"(?:[^"]|"")*"', "", _record(text))
    counts = {mark: bare.count(mark) for mark in ",;\t|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _record(text: str) -> str:
    """The first record of *text*, whose cells may hold line breaks in quotes."""
    inside = False
    for n, character in enumerate(text):
        if character == '"':
            inside = not inside
        elif character == "\n" and not inside:
            return text[:n]
    return text


def _name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().strip("\ufeff").casefold())


def _is_number(cell: str) -> bool:
    """Whether a cell holds a number to write to, and not the name of a column."""
    return re.fullmatch(r"""[=+"'\s]*\d[\d\s().\-/+]{5,24}"?""", cell.strip()) is not None
