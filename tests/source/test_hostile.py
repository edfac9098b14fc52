"""Files that want to harm: each gets a place and a reason, soon, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.problems import Problems, apart, edited, render
from botkit.source import MAX_BYTES, decode, read

BOMB = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(8))
MERGES = "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n}\n  <<: [*a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(8))

HOSTILE: dict[str, tuple[bytes, str]] = {
    "30,000 brackets": (b"a: " + b"[" * 30_000, "too-deep"),
    "30,000 braces": (b"{" * 30_000, "too-deep"),
    "a million brackets": (b"[" * 1_000_000, "too-deep"),
    "depth 5,000 in rows": ("".join(" " * n + "a:\n" for n in range(1_000)).encode(), "too-deep"),
    "depth 5,000 in dashes": (b"- " * 5_000 + b"x", "too-deep"),
    "depth 5,000 of complex keys": (b"? " * 5_000 + b"x", "too-deep"),
    "depth 51": (b"a: " + b"[" * 51 + b"x" + b"]" * 51, "too-deep"),
    "billion laughs": (BOMB.encode(), "anchor"),
    "merge bomb": (MERGES.encode(), "anchor"),
    "alias of itself": (b"&a [*a]", "anchor"),
    "alias as a key": (b"a: &a b\n*a : c\n", "quote-needed"),
    "python object": (b"a: !!python/object/apply:os.system ['id']\n", "quote-needed"),
    "binary": (b"a: !!binary |\n  R0lGODlh\n", "quote-needed"),
    "tag directive": (b"%TAG ! tag:x,2000:\n---\na: !b c\n", "quote-needed"),
    "a huge integer is a text": (b"a: " + b"9" * 5_000 + b"\na: x\n", "duplicate-key"),
    "1 MB in one text": (b"a: " + b"x" * 1_000_000 + b"\na: y\n", "duplicate-key"),
    "1 MB between quotes, never closed": (b'a: "' + b"x" * 1_000_000, "open-quote"),
    "1 MB of bold": (b"a: *" + b"x" * 1_000_000, "quote-needed"),
    "1 MB of colons": (b"a: " + b"b: " * 300_000, "yaml"),
    "1 MB of rows": (b"a: b: c\n" * 120_000, "quote-needed"),
    "1 MB of Tabs": (b"a:\n" + b"\t" * 1_000_000 + b"x", "yaml"),
    "1 MB of rows with Tabs": (b"a:\n" + b"\tb: c\n" * 150_000, "tab"),
    "1 MB of open quotes": (b'- "\n' * 250_000, "open-quote"),
    "1 MB of spaces": (b"a:" + b" " * 1_000_000 + b"#x\na: b", "duplicate-key"),
    "100,000 keys of one name": (b"a: b\n" * 100_000, "duplicate-key"),
    "too big": (b"#" * (MAX_BYTES + 1), "too-big"),
    "NUL": (b"a: b\0c", "control-character"),
    "ANSI": (b"a: \x1b[31mred", "control-character"),
    "lone surrogate": (b"a: \xed\xa0\x80", "encoding"),
    "overlong NUL": (b"a: \xc0\x80", "encoding"),
    "latin 1": ("a: ¿Qué día?".encode("latin-1"), "encoding"),
    "UTF-16": ("a: b".encode("utf-16"), "encoding"),
    "no character": ("a: \ufffe".encode(), "control-character"),
    "C1 control": ("a: \x9b31m".encode(), "control-character"),
    "right to left": ("a: b\na: \u202ec".encode(), "duplicate-key"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_place_and_a_reason(name: str) -> None:
    data, code = HOSTILE[name]
    problems = Problems()
    source = decode("f.yaml", data, problems)
    if source is not None:
        read(source, problems)
    assert code in {problem.code for problem in problems}
    for problem in problems:
        assert problem.message
        for row in render(problem, data.decode("utf-8", "replace")).splitlines():
            assert len(row) < 400
            assert all(c.isprintable() or c in "\u200d\ufe0f" for c in row)


def test_bom_and_line_ends_of_every_system_are_read() -> None:
    for data in (b"\xef\xbb\xbfa: b\r\nc: d\r\n", b"a: b\rc: d\r", b"a: b\nc: d"):
        problems = Problems()
        source = decode("f.yaml", data, problems)
        assert source is not None
        node = read(source, problems)
        assert [(key.text, value.text, key.line) for key, value in node] == [("a", "b", 1), ("c", "d", 2)]  # type: ignore[union-attr]
        assert not len(problems)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_a_letter_of_another_encoding_is_found_where_it_stands(line_end: bytes, mark: bytes) -> None:
    problems = Problems()
    assert decode("f.yaml", mark + line_end.join([b"a: b", "a: día, ".encode() + b"d\xeda", b"c: d"]), problems) is None
    (problem,) = problems
    assert (problem.place.line, problem.place.column) == (2, 10)


def test_a_fix_keeps_the_line_ends() -> None:
    problems = Problems()
    text = "a:\r\n\tb: *x*\r\nc: d\r\n"
    source = decode("f.yaml", text.encode(), problems)
    assert source is not None
    read(source, problems)
    first, second = problems
    assert edited(text, first.fix) == "a:\r\n  b: *x*\r\nc: d\r\n"
    assert edited(text, second.fix) == 'a:\r\n  b: "*x*"\r\nc: d\r\n'  # on a row mended before, a fix holds the earlier one too
    assert apart([first, second]) == [first]


FLOW = """triggers: [book, cita]
steps:
  menu:
    say: "Hi {{ contact.name or 'there' }} 👋 How can we help?"
    options:
      book:   {label: Book a visit, go: pick_date}
      prices: {label: Prices, say: A check-up is €40., go: menu}
  pick_date:
    say: Which day suits you? For example 24/06.
    ask: {day: date}
    check:
      - if: day > today()
        else: That day is already over.
  confirm:
    say: |
      *Your visit*
      Day: {{ day | date('EEEE d MMMM') }}
    go: end
"""
PIECES = [
    *"\t\n \r:-{}[]\"'*&!|>#%@`,?\\",
    "\u00a0",
    "“",
    "\u200b",
    "{{",
    "}}",
    ": ",
    "- ",
    "\\u",
    "é",
    "👋",
    "\0",
    "\u2028",
    "<<: *a",
    "&a ",
    "---\n",
]


def _check(data: bytes) -> None:
    problems = Problems()
    source = decode("f.yaml", data, problems)
    node = read(source, problems) if source is not None else None
    text = data.decode("utf-8-sig", "replace")
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert 1 <= problem.place.line <= len(rows)
        assert render(problem, text).startswith("f.yaml:")
        edited(text, problem.fix)
    if node is None and any(row.lstrip()[:1].isalpha() for row in rows):
        assert problems.errors  # a file with something in it is read, or told why not


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    _check(data)


@given(st.lists(st.sampled_from([*PIECES, "a", "say: ", "go: x", "\n  ", "\n    "]), max_size=40).map("".join))
@settings(max_examples=500, deadline=None)
def test_no_pieces_of_yaml_raise(text: str) -> None:
    _check(text.encode())


@given(st.lists(st.tuples(st.integers(0, len(FLOW)), st.integers(0, 5), st.sampled_from(["", *PIECES])), min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_no_slip_of_the_hand_raises(slips: list[tuple[int, int, str]]) -> None:
    text = FLOW
    for at, gone, put in slips:
        text = text[:at] + put + text[at + gone :]
    _check(text.encode())
