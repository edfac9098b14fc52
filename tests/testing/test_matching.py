"""What a test expects of a text: as it stands, or with stars."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.testing.matching import fits


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("Hi", "Hi"),
        ("Hi*", "Hi Ana"),
        ("Hi*", "Hi"),
        ("*Ana", "Hi Ana"),
        ("*", ""),
        ("*", "anything\nat all"),
        ("H*A*a", "Hi Ana"),
        ("*Wednesday 24 June*Gran Via 1, Madrid*", "*Your visit*\nDay: Wednesday 24 June\nPlace: Gran Via 1, Madrid"),
        ("*Your visit*", "*Your visit*"),
        ("*Your visit*", "About Your visit of today"),
        (r"\*bold\* and *", "*bold* and plain"),
        (r"C:\temp", r"C:\temp"),
        (r"C:\*", r"C:*"),
        ("Block text\n", "Block text"),
        ("a*a", "aa"),
    ],
)
def test_fits(expected, text):
    assert fits(expected, text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("Hi", "hi"),
        ("Hi", "Hi!"),
        ("Hi*", "Oh, Hi"),
        ("a*a", "a"),
        ("*b*b*", "abc"),
        (r"\*", "x"),
        ("", "x"),
        ("ab*ba", "aba"),
        ("H*A*n", "Hi Ana"),
    ],
)
def test_does_not_fit(expected, text):
    assert not fits(expected, text)


def test_many_stars_cost_nothing():
    assert not fits("*a" * 2_000 + "b", "a" * 20_000)


@given(st.lists(st.text("ab*\\ \n", max_size=4), max_size=5), st.text("ab*\\ \n", max_size=12))
def test_it_says_what_a_pattern_of_the_same_meaning_says(pieces, text):
    expected = "*".join(piece.replace("\\", "").replace("*", "\\*") for piece in pieces).strip()
    pattern = ".*".join(re.escape(piece.replace("\\*", "*")) for piece in re.split(r"(?<!\\)\*", expected))
    assert fits(expected, text) == (expected == text.strip() or re.fullmatch(pattern, text.strip(), re.DOTALL) is not None)
