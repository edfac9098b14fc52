"""Tables of people as they come: of any spreadsheet, in any encoding, with anything in their cells."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from botkit.outreach.table import BadTable, Table

Told = list[tuple[int, str, str]]


def read(folder: Path, content: bytes | str, column: str | None = None) -> Told:
    """(row, number, what stands in the column name)"""
    path = folder / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [(row.number, row.to, row.broken or row.cells.get("name", "")) for row in Table(path, column).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("comma", [",", ";", "\t", "|"])
def test_a_table_is_read_as_it_was_written(tmp_path: Path, encoding: str, comma: str) -> None:
    text = f"phone{comma}name\r\n+34600{comma}Zoë Núñez\r\n"
    assert read(tmp_path, text.encode(encoding)) == [(2, "+34600", "Zoë Núñez")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("phone,name\n1,Ana\n\n  ,\n2,Ben\n", [(2, "1", "Ana"), (5, "2", "Ben")]),
        ('phone,name\n1,"Ana ""A"", \nof two lines"\n2,Ben', [(2, "1", 'Ana "A", \nof two lines'), (3, "2", "Ben")]),
        ("sep=;\nphone;name\n1;Ana", [(3, "1", "Ana")]),
        ('"phone;x",name\n', []),
        ("Name,Phone\nAna,1\n", [(2, "1", "")]),
        ("phone,name\n1\n", [(2, "1", "")]),
        ("phone,name\n1,Ana,,\n", [(2, "1", "Ana")]),
        ("phone,name\n1,Ana, Maria\n", [(2, "", "it has 3 cells, and the table 2 columns")]),
        ('phone,name\n1,=HYPERLINK("http://x")\n2,@SUM(A1)\n', [(2, "1", '=HYPERLINK("http://x")'), (3, "2", "@SUM(A1)")]),
        ("phone,name\n1,{{ secrets.KEY }}\n", [(2, "1", "{{ secrets.KEY }}")]),
        ("phone,name\r1,Ana\r2,Ben\r", [(2, "1", "Ana"), (3, "2", "Ben")]),
        ("phone,name\n1,A\0na\n", [(2, "1", "Ana")]),
        ("\ufeffWhats-App,name\n1,Ana\n", None),
        ("+34 600 111 222\n34600111223\n", [(1, "+34 600 111 222", ""), (2, "34600111223", "")]),
        ("Ana,+34600111222\nBen,+34600111223", [(1, "+34600111222", ""), (2, "+34600111223", "")]),
    ],
)  # fmt: skip
def test_a_cell_is_a_value(tmp_path: Path, text: str, told: Told | None) -> None:
    if told is None:
        with pytest.raises(BadTable, match="no column that is known"):
            read(tmp_path, text)
    elif text.startswith('"phone;x"'):
        with pytest.raises(BadTable, match="phone;x, name"):
            read(tmp_path, text)
    else:
        assert read(tmp_path, text) == told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"\x00\x01\x02\x03" * 50, "no text"),
        (b"name,town\nAna,X\n", "no column that is known to hold numbers: there are name, town; name it: --column NAME"),
        (b"phone,name,Phone\n", "two columns phone"),
        (b'phone,name\n1,"never closed\n' + b"x" * 200_000, "row 2: is a quote never closed?"),
        (b"," * 500 + b"\n", "is empty"),
        (b"a," * 500 + b"phone\n", "more than 200 columns"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(BadTable) as told:
        read(tmp_path, content)
    assert why in str(told.value)


def test_a_column_may_be_named(tmp_path: Path) -> None:
    assert read(tmp_path, "phone,whom,name\n1,2,Ana\n", "Whom") == [(2, "2", "Ana")]
    with pytest.raises(BadTable, match="no column nobody: there are phone"):
        read(tmp_path, "phone,name\n1,Ana\n", "nobody")
    assert read(tmp_path, "Ana,34600111222,x\n", "2") == [(1, "34600111222", "")]


def test_a_hundred_thousand_rows_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with path.open("w") as table:
        table.write("phone,name\n")
        table.writelines(f"+34{n:09},Person {n}\n" for n in range(100_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in Table(path).rows())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert most < 4 * 1024 * 1024
