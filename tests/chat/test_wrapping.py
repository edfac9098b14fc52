"""Lines that fit a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from botkit.chat.wrapping import columns, harmless, wrapped


def test_lines_are_broken_at_blanks() -> None:
    assert wrapped("one two three", 10) == ["one two", "three"]
    assert wrapped("one two\nthree", 10) == ["one two", "three"]
    assert wrapped("", 10) == [""]
    assert wrapped("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert wrapped("one two three", None) == ["one two three"]


def test_wide_characters_count_twice() -> None:
    assert columns("👋") == 2 and columns("漢字") == 4 and columns("é") == 1 and columns("e\u0301") == 1
    assert wrapped("漢字漢字漢字", 10) == ["漢字漢字漢", "字"]


def test_nothing_that_a_terminal_obeys() -> None:
    assert harmless("a\x1b[31mb\x07\x9b\ud800") == "a\ufffd[31mb\ufffd\ufffd\ufffd"


@given(st.text(max_size=200), st.integers(10, 40))
def test_no_line_is_wider_and_no_word_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(harmless(text).split())
